/** The engine's storage ports over Dexie: outbox and feed. Uploads are in blobStore.ts. */
import Dexie from "dexie"
import { nowText, type Clock } from "../kit/clock"
import { ZERO_HASH } from "../kit/sha256"
import type { MadeOp } from "../sync/ops"
import type { FeedRow, Outcome, OwnOp, QuarantineRow, Recording, ReplicaHead, ScopeFacts, ScopeRow, Store, Verdict } from "../sync/ports"
import { BlobStore } from "./blobStore"
import { durable, Refusal } from "./durable"
import type { OpRow, PhoneDb } from "./phoneDb"

const LOG_SIZE = 2000

export class PhoneStore extends BlobStore implements Store {
  constructor(
    db: PhoneDb,
    private readonly clock: Clock,
    private readonly newId: () => string,
  ) {
    super(db)
  }

  // ------------------------------------------------------------------ outbox

  record(scope: string, knownPos: number, decide: (facts: ScopeFacts) => Recording): Promise<readonly OwnOp[]> {
    const { db } = this
    return this.write([db.meta, db.scopes, db.feed, db.ops, db.blobs], async () => {
      const recording = refusing(decide, await this.facts(scope, knownPos))
      if (recording.ops.length === 0) return []
      await db.ops.bulkAdd(recording.ops.map(toRow))
      await this.putHead(headAfter(recording.ops))
      for (const sha256 of recording.attach ?? []) await db.blobs.update(sha256, { isAttached: true })
      return recording.ops
    })
  }

  private async facts(scope: string, knownPos: number): Promise<ScopeFacts> {
    return {
      cursor: (await this.db.scopes.get(scope)) ?? emptyCursor(scope),
      newEntries: await this.after(scope, knownPos),
      ownOps: (await this.db.ops.where("scope").equals(scope).toArray()).map(fromRow),
      head: await this.readHead(),
      epoch: await this.meta<string>("epoch"),
    }
  }

  queued(fromSeq: number, limit: number): Promise<readonly OwnOp[]> {
    return this.ask(async () => {
      const head = await this.meta<ReplicaHead>("head")
      return head ? (await this.stateRange(head.replica, "queued", fromSeq).limit(limit).toArray()).map(fromRow) : []
    })
  }

  settle(verdicts: readonly Verdict[], quarantine: readonly QuarantineRow[]): Promise<void> {
    const { db } = this
    return this.write([db.ops, db.quarantine], async () => {
      for (const { opId, outcome, code } of verdicts) {
        await db.ops.update(opId, { state: outcome === "rejected" ? "quarantined" : "acked", outcome, code })
      }
      await db.quarantine.bulkPut([...quarantine])
    })
  }

  putVoid(hash: string, op: OwnOp, quarantine: QuarantineRow): Promise<void> {
    const { db } = this
    return this.write([db.ops, db.quarantine], async () => {
      const voided = await db.ops.get(quarantine.opId)
      if (voided?.hash !== hash || voided.state !== "queued") return
      await db.ops.update(voided.opId, { state: "quarantined", outcome: "rejected", code: quarantine.code })
      await db.quarantine.put(quarantine)
      await db.ops.add(toRow(op))
    })
  }

  moveToReplica(replica: string, again: (op: OwnOp, head: ReplicaHead) => MadeOp): Promise<void> {
    const { db } = this
    return this.write([db.meta, db.ops], async () => {
      const old = await this.readHead()
      let head: ReplicaHead = { replica, nextSeq: 1, lastHash: ZERO_HASH }
      for (const row of await this.stateRange(old.replica, "queued", 1).toArray()) {
        const { envelope, raw, hash } = again(fromRow(row), head)
        await db.ops.update(row.opId, { raw, hash, replica: envelope.replica, seq: envelope.seq })
        head = { replica, nextSeq: envelope.seq + 1, lastHash: hash }
      }
      await this.putHead(head)
    })
  }

  unack(fromSeq: number): Promise<number> {
    const { db } = this
    return this.write([db.meta, db.ops], async () => {
      const { replica } = await this.readHead()
      const rows = await db.ops.where("[replica+seq]").between([replica, fromSeq], [replica, Dexie.maxKey], true, true).toArray()
      // Ops refused for good used their seq as well and go again; one that a void stands for does not.
      const voidedSeqs = new Set(rows.filter(isVoid).map((row) => row.seq))
      const again = rows.filter((row) => row.state !== "queued" && (isVoid(row) || !voidedSeqs.has(row.seq)))
      await db.ops.bulkPut(again.map((row) => ({ ...row, state: "queued", outcome: "", code: null })))
      return again.length
    })
  }

  head(): Promise<ReplicaHead> {
    return this.write([this.db.meta], () => this.readHead())
  }

  opAt(replica: string, seq: number): Promise<OwnOp | null> {
    return this.ask(async () => {
      const rows = await this.db.ops.where("[replica+seq]").equals([replica, seq]).toArray()
      const row = rows.find(isVoid) ?? rows[0]
      return row ? fromRow(row) : null
    })
  }

  ownOps(scope: string): Promise<readonly OwnOp[]> {
    return this.ask(async () => (await this.db.ops.where("scope").equals(scope).toArray()).map(fromRow))
  }

