/** Columns of the two lists and what their addresses may say. */
import { number, sortsOf, text, type Column } from "../parts/columns"
import type { TableShape } from "../tableQuery"

export const PROBLEM_STATES = ["open", "submitted", "returned", "rechecking", "closed", "referred", "recorded", "withdrawn"] as const
export const RECHECK_STATES = ["scheduled", "due", "overdue", "sent", "done", "cancelled"] as const

export const PROBLEM_COLUMNS: readonly Column[] = [
  text("code", { place: "lead" }),
  text("item", { place: "full", sort: null, width: 12, breaks: true }),
  text("site", { place: "full", width: 10, breaks: true }),
  text("due_on"),
  number("left", { sort: null }),
  text("state"),
  text("severity"),
  text("recheck_on"),
  text("found_on"),
]
export const RECHECK_COLUMNS: readonly Column[] = [
  text("scheduled_on"),
  number("left", { sort: null }),
  text("state"),
  text("visit"),
  text("site", { place: "full", width: 10, breaks: true }),
  text("toSee", { place: "full", sort: null, width: 12, breaks: true }),
]

const FILTERS = ["campaign", "state", "jurisdiction", "team", "inspection"] as const
export const PROBLEMS: TableShape = { filters: [...FILTERS, "overdue"], sorts: sortsOf(PROBLEM_COLUMNS), sort: "due_on", size: 50 }
export const RECHECKS: TableShape = { filters: FILTERS, sorts: sortsOf(RECHECK_COLUMNS), sort: "scheduled_on", size: 50 }
