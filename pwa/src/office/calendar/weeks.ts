/** Which days a calendar page shows. Days are ISO text; weeks begin on Monday, as in China. */

export type Span = "month" | "week"

const DAY_MS = 86_400_000
const at = (day: string) => Date.parse(`${day}T00:00:00Z`)
const iso = (ms: number) => new Date(ms).toISOString().slice(0, 10)

export function addDays(day: string, n: number): string {
  return iso(at(day) + n * DAY_MS)
}

export function mondayOf(day: string): string {
  return addDays(day, -((new Date(at(day)).getUTCDay() + 6) % 7))
}

/** The first and the last day shown: whole weeks around the month, or one week. */
export function rangeOf(day: string, span: Span): { readonly from: string; readonly to: string } {
  if (span === "week") return { from: mondayOf(day), to: addDays(mondayOf(day), 6) }
  const first = `${day.slice(0, 7)}-01`
  return { from: mondayOf(first), to: addDays(mondayOf(lastOfMonth(first)), 6) }
}

/** The same place one page further; in a shorter month its last day. */
export function turned(day: string, span: Span, pages: number): string {
  if (span === "week") return addDays(day, 7 * pages)
  const [year, month] = [Number(day.slice(0, 4)), Number(day.slice(5, 7))]
  const first = iso(Date.UTC(year, month - 1 + pages, 1))
  const last = lastOfMonth(first)
  const same = `${first.slice(0, 7)}-${day.slice(8)}`
  return same > last ? last : same
}

function lastOfMonth(day: string): string {
  return iso(Date.UTC(Number(day.slice(0, 4)), Number(day.slice(5, 7)), 0))
}

/** The day that an address names, or the one given: an address holds any text. */
export function dayIn(text: unknown, otherwise: string): string {
  if (typeof text !== "string" || !/^(19|20|21)\d\d-\d\d-\d\d$/.test(text)) return otherwise
  return Number.isNaN(at(text)) || iso(at(text)) !== text ? otherwise : text
}

export function inWeeks<T>(days: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(days.length / 7) }, (_, week) => days.slice(7 * week, 7 * week + 7))
}

/** The years on the page whose holidays nobody has announced. */
export function unknownYears(days: readonly { readonly on: string; readonly is_known: boolean }[]): readonly string[] {
  return [...new Set(days.filter((day) => !day.is_known).map((day) => day.on.slice(0, 4)))]
}
