/** Counting what is where. Pure. */
import { isWanted, type BlobRow, type Outcome, type OwnOpState, type QuarantineRow } from "./ports"
import type { Connection, Failure, PhotoSync, SyncStatus, VisitSync } from "./status"

export interface StatusFacts {
  readonly connection: Connection
  readonly isSending: boolean
  readonly lastContactAt: string | null
  readonly nextTryAt: string | null
  readonly failures: readonly Failure[]
  readonly tally: readonly { scope: string; state: OwnOpState; outcome: Outcome | null }[]
  readonly blobs: readonly BlobRow[]
  readonly quarantine: readonly QuarantineRow[]
  /** The feed says that the server has these bytes. */
  readonly isVerified: (scope: string, sha256: string) => boolean
  /** How many own ops of a scope that were parked when they arrived wait no longer: taken in, or decided otherwise. */
  readonly settled: ReadonlyMap<string, number>
}

type Counts = { -readonly [K in keyof VisitSync]: VisitSync[K] }

export function statusOf(facts: StatusFacts): SyncStatus {
  const visits = new Map<string, Counts>()
  const of = (scope: string) => visits.get(scope) ?? visits.set(scope, nothing(scope)).get(scope) ?? nothing(scope)
  for (const op of facts.tally) countOp(of(op.scope), op)
  for (const [scope, n] of facts.settled) {
    of(scope).opsWaiting -= n
    of(scope).opsOnServer += n
  }
  const photos = facts.blobs.filter(isWanted).map((blob) => photoSync(blob, facts.isVerified(blob.scope, blob.sha256)))
  for (const photo of photos) countPhoto(of(photo.scope), photo)
  const all = [...visits.values()]
  const sum = (pick: (counts: Counts) => number) => all.reduce((total, counts) => total + pick(counts), 0)
  return {
    connection: facts.connection,
    isSending: facts.isSending,
    lastContactAt: facts.lastContactAt,
    nextTryAt: facts.nextTryAt,
    visits: Object.fromEntries(visits),
    photos,
    failures: [...facts.failures, ...facts.quarantine.map(opFailure), ...photos.flatMap(photoFailure)],
    opsHere: sum((counts) => counts.opsHere),
    photosHere: sum((counts) => counts.photosHere),
    bytesToGo: sum((counts) => counts.bytesToGo),
    waiting: sum((counts) => counts.opsWaiting),
    failed: sum((counts) => counts.opsFailed) + photos.filter((photo) => photo.state === "failed").length,
  }
}

function nothing(scope: string): Counts {
  return { scope, opsHere: 0, opsOnServer: 0, opsWaiting: 0, opsFailed: 0, photosHere: 0, photosOnServer: 0, bytesToGo: 0 }
}

function countOp(counts: Counts, op: StatusFacts["tally"][number]): void {
  if (op.state === "queued") counts.opsHere += 1
  else if (op.state === "quarantined") counts.opsFailed += 1
  else if (op.outcome === "parked") counts.opsWaiting += 1
  else counts.opsOnServer += 1
}

function countPhoto(counts: Counts, photo: PhotoSync): void {
  if (photo.state === "server") counts.photosOnServer += 1
  else counts.photosHere += 1
  counts.bytesToGo += photo.state === "server" ? 0 : photo.size - photo.sent
}

function photoSync(blob: BlobRow, isVerified: boolean): PhotoSync {
  const { sha256, scope, size, reason } = blob
  const state = isVerified ? "server" : blob.state
  return { sha256, scope, size, sent: state === "server" ? size : blob.sent, state, reason }
}

function opFailure(row: QuarantineRow): Failure {
  return { key: `op:${row.hash}`, what: "op", scope: row.scope, code: row.code, at: row.at }
}

function photoFailure(photo: PhotoSync): Failure[] {
  if (photo.state !== "failed") return []
  return [{ key: `photo:${photo.sha256}`, what: "photo", scope: photo.scope, code: photo.reason ?? "failed", at: "" }]
}