  tally(): Promise<readonly { scope: string; state: OwnOp["state"]; outcome: Outcome | null }[]> {
    return this.ask(async () => {
      const keys = (await this.db.ops.orderBy("[scope+state+outcome]").keys()) as unknown as [string, OwnOp["state"], string][]
      return keys.map(([scope, state, outcome]) => ({ scope, state, outcome: outcomeOf(outcome) }))
    })
  }

  quarantined(): Promise<readonly QuarantineRow[]> {
    return this.ask(() => this.db.quarantine.toArray())
  }

  // ------------------------------------------------------------------ feed

  cursors(): Promise<readonly ScopeRow[]> {
    return this.ask(() => this.db.scopes.toArray())
  }

  entries(scope: string, afterPos: number): Promise<readonly FeedRow[]> {
    return this.ask(() => this.after(scope, afterPos))
  }

  applyEntries(scope: string, entries: readonly FeedRow[]): Promise<boolean> {
    const { db } = this
    return this.write([db.scopes, db.feed], async () => {
      const cursor = (await db.scopes.get(scope)) ?? emptyCursor(scope)
      const fresh = entries.filter((entry) => entry.pos > cursor.pos)
      const [first, last] = [fresh[0], fresh.at(-1)]
      if (!first || !last) return true
      if (first.pos !== cursor.pos + 1) return false
      await db.feed.bulkAdd(fresh)
      await db.scopes.put({ ...cursor, pos: last.pos, chain: last.hash })
      return true
    })
  }

  setRevoked(scope: string, isRevoked: boolean): Promise<void> {
    return this.write([this.db.scopes], async () => void (await this.db.scopes.update(scope, { isRevoked })))
  }

  startOver(scope: string | null): Promise<void> {
    const { db } = this
    return this.write([db.scopes, db.feed, db.oldFeed], async () => {
      const scopes = scope === null ? await db.scopes.toCollection().primaryKeys() : [scope]
      for (const name of scopes) {
        const rows = await this.after(name, 0)
        await db.oldFeed.bulkAdd(rows.map((row) => ({ ...row, keptAt: nowText(this.clock) })))
        await db.feed.bulkDelete(rows.map((row) => [name, row.pos]))
        await db.scopes.put(emptyCursor(name))
      }
    })
  }

  epoch(): Promise<string | null> {
    return this.ask(() => this.meta<string>("epoch"))
  }

  setEpoch(epoch: string): Promise<void> {
    return this.setMeta("epoch", epoch)
  }

  // ------------------------------------------------------------------ journal and small facts

  async log(event: string, facts: Record<string, unknown>): Promise<void> {
    try {
      const id = await this.db.log.add({ at: nowText(this.clock), event, facts: JSON.stringify(facts) })
      if (id % 100 === 0) await this.db.log.where(":id").belowOrEqual(id - LOG_SIZE).delete()
    } catch {
      // The log is a courtesy; work goes on without it.
    }
  }

  async meta<T>(k: string): Promise<T | null> {
    return ((await this.db.meta.get(k))?.v as T | undefined) ?? null
  }

  setMeta(k: string, v: unknown): Promise<void> {
    return this.write([this.db.meta], async () => void (await this.db.meta.put({ k, v })))
  }

  // ------------------------------------------------------------------ inside transactions

  /** Only inside a transaction over `meta`: two tabs must not both invent a first replica. */
  private async readHead(): Promise<ReplicaHead> {
    const stored = await this.meta<ReplicaHead>("head")
    return stored ?? this.firstHead()
  }

  private async firstHead(): Promise<ReplicaHead> {
    const head = { replica: this.newId(), nextSeq: 1, lastHash: ZERO_HASH }
    await this.putHead(head)
    return head
  }

  private async putHead(head: ReplicaHead): Promise<void> {
    await this.db.meta.put({ k: "head", v: head })
  }

  private after(scope: string, pos: number): Promise<FeedRow[]> {
    return this.db.feed.where("[scope+pos]").between([scope, pos + 1], [scope, Dexie.maxKey], true, true).toArray()
  }

  private stateRange(replica: string, state: OwnOp["state"], fromSeq: number) {
    return this.db.ops.where("[replica+state+seq]").between([replica, state, fromSeq], [replica, state, Dexie.maxKey], true, true)
  }

  private ask<T>(work: () => Promise<T>): Promise<T> {
    return durable(this.db, work)
  }
}

function refusing(decide: (facts: ScopeFacts) => Recording, facts: ScopeFacts): Recording {
  try {
    return decide(facts)
  } catch (error) {
    throw new Refusal(error instanceof Error ? error : new Error(String(error)))
  }
}

export function headAfter(ops: readonly OwnOp[]): ReplicaHead {
  const last = ops.at(-1)
  if (!last) throw new Error("no op, no head")
  return { replica: last.replica, nextSeq: last.seq + 1, lastHash: last.hash }
}

function emptyCursor(scope: string): ScopeRow {
  return { scope, pos: 0, chain: ZERO_HASH, isRevoked: false }
}

function toRow(op: OwnOp): OpRow {
  return { ...op, outcome: op.outcome ?? "" }
}

function fromRow(row: OpRow): OwnOp {
  return { ...row, outcome: outcomeOf(row.outcome) }
}

function outcomeOf(text: string): Outcome | null {
  return text === "" ? null : (text as Outcome)
}

function isVoid(row: OpRow): boolean {
  return row.raw.includes('"kind":"op.void@1"')
}
