/**
 * One visit as this phone knows it: the folded feed plus this phone's own ops that the feed does not
 * have yet. Pure. Where the feed has an op, the feed wins over anything a push reply said.
 */
import { mergeRegisters, valueOf, type MergedRegister } from "./merge"
import { isRecordKind, readEnvelope, setsRegister, type Envelope, type PhotoBody, type SignatureBody } from "./ops"
import { isAdmitted, type JudgedOp, type ScopeFold } from "./fold"
import { changesSince, mayInclude, ownDecisions, readManifest, sealedSoFar, type Sealed } from "./late"
import type { BlobRow, Outcome, OwnOp } from "./ports"
import type { AddendumState, Authorship, BytesState, LateRecord, Fate, Gps, Head, HistoryLine, MemberActivity, Note, Photo, Reading, ReadOnlyReason } from "./visit"
import type { Register, Seal, Signature, TeamMember, VisitState } from "./visit"

/** An op with what is known of its fate, wherever that is known from. */
export interface KnownOp {
  readonly envelope: Envelope
  readonly hash: string
  readonly outcome: Outcome | null
  readonly code: string | null
  readonly receivedAt: string | null
  readonly fate: Fate
}

export interface Viewpoint {
  readonly account: string
  readonly own: readonly OwnOp[]
  readonly blobs: ReadonlyMap<string, Pick<BlobRow, "state" | "sent">>
}

const SKEW_LIMIT_MS = 5 * 60_000
const EMPTY_REGISTER = { state: "empty", value: null, heads: [], conflictId: null } as const

export function emptyRegister(item: string, field: string): Register {
  return { item, field, ...EMPTY_REGISTER }
}

export function visitState(fold: ScopeFold, view: Viewpoint): VisitState {
  const ops = knownOps(fold, view.own)
  return new View(fold, view, ops).state()
}

/** Every op of the scope that this phone knows of, in the order of their ids (which is roughly that of time). */
export function knownOps(fold: ScopeFold, own: readonly OwnOp[]): readonly KnownOp[] {
  const judged = [...fold.ops.values(), ...fold.refusedTwins].map(fromFeed)
  const unjudged = own.filter((op) => !fold.ops.has(op.opId)).flatMap(fromOwn)
  const takenIn = ownDecisions(fold, unjudged.filter(counts))
  const shown = judged.map((op) => (takenIn.get(op.envelope.op_id)?.decision === "include" ? { ...op, outcome: "applied" as const, code: null, fate: "server" as const } : op))
  return [...shown, ...unjudged].sort((a, b) => (a.envelope.op_id < b.envelope.op_id ? -1 : 1))
}

/** What counts: admitted by the server, or made here and not refused yet. */
export function counts(op: KnownOp): boolean {
  return op.fate === "here" || isAdmitted(op)
}

function fromFeed(op: JudgedOp): KnownOp {
  return { ...op, fate: fateOf(op.outcome) }
}

function fromOwn(op: OwnOp): KnownOp[] {
  const envelope = readEnvelope(op.raw)
  if (!envelope) return []
  const { hash, outcome, code } = op
  const fate = op.state === "quarantined" ? "failed" : outcome === null ? "here" : fateOf(outcome)
  return [{ envelope, hash, outcome, code, receivedAt: null, fate }]
}

function fateOf(outcome: Outcome): Fate {
  return outcome === "parked" ? "waiting" : outcome === "rejected" ? "failed" : "server"
}

// ------------------------------------------------------------------ registers, used by the phone's writes too

export interface Registers {
  readonly byKey: ReadonlyMap<string, MergedRegister<KnownOp>>
  /** Id of the feed's open conflict on a register, unless an own, unjudged resolution has settled it here. */
  conflictId(key: string): string | null
}

