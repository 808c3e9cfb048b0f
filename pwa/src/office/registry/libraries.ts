/** What each library of the registry shows: columns, filters, fields of its form. The names are the server's. */
import { number, sortsOf, text, type Column } from "../parts/columns"
import type { TableShape } from "../tableQuery"

export const LIBRARIES = ["enterprises", "sites", "inspectors", "recusals", "leaves"] as const
export type Library = (typeof LIBRARIES)[number]
export const isLibrary = (name: unknown): name is Library => LIBRARIES.some((library) => library === name)

/** A row as the server tells it: the fields of its library, its frame, and the names of what it points at. */
export interface Row {
  readonly id: string
  readonly revision: number
  readonly removed_on: string | null
  readonly [name: string]: unknown
}

export type FieldForm = "text" | "phone" | "number" | "date" | "yes_no" | "choice" | "district" | "enterprise" | "site" | "inspector"
export interface Field {
  readonly name: string
  readonly form: FieldForm
  readonly isRequired: boolean
  /** Codes; their words are in `registry.choices.<name>` or stand for themselves. */
  readonly choices: readonly string[]
  /** Given once: a row about another person is another row. */
  readonly isKey: boolean
  /** Long words need a line of their own. */
  readonly isWide?: boolean
  /** What the column is called in files and refusals, where people see another word. */
  readonly title?: string
}

export interface LibraryShape {
  readonly columns: readonly Column[]
  readonly table: TableShape
  readonly fields: readonly Field[]
}

const GRADES = ["A", "B", "C", "D"] as const
export const INSPECTOR_KINDS = ["officer", "expert"] as const
export const RECUSAL_KINDS = ["employer", "relative", "self_declared"] as const
export const REMOVED = ["yes", "any"] as const

const field = (name: string, form: FieldForm = "text", rest: Partial<Field> = {}): Field => ({ isRequired: false, choices: [], isKey: false, ...rest, name, form })
const needed = (name: string, form: FieldForm = "text", rest: Partial<Field> = {}): Field => field(name, form, { ...rest, isRequired: true })

function shape(columns: readonly Column[], sort: string, filters: readonly string[], fields: readonly Field[]): LibraryShape {
  return { columns, fields, table: { filters: ["q", "jurisdiction", ...filters, "removed"], sorts: sortsOf(columns), sort, size: 50 } }
}

const WIDE = { isWide: true }
const DISTRICT = { title: "区划代码" }
const ENTERPRISE = { title: "企业统一社会信用代码", isWide: true }
const removedOn = text("removed_on", { isExtra: true })

