/**
 * A server in memory that judges as sync-protocol 0.6 and 0.7 say, good enough for storms: receipts for
 * ever, deferred ops in an inbox, forks, conflicts with rows, seals with re-judging, blobs by offset.
 */
import { canonicalJson, type Json } from "../../kit/canonicalJson"
import { sha256Hex, ZERO_HASH } from "../../kit/sha256"
import { strictJson } from "../../kit/strictJson"
import { mergeRegisters, stateRoot, type MergedRegister } from "../merge"
import { isRecordKind, readEnvelope, setsRegister, type Envelope } from "../ops"
import type { Answer, BlobHead, ChunkAnswer, Outcome, PullReply, PushReply, PushResult, Server, WireOp } from "../ports"

interface Member { grant: string; account: string; name: string; role: "leader" | "officer" | "expert"; certificate_no: string | null }
interface Held { envelope: Envelope; raw: string; hash: string; outcome: Outcome; code: string | null }
interface Row { id: string; key: string; openedAt: number; closedAt: number | null }
interface ReplicaState { account: string; acked: number; last: string; forked: boolean; inbox: Map<number, WireOp[]> }
interface FeedEntry { pos: number; raw: string; hash: string }

export const SERVER_TIME = "2026-11-22T03:17:11.123Z"

export class FakeVisit {
  readonly feed: FeedEntry[] = []
  readonly ops = new Map<string, Held>()
  readonly rows: Row[] = []
  readonly verified = new Set<string>()
  readonly revokedAt = new Map<string, number>()
  seal: { n: number; hash: string; ops: Set<string>; state: string } | null = null
  addendum: { n: number; pos: number; replica: string; seq: number } | null = null
  /** Decisions by op id; null waits for the leader. */
  readonly cases = new Map<string, string | null>()

  constructor(readonly scope: string, readonly team: Member[], readonly edition: { id: string; hash: string }) {
    this.say("inspection.dispatched", {
      inspection: { id: scope.slice(5), code: "测试-001", planned_on: "2026-11-22", campaign: null },
      site: { name: "示例小区" }, enterprise: { name: "示例物业服务有限公司" }, edition, team: team as unknown as Json,
      earlier_problems: [], texts: {},
    })
  }

  say(type: string, body: Record<string, Json>): FeedEntry {
    const pos = this.feed.length + 1
    const raw = canonicalJson({ pos, prev: this.feed.at(-1)?.hash ?? ZERO_HASH, type, at: SERVER_TIME, body })
    const entry = { pos, raw, hash: sha256Hex(raw) }
    this.feed.push(entry)
    return entry
  }

  admitted(): Held[] {
    return [...this.ops.values()].filter((op) => op.outcome === "applied" || op.outcome === "conflict")
  }

  registers(): ReadonlyMap<string, MergedRegister<Held>> {
    return mergeRegisters(this.admitted())
  }

  judge(op: Held, raw: string): void {
    this.ops.set(op.envelope.op_id, op)
    if (op.code === "late_after_seal" || op.code === "grant_revoked_unseen") this.cases.set(op.envelope.op_id, null)
    this.say("op.judged", { op: raw, op_hash: op.hash, outcome: op.outcome, code: op.code, actor: op.envelope.actor, received_at: SERVER_TIME })
    if (setsRegister(op.envelope.kind)) this.refresh(op)
  }

  private refresh(op: Held): void {
    const key = `${op.envelope.item}/${op.envelope.field}`
    const register = this.registers().get(key)
    const open = this.rows.find((row) => row.key === key && row.closedAt === null)
    const isSplit = (register?.values.length ?? 0) > 1
    const body = { item: op.envelope.item, field: op.envelope.field, heads: register?.heads.map((head) => head.envelope.op_id) ?? [] }
    if (isSplit && !open) {
      const id = `row-${this.scope.slice(5, 9)}-${this.rows.length}`
      const { pos } = this.say("conflict.opened", { conflict: id, ...body })
      this.rows.push({ id, key, openedAt: pos, closedAt: null })
    } else if (open && !isSplit && (op.envelope.kind === "conflict.resolve@1" || op.outcome === "parked")) {
      open.closedAt = this.say("conflict.closed", { conflict: open.id, ...body }).pos
    } else if (open && op.envelope.kind === "conflict.resolve@1") {
      open.closedAt = this.say("conflict.closed", { conflict: open.id, ...body }).pos
      const id = `row-${this.scope.slice(5, 9)}-${this.rows.length}`
      const { pos } = this.say("conflict.opened", { conflict: id, ...body })
      this.rows.push({ id, key, openedAt: pos, closedAt: null })
    }
  }