export function registersOf(fold: ScopeFold, ops: readonly KnownOp[]): Registers {
  const byKey = mergeRegisters(ops.filter(counts))
  const open = new Map([...fold.openConflicts.values()].map((row) => [`${row.item}/${row.field}`, row.conflictId]))
  const settledHere = new Set(
    ops.filter((op) => op.fate === "here" && op.envelope.kind === "conflict.resolve@1").map((op) => `${op.envelope.item}/${op.envelope.field}`),
  )
  const conflictId = (key: string) => {
    const isSettled = settledHere.has(key) && (byKey.get(key)?.values.length ?? 0) <= 1
    return isSettled ? null : (open.get(key) ?? null)
  }
  return { byKey, conflictId }
}

// ------------------------------------------------------------------ the view

class View {
  private readonly registers: Registers
  private readonly names: ReadonlyMap<string, TeamMember>
  private readonly counting: readonly KnownOp[]
  private readonly sealed: Sealed

  constructor(
    private readonly fold: ScopeFold,
    private readonly view: Viewpoint,
    private readonly ops: readonly KnownOp[],
  ) {
    this.registers = registersOf(fold, ops)
    this.names = new Map((fold.dispatched ? [...fold.team()] : []).map((member) => [member.account, member]))
    this.counting = ops.filter(counts)
    this.sealed = sealedSoFar(fold, ops)
  }

  state(): VisitState {
    const { fold, view } = this
    const registers = new Map([...this.registers.byKey].map(([key, merged]) => [key, this.register(key, merged)]))
    const membership = fold.membership(view.account)
    const seal = this.seal()
    const history = this.history()
    const late = this.late(history)
    const decided = new Set(late.filter((record) => record.decision !== null).map((record) => record.line.opId))
    return {
      scope: fold.scope,
      dispatched: fold.dispatched,
      team: fold.team(),
      me: membership && !membership.isRevoked ? membership.member : null,
      readOnly: this.readOnly(seal),
      registers,
      notes: this.notes(),
      readings: this.readings(registers),
      photos: this.photos(registers),
      signatures: this.signatures(seal),
      seal,
      addendum: this.addendum(registers, history),
      late,
      waiting: history.filter((line) => line.fate === "waiting" && !decided.has(line.opId)),
      failed: history.filter((line) => line.fate === "failed" && line.account === view.account),
      history,
      members: this.members(),
    }
  }

  private readOnly(seal: Seal | null): ReadOnlyReason | null {
    const membership = this.fold.membership(this.view.account)
    if (!membership) return "not_in_team"
    if (membership.isRevoked) return "revoked"
    if (this.fold.isArchived) return "archived"
    return seal && this.sealed.addendum === null ? "sealed" : null
  }

  private by(op: KnownOp): Authorship {
    const { envelope } = op
    const member = this.names.get(envelope.actor) ?? this.fold.membership(envelope.actor)?.member
    return {
      opId: envelope.op_id,
      account: envelope.actor,
      name: member?.name ?? envelope.actor,
      role: member?.role ?? null,
      replica: envelope.replica,
      at: envelope.t.wall,
      receivedAt: op.receivedAt,
      fate: op.fate,
      code: op.code,
    }
  }

  private register(key: string, merged: MergedRegister<KnownOp>): Register {
    const heads: Head[] = merged.heads.map((op) => ({ ...this.by(op), value: valueOf(op) }))
    const conflictId = this.registers.conflictId(key)
    const isSplit = merged.values.length > 1
    const state = isSplit ? "conflict" : conflictId ? "agreed" : heads.length > 1 ? "confirmed" : "settled"
    return { item: merged.item, field: merged.field, state, value: isSplit ? null : (heads[0]?.value ?? null), heads, conflictId }
  }

  private ofKind(kind: string): readonly KnownOp[] {
    return this.counting.filter((op) => op.envelope.kind === kind)
  }

  /** The first op of a kind that names a thing: a retraction, a voiding, an exclusion. */
  private tombstone(kind: string, member: string, id: string): (Authorship & { reason: string }) | null {
    const op = this.ofKind(kind).find((candidate) => candidate.envelope.body[member] === id)
    return op ? { ...this.by(op), reason: String(op.envelope.body.reason ?? "") } : null
  }

