/** What the team sees before closing: what is missing, what failed, what is disputed. */
import type { Calendar } from "../../kit/workdays"
import { isBlocking } from "../../sync/readiness"
import type { Gap, Item, Register, Visit } from "../../sync/visit"
import { dueOf, type Due } from "./due"

export interface Failure {
  readonly item: Item
  readonly due: Due
}

export interface Summary {
  readonly unanswered: readonly Item[]
  readonly inConflict: readonly Item[]
  /** Values agree again, but the leader has to say so. */
  readonly agreed: readonly Item[]
  /** About the visit itself: two arrivals, two names of the representative. */
  readonly visitConflicts: readonly Register[]
  readonly missingPhotos: readonly Item[]
  readonly missingRemarks: readonly Item[]
  readonly failures: readonly Failure[]
  readonly fixed: readonly Item[]
  readonly counts: { readonly pass: number; readonly fail: number; readonly fixed: number; readonly na: number }
  /** Nothing stands in the way of closing. Photos and remarks that are missing are asked for, but block nothing; a deduction needs its reason. */
  readonly isComplete: boolean
}

export function summaryOf(visit: Visit, startOn: string, calendar: Calendar): Summary {
  const withGap = (gap: Gap) => visit.items.filter((item) => item.gaps.includes(gap))
  const withResult = (result: string) => visit.items.filter((item) => item.result.value === result)
  const failures = withResult("fail").flatMap((item) => {
    const due = dueOf(item, startOn, calendar)
    return due ? [{ item, due }] : []
  })
  const unanswered = withGap("result")
  const inConflict = withGap("conflict")
  const agreed = withGap("agreed_conflict")
  const visitConflicts = visit.conflicts.filter((register) => register.item === "_")
  return {
    unanswered,
    inConflict,
    agreed,
    visitConflicts,
    missingPhotos: withGap("photo"),
    missingRemarks: withGap("remark"),
    failures: [...failures].sort((a, b) => (a.due.on < b.due.on ? -1 : 1)),
    fixed: withResult("fixed"),
    counts: { pass: withResult("pass").length, fail: withResult("fail").length, fixed: withResult("fixed").length, na: withResult("na").length },
    isComplete: !visit.items.some(isBlocking) && unanswered.length + inConflict.length + agreed.length + visitConflicts.length === 0,
  }
}

/** The category that the answers suggest; an officer decides. */
export function suggestedOutcome(summary: Summary): readonly string[] {
  return summary.failures.length + summary.counts.fixed > 0 ? ["ordered_to_correct"] : ["no_problem_found"]
}