  get isOpenAgain(): boolean {
    return this.seal !== null && this.addendum?.n === this.seal.n + 1
  }

  openAddendum({ replica, seq }: Envelope): void {
    if (!this.seal || this.isOpenAgain) return
    const n = this.seal.n + 1
    this.addendum = { n, pos: this.say("inspection.addendum_opened", { n }).pos, replica, seq }
  }

  isLate({ op_id, kind, seen, replica, seq }: Envelope): boolean {
    if (!isRecordKind(kind) || !this.seal || this.seal.ops.has(op_id) || this.cases.get(op_id) === "include") return false
    const { addendum } = this
    return !(this.isOpenAgain && addendum && (seen >= addendum.pos || (replica === addendum.replica && seq > addendum.seq)))
  }

  revoke(account: string): void {
    for (const { grant } of this.team.filter((member) => member.account === account)) {
      this.revokedAt.set(grant, this.say("grant.revoked", { scope: this.scope, grant, account, role: "officer" }).pos)
    }
  }

  wasOpen(key: string, seen: number): boolean {
    return this.rows.some((row) => row.key === key && row.openedAt <= seen && (row.closedAt === null || row.closedAt > seen))
  }
}

export class FakeServer {
  epoch = "epoch-1"
  readonly visits = new Map<string, FakeVisit>()
  readonly replicas = new Map<string, ReplicaState>()
  readonly receipts = new Map<string, { envelope: Envelope; hash: string; said: PushResult }[]>()
  readonly blobs = new Map<string, { bytes: Uint8Array; length: number; verified: boolean }>()
  readonly refused: { raw: string; code: string }[] = []
  /** Ops whose kind is named here are answered `malformed` however they are written. */
  readonly unreadable = new Set<string>()

  /** The server as one signed-in account meets it. */
  as(account: string): Server {
    return {
      ping: async () => ok({ server_time: SERVER_TIME }),
      push: async (body) => ok(this.push(account, body.replica, body.ops)),
      pull: async (body) => ok(this.pull(account, body.cursors, body.limit)),
      blobHead: async (sha256) => ok(this.blobHead(sha256)),
      blobChunk: async (sha256, offset, length, chunk) => ok(this.blobChunk(sha256, offset, length, chunk)),
    }
  }

  /** Everything that an op_id ever met here, for the oracle. */
  knows(opId: string): boolean {
    return this.receipts.has(opId)
  }

  /** Forgets everything after a point, as a restored backup does; `epoch` says so. */
  restore(backup: FakeServer, epoch: string): void {
    this.epoch = epoch
    for (const name of ["visits", "replicas", "receipts", "blobs"] as const) {
      const here = this[name] as Map<string, unknown>
      here.clear()
      for (const [key, value] of backup[name] as Map<string, unknown>) here.set(key, value)
    }
  }

  // ---------------------------------------------------------------- push

  private push(account: string, replica: string, ops: readonly WireOp[]): PushReply {
    const state = this.replica(account, replica)
    let isBlocked = false
    const results = ops.map((item) => {
      const result = this.receive(state, item, account, isBlocked)
      if (result.outcome === "rejected" && ["malformed", "hash_mismatch", "actor_mismatch", "prev_mismatch", "replica_fork"].includes(result.code ?? "")) isBlocked = true
      return result
    })
    return { epoch: this.epoch, server_time: SERVER_TIME, acked_seq: state.acked, need_from: state.acked + 1, results }
  }

