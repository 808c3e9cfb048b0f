/** The state of sending as message keys: for the strip on top of every page and for 同步状态. */
import type { Connection, SyncStatus } from "../../sync/status"

export type StripTone = "done" | "here" | "waiting" | "danger" | "plain"

export interface Strip {
  readonly tone: StripTone
  readonly connection: Connection
  /** What is only on this phone, or null. */
  readonly here: { readonly ops: number; readonly photos: number; readonly bytes: number } | null
  readonly waiting: number
  readonly failed: number
}

export function stripOf(status: SyncStatus): Strip {
  const { connection, waiting, failed } = status
  const isAllSent = status.opsHere === 0 && status.photosHere === 0
  const here = isAllSent ? null : { ops: status.opsHere, photos: status.photosHere, bytes: status.bytesToGo }
  return { tone: toneOf(status, isAllSent), connection, here, waiting, failed }
}

function toneOf(status: SyncStatus, isAllSent: boolean): StripTone {
  if (status.failed > 0 || status.connection === "sign_in_needed") return "danger"
  if (status.waiting > 0) return "waiting"
  if (!isAllSent) return "here"
  return status.connection === "online" ? "done" : "plain"
}

/** Share of the photo bytes of a visit or phone that the server has, 0–100. */
export function percentSent(toGo: number, total: number): number {
  if (total <= 0) return 100
  return Math.max(0, Math.min(100, Math.floor(((total - toGo) / total) * 100)))
}
