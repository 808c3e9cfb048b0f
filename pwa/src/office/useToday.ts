/** The day in China, kept right over midnight on a page that stays open. */
import { onScopeDispose, ref } from "vue"
import { systemClock } from "../kit/clock"

const MINUTE_MS = 60_000

export function useToday(dayOf: (instant: number) => string) {
  const clock = systemClock("office")
  const today = ref(dayOf(clock.wallMs()))
  const tick = setInterval(() => (today.value = dayOf(clock.wallMs())), MINUTE_MS)
  onScopeDispose(() => clearInterval(tick))
  return today
}
