/**
 * The storage ports in memory, for tests: each writing call is a transaction that holds or rolls back
 * as a whole, and `fault` can make any of them fail before or after it took effect.
 */
import { ZERO_HASH } from "../../kit/sha256"
import type { MadeOp } from "../ops"
import { isWanted } from "../ports"
import type { BlobRow, FeedRow, LogRow, NewBlobRow, OwnOp, QuarantineRow, Recording, ReplicaHead, ScopeFacts, ScopeRow, Store, Verdict } from "../ports"

interface Disk {
  head: ReplicaHead | null
  epoch: string | null
  ops: Map<string, OwnOp>
  quarantine: Map<string, QuarantineRow>
  scopes: Map<string, ScopeRow>
  feed: FeedRow[]
  oldFeed: FeedRow[]
  blobs: Map<string, BlobRow>
  bytes: Map<string, Uint8Array>
  log: LogRow[]
}

const isVoid = (op: OwnOp) => op.raw.includes('"kind":"op.void@1"')
const bySeq = (a: OwnOp, b: OwnOp) => a.seq - b.seq

export class MemoryStore implements Store {
  disk: Disk = {
    head: null, epoch: null, ops: new Map(), quarantine: new Map(), scopes: new Map(),
    feed: [], oldFeed: [], blobs: new Map(), bytes: new Map(), log: [],
  }
  /** Called with the name of every writing call; throw to abort it. */
  fault: (name: string) => void = () => undefined

  constructor(private readonly newId: () => string) {}

  private async tx<T>(name: string, work: () => T): Promise<T> {
    const before = structuredClone(this.disk)
    try {
      const result = work()
      this.fault(name)
      return result
    } catch (error) {
      this.disk = before
      throw error
    }
  }

  record(scope: string, knownPos: number, decide: (facts: ScopeFacts) => Recording): Promise<readonly OwnOp[]> {
    return this.tx("record", () => {
      const recording = decide({
        cursor: this.cursor(scope),
        newEntries: this.after(scope, knownPos),
        ownOps: this.ofScope(scope),
        head: this.readHead(),
        epoch: this.disk.epoch,
      })
      for (const op of recording.ops) {
        if (this.disk.ops.has(op.opId)) throw new Error(`op ${op.opId} is there already`)
        this.disk.ops.set(op.opId, op)
        this.disk.head = { replica: op.replica, nextSeq: op.seq + 1, lastHash: op.hash }
      }
      for (const sha256 of recording.attach ?? []) this.change(sha256, { isAttached: true })
      return recording.ops
    })
  }

  async queued(fromSeq: number, limit: number): Promise<readonly OwnOp[]> {
    const replica = this.disk.head?.replica
    return this.ops().filter((op) => op.replica === replica && op.state === "queued" && op.seq >= fromSeq).sort(bySeq).slice(0, limit)
  }

  settle(verdicts: readonly Verdict[], quarantine: readonly QuarantineRow[]): Promise<void> {
    return this.tx("settle", () => {
      for (const { opId, outcome, code } of verdicts) {
        const op = this.disk.ops.get(opId)
        if (op) this.disk.ops.set(opId, { ...op, state: outcome === "rejected" ? "quarantined" : "acked", outcome, code })
      }
      for (const row of quarantine) this.disk.quarantine.set(row.hash, row)
    })
  }

  putVoid(hash: string, op: OwnOp, quarantine: QuarantineRow): Promise<void> {
    return this.tx("putVoid", () => {
      const voided = this.disk.ops.get(quarantine.opId)
      if (voided?.hash !== hash || voided.state !== "queued") return
      this.disk.ops.set(voided.opId, { ...voided, state: "quarantined", outcome: "rejected", code: quarantine.code })
      this.disk.quarantine.set(quarantine.hash, quarantine)
      this.disk.ops.set(op.opId, op)
    })
  }

  moveToReplica(replica: string, again: (op: OwnOp, head: ReplicaHead) => MadeOp): Promise<void> {
    return this.tx("moveToReplica", () => {
      const old = this.readHead()
      let head: ReplicaHead = { replica, nextSeq: 1, lastHash: ZERO_HASH }
      for (const op of this.ops().filter((row) => row.replica === old.replica && row.state === "queued").sort(bySeq)) {
        const { envelope, raw, hash } = again(op, head)
        this.disk.ops.set(op.opId, { ...op, raw, hash, replica: envelope.replica, seq: envelope.seq })
        head = { replica, nextSeq: envelope.seq + 1, lastHash: hash }
      }
      this.disk.head = head
    })
  }

  unack(fromSeq: number): Promise<number> {
    return this.tx("unack", () => {
      const { replica } = this.readHead()
      const rows = this.ops().filter((op) => op.replica === replica && op.seq >= fromSeq)
      const voided = new Set(rows.filter(isVoid).map((op) => op.seq))
      const again = rows.filter((op) => op.state !== "queued" && (isVoid(op) || !voided.has(op.seq)))
      for (const op of again) this.disk.ops.set(op.opId, { ...op, state: "queued", outcome: null, code: null })
      return again.length
    })
  }

