/** Columns of the list of visits and what its address may say. */
import type { TableShape } from "../tableQuery"

export interface Column {
  readonly name: string
  readonly sort: string | null
  readonly isNumber: boolean
}

const text = (name: string, sort: string | null = name): Column => ({ name, sort, isNumber: false })
const number = (name: string, sort: string | null = name): Column => ({ name, sort, isNumber: true })

export const COLUMNS: readonly Column[] = [
  text("code"), text("site"), text("enterprise", null), text("district"), number("team_no"), text("leader", null), text("planned_on"),
  text("state"), number("answered"), number("problems"), number("conflicts"), number("late"), text("recheck_on"),
]

export const VISIT_STATES = ["assigned", "under_way", "sealed", "disputed", "signed", "closed", "archived"] as const

export const VISITS: TableShape = {
  filters: ["q", "state", "jurisdiction", "team", "planned_on"],
  sorts: COLUMNS.flatMap((column) => column.sort ?? []),
  sort: "planned_on",
  size: 50,
}