  private replica(account: string, replica: string): ReplicaState {
    const known = this.replicas.get(replica)
    if (known) return known
    const fresh: ReplicaState = { account, acked: 0, last: ZERO_HASH, forked: false, inbox: new Map() }
    this.replicas.set(replica, fresh)
    return fresh
  }

  private receive(state: ReplicaState, item: WireOp, account: string, isBlocked: boolean): PushResult {
    const envelope = this.readable(item.raw)
    const refuse = (code: string): PushResult => {
      this.refused.push({ raw: item.raw, code })
      return { op_id: envelope?.op_id ?? null, seq: envelope?.seq ?? null, outcome: "rejected", code }
    }
    if (!envelope) return refuse("malformed")
    if (sha256Hex(item.raw) !== item.hash) return refuse("hash_mismatch")
    if (envelope.actor !== account) return refuse("actor_mismatch")
    const { op_id, seq } = envelope
    const receipt = this.receipts.get(op_id)?.find((known) => known.hash === item.hash)
    if (receipt) return { op_id, seq, outcome: "duplicate", original: receipt.said }
    if (seq <= state.acked) {
      state.forked = true
      return refuse("replica_fork")
    }
    if (seq > state.acked + 1 || isBlocked) {
      state.inbox.set(seq, [...(state.inbox.get(seq) ?? []), item])
      return { op_id, seq, outcome: "deferred", need_from: state.acked + 1 }
    }
    if (envelope.prev !== state.last) return refuse(state.forked ? "replica_fork" : "prev_mismatch")
    const result = this.use(state, envelope, item)
    this.drain(state)
    return result
  }

  private readable(raw: string): Envelope | null {
    try {
      strictJson(raw)
    } catch {
      return null
    }
    const envelope = readEnvelope(raw)
    return envelope && !this.unreadable.has(envelope.kind) ? envelope : null
  }

  private drain(state: ReplicaState): void {
    for (;;) {
      const next = (state.inbox.get(state.acked + 1) ?? []).find((item) => readEnvelope(item.raw)?.prev === state.last)
      const envelope = next ? readEnvelope(next.raw) : null
      if (!next || !envelope) return
      this.use(state, envelope, next)
    }
  }

  private use(state: ReplicaState, envelope: Envelope, item: WireOp): PushResult {
    const earlier = this.receipts.get(envelope.op_id)?.[0]
    const same = earlier && sameContent(earlier.envelope, envelope)
    const said: PushResult = earlier
      ? same
        ? earlier.said
        : { op_id: envelope.op_id, seq: envelope.seq, outcome: "rejected", code: "op_id_reused" }
      : this.settle(envelope, item)
    this.receipts.set(envelope.op_id, [...(this.receipts.get(envelope.op_id) ?? []), { envelope, hash: item.hash, said }])
    state.acked = envelope.seq
    state.last = envelope.kind === "op.void@1" ? String(envelope.body.op_hash) : item.hash
    return same ? { op_id: envelope.op_id, seq: envelope.seq, outcome: "duplicate", original: said } : said
  }

  private settle(envelope: Envelope, item: WireOp): PushResult {
    const visit = this.visits.get(envelope.scope)
    const place = { op_id: envelope.op_id, seq: envelope.seq }
    const member = visit?.team.find((grant) => grant.grant === envelope.grant && grant.account === envelope.actor)
    if (!visit || !member) return { ...place, outcome: "rejected", code: "not_granted" }
    const { outcome, code } = this.take(visit, member, envelope, item)
    if (envelope.kind === "insp.seal@1" && outcome === "applied") this.seal(visit, envelope)
    if (envelope.kind === "addendum.open@1" && outcome === "applied" && envelope.body.n === (visit.seal?.n ?? 0) + 1) visit.openAddendum(envelope)
    if (envelope.kind === "late.dispose@1" && outcome === "applied") this.dispose(visit, envelope)
    return { ...place, outcome, code }
  }

