/** A ceremony as it stands, asked for every two seconds; what was shown stays while the network is away. */
import { computed, onScopeDispose, ref, shallowRef } from "vue"
import { ApiProblem } from "../../api/client"
import { isSessionOver, useOfficeSession } from "../useOfficeSession"
import { readDraw, type Seen } from "./desk"
import { isOver } from "./steps"

const EVERY_MS = 2000
/** Once nothing can change any more but the ledger around it. */
const RARELY_MS = 30_000

export function useCeremony(id: string) {
  const { askToSignIn } = useOfficeSession()
  const seen = shallowRef<Seen | null>(null)
  const problem = shallowRef<ApiProblem | null>(null)
  const refusal = shallowRef<ApiProblem | null>(null)
  const isBusy = ref(false)
  const draw = computed(() => seen.value?.draw ?? null)
  let timer: ReturnType<typeof setTimeout> | undefined
  let isGone = false
  let latest = 0

  async function look() {
    clearTimeout(timer)
    const mine = ++latest
    try {
      const answer = await readDraw(id, seen.value)
      if (isGone || mine !== latest) return
      seen.value = answer
      problem.value = null
    } catch (error) {
      if (isGone || mine !== latest) return
      problem.value = asProblem(error)
      if (isSessionOver(problem.value)) return void askToSignIn()
    }
    timer = setTimeout(look, draw.value && isOver(draw.value.state) ? RARELY_MS : EVERY_MS)
  }

  /** Does something and looks at once what came of it; true when it was done. */
  async function act(doIt: () => Promise<unknown>): Promise<boolean> {
    if (isBusy.value) return false
    isBusy.value = true
    refusal.value = null
    try {
      await doIt()
      return true
    } catch (error) {
      refusal.value = asProblem(error)
      if (isSessionOver(refusal.value)) void askToSignIn()
      return false
    } finally {
      isBusy.value = false
      await look()
    }
  }

  const onSight = () => document.visibilityState === "visible" && void look()
  document.addEventListener("visibilitychange", onSight)
  onScopeDispose(() => {
    isGone = true
    clearTimeout(timer)
    document.removeEventListener("visibilitychange", onSight)
  })
  void look()
  return { draw, problem, refusal, isBusy, look, act }
}

function asProblem(error: unknown): ApiProblem {
  return error instanceof ApiProblem ? error : new ApiProblem(null, "unexpected", "")
}