  head(): Promise<ReplicaHead> {
    return this.tx("head", () => this.readHead())
  }

  async opAt(replica: string, seq: number): Promise<OwnOp | null> {
    const rows = this.ops().filter((op) => op.replica === replica && op.seq === seq)
    return rows.find(isVoid) ?? rows[0] ?? null
  }

  async ownOps(scope: string): Promise<readonly OwnOp[]> {
    return this.ofScope(scope)
  }

  async tally() {
    return this.ops().map(({ scope, state, outcome }) => ({ scope, state, outcome }))
  }

  async quarantined(): Promise<readonly QuarantineRow[]> {
    return [...this.disk.quarantine.values()]
  }

  async cursors(): Promise<readonly ScopeRow[]> {
    return [...this.disk.scopes.values()]
  }

  async entries(scope: string, afterPos: number): Promise<readonly FeedRow[]> {
    return this.after(scope, afterPos)
  }

  applyEntries(scope: string, entries: readonly FeedRow[]): Promise<boolean> {
    return this.tx("applyEntries", () => {
      const cursor = this.cursor(scope)
      const fresh = entries.filter((entry) => entry.pos > cursor.pos)
      const [first, last] = [fresh[0], fresh.at(-1)]
      if (!first || !last) return true
      if (first.pos !== cursor.pos + 1) return false
      this.disk.feed.push(...fresh)
      this.disk.scopes.set(scope, { ...cursor, pos: last.pos, chain: last.hash })
      return true
    })
  }

  setRevoked(scope: string, isRevoked: boolean): Promise<void> {
    return this.tx("setRevoked", () => void this.disk.scopes.set(scope, { ...this.cursor(scope), isRevoked }))
  }

  startOver(scope: string | null): Promise<void> {
    return this.tx("startOver", () => {
      for (const name of scope === null ? [...this.disk.scopes.keys()] : [scope]) {
        this.disk.oldFeed.push(...this.disk.feed.filter((row) => row.scope === name))
        this.disk.feed = this.disk.feed.filter((row) => row.scope !== name)
        this.disk.scopes.set(name, { scope: name, pos: 0, chain: ZERO_HASH, isRevoked: false })
      }
    })
  }

  async epoch(): Promise<string | null> {
    return this.disk.epoch
  }

  setEpoch(epoch: string): Promise<void> {
    return this.tx("setEpoch", () => void (this.disk.epoch = epoch))
  }

  putBlob(blob: NewBlobRow, bytes: Uint8Array): Promise<void> {
    return this.tx("putBlob", () => {
      if (this.disk.blobs.has(blob.sha256)) return
      this.disk.blobs.set(blob.sha256, { ...blob, state: "here", sent: 0, reason: null, isAttached: false })
      this.disk.bytes.set(blob.sha256, bytes.slice())
    })
  }

  async pending(): Promise<readonly BlobRow[]> {
    return [...this.disk.blobs.values()].filter((blob) => isWanted(blob) && (blob.state === "here" || blob.state === "sending"))
  }

  async blobs(): Promise<readonly BlobRow[]> {
    return [...this.disk.blobs.values()]
  }

  async blob(sha256: string): Promise<BlobRow | null> {
    return this.disk.blobs.get(sha256) ?? null
  }

  async read(sha256: string, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    return new Uint8Array((this.disk.bytes.get(sha256) ?? new Uint8Array()).slice(offset, offset + length))
  }

  update(sha256: string, change: Partial<BlobRow>): Promise<void> {
    return this.tx("update", () => this.change(sha256, change))
  }

  offerAllAgain(): Promise<void> {
    return this.tx("offerAllAgain", () => {
      for (const sha256 of this.disk.blobs.keys()) this.change(sha256, { state: "here", sent: 0, reason: null })
    })
  }

  async log(event: string, facts: Record<string, unknown>): Promise<void> {
    this.disk.log.push({ at: "", event, facts: JSON.stringify(facts) })
  }

  private ops(): OwnOp[] {
    return [...this.disk.ops.values()]
  }

  private ofScope(scope: string): OwnOp[] {
    return this.ops().filter((op) => op.scope === scope)
  }

  private cursor(scope: string): ScopeRow {
    return this.disk.scopes.get(scope) ?? { scope, pos: 0, chain: ZERO_HASH, isRevoked: false }
  }

  private after(scope: string, pos: number): FeedRow[] {
    return this.disk.feed.filter((row) => row.scope === scope && row.pos > pos).sort((a, b) => a.pos - b.pos)
  }

  private readHead(): ReplicaHead {
    this.disk.head ??= { replica: this.newId(), nextSeq: 1, lastHash: ZERO_HASH }
    return this.disk.head
  }

  private change(sha256: string, change: Partial<BlobRow>): void {
    const blob = this.disk.blobs.get(sha256)
    if (blob) this.disk.blobs.set(sha256, { ...blob, ...change })
  }
}