  private notes(): readonly Note[] {
    return this.ofKind("note.add@1").map((op) => ({
      ...this.by(op),
      item: op.envelope.item,
      text: String(op.envelope.body.text ?? ""),
      retracted: this.tombstone("note.retract@1", "op_id", op.envelope.op_id),
    }))
  }

  private readings(registers: ReadonlyMap<string, Register>): readonly Reading[] {
    return this.ofKind("meas.add@1").map((op) => {
      const { body } = op.envelope
      const item = op.envelope.item ?? ""
      const readingId = String(body.reading_id)
      return {
        ...this.by(op),
        item,
        readingId,
        value: String(body.value),
        unit: String(body.unit),
        instrument: typeof body.instrument === "string" ? body.instrument : null,
        voided: this.tombstone("meas.void@1", "reading_id", readingId),
        isAdopted: registers.get(`${item}/adopted_reading`)?.value === readingId,
      }
    })
  }

  private photos(registers: ReadonlyMap<string, Register>): readonly Photo[] {
    return this.ofKind("photo.add@1").map((op) => {
      const body = op.envelope.body as unknown as PhotoBody
      const item = op.envelope.item ?? "_"
      return {
        ...this.by(op),
        item,
        photoId: body.photo_id,
        sha256: body.sha256,
        size: body.size,
        mime: body.mime,
        w: body.w,
        h: body.h,
        taken: body.taken,
        gps: gpsOf(body),
        caption: registers.get(`${item}/caption:${body.photo_id}`) ?? null,
        excluded: this.tombstone("photo.exclude@1", "photo_id", body.photo_id),
        ...this.bytes(body),
      }
    })
  }

  private bytes(body: PhotoBody): { bytes: BytesState; sentBytes: number } {
    if (this.fold.verified.has(body.sha256)) return { bytes: "server", sentBytes: body.size }
    const blob = this.view.blobs.get(body.sha256)
    return blob ? { bytes: blob.state, sentBytes: blob.sent } : { bytes: "elsewhere", sentBytes: 0 }
  }

  private signatures(seal: Seal | null): readonly Signature[] {
    return this.ofKind("sig.add@1").map((op) => {
      const body = op.envelope.body as unknown as SignatureBody
      return {
        ...this.by(op),
        signatureRole: body.role,
        person: body.person,
        personName: this.fold.membership(body.person)?.member.name ?? body.person,
        manifestHash: body.manifest_hash,
        isCurrent: body.manifest_hash === seal?.manifestHash,
        imageSha256: body.image_sha256,
        refused: body.refused,
      }
    })
  }

  /** The seal in force, or one made here that the server has not judged yet. */
  private seal(): Seal | null {
    const { seal } = this.fold
    const { n: newest, manifestHash: hash } = this.sealed
    if (newest > (seal?.n ?? 0)) {
      const made = this.ops.find((op) => op.envelope.kind === "insp.seal@1" && op.envelope.body.manifest_hash === hash)
      return { n: newest, manifestHash: hash ?? "", state: "here", sealedAt: made?.envelope.t.wall ?? null, isSigned: false }
    }
    if (!seal) return null
    const { n, manifestHash, state, at } = seal
    return { n, manifestHash, state, sealedAt: at, isSigned: this.fold.signedManifests.has(manifestHash) }
  }

  private late(history: readonly HistoryLine[]): readonly LateRecord[] {
    const lines = new Map(history.map((line) => [line.opId, line]))
    const mine = ownDecisions(this.fold, this.ops.filter((op) => op.fate === "here"))
    const byId = new Map(this.ops.map((op) => [op.envelope.op_id, op]))
    const asked = [...this.fold.cases.byOp.values()].map((known) => {
      const own = mine.get(known.opId)
      return { ...known, decision: own?.decision ?? known.decision, decidedBy: own?.by ?? known.decidedBy, isAsking: true }
    })
    const waiting = history.filter((line) => line.fate === "waiting" && !this.fold.cases.byOp.has(line.opId))
    const others = waiting.map((line) => ({ opId: line.opId, code: line.code ?? "", decision: null, decidedBy: null, isAsking: false }))
    return [...asked, ...others].flatMap(({ opId, code, decision, decidedBy, isAsking }) => {
      const line = lines.get(opId)
      const by = byId.get(decidedBy ?? "")
      if (!line) return []
      const reason = typeof by?.envelope.body.reason === "string" ? by.envelope.body.reason : null
      const isOpen = isAsking && decision === null
      return [{ line, why: code, isOpen, canInclude: isOpen && mayInclude(code, line.kind), decision, decidedBy: by ? this.by(by) : null, reason }]
    })
  }

