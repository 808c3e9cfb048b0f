/** Days between dates, in words' ingredients. Dates are China's; no clock is read here. */

/** From `from` to `to`: negative once `to` lies in the past. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000)
}

/** Which words say how long there is: `office.days.<key>` with the number of days. */
export function daysLeftKey(days: number): "over" | "today" | "left" {
  if (days < 0) return "over"
  return days === 0 ? "today" : "left"
}
