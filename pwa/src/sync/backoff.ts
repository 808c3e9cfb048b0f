/** When to try again. Jitter keeps five hundred phones from coming back in the same second at 17:00. */

const SECOND = 1000
const LONGEST = 15 * 60 * SECOND

/** Delay after `failures` failures in a row; `dice` in [0, 1). The server's own wish wins where it is longer. */
export function retryDelay(failures: number, dice: number, retryAfterMs: number | null): number {
  const step = Math.min(LONGEST, 2 ** Math.min(failures, 20) * SECOND)
  const jittered = Math.round(step * (0.5 + dice / 2))
  return Math.max(jittered, Math.round((retryAfterMs ?? 0) * (1 + dice / 4)))
}
