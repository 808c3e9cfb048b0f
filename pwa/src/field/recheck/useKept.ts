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
  /** The newest question alone has an answer: an early count must not say 还差 after everything was brought. */
  let turn = 0
  watch(visitId, () => void count(), { immediate: true })

  async function count() {
    const mine = ++turn
    const found = await phone.briefingPictures(visitId.value).catch(() => null)
    if (mine === turn) kept.value = found
  }

  async function fetch() {
    const mine = ++turn
    await act(async () => {
      const found = await phone.keepBriefingPictures(visitId.value)
      if (mine !== turn) return
      kept.value = found
      if (found.here < found.total) tell(t("recheck.notFetched"))
    })
  }

  return { kept, isBusy, fetch }
}
