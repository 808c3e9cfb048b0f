/** A new password that is typed twice, and what is wrong with it as far as that can be told before it is sent. */
import { computed, ref } from "vue"
import { passwordWeakness } from "./passwords"

export function useNewPassword(said: () => { readonly username: string; readonly old: string }) {
  const [fresh, again] = [ref(""), ref("")]
  const weakness = computed(() => (fresh.value === "" ? null : passwordWeakness(fresh.value, said())))
  const isDifferent = computed(() => again.value !== "" && again.value !== fresh.value)
  const isReady = computed(() => fresh.value !== "" && weakness.value === null && again.value === fresh.value)
  return { fresh, again, weakness, isDifferent, isReady }
}
