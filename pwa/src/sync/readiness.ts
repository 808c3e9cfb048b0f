/** What stands between a visit and its seal. Pure; the rules are those of sync-protocol 0.9 and section 6. */
import type { Readiness } from "./phone"
import type { Item, Visit } from "./visit"

export function readinessOf(visit: Visit): Readiness {
  const items = visit.items.filter((item) => item.gaps.length > 0).map(({ code, gaps }) => ({ item: code, gaps }))
  const conflicts = visit.conflicts.filter((register) => register.item === "_").map(({ item, field }) => ({ item, field }))
  const isLeader = visit.me?.role === "leader"
  const hasSplit = visit.conflicts.some((register) => register.state === "conflict")
  const isWritable = visit.readOnly === null
  return {
    canSeal: isLeader && isWritable && visit.edition !== null && !hasSplit && !visit.items.some(isBlocking),
    items,
    conflicts,
    photosElsewhere: visit.photos.filter((photo) => !photo.excluded && photo.bytes === "elsewhere").map((photo) => photo.photoId),
    unsettledMembers: unsettled(visit),
    isLeader,
  }
}

/** A deduction without a word why is no deduction: on a scored item the remark is needed as well. */
export function isBlocking({ gaps, definition }: Item): boolean {
  return gaps.includes("result") || gaps.includes("conflict") || (definition.score !== undefined && gaps.includes("remark"))
}

/** Colleagues whose phones may still hold something: everyone but oneself who has not said that it is all there. */
function unsettled(visit: Visit): Readiness["unsettledMembers"] {
  return visit.team
    .filter(({ account }) => account !== visit.me?.account)
    .flatMap(({ account, name }) => {
      const activity = visit.members.find((member) => member.account === account)
      return activity?.isFlushed ? [] : [{ account, name, lastReceivedAt: activity?.lastReceivedAt ?? null }]
    })
}
