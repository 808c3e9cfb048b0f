/** 复查: what the sealed visits leave to be looked at again, computed on the phone from the sealed answers. */
import { dayOf } from "../../ui/format"
import type { Item, Visit } from "../../sync/visit"
import { dueOf, urgencyOf, type Due, type Urgency } from "../inspection/due"
import { calendarFrom } from "../inspection/facts"

export interface Recheck {
  readonly visitId: string
  readonly siteName: string
  readonly item: Item
  readonly due: Due
  readonly urgency: Urgency
}

/** Earliest first. Dates are provisional until the order is served; the office has the last word. */
export function rechecksOf(visits: readonly Visit[], today: string): readonly Recheck[] {
  return visits
    .flatMap((visit) => ofVisit(visit, today))
    .sort((a, b) => (a.due.on + a.item.code < b.due.on + b.item.code ? -1 : 1))
}

function ofVisit(visit: Visit, today: string): Recheck[] {
  // What a recheck finds not put right gets its next day from the office.
  if (!visit.seal?.sealedAt || visit.briefing) return []
  const calendar = calendarFrom(visit.dispatched)
  const start = dayOf(visit.seal.sealedAt)
  return visit.items.flatMap((item) => {
    const due = dueOf(item, start, calendar)
    if (!due) return []
    return [{ visitId: visit.visitId, siteName: visit.dispatched.site.name, item, due, urgency: urgencyOf(due.on, today, calendar) }]
  })
}
