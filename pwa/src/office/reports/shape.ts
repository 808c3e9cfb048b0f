/** What the reports show, in which tables, and what their address may say. */
import type { Schemas } from "../../api/client"
import { number, text, type Column } from "../parts/columns"
import type { TableShape } from "../tableQuery"

export type Line = Schemas["LineOut"]

export const TABS = ["overview", "districts", "items", "enterprises", "people", "ledger"] as const
export type Tab = (typeof TABS)[number]
export const isTab = (name: unknown): name is Tab => TABS.includes(name as Tab)

/** The figures of a line, in the order of the table; percent and days may be missing where nothing counts. */
export const FIGURES = ["inspected", "problems", "minor", "serious", "major", "closed", "in_time", "referred", "recorded", "withdrawn", "open", "overdue", "closed_percent", "median_days"] as const
export type Figure = (typeof FIGURES)[number]

export const LEDGER_COLUMNS: readonly Column[] = [
  text("code", { place: "lead", sort: null }),
  text("title", { place: "full", width: 15, breaks: true, sort: null }),
  text("site", { place: "full", width: 13, breaks: true, sort: null }),
  text("severity", { sort: null }),
  text("found_on", { sort: null }),
  text("order_number", { sort: null }),
  text("served_on", { sort: null, isExtra: true }),
  text("due_on", { sort: null }),
  number("submissions", { sort: null }),
  number("rechecks", { sort: null }),
  number("extensions", { sort: null, isExtra: true }),
  text("department", { sort: null, isExtra: true }),
  text("state", { sort: null }),
  text("closed_at", { sort: null }),
]

export const LEDGER: TableShape = { filters: ["campaign", "jurisdiction", "from", "to", "tab"], sorts: [], sort: "code", size: 50 }

/** The parts of a bar of problems: what became of them, in the order in which they end. */
export const PARTS = ["closed", "referred", "recorded", "withdrawn", "open"] as const

export interface Part {
  readonly key: (typeof PARTS)[number]
  readonly n: number
  readonly percent: number
}

/** Parts in percent of the longest line, so that bars can be compared with each other. */
export function partsOf(line: Line, most: number): readonly Part[] {
  return PARTS.map((key) => ({ key, n: line[key], percent: most ? (100 * line[key]) / most : 0 })).filter(({ n }) => n > 0)
}

export const mostProblems = (lines: readonly Line[]): number => Math.max(0, ...lines.map(({ problems }) => problems))

/** The figures as they are read: a share with its sign, days with one decimal at most, nothing as a dash. */
export function figureWords(line: Line, figure: Figure): string {
  const value = line[figure]
  if (value === null) return "—"
  return figure === "closed_percent" ? `${value}%` : String(Math.round(value * 10) / 10)
}

/** The heights of two columns for each month, in percent of the highest. */
export function monthBars(months: readonly Schemas["MonthOut"][]): readonly { readonly month: string; readonly found: number; readonly closed: number; readonly foundPercent: number; readonly closedPercent: number }[] {
  const most = Math.max(1, ...months.flatMap(({ found, closed }) => [found, closed]))
  return months.map(({ month, found, closed }) => ({ month, found, closed, foundPercent: (100 * found) / most, closedPercent: (100 * closed) / most }))
}
