/** Columns of a desk table, and which of them somebody wants to see. */

export interface Column {
  readonly name: string
  /** By what the server sorts; null where it cannot. */
  readonly sort: string | null
  readonly isNumber: boolean
  /** Where a table folds into cards: the card's title, a line of its own, or one of three in a line. */
  readonly place: "lead" | "full" | "cell"
  /** In rem; what is left over is shared by the others. */
  readonly width?: number
  /** Not shown until somebody asks for it. */
  readonly isExtra?: boolean
  readonly breaks?: boolean
}

type Rest = Partial<Omit<Column, "name" | "isNumber">>

export const text = (name: string, rest: Rest = {}): Column => ({ sort: name, place: "cell", ...rest, name, isNumber: false })
export const number = (name: string, rest: Rest = {}): Column => ({ sort: name, place: "cell", ...rest, name, isNumber: true })

/** The columns by which the server can sort. */
export function sortsOf(columns: readonly Column[]): readonly string[] {
  return columns.flatMap((column) => column.sort ?? [])
}

/** What is shown: the choice that was kept, in the table's own order; the first column always. */
export function shownColumns(columns: readonly Column[], kept: readonly string[] | null): readonly Column[] {
  return columns.filter((column, at) => at === 0 || (kept ? kept.includes(column.name) : !column.isExtra))
}

/** A kept choice as it stands in the browser's storage; anything else counts as none. */
export function keptChoice(stored: string | null): readonly string[] | null {
  try {
    const kept: unknown = JSON.parse(stored ?? "null")
    return Array.isArray(kept) && kept.every((name) => typeof name === "string") ? kept : null
  } catch {
    return null
  }
}

/** The choice after a column was switched on or off; null when that is what everybody sees anyway. */
export function switched(columns: readonly Column[], kept: readonly string[] | null, name: string): readonly string[] | null {
  const shown = new Set(shownColumns(columns, kept).map((column) => column.name))
  if (!shown.delete(name)) shown.add(name)
  const names = columns.map((column) => column.name).filter((one) => shown.has(one))
  const usual = shownColumns(columns, null).map((column) => column.name)
  return names.join() === usual.join() ? null : names
}
