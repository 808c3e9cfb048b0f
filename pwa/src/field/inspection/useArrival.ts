import { computed, type ShallowRef } from "vue"
import type { Json } from "../../kit/canonicalJson"
import type { Gps, Visit } from "../../sync/visit"
import { useAct } from "../useAct"
import { useLanguage } from "../useLanguage"
import { usePhone } from "../useSession"
import { arrivalOf } from "./arrival"
import { distanceM, isFar } from "./distance"
import { siteFacts } from "./facts"

const LOCATE_MS = 12_000

/** 到达: position with accuracy and distance; refused or far is recorded as it is and stops nobody. */
export function useArrival(visit: Readonly<ShallowRef<Visit | null | undefined>>) {
  const phone = usePhone()
  const { t } = useLanguage()
  const { act, tell, isBusy } = useAct()
  const mayWrite = computed(() => {
    const role = visit.value?.me?.role
    return !visit.value?.readOnly && (role === "leader" || role === "officer")
  })
  const arrived = computed(() => (visit.value ? arrivalOf(visit.value.arrival) : null))
  const sitePosition = computed(() => (visit.value ? siteFacts(visit.value.dispatched).position : null))
  const distance = computed(() => measure(arrived.value?.gps ?? null))
  const isFarAway = computed(() => !!arrived.value?.gps && isFar(distance.value, arrived.value.gps))

  function measure(gps: Gps | null): number | null {
    return gps && sitePosition.value ? distanceM(gps, sitePosition.value) : null
  }

  async function arrive() {
    const { visitId } = visit.value ?? {}
    if (!visitId) return
    const isSaved = await act(async () => {
      const gps = await phone.locate(LOCATE_MS)
      const position = gps && { lat: gps.lat, lon: gps.lon, acc_m: Math.round(gps.accM) }
      await phone.setRegister(visitId, "_", "arrival", { gps: position, distance_m: measure(gps) } as Json)
      if (!gps) tell(t("visit.noPosition"))
    })
    if (isSaved) await phone.rememberPlace({ visitId, item: null, intent: null })
  }

  return { arrived, distance, isFarAway, isBusy, mayWrite, arrive }
}
