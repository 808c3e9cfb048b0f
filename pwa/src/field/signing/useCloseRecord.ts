import { showConfirmDialog } from "vant"
import "vant/es/dialog/style"
import { computed, reactive, ref, shallowRef, watch, type Ref } from "vue"
import type { Readiness } from "../../sync/phone"
import type { Visit } from "../../sync/visit"
import { calendarFrom } from "../inspection/facts"
import { suggestedOutcome, summaryOf } from "../inspection/summary"
import { useAct } from "../useAct"
import { useLanguage } from "../useLanguage"
import { useNow } from "../useNow"
import { usePhone } from "../useSession"
import { representativeOf } from "./signers"

/** What the leader decides before the record is closed; names and categories belong to it, so they come first. */
export function useCloseRecord(visit: Ref<Visit>) {
  const phone = usePhone()
  const { t } = useLanguage()
  const { act, isBusy } = useAct()
  // Leaving a text box saves it. A button that is busy swallows taps, and the tap that left the box was on it.
  const { act: actAside } = useAct()
  const { today } = useNow()
  const id = visit.value.visitId
  const known = representativeOf(visit.value)
  const [name, title] = [ref(known?.name ?? ""), ref(known?.title ?? "")]
  const reasons = reactive<{ [account: string]: string }>({})
  const readiness = shallowRef<Readiness | null>(null)
  const summary = computed(() => summaryOf(visit.value, today.value, calendarFrom(visit.value.dispatched)))
  const isLeader = computed(() => visit.value.me?.role === "leader" && !visit.value.readOnly)
  const outcome = computed(() => (Array.isArray(visit.value.outcome.value) ? (visit.value.outcome.value as string[]) : suggestedOutcome(summary.value)))
  const unsettled = computed(() => readiness.value?.unsettledMembers ?? [])
  const hasReasons = computed(() => unsettled.value.every((member) => reasons[member.account]?.trim()))
  const canSeal = computed(() => !!readiness.value?.canSeal && hasReasons.value && name.value.trim() !== "" && outcome.value.length > 0)

  watch(visit, () => void actAside(async () => (readiness.value = await phone.readiness(id))), { immediate: true })

  let kept = known
  let keeping = Promise.resolve(true)
  /** One after the other: leaving the box and closing the record both ask for it. */
  function saveRepresentative(): Promise<boolean> {
    return (keeping = keeping.then(keepRepresentative))
  }

  async function keepRepresentative(): Promise<boolean> {
    const wanted = { name: name.value.trim(), title: title.value.trim() }
    if (wanted.name === "" || (kept?.name === wanted.name && kept.title === wanted.title)) return true
    const isKept = await actAside(() => phone.setRegister(id, "_", "site_rep", wanted))
    if (isKept) kept = wanted
    return isKept
  }

  const saveOutcome = (codes: readonly string[]) => actAside(() => phone.setRegister(id, "_", "outcome", [...codes].sort()))

  function toggleOutcome(code: string) {
    const isOn = outcome.value.includes(code)
    return saveOutcome(isOn ? outcome.value.filter((other) => other !== code) : [...outcome.value, code])
  }

  async function seal() {
    if (!(await saveRepresentative())) return
    if (!Array.isArray(visit.value.outcome.value) && !(await saveOutcome(outcome.value))) return
    const isSure = await showConfirmDialog({ title: t("close.seal"), message: t("close.sure"), confirmButtonText: t("close.sealNow"), cancelButtonText: t("common.cancel") }).catch(() => null)
    if (!isSure) return
    const missing = unsettled.value.map(({ account }) => ({ replica: null, account, reason: reasons[account]?.trim() ?? "" }))
    await act(() => phone.seal(id, missing))
  }

  return { readiness, summary, name, title, outcome, reasons, isBusy, canSeal, isLeader, saveRepresentative, toggleOutcome, seal }
}