  private take(visit: FakeVisit, member: Member, envelope: Envelope, item: WireOp): { outcome: Outcome; code: string | null } {
    const [judged, code] = this.judge(visit, member, envelope)
    let outcome = judged
    const held = { envelope, raw: item.raw, hash: item.hash, outcome, code }
    if (outcome === "applied" && setsRegister(envelope.kind)) {
      const after = mergeRegisters([...visit.admitted(), held]).get(`${envelope.item}/${envelope.field}`)
      if ((after?.values.length ?? 0) > 1) outcome = held.outcome = "conflict"
    }
    visit.judge(held, item.raw)
    if (envelope.kind === "photo.add@1" && this.blobs.get(String(envelope.body.sha256))?.verified) this.tellVerified(visit, String(envelope.body.sha256))
    return { outcome, code }
  }

  /** Judged again, past what kept it out. */
  private takeIn(visit: FakeVisit, opId: string): void {
    const op = visit.ops.get(opId)
    const member = visit.team.find((grant) => grant.grant === op?.envelope.grant)
    visit.cases.set(opId, "include")
    if (op && member) this.take(visit, member, op.envelope, op)
  }

  private dispose(visit: FakeVisit, envelope: Envelope): void {
    const { op_id: opId, decision } = envelope.body as { op_id: string; decision: string }
    const target = visit.ops.get(opId)
    if (!target || visit.cases.get(opId) !== null) return
    const isRecord = isRecordKind(target.envelope.kind)
    if (decision !== "include") return void visit.cases.set(opId, decision)
    if (target.code === "late_after_seal" && !isRecord) return
    if (isRecord && visit.seal && !visit.seal.ops.has(opId)) visit.openAddendum(envelope)
    this.takeIn(visit, opId)
  }

  private judge(visit: FakeVisit, member: Member, envelope: Envelope): [Outcome, string | null] {
    const revoked = visit.revokedAt.get(member.grant)
    if (revoked !== undefined && visit.cases.get(envelope.op_id) !== "include") return envelope.seen < revoked ? ["parked", "grant_revoked_unseen"] : ["rejected", "not_authorised_seen"]
    if (member.role === "expert" && setsRegister(envelope.kind)) return ["rejected", "not_permitted_role"]
    if (["conflict.resolve@1", "insp.seal@1", "addendum.open@1", "late.dispose@1"].includes(envelope.kind) && member.role !== "leader") return ["rejected", "not_permitted_role"]
    if (visit.isLate(envelope)) return ["parked", "late_after_seal"]
    if (envelope.kind === "insp.seal@1") return this.sealable(visit, envelope)
    return this.judgeSup(visit, envelope)
  }

  private judgeSup(visit: FakeVisit, envelope: Envelope): [Outcome, string | null] {
    const held = envelope.sup.map((id) => this.receipts.get(id)?.[0]?.envelope)
    const elsewhere = held.some((op) => op && (op.scope !== envelope.scope || op.item !== envelope.item || op.field !== envelope.field))
    if (elsewhere) return ["rejected", "sup_not_permitted"]
    if (held.some((op) => !op)) return ["parked", "sup_unknown"]
    if (envelope.kind !== "reg.set@1" || held.every((op) => op?.actor === envelope.actor)) return ["applied", null]
    const values = new Set(held.map((op) => canonicalJson(op?.body.v ?? null)))
    const isOpen = visit.wasOpen(`${envelope.item}/${envelope.field}`, envelope.seen)
    return isOpen || values.size > 1 ? ["rejected", "sup_not_permitted"] : ["applied", null]
  }

  private sealable(visit: FakeVisit, envelope: Envelope): [Outcome, string | null] {
    const said = JSON.parse(String(envelope.body.manifest)) as { n: number; conflicts: number; prev_manifest: string | null; ops: string[] }
    if (said.conflicts > 0) return ["rejected", "not_sealable"]
    if (visit.seal?.hash === envelope.body.manifest_hash) return ["applied", null]
    const { seal } = visit
    const follows = seal
      ? said.n === seal.n + 1 && said.prev_manifest === seal.hash && visit.isOpenAgain && [...seal.ops].every((id) => said.ops.includes(id) || cannotCount(visit, id))
      : said.n === 1 && said.prev_manifest === null
    return follows ? ["applied", null] : ["parked", "late_after_seal"]
  }

