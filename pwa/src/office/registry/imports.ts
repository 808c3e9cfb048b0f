/** What is shown of imports, and when one may be committed. */
import { number, text, type Column } from "../parts/columns"
import type { TableShape } from "../tableQuery"
import type { Import } from "./wire"

export const IMPORT_COLUMNS: readonly Column[] = [
  text("file_name", { sort: null, place: "lead", breaks: true, width: 14 }), text("state", { sort: null }), text("at", { sort: null }), text("by", { sort: null }),
  number("add", { sort: null }), number("change", { sort: null }), number("same", { sort: null }), number("reject", { sort: null }),
]
export const IMPORTS: TableShape = { filters: [], sorts: [], sort: "", size: 20 }
export const ROW_STATES = ["reject", "add", "change", "same"] as const
export type RowState = (typeof ROW_STATES)[number]
export const IMPORT_ROWS: TableShape = { filters: ["state", "library"], sorts: [], sort: "", size: 50 }
export const IMPORT_ROW_COLUMNS: readonly Column[] = [
  text("row_no", { sort: null, place: "lead" }), text("label", { sort: null, place: "full", breaks: true, width: 12 }), text("row_state", { sort: null }), text("what", { sort: null, place: "full", breaks: true, width: 22 }),
]

export const IMPORT_TONES = {
  reading: { tone: "accent" },
  checked: { tone: "waiting" },
  refused: { tone: "danger" },
  interrupted: { tone: "danger" },
  committed: { tone: "done" },
} as const
export const ROW_TONES = {
  add: { tone: "done", icon: "plus" },
  change: { tone: "accent", icon: "edit" },
  same: { tone: "plain" },
  reject: { tone: "danger" },
} as const

/** How many rows of all sheets would be added, changed, left the same, refused. */
export function inAll(found: Pick<Import, "counts">, state: RowState): number {
  return Object.values(found.counts).reduce((sum, counts) => sum + (counts[state] ?? 0), 0)
}

/** Why a dry run cannot be committed, or null where it can. */
export function whyNot(found: Pick<Import, "counts" | "state">): "rejects" | "nothing" | "not_checked" | null {
  if (found.state !== "checked") return "not_checked"
  if (inAll(found, "reject") > 0) return "rejects"
  return inAll(found, "add") + inAll(found, "change") === 0 ? "nothing" : null
}

/** How far the reading is; a file may turn out longer than it looked. */
export function shareOf({ done, total }: Pick<Import, "done" | "total">): number {
  return total > 0 ? Math.min(1, done / total) : 0
}
