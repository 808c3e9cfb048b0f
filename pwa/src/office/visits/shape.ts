/** Columns of the list of visits and what its address may say. */
import { number, sortsOf, text, type Column } from "../parts/columns"
import type { TableShape } from "../tableQuery"

export const COLUMNS: readonly Column[] = [
  text("code", { place: "lead" }),
  text("site", { place: "full", width: 13, breaks: true }),
  text("district", { width: 5.5, breaks: true }),
  text("enterprise", { place: "full", sort: null, width: 12, breaks: true }),
  text("risk_class"),
  number("team_no"),
  text("leader", { sort: null, isExtra: true }),
  text("planned_on"),
  text("state"),
  number("answered"),
  number("problems"),
  number("open_problems"),
  number("photos_owed"),
  number("conflicts", { isExtra: true }),
  number("late", { isExtra: true }),
  text("recheck_on", { isExtra: true }),
  text("sealed_at", { isExtra: true }),
  text("campaign", { place: "full", sort: null, width: 10, breaks: true, isExtra: true }),
]

export const VISIT_STATES = ["assigned", "under_way", "sealed", "disputed", "signed", "closed", "archived"] as const

export const VISITS: TableShape = {
  filters: ["q", "campaign", "state", "inspected", "jurisdiction", "team", "planned_on", "has_problems"],
  sorts: sortsOf(COLUMNS),
  sort: "planned_on",
  size: 50,
}
