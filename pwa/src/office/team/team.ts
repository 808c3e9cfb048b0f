/** One team's page: its visits by day, how far it is, what its devices owe. */
import type { Schemas } from "../../api/client"

type Visit = Schemas["VisitRowOut"]
export type Device = Pick<Schemas["TeamDeviceOut"], "photos_owed" | "missing" | "waiting" | "is_flushed" | "is_revoked">

export interface DayOfVisits {
  readonly on: string
  readonly visits: readonly Visit[]
}

/** In the order of the days; on a day what is under way stands first, what is done last. */
export function byDay(visits: readonly Visit[]): readonly DayOfVisits[] {
  const days = [...new Set(visits.map((visit) => visit.planned_on))].sort()
  const rank = (visit: Visit) => ["disputed", "under_way", "assigned"].indexOf(visit.state)
  const order = (a: Visit, b: Visit) => place(rank(a)) - place(rank(b)) || a.code.localeCompare(b.code)
  return days.map((on) => ({ on, visits: visits.filter((visit) => visit.planned_on === on).sort(order) }))
}

function place(rank: number): number {
  return rank < 0 ? 3 : rank
}

const INSPECTED: readonly string[] = ["sealed", "signed", "disputed", "archived"]

export interface Progress {
  readonly total: number
  readonly inspected: number
  readonly conflicts: number
  readonly late: number
  readonly owed: number
}

export function progressOf(visits: readonly Visit[]): Progress {
  const sum = (of: (visit: Visit) => number) => visits.reduce((total, visit) => total + of(visit), 0)
  return {
    total: visits.length,
    inspected: visits.filter((visit) => INSPECTED.includes(visit.state)).length,
    conflicts: sum((visit) => visit.conflicts),
    late: sum((visit) => visit.late),
    owed: sum((visit) => visit.photos_owed),
  }
}

/** Past its day and not begun: what a leader wants to see first. */
export function isBehind(visit: Visit, today: string): boolean {
  return visit.planned_on < today && !INSPECTED.includes(visit.state) && visit.state !== "closed"
}

export interface Debt {
  readonly key: "photos" | "missing" | "waiting" | "notFlushed" | "flushed" | "revoked"
  readonly n: number
  readonly tone: "waiting" | "done" | "danger" | "plain"
}

/** What a device owes as far as the server can know; unsent records are known to the device alone. */
export function debtsOf(device: Device): readonly Debt[] {
  const debts: Debt[] = []
  if (device.is_revoked) debts.push({ key: "revoked", n: 1, tone: "danger" })
  if (device.missing > 0) debts.push({ key: "missing", n: device.missing, tone: "danger" })
  else if (device.waiting > 0) debts.push({ key: "waiting", n: device.waiting, tone: "waiting" })
  if (device.photos_owed > 0) debts.push({ key: "photos", n: device.photos_owed, tone: "waiting" })
  return [...debts, device.is_flushed ? { key: "flushed", n: 0, tone: "done" } : { key: "notFlushed", n: 0, tone: "plain" }]
}

/** What kind of device it says it is, as a key of `office.devices`. */
export function deviceKind(userAgent: string): "iphone" | "ipad" | "android" | "windows" | "mac" | "other" {
  if (/iPhone/.test(userAgent)) return "iphone"
  if (/iPad/.test(userAgent)) return "ipad"
  if (/Android|HarmonyOS/i.test(userAgent)) return "android"
  if (/Windows/.test(userAgent)) return "windows"
  return /Macintosh/.test(userAgent) ? "mac" : "other"
}
