/** How far this device's clock is from the server's, as testimony in every op. Nothing is decided by it. */
import type { Clock } from "../kit/clock"
import { nowText } from "../kit/clock"
import type { TimeClaim } from "./ops"

export interface Offset {
  readonly offMs: number
  readonly measuredAtMs: number
}

/** Positive: the device's clock is ahead of the server's. */
export function measure(clock: Clock, serverTime: string): Offset | null {
  const server = Date.parse(serverTime)
  return Number.isNaN(server) ? null : { offMs: Math.round(clock.wallMs() - server), measuredAtMs: clock.wallMs() }
}

export function timeClaim(clock: Clock, offset: Offset | null): TimeClaim {
  return {
    wall: nowText(clock),
    mono_ms: clock.monoMs(),
    boot: clock.boot,
    off_ms: offset?.offMs ?? null,
    off_age_s: offset ? Math.max(0, Math.round((clock.wallMs() - offset.measuredAtMs) / 1000)) : null,
  }
}
