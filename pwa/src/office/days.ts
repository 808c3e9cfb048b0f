/** Days between dates, in words' ingredients. Dates are China's; no clock is read here. */
import { dayWords } from "../ui/format"

/** From `from` to `to`: negative once `to` lies in the past. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000)
}

/** Which words say how long there is: `office.days.<key>` with the number of days. */
export function daysLeftKey(days: number): "over" | "today" | "left" {
  if (days < 0) return "over"
  return days === 0 ? "today" : "left"
}

/** `周二`: for a table's cell, where the date stands above it. */
export function weekdayOf(day: string, language: string): string {
  return dayWords(day, language).slice(day.length).replace(/[（）()\s]/g, "")
}
