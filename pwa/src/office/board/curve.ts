/** The line of what is planned and the line of what is done, in percent of the drawing's width and height. */
import { daysBetween } from "../days"

export interface CurvePoint {
  readonly on: string
  readonly planned: number
  readonly done: number | null
}

export interface Tick {
  readonly at: number
  readonly label: string
}

export interface Curve {
  readonly planned: string
  readonly done: string
  readonly ground: string
  /** Where today stands; null when it lies outside. */
  readonly today: number | null
  readonly days: readonly Tick[]
  readonly counts: readonly Tick[]
  readonly plannedByToday: number
  readonly doneByToday: number
  /** Planned for the days before today: what is not done of it is late. */
  readonly plannedBefore: number
}

/** Both lines climb in steps on the day itself: between two points nothing happens. Null without any point. */
export function curveOf(points: readonly CurvePoint[], today: string): Curve | null {
  const [first, last] = [points[0], points.at(-1)]
  if (!first || !last) return null
  const days = Math.max(1, daysBetween(first.on, last.on) + 1)
  const most = niceTop(Math.max(...points.map((point) => Math.max(point.planned, point.done ?? 0))))
  const x = (on: string) => rounded((100 * daysBetween(first.on, on)) / days)
  const y = (n: number) => rounded(100 - (100 * n) / most)
  const known = points.filter((point) => point.done !== null)
  const line = (some: readonly CurvePoint[], of: (point: CurvePoint) => number, end: number) =>
    `M0 100${some.map((point) => `H${x(point.on)}V${y(of(point))}`).join("")}H${end}`
  const doneEnd = known.length === points.length ? 100 : Math.max(0, Math.min(100, rounded(x(today) + 100 / days)))
  const done = line(known, (point) => point.done ?? 0, doneEnd)
  const past = points.filter((point) => point.on <= today)
  return {
    planned: line(points, (point) => point.planned, 100),
    done,
    ground: `${done}V100Z`,
    today: today >= first.on && today <= last.on ? x(today) : null,
    days: dayTicks(first.on, days),
    counts: [0, most / 2, most].map((n) => ({ at: y(n), label: String(n) })),
    plannedByToday: past.at(-1)?.planned ?? 0,
    plannedBefore: points.filter((point) => point.on < today).at(-1)?.planned ?? 0,
    doneByToday: known.at(-1)?.done ?? 0,
  }
}

/** The next even number that reads well at the top and in the middle of an axis. */
export function niceTop(most: number): number {
  if (most <= 4) return 4
  const size = 10 ** Math.floor(Math.log10(most))
  return [1, 1.5, 2, 3, 4, 6, 8, 10].map((step) => step * size).find((top) => top >= most && top % 2 === 0) ?? most
}

function dayTicks(first: string, days: number): readonly Tick[] {
  const steps = Math.min(3, days - 1)
  const offsets = steps <= 0 ? [0] : Array.from({ length: steps + 1 }, (_, n) => Math.round((n * (days - 1)) / steps))
  return offsets.map((offset) => ({ at: rounded((100 * offset) / days), label: dayAfter(first, offset).slice(5) }))
}

function dayAfter(day: string, n: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + n * 86_400_000).toISOString().slice(0, 10)
}

function rounded(n: number): number {
  return Math.round(n * 100) / 100
}
