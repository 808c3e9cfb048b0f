/** What the phone knows, as refs that follow it until the page goes away. */
import { onScopeDispose, shallowRef, watchEffect, type Ref, type ShallowRef } from "vue"
import type { PostedNotice } from "../sync/notices"
import type { SyncStatus } from "../sync/status"
import type { Visit, VisitCard } from "../sync/visit"
import { usePhone, useSession } from "./useSession"

/** `undefined` while the phone is still reading. */
export function useVisits(): Readonly<ShallowRef<readonly VisitCard[] | undefined>> {
  const cards = shallowRef<readonly VisitCard[]>()
  onScopeDispose(usePhone().watchVisits((visits) => (cards.value = visits)))
  return cards
}

/** `undefined` while reading, `null` where this phone has no such visit. */
export function useVisit(visitId: Ref<string>): Readonly<ShallowRef<Visit | null | undefined>> {
  const phone = usePhone()
  const visit = shallowRef<Visit | null>()
  watchEffect((onCleanup) => {
    visit.value = undefined
    onCleanup(phone.watchVisit(visitId.value, (known) => (visit.value = known)))
  })
  return visit
}

/** All visits of the phone in full; for pages that look across visits. */
export function useAllVisits(): Readonly<ShallowRef<readonly Visit[] | undefined>> {
  const phone = usePhone()
  const visits = shallowRef<readonly Visit[]>()
  const known = new Map<string, Visit>()
  const watching = new Map<string, () => void>()
  const publish = () => (visits.value = [...known.values()])
  const stop = phone.watchVisits((cards) => {
    const here = new Set(cards.map(({ visitId }) => visitId))
    const gone = [...watching].filter(([id]) => !here.has(id))
    for (const [id, unwatch] of gone) {
      unwatch()
      watching.delete(id)
      known.delete(id)
    }
    if (cards.length === 0 || gone.length > 0) publish()
    for (const { visitId } of cards) {
      if (watching.has(visitId)) continue
      const unwatch = phone.watchVisit(visitId, (visit) => {
        if (visit) known.set(visitId, visit)
        publish()
      })
      watching.set(visitId, unwatch)
    }
  })
  onScopeDispose(() => {
    stop()
    for (const unwatch of watching.values()) unwatch()
  })
  return visits
}

/** What the office told this person; `undefined` while the phone is still reading. */
export function useNotices(): Readonly<ShallowRef<readonly PostedNotice[] | undefined>> {
  const notices = shallowRef<readonly PostedNotice[]>()
  onScopeDispose(usePhone().watchNotices((posted) => (notices.value = posted)))
  return notices
}

/** The engine's status of whichever phone is open; null while nobody is signed in. */
export function useStatus(): Readonly<ShallowRef<SyncStatus | null>> {
  const { phone } = useSession()
  const status = shallowRef<SyncStatus | null>(null)
  watchEffect((onCleanup) => {
    status.value = null
    if (phone.value) onCleanup(phone.value.watchStatus((now) => (status.value = now)))
  })
  return status
}
