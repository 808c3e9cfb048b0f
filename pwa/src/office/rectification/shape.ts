/** What the addresses of the two lists may say. The server orders both by their day. */
import type { TableShape } from "../tableQuery"

export const PROBLEM_STATES = ["open", "rechecking", "closed"] as const
export const RECHECK_STATES = ["scheduled", "due", "overdue", "done"] as const

const byDay = { sorts: ["day"], sort: "day", size: 50 } as const
export const PROBLEMS: TableShape = { filters: ["state", "jurisdiction", "inspection"], ...byDay }
export const RECHECKS: TableShape = { filters: ["state", "jurisdiction", "inspection"], ...byDay }
