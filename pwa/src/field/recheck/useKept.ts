/** How many of a recheck's pictures are on this phone, and bringing the rest. */
import { ref, watch, type Ref } from "vue"
import type { Kept } from "../../sync/phone"
import { useAct } from "../useAct"
import { usePhone } from "../useSession"

export function useKept(visitId: Ref<string>) {
  const phone = usePhone()
  const { act, isBusy } = useAct()
  /** Null while counting. */
  const kept = ref<Kept | null>(null)
  watch(visitId, () => void count(), { immediate: true })

  async function count() {
    const id = visitId.value
    const found = await phone.briefingPictures(id).catch(() => null)
    if (id === visitId.value) kept.value = found
  }

  const fetch = () => act(async () => (kept.value = await phone.keepBriefingPictures(visitId.value)))
  return { kept, isBusy, fetch, count }
}
