/**
 * Working days over a calendar that is passed in; twin of backend/suicha/kit/workdays.py, same vectors.
 *
 * The day from which a term runs is not counted, and a term that ends on a day off ends on the next
 * working day. An answer is uncertain when a day that was looked at lies in a year without a calendar:
 * weekends are the only days off that can be known there.
 */

export type TermUnit = "working_days" | "calendar_days"

/** Days are text, `2026-11-22`. Days off outside weekends, weekend days on which people work, known years. */
export interface CalendarData {
  readonly days_off: readonly string[]
  readonly extra_workdays: readonly string[]
  readonly known_years: readonly number[]
}

export interface Day {
  readonly on: string
  readonly isUncertain: boolean
}

export interface Calendar {
  isWorkday(day: string): boolean
  knows(day: string): boolean
}

export function calendarOf(data: CalendarData): Calendar {
  const daysOff = new Set(data.days_off)
  const extra = new Set(data.extra_workdays)
  const years = new Set(data.known_years)
  return {
    isWorkday: (day) => extra.has(day) || (!isWeekend(day) && !daysOff.has(day)),
    knows: (day) => years.has(Number(day.slice(0, 4))),
  }
}

export const WEEKENDS_ONLY: Calendar = calendarOf({ days_off: [], extra_workdays: [], known_years: [] })

/** The last day of a term of `value` working or calendar days that runs from `start`. */
export function deadline(start: string, value: number, unit: TermUnit, calendar: Calendar): Day {
  if (value < 0) throw new RangeError("a term cannot be negative")
  return unit === "working_days" ? addWorkingDays(start, value, calendar) : thisOrNextWorkday(plusDays(start, value), calendar)
}

/** The `count`-th working day after `start`; for none, `start` itself or the next working day. */
export function addWorkingDays(start: string, count: number, calendar: Calendar): Day {
  if (count < 0) throw new RangeError("a term cannot be negative")
  if (count === 0) return thisOrNextWorkday(start, calendar)
  let day: Day = { on: start, isUncertain: false }
  for (let i = 0; i < count; i++) {
    const next = firstWorkingDayAfter(day.on, calendar)
    day = { on: next.on, isUncertain: day.isUncertain || next.isUncertain }
  }
  return day
}

/** The next working day, not counting `day` itself. */
export function firstWorkingDayAfter(day: string, calendar: Calendar): Day {
  return thisOrNextWorkday(plusDays(day, 1), calendar)
}

/** How many working days lie after `start` up to and including `end`: 还剩 N 个工作日; none if `end` has passed. */
export function workingDaysBetween(start: string, end: string, calendar: Calendar): number {
  let count = 0
  for (let day = plusDays(start, 1); day <= end; day = plusDays(day, 1)) if (calendar.isWorkday(day)) count += 1
  return count
}

export function plusDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * 86_400_000).toISOString().slice(0, 10)
}

function thisOrNextWorkday(day: string, calendar: Calendar): Day {
  let on = day
  let isUncertain = !calendar.knows(on)
  while (!calendar.isWorkday(on)) {
    on = plusDays(on, 1)
    isUncertain ||= !calendar.knows(on)
  }
  return { on, isUncertain }
}

function isWeekend(day: string): boolean {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay()
  return weekday === 0 || weekday === 6
}
