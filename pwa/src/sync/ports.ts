/**
 * What the engine needs from the world, with the guarantees that it relies on. The real ones are in
 * src/db (Dexie) and src/shell (fetch, Web Locks); testing/ has memory fakes that pass the same suite.
 */
import type { MadeOp } from "./ops"

// ------------------------------------------------------------------ rows

export type Outcome = "applied" | "conflict" | "parked" | "rejected"

/** `queued` not confirmed by the server · `acked` it has an outcome there · `quarantined` refused, kept here. */
export type OwnOpState = "queued" | "acked" | "quarantined"

export interface OwnOp {
  readonly opId: string
  readonly replica: string
  readonly seq: number
  readonly scope: string
  readonly raw: string
  readonly hash: string
  /** The server's epoch in which `seen` was taken; null before the first contact. */
  readonly epoch: string | null
  readonly state: OwnOpState
  readonly outcome: Outcome | null
  readonly code: string | null
}

/** The end of this replica's chain. */
export interface ReplicaHead {
  readonly replica: string
  readonly nextSeq: number
  readonly lastHash: string
}

export interface FeedRow {
  readonly scope: string
  readonly pos: number
  readonly raw: string
  readonly hash: string
}

export interface ScopeRow {
  readonly scope: string
  readonly pos: number
  readonly chain: string
  readonly isRevoked: boolean
}

/** Everything about one scope that may have changed since `knownPos`, read inside one transaction. */
export interface ScopeFacts {
  readonly cursor: ScopeRow
  readonly newEntries: readonly FeedRow[]
  readonly ownOps: readonly OwnOp[]
  readonly head: ReplicaHead
  readonly epoch: string | null
}

export interface Recording {
  readonly ops: readonly OwnOp[]
  /** Blobs that an op of this recording names: they are no orphans any more. */
  readonly attach?: readonly string[]
}

export type BlobState = "here" | "sending" | "server" | "failed"

export interface BlobRow {
  readonly sha256: string
  readonly scope: string
  readonly item: string
  readonly kind: "photo" | "signature"
  readonly size: number
  readonly mime: string
  readonly state: BlobState
  readonly sent: number
  readonly reason: string | null
  readonly storedAt: string
  /** False until an op names it: the app died in between, the photo is offered again. */
  readonly isAttached: boolean
  /** What addPhoto needs to attach it later, opaque to the engine; null once the person let go of an orphan. */
  readonly facts: string | null
}

export type NewBlobRow = Omit<BlobRow, "state" | "sent" | "reason" | "isAttached">

/** Bytes that an op names, or that the person may still attach. */
export function isWanted(blob: Pick<BlobRow, "isAttached" | "facts">): boolean {
  return blob.isAttached || blob.facts !== null
}

export interface QuarantineRow {
  readonly hash: string
  readonly opId: string
  readonly scope: string
  readonly replica: string
  readonly seq: number
  readonly raw: string
  readonly code: string
  readonly at: string
  readonly response: string
}

export interface LogRow {
  readonly at: string
  readonly event: string
  readonly facts: string
}

/** What the server said about own ops, by op id. */
export interface Verdict {
  readonly opId: string
  readonly outcome: Outcome
  readonly code: string | null
}

// ------------------------------------------------------------------ storage

export interface Outbox {
  /**
   * One strict read-write transaction: reads the facts, calls `decide` (synchronous, pure), stores its
   * ops and moves the head behind the last of them. Throws what `decide` throws, and then stores nothing.
   * Two tabs that record at once are put in order; neither sees the other half done.
   * Resolves only when the ops are durable.
   */
  record(scope: string, knownPos: number, decide: (facts: ScopeFacts) => Recording): Promise<readonly OwnOp[]>
  /** Queued ops of the present replica in seq order, from `fromSeq` on. */
  queued(fromSeq: number, limit: number): Promise<readonly OwnOp[]>
  /** Verdicts by op id; ops that left meanwhile are ignored. Rejected ones are quarantined, never deleted. */
  settle(verdicts: readonly Verdict[], quarantine: readonly QuarantineRow[]): Promise<void>
  /** In one transaction: `op` (an op.void at the same seq) takes the place of the queued `hash`, which is quarantined. */
  putVoid(hash: string, op: OwnOp, quarantine: QuarantineRow): Promise<void>
  /** In one transaction: a new replica id; every queued op gets the envelope that `again` makes, in seq order. */
  moveToReplica(replica: string, again: (op: OwnOp, head: ReplicaHead) => MadeOp): Promise<void>
  /** Acked ops of the present replica with seq ≥ `fromSeq` become queued again (a server that was restored). */
  unack(fromSeq: number): Promise<number>
  head(): Promise<ReplicaHead>
  /** The op that stands at a seq now (the void, where there is one). */
  opAt(replica: string, seq: number): Promise<OwnOp | null>
  ownOps(scope: string): Promise<readonly OwnOp[]>
  /** Scope and state of every own op, without the bodies. */
  tally(): Promise<readonly { scope: string; state: OwnOpState; outcome: Outcome | null }[]>
  quarantined(): Promise<readonly QuarantineRow[]>
}