  private seal(visit: FakeVisit, envelope: Envelope): void {
    if (visit.seal?.hash === envelope.body.manifest_hash) return
    const said = JSON.parse(String(envelope.body.manifest)) as { n: number; ops: string[] }
    visit.seal = { n: said.n, hash: String(envelope.body.manifest_hash), ops: new Set(said.ops), state: "sealed" }
    for (const op of visit.admitted()) {
      if (isRecordKind(op.envelope.kind) && !visit.seal.ops.has(op.envelope.op_id)) {
        visit.judge({ ...op, outcome: "parked", code: "late_after_seal" }, op.raw)
      }
    }
    for (const opId of said.ops) {
      if (visit.ops.get(opId)?.code === "late_after_seal" && visit.cases.get(opId) === null) this.takeIn(visit, opId)
    }
    visit.say("inspection.sealed", { n: said.n, manifest_hash: visit.seal.hash, state: "sealed" })
  }

  // ---------------------------------------------------------------- pull

  private pull(account: string, cursors: Readonly<Record<string, number>>, limit: number): PullReply {
    const scopes: Record<string, PullReply["scopes"][string]> = {}
    const revoked: string[] = []
    let left = limit
    for (const [scope, visit] of this.visits) {
      const member = visit.team.find((grant) => grant.account === account)
      if (!member) continue
      const end = visit.revokedAt.get(member.grant)
      if (end !== undefined) revoked.push(scope)
      const from = cursors[scope] ?? 0
      const head = end ?? visit.feed.length
      const entries = visit.feed.slice(from, Math.min(head, from + left))
      left -= entries.length
      const to = entries.at(-1)?.pos ?? from
      if (from === head) continue
      scopes[scope] = { to, head, chain_head: visit.feed[head - 1]?.hash ?? ZERO_HASH, state_root: stateRoot(visit.registers().values()), entries, more: to < head }
    }
    return { epoch: this.epoch, server_time: SERVER_TIME, scopes, revoked }
  }

  // ---------------------------------------------------------------- blobs

  private blobHead(sha256: string): BlobHead {
    const blob = this.blobs.get(sha256)
    if (!blob) return { state: "absent" }
    return blob.verified ? { state: "verified" } : { state: "partial", offset: blob.bytes.length }
  }

  private blobChunk(sha256: string, offset: number, length: number, chunk: Uint8Array): ChunkAnswer {
    const blob = this.blobs.get(sha256) ?? { bytes: new Uint8Array(), length, verified: false }
    if (blob.verified) return { kind: "stored", offset: blob.length }
    if (offset !== blob.bytes.length) return { kind: "other_offset", offset: blob.bytes.length }
    blob.bytes = new Uint8Array([...blob.bytes, ...chunk])
    this.blobs.set(sha256, blob)
    if (blob.bytes.length < length) return { kind: "stored", offset: blob.bytes.length }
    if (sha256Hex(blob.bytes) !== sha256) {
      this.blobs.delete(sha256)
      return { kind: "wrong_bytes" }
    }
    blob.verified = true
    for (const visit of this.visits.values()) {
      if (visit.admitted().some((op) => op.envelope.kind === "photo.add@1" && op.envelope.body.sha256 === sha256)) this.tellVerified(visit, sha256)
    }
    return { kind: "stored", offset: length }
  }

  private tellVerified(visit: FakeVisit, sha256: string): void {
    if (visit.verified.has(sha256)) return
    visit.verified.add(sha256)
    visit.say("blob.verified", { sha256, size: this.blobs.get(sha256)?.length ?? 0 })
  }
}

function cannotCount(visit: FakeVisit, opId: string): boolean {
  const op = visit.ops.get(opId)
  return op?.outcome === "rejected" || (op?.outcome === "parked" && ["note_only", "not_adopted"].includes(visit.cases.get(opId) ?? ""))
}

function sameContent(a: Envelope, b: Envelope): boolean {
  const content = ({ scope, kind, item, field, sup, body }: Envelope) => canonicalJson({ scope, kind, item, field, sup, body })
  return content(a) === content(b)
}

function ok<T>(value: T): Answer<T> {
  return { ok: true, value }
}
