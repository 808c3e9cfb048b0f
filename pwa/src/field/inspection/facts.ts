/** Reading what the office sent with a visit. Members may be missing: the contract promises only names. */
import type { Json } from "../../kit/canonicalJson"
import { calendarOf, WEEKENDS_ONLY, type Calendar, type CalendarData } from "../../kit/workdays"
import type { Dispatched, Edition, EditionItem, Facts } from "../../sync/visit"

export interface SiteFacts {
  readonly name: string
  readonly address: string | null
  readonly district: string | null
  readonly households: number | null
  readonly buildings: number | null
  readonly lifts: number | null
  readonly isHighRise: boolean
  readonly position: { readonly lat: string; readonly lon: string } | null
  readonly contactName: string | null
  readonly contactPhone: string | null
  readonly enterprise: string
  readonly uscc: string | null
  readonly enterprisePhone: string | null
}

export interface EarlierProblem {
  readonly code: string | null
  readonly item: string | null
  readonly text: string
  readonly foundOn: string | null
  readonly state: string | null
}

export function siteFacts({ site, enterprise }: Dispatched): SiteFacts {
  const lat = text(site.lat)
  const lon = text(site.lon)
  return {
    name: site.name,
    address: text(site.address),
    district: text(site.jurisdiction_name) ?? text(site.district) ?? nameOf(site.jurisdiction),
    households: whole(site.households),
    buildings: whole(site.buildings),
    lifts: whole(site.lifts),
    isHighRise: site.is_high_rise === true,
    position: lat && lon ? { lat, lon } : null,
    contactName: text(site.contact_name),
    contactPhone: text(site.contact_phone),
    enterprise: enterprise.name,
    uscc: text(enterprise.uscc),
    enterprisePhone: text(enterprise.phone),
  }
}

export function earlierProblems({ earlier_problems }: Dispatched): readonly EarlierProblem[] {
  return earlier_problems.map((facts: Facts) => ({
    code: text(facts.code),
    item: text(facts.item),
    text: text(facts.text) ?? text(facts.title) ?? "",
    foundOn: text(facts.found_on),
    state: text(facts.state),
  }))
}

export interface Papers {
  readonly approval: { readonly number: string; readonly state: "approved" | "urgent" | "missing" }
  readonly notice: { readonly number: string; readonly state: "sent" | "withheld" | "missing"; readonly withheld: string | null }
}

/** 审批 and 通知, or null for a visit that was sent without either being spoken of. */
export function papersOf({ approval, notice }: Dispatched): Papers | null {
  if (approval === undefined && notice === undefined) return null
  const withheld = text(notice?.withheld)
  return {
    approval: { number: text(approval?.number) ?? "", state: text(approval?.approved_at) ? "approved" : approval?.is_urgent === true ? "urgent" : "missing" },
    notice: { number: text(notice?.number) ?? "", state: text(notice?.sent_at) ? "sent" : withheld ? "withheld" : "missing", withheld },
  }
}

/** Holidays, where the office sent them. Without them only weekends are known, and every date says so. */
export function calendarFrom(dispatched: Dispatched): Calendar {
  const data = (dispatched as { calendar?: unknown }).calendar ?? dispatched.texts.calendar
  return isCalendar(data) ? calendarOf(data) : WEEKENDS_ONLY
}

/** A text of the edition or of the visit: certificate, opening_statement, representative_consent… */
export function editionText(edition: Edition | null, dispatched: Dispatched, name: string): string {
  const own = text(dispatched.texts[name])
  const texts = edition?.texts as { readonly [name: string]: Json } | undefined
  return own ?? text(texts?.[name]) ?? ""
}

export interface ReadingDefinition {
  readonly name: string
  readonly unit: string
}

/** What the edition wants measured at an item. */
export function readingDefinitions(item: EditionItem): readonly ReadingDefinition[] {
  const { readings } = item as { readings?: unknown }
  if (!Array.isArray(readings)) return []
  return readings.flatMap((entry: { name?: unknown; unit?: unknown }) =>
    typeof entry.name === "string" ? [{ name: entry.name, unit: typeof entry.unit === "string" ? entry.unit : "" }] : [],
  )
}

/** Categories of results with the edition's own labels, or null where it has none. */
export function outcomeCategories(edition: Edition | null): readonly { code: string; label: string }[] | null {
  const categories = edition?.outcome_categories
  if (!Array.isArray(categories)) return null
  return categories.filter((c): c is { code: string; label: string } => typeof c?.code === "string" && typeof c?.label === "string")
}

export function methodsOf(item: EditionItem): readonly string[] {
  return typeof item.method === "string" ? [item.method] : item.method
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null
}

function whole(value: unknown): number | null {
  return typeof value === "number" ? value : null
}

function nameOf(value: unknown): string | null {
  return typeof value === "object" && value !== null ? text((value as { name?: unknown }).name) : null
}

function isCalendar(value: unknown): value is CalendarData {
  const data = value as Partial<CalendarData> | null
  return Array.isArray(data?.days_off) && Array.isArray(data.extra_workdays) && Array.isArray(data.known_years)
}
