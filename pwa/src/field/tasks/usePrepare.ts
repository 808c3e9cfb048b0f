import { computed, ref } from "vue"
import type { PrepareStep } from "../../sync/phone"
import type { VisitCard } from "../../sync/visit"
import { useAct } from "../useAct"
import { usePhone } from "../useSession"
import { missingIn, type PrepareLine } from "./prepareLines"

/** 出发前准备: one visit after the other, each step shown as it goes. */
export function usePrepare() {
  const phone = usePhone()
  const { act } = useAct()
  const lines = ref<PrepareLine[]>([])
  const state = ref<"running" | "ready" | "failed">("running")

  /** Closed and opened again while it ran: what the earlier run comes to is not told over the later one. */
  let turn = 0

  async function prepare(cards: readonly VisitCard[]) {
    const mine = ++turn
    state.value = "running"
    lines.value = cards.map(({ visitId, siteName }) => ({ visitId, siteName, steps: [] }))
    let areReady = true
    for (const line of lines.value) {
      if (mine !== turn) return
      let isThisReady = false
      const ran = await act(async () => (isThisReady = await phone.prepareOffline(line.visitId, (step) => note(line, step))))
      areReady = areReady && ran && isThisReady
    }
    if (mine === turn) state.value = areReady ? "ready" : "failed"
  }

  const missing = computed(() => missingIn(lines.value))

  function note(line: PrepareLine, step: PrepareStep) {
    line.steps = [...line.steps.filter((known) => known.step !== step.step), step]
  }

  return { lines, state, missing, prepare }
}