export interface FeedStore {
  cursors(): Promise<readonly ScopeRow[]>
  /** Entries with pos > `afterPos`, in order. */
  entries(scope: string, afterPos: number): Promise<readonly FeedRow[]>
  /**
   * Entries and cursor in one transaction. Entries at or below the cursor are skipped (another tab was
   * quicker). The caller has checked chain and hashes. Returns false, storing nothing, where the first
   * new entry does not follow the cursor.
   */
  applyEntries(scope: string, entries: readonly FeedRow[]): Promise<boolean>
  setRevoked(scope: string, isRevoked: boolean): Promise<void>
  /** Sets every cursor (or that of one scope) to 0 and keeps the old feed as evidence. */
  startOver(scope: string | null): Promise<void>
  epoch(): Promise<string | null>
  setEpoch(epoch: string): Promise<void>
}

export interface Uploads {
  /** What still has to go: `isWanted` ones that are not on the server and did not fail for good. */
  pending(): Promise<readonly BlobRow[]>
  blobs(): Promise<readonly BlobRow[]>
  blob(sha256: string): Promise<BlobRow | null>
  read(sha256: string, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>
  update(sha256: string, change: Partial<Pick<BlobRow, "state" | "sent" | "reason">>): Promise<void>
  /** Every blob is offered again (a server that was restored). */
  offerAllAgain(): Promise<void>
}

export interface Journal {
  /** A ring of the last 2,000 events, exported for support. Never throws. */
  log(event: string, facts: Record<string, unknown>): Promise<void>
}

export interface Store extends Outbox, FeedStore, Uploads, Journal {}

// ------------------------------------------------------------------ the server

export interface WireOp {
  readonly raw: string
  readonly hash: string
  readonly epoch?: string
}

export interface PushResult {
  readonly op_id: string | null
  readonly seq: number | null
  readonly outcome: string
  readonly code?: string | null
  readonly original?: unknown
  readonly need_from?: number | null
}

export interface PushReply {
  readonly epoch: string
  readonly server_time: string
  readonly acked_seq: number
  readonly need_from: number
  readonly results: readonly PushResult[]
}

export interface PullScope {
  readonly to: number
  readonly head: number
  readonly chain_head: string
  readonly state_root: string
  readonly entries: readonly { pos: number; raw: string; hash: string }[]
  readonly more: boolean
}

export interface PullReply {
  readonly epoch: string
  readonly server_time: string
  readonly scopes: { readonly [scope: string]: PullScope }
  readonly revoked: readonly string[]
}

/** Why a request brought no answer of ours. */
export type Trouble =
  | { readonly kind: "offline" }
  | { readonly kind: "captive" }
  | { readonly kind: "server_down"; readonly status: number | null; readonly retryAfterMs: number | null }
  | { readonly kind: "sign_in_needed" }
  | { readonly kind: "refused"; readonly status: number; readonly code: string }

export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly trouble: Trouble }

export type BlobHead = { readonly state: "absent" } | { readonly state: "partial"; readonly offset: number } | { readonly state: "verified" }

/** What a chunk met. `stored` tells the new offset, which is the length when all is verified. */
export type ChunkAnswer =
  | { readonly kind: "stored"; readonly offset: number }
  | { readonly kind: "other_offset"; readonly offset: number }
  | { readonly kind: "bad_chunk" }
  | { readonly kind: "wrong_bytes" }
  | { readonly kind: "too_large" }

/** Never throws: whatever happens on the way becomes an Answer. */
export interface Server {
  ping(): Promise<Answer<{ server_time: string }>>
  push(body: { replica: string; epoch: string | null; have_seq: number; ops: readonly WireOp[] }): Promise<Answer<PushReply>>
  pull(body: { replica: string; cursors: Record<string, number>; limit: number }): Promise<Answer<PullReply>>
  blobHead(sha256: string): Promise<Answer<BlobHead>>
  blobChunk(sha256: string, offset: number, length: number, chunk: Uint8Array<ArrayBuffer>): Promise<Answer<ChunkAnswer>>
}

// ------------------------------------------------------------------ the rest of the world

export interface Timers {
  after(ms: number, run: () => void): () => void
}

/** Only saves traffic: sending twice is harmless. */
export interface SenderLock {
  /** Runs `work` if no other tab is sending; tells whether it ran. */
  tryWith(name: string, work: () => Promise<void>): Promise<boolean>
}

export interface World {
  readonly timers: Timers
  readonly lock: SenderLock
  /** 0 ≤ dice < 1 */
  readonly dice: () => number
}
