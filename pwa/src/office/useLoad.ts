/** One thing that a page shows: asked for, there, or refused. What was there stays while it is asked for again. */
import { onScopeDispose, ref, shallowRef, watch, type WatchSource } from "vue"
import { ApiProblem } from "../api/client"
import { isSessionOver, useOfficeSession } from "./useOfficeSession"

export function useLoad<T>(ask: (signal: AbortSignal) => Promise<T>, on: WatchSource<unknown>[] = []) {
  const { askToSignIn } = useOfficeSession()
  const data = shallowRef<T | null>(null)
  const problem = shallowRef<ApiProblem | null>(null)
  const isLoading = ref(true)
  let latest: AbortController | null = null

  async function load() {
    latest?.abort()
    const mine = (latest = new AbortController())
    isLoading.value = true
    problem.value = null
    try {
      const answer = await ask(mine.signal)
      if (!mine.signal.aborted) data.value = answer
    } catch (error) {
      if (!mine.signal.aborted) await refused(error)
    } finally {
      if (latest === mine) isLoading.value = false
    }
  }

  async function refused(error: unknown) {
    problem.value = error instanceof ApiProblem ? error : new ApiProblem(null, "unexpected", "")
    if (isSessionOver(problem.value)) await askToSignIn()
  }

  watch(on, load, { immediate: true })
  onScopeDispose(() => latest?.abort())
  return { data, problem, isLoading, load }
}
