/** How many of a recheck's pictures are on this phone, and bringing the rest. */
import { ref, watch, type Ref } from "vue"
import { useI18n } from "vue-i18n"
import type { Kept } from "../../sync/phone"
import { useAct } from "../useAct"
import { usePhone } from "../useSession"

export function useKept(visitId: Ref<string>) {
  const phone = usePhone()
  const { t } = useI18n()
  const { act, tell, isBusy } = useAct()
  /** Null while counting. */
  const kept = ref<Kept | null>(null)
  watch(visitId, () => void count(), { immediate: true })

  async function count() {
    const id = visitId.value
    const found = await phone.briefingPictures(id).catch(() => null)
    if (id === visitId.value) kept.value = found
  }

  async function fetch() {
    const isDone = await act(async () => (kept.value = await phone.keepBriefingPictures(visitId.value)))
    if (isDone && kept.value && kept.value.here < kept.value.total) tell(t("recheck.notFetched"))
  }

  return { kept, isBusy, fetch }
}
