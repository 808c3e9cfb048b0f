/** Reading the register `arrival`: made here as facts; other clients may have written a plain text. */
import type { Gps, Register } from "../../sync/visit"

export interface Arrival {
  readonly at: string
  readonly name: string
  readonly gps: Gps | null
}

/** The first arrival that stands. Two people who arrive write two heads; that is no dispute to bother anyone with here. */
export function arrivalOf(register: Register): Arrival | null {
  const head = register.heads.find((candidate) => candidate.value !== null)
  return head ? { at: head.at, name: head.name, gps: gpsOf(head.value) } : null
}

function gpsOf(value: unknown): Gps | null {
  const gps = (value as { gps?: { lat?: unknown; lon?: unknown; acc_m?: unknown } | null } | null)?.gps
  if (typeof gps?.lat !== "string" || typeof gps.lon !== "string") return null
  return { lat: gps.lat, lon: gps.lon, accM: typeof gps.acc_m === "number" ? gps.acc_m : 0 }
}
