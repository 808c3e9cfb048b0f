/** A change of a row in plain words' ingredients. */
import { INSPECTOR_KINDS, RECUSAL_KINDS, said, SHAPES, type Library } from "./libraries"

export type Change = readonly [field: string, old: unknown, fresh: unknown]

/** The key of a column's words; a field that no form has is shown by its own name. */
export function fieldKey(library: Library | "jurisdictions", name: string): string {
  return `registry.columns.${library}.${name}`
}

const WITH_WORDS: { readonly [field: string]: readonly string[] } = { kind: [...INSPECTOR_KINDS, ...RECUSAL_KINDS] }

/** The key of a value's words, or null where the value stands for itself. */
export function choiceKey(field: string, value: unknown): string | null {
  return typeof value === "string" && WITH_WORDS[field]?.includes(value) ? `registry.choices.${field}.${value}` : null
}

export interface Words {
  readonly t: (key: string) => string
  readonly districtOf: (code: string) => string
}

/** A value as people read it. */
export function valueWords(field: string, value: unknown, { t, districtOf }: Words): string {
  if (value === null || value === undefined || value === "") return t("registry.blank")
  if (typeof value === "boolean") return t(value ? "registry.yes" : "registry.no")
  const key = choiceKey(field, value)
  if (key) return t(key)
  return field === "jurisdiction" || field === "home_jurisdiction" ? districtOf(said(value)) : said(value)
}

/** From when to when, as a person says it. */
export function periodWords(row: { readonly [name: string]: unknown }, t: Words["t"]): string {
  const [from, to] = [said(row.from_on), said(row.to_on)]
  if (from === "" && to === "") return t("registry.always")
  return `${from} – ${to}`.trim()
}

/** The fields of a row that somebody else changed since it was read. */
export function changedMeanwhile(library: Library, before: { readonly [name: string]: string }, now: { readonly [name: string]: string }): readonly Change[] {
  return SHAPES[library].fields.filter(({ name }) => before[name] !== now[name]).map(({ name }) => [name, before[name], now[name]])
}
