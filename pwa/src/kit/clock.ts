/** The only place that reads the time. No rule uses it: what a clock says is testimony, not truth. */

export interface Clock {
  /** Milliseconds since 1970, as the device believes. */
  wallMs(): number
  /** Milliseconds that never run backwards, since `boot`. */
  monoMs(): number
  /** A new id for every page load: monotonic times compare within one boot only. */
  readonly boot: string
  /** Minutes east of UTC at an instant. */
  zoneMinutes(wallMs: number): number
}

export function systemClock(boot: string): Clock {
  const start = performance.now()
  return {
    boot,
    wallMs: () => Date.now(),
    monoMs: () => Math.floor(performance.now() - start),
    zoneMinutes: (wallMs) => -new Date(wallMs).getTimezoneOffset(),
  }
}

/** RFC 3339 with offset: `2026-11-22T11:17:11.123+08:00`. */
export function rfc3339(wallMs: number, zoneMinutes: number): string {
  const local = new Date(wallMs + zoneMinutes * 60_000).toISOString().slice(0, -1)
  const sign = zoneMinutes < 0 ? "-" : "+"
  const minutes = Math.abs(zoneMinutes)
  return `${local}${sign}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

export function nowText(clock: Clock): string {
  const wall = clock.wallMs()
  return rfc3339(wall, clock.zoneMinutes(wall))
}

/** The calendar day of an instant where the device is: `2026-11-22`. */
export function localDay(clock: Clock): string {
  return nowText(clock).slice(0, 10)
}

function two(value: number): string {
  return String(value).padStart(2, "0")
}