  private addendum(registers: ReadonlyMap<string, Register>, history: readonly HistoryLine[]): AddendumState | null {
    const { addendum: n, manifest } = this.sealed
    if (n === null) return null
    const opened = this.fold.addenda.get(n)?.opId
    const by = this.ops.find((op) => op.envelope.op_id === opened) ?? this.ops.find((op) => op.envelope.kind === "addendum.open@1" && op.envelope.body.n === n)
    const valueById = new Map(this.ops.map((op) => [op.envelope.op_id, valueOf(op)]))
    const named = new Set(readManifest(manifest ?? "")?.ops ?? [])
    const standing = new Set(this.counting.map((op) => op.envelope.op_id))
    return {
      n,
      reason: typeof by?.envelope.body.reason === "string" ? by.envelope.body.reason : "",
      by: by ? this.by(by) : null,
      changes: changesSince(manifest, registers, (opId) => valueById.get(opId) ?? null),
      added: history.filter((line) => standing.has(line.opId) && isRecordKind(line.kind) && !setsRegister(line.kind) && !named.has(line.opId)),
    }
  }

  private history(): readonly HistoryLine[] {
    const superseded = new Set(this.counting.filter((op) => setsRegister(op.envelope.kind)).flatMap((op) => op.envelope.sup))
    const gone = new Set(this.counting.filter((op) => /retract|void|exclude/.test(op.envelope.kind)).flatMap(namedIds))
    return this.ops
      .filter((op) => isRecordKind(op.envelope.kind) || op.fate === "waiting" || op.fate === "failed" || op.envelope.kind !== "replica.flush@1")
      .map((op) => ({
        ...this.by(op),
        kind: op.envelope.kind,
        item: op.envelope.item,
        field: op.envelope.field,
        body: op.envelope.body,
        isSuperseded: superseded.has(op.envelope.op_id) || ownIds(op).some((id) => gone.has(id)),
        skewMs: Math.abs(op.envelope.t.off_ms ?? 0) > SKEW_LIMIT_MS ? op.envelope.t.off_ms : null,
      }))
  }

  private members(): readonly MemberActivity[] {
    return this.fold.team().map(({ account }) => {
      const ops = [...this.fold.ops.values()].filter((op) => op.envelope.actor === account).sort((a, b) => a.pos - b.pos)
      const newest = new Map(ops.map((op) => [op.envelope.replica, op]))
      const isFlushed = newest.size > 0 && [...newest.values()].every((op) => op.envelope.kind === "replica.flush@1")
      const last = ops.at(-1)
      return { account, lastReceivedAt: last?.receivedAt ?? null, lastSeq: last?.envelope.seq ?? null, isFlushed }
    })
  }
}

function gpsOf(body: PhotoBody): Gps | null {
  return body.gps ? { lat: body.gps.lat, lon: body.gps.lon, accM: body.gps.acc_m } : null
}

function namedIds(op: KnownOp): string[] {
  const { op_id, reading_id, photo_id } = op.envelope.body
  return [op_id, reading_id, photo_id].filter((id): id is string => typeof id === "string")
}

/** The ids by which a tombstone may name this op. */
function ownIds(op: KnownOp): string[] {
  const { kind, op_id, body } = op.envelope
  if (kind === "note.add@1") return [op_id]
  if (kind === "meas.add@1") return [String(body.reading_id)]
  return kind === "photo.add@1" ? [String(body.photo_id)] : []
}
