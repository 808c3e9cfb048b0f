/** One act of this page: done and looked at again, or refused where it was asked for. */
import { ref } from "vue"
import { useWrite } from "../useWrite"

export function useAct(again: () => void) {
  const { isBusy, problem, write } = useWrite()
  const progress = ref<{ readonly done: number; readonly of: number } | null>(null)
  const tell = (done: number, of: number) => (progress.value = { done, of })

  /** True when it was done. The page looks again in any case: of several pieces some may be done. */
  async function act(work: () => Promise<unknown>): Promise<boolean> {
    const answer = await write(async () => ({ it: await work() }))
    progress.value = null
    again()
    return answer !== null
  }
  return { isBusy, problem, progress, tell, act }
}