export const SHAPES: { readonly [library in Library]: LibraryShape } = {
  enterprises: shape(
    [
      text("name", { place: "lead", breaks: true, width: 14 }), text("uscc", { place: "full" }), text("district"), text("credit_grade"), number("site_count"),
      text("phone", { isExtra: true, sort: null }), text("address", { isExtra: true, breaks: true, width: 12 }), removedOn,
    ],
    "name",
    ["credit_grade"],
    [
      needed("uscc"), needed("name", "text", WIDE), needed("jurisdiction", "district", DISTRICT), field("phone", "phone"), field("address", "text", WIDE),
      field("credit_grade", "choice", { choices: GRADES }),
    ],
  ),
  sites: shape(
    [
      text("name", { place: "lead", breaks: true, width: 12 }), text("code"), text("district"), text("enterprise_name", { place: "full", breaks: true, width: 12 }), text("risk_class"),
      number("households"), number("buildings", { isExtra: true }), number("lifts", { isExtra: true }), text("is_high_rise", { isExtra: true }),
      text("address", { isExtra: true, place: "full", breaks: true, width: 12 }), text("contact_name", { isExtra: true }), text("contact_phone", { isExtra: true, sort: null }), removedOn,
    ],
    "code",
    ["risk_class", "enterprise"],
    [
      field("code"), needed("name"), needed("address", "text", WIDE), needed("jurisdiction", "district", DISTRICT), needed("uscc", "enterprise", ENTERPRISE),
      field("risk_class", "choice", { choices: GRADES }), field("households", "number"), field("buildings", "number"), field("lifts", "number"), field("is_high_rise", "yes_no"),
      field("lat"), field("lon"), field("contact_name"), field("contact_phone", "phone"),
    ],
  ),
  inspectors: shape(
    [
      text("name", { place: "lead" }), text("standing", { sort: null }), text("code"), text("kind"), text("certificate_no"), text("certificate_expires_on"), text("district"),
      text("employer", { place: "full", breaks: true, width: 11 }), text("account", { sort: "account_id" }), removedOn,
    ],
    "code",
    ["kind", "eligible_on"],
    [
      field("code"), needed("kind", "choice", { choices: INSPECTOR_KINDS }), needed("name"), field("certificate_no"), field("certificate_expires_on", "date"),
      needed("home_jurisdiction", "district", { title: "所属区划代码" }), needed("employer", "text", WIDE),
    ],
  ),
  recusals: shape(
    [
      text("inspector_name", { place: "lead" }), text("object", { sort: "enterprise_name", place: "full", breaks: true, width: 14 }), text("kind"), text("in_force", { sort: null }), text("reason", { place: "full", breaks: true, width: 12 }),
      text("period", { sort: "to_on" }), text("declared_on"), removedOn,
    ],
    "-declared_on",
    ["kind", "inspector", "eligible_on"],
    [
      needed("inspector", "inspector", { isKey: true, isWide: true }), field("uscc", "enterprise", ENTERPRISE), field("site_code", "site", { title: "项目编号", isWide: true }), needed("kind", "choice", { choices: RECUSAL_KINDS }),
      needed("reason", "text", WIDE), needed("declared_on", "date"), field("from_on", "date"), field("to_on", "date"),
    ],
  ),
  leaves: shape(
    [text("inspector_name", { place: "lead" }), text("from_on"), text("to_on"), text("reason", { place: "full", breaks: true, width: 14 }), text("in_force", { sort: null }), removedOn],
    "-from_on",
    ["inspector", "eligible_on"],
    [needed("inspector", "inspector", { isKey: true, isWide: true }), needed("from_on", "date"), needed("to_on", "date"), field("reason", "text", WIDE)],
  ),
}

/** Filters that a library has beside the search and the district. */
export function has(library: Library, filter: string): boolean {
  return SHAPES[library].table.filters.includes(filter)
}

/** How people call a row. */
export function nameOf(library: Library, row: Row): string {
  if (library === "recusals") return `${said(row.inspector_name)} · ${said(row.enterprise_name ?? row.site_name)}`
  return library === "leaves" ? said(row.inspector_name) : said(row.name)
}

/** A value as its field in a form holds it. */
export function said(value: unknown): string {
  if (value === null || value === undefined) return ""
  return typeof value === "boolean" ? (value ? "是" : "否") : String(value)
}

export function cellsOf(library: Library, row: Row | null): { [name: string]: string } {
  return Object.fromEntries(SHAPES[library].fields.map(({ name }) => [name, said(row?.[name])]))
}

/** Only what was changed is sent: what somebody else changed meanwhile stands. */
export function changedCells(before: { readonly [name: string]: string }, now: { readonly [name: string]: string }): { [name: string]: string } {
  return Object.fromEntries(Object.entries(now).filter(([name, value]) => value.trim() !== before[name]).map(([name, value]) => [name, value.trim()]))
}

export type Expiry = "none" | "over" | "soon" | "near" | "fine"
const SOON_DAYS = 30
const NEAR_DAYS = 90

/** How long a certificate is still good; nobody may inspect with one that is over. */
export function expiryOf(expiresOn: unknown, daysLeft: (day: string) => number): Expiry {
  if (typeof expiresOn !== "string" || expiresOn === "") return "none"
  const days = daysLeft(expiresOn)
  if (days < 0) return "over"
  if (days <= SOON_DAYS) return "soon"
  return days <= NEAR_DAYS ? "near" : "fine"
}
