/** One thing that a page asks the server to do: under way, done, or refused with the server's words. */
import { ref, shallowRef } from "vue"
import { ApiProblem } from "../api/client"
import { isSessionOver, useOfficeSession } from "./useOfficeSession"

export function useWrite() {
  const { askToSignIn } = useOfficeSession()
  const isBusy = ref(false)
  const problem = shallowRef<ApiProblem | null>(null)

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
