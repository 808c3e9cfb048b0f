/** The time on the wall, for screens: what is due today, how long ago the last contact was. */
import { computed, onScopeDispose, ref } from "vue"
import { systemClock } from "../kit/clock"
import { dayOf } from "../ui/format"

const clock = systemClock("screens")

export function useNow(everyMs = 30_000) {
  const now = ref(clock.wallMs())
  const timer = setInterval(() => (now.value = clock.wallMs()), everyMs)
  onScopeDispose(() => clearInterval(timer))
  return { now, today: computed(() => dayOf(now.value)) }
}

export function wallMs(): number {
  return clock.wallMs()
}
