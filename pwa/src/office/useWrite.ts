/** One thing that a page asks the server to do: under way, done, or refused with the server's words. */
import { ref, shallowRef, watch, type WatchSource } from "vue"
import { ApiProblem } from "../api/client"
import { isSessionOver, useOfficeSession } from "./useOfficeSession"

/** `dialog` says which question is open: what was refused in one is not told beside the next, nor after it was closed. */
export function useWrite(dialog?: WatchSource<unknown>) {
  const { askToSignIn } = useOfficeSession()
  const isBusy = ref(false)
  const problem = shallowRef<ApiProblem | null>(null)

  if (dialog) watch(dialog, () => (problem.value = null))

  /** The answer, or null where it was refused; a second press while the first is on its way does nothing. */
  async function write<T>(work: () => Promise<T>): Promise<T | null> {
    if (isBusy.value) return null
    isBusy.value = true
    problem.value = null
    try {
      return await work()
    } catch (error) {
      problem.value = error instanceof ApiProblem ? error : new ApiProblem(null, "unexpected", "")
      if (isSessionOver(problem.value)) await askToSignIn()
      return null
    } finally {
      isBusy.value = false
    }
  }
  return { isBusy, problem, write }
}
