/** The actions of a visit as decisions: who may, what it says, what it takes the place of. Pure. */
import { canonicalJson, type Json } from "../kit/canonicalJson"
import { sha256Hex } from "../kit/sha256"
import { mayInclude, readManifest, sealedSoFar, type Decision as LateDecision } from "./late"
import { buildManifest, type Manifest } from "./manifest"
import { registerKey } from "./merge"
import { isRecordKind, type OpDraft, type PhotoBody } from "./ops"
import { PhoneError, type MissingMember, type ReadingInput, type Resolution, type SignatureInput } from "./phone"
import { counts } from "./visitState"
import { supForResolve, supForSet, type Decision, type Known } from "./writer"

type Decide = (known: Known) => Decision

export function setRegister(item: string, field: string, value: Json): Decide {
  return (known) => {
    mayAnswer(known)
    return one(setting(known, item, field, value))
  }
}

/** Several registers of one item in one act; what stands already is not said again. */
export function setRegisters(item: string, values: { readonly [field: string]: Json }): Decide {
  return (known) => {
    mayAnswer(known)
    return { drafts: Object.entries(values).flatMap(([field, value]) => (shownValue(known, item, field) === canonicalJson(value) ? [] : [setting(known, item, field, value)])) }
  }
}

/** The leader settles registers that belong together, as result and score do; what is not open is merely set. */
export function settleTogether(item: string, values: { readonly [field: string]: Pick<Resolution, "value" | "choose"> }, reason: string): Decide {
  return (known) => {
    mustLead(known)
    notSealed(known)
    const drafts = Object.entries(values).flatMap(([field, { value, choose }]): OpDraft[] => {
      const key = registerKey(item, field)
      const isOpen = (known.registers.byKey.get(key)?.values.length ?? 0) > 1 || known.registers.conflictId(key) !== null
      if (isOpen) return [{ kind: "conflict.resolve@1", item, field, sup: supForResolve(known.registers, key), body: { v: value, choose, reason } }]
      return shownValue(known, item, field) === canonicalJson(value) ? [] : [setting(known, item, field, value)]
    })
    return { drafts }
  }
}

function setting(known: Known, item: string, field: string, value: Json): OpDraft {
  const sup = supForSet(known.registers, registerKey(item, field), known.me.account)
  return { kind: "reg.set@1", item, field, sup, body: { v: value } }
}

/** What this person sees as the register's value, in canonical form: the one value, or in a dispute his own. */
function shownValue(known: Known, item: string, field: string): string {
  const register = known.registers.byKey.get(registerKey(item, field))
  if (!register) return "null"
  if (register.values.length === 1) return register.values[0] ?? "null"
  const mine = register.heads.find((head) => head.envelope.actor === known.me.account)
  return mine ? canonicalJson(mine.envelope.body.v ?? null) : "none of his own"
}

export function resolveConflict(item: string, field: string, { value, choose, reason }: Resolution): Decide {
  return (known) => {
    mustLead(known)
    notSealed(known)
    const sup = supForResolve(known.registers, registerKey(item, field))
    return one({ kind: "conflict.resolve@1", item, field, sup, body: { v: value, choose, reason } })
  }
}

export function addNote(item: string | null, text: string): Decide {
  return (known) => {
    notSealed(known)
    return one({ kind: "note.add@1", item, field: null, sup: [], body: { text } })
  }
}

export function retractNote(opId: string, reason: string): Decide {
  return (known) => {
    notSealed(known)
    const note = ownThing(known, "note.add@1", (op) => op.envelope.op_id === opId)
    return one({ kind: "note.retract@1", item: note.envelope.item, field: null, sup: [], body: { op_id: opId, reason } })
  }
}

export function addReading(item: string, readingId: string, reading: ReadingInput): Decide {
  return (known) => {
    notSealed(known)
    return one({ kind: "meas.add@1", item, field: null, sup: [], body: { reading_id: readingId, ...reading } })
  }
}

export function voidReading(readingId: string, reason: string): Decide {
  return (known) => {
    notSealed(known)
    const reading = ownThing(known, "meas.add@1", (op) => op.envelope.body.reading_id === readingId)
    return one({ kind: "meas.void@1", item: reading.envelope.item, field: null, sup: [], body: { reading_id: readingId, reason } })
  }
}

export function addPhoto(item: string, body: PhotoBody): Decide {
  return (known) => {
    notSealed(known)
    return { drafts: [{ kind: "photo.add@1", item, field: null, sup: [], body }], attach: [body.sha256] }
  }
}

export function excludePhoto(photoId: string, reason: string): Decide {
  return (known) => {
    notSealed(known)
    const isIt = (op: Known["ops"][number]) => op.envelope.body.photo_id === photoId
    const photo = known.me.role === "leader" ? anyThing(known, "photo.add@1", isIt) : ownThing(known, "photo.add@1", isIt)
    return one({ kind: "photo.exclude@1", item: photo.envelope.item, field: null, sup: [], body: { photo_id: photoId, reason } })
  }
}

export function finishMyPart(): Decide {
  return (known) => one({ kind: "replica.flush@1", item: null, field: null, sup: [], body: { last_seq: known.head.nextSeq - 1 } })
}

/** The leader closes the record. Works offline: what binds is the manifest, not the hour. */
export function seal(itemCodes: readonly string[], missing: readonly MissingMember[], onMade: (made: Manifest & { n: number }) => void): Decide {
  return (known) => {
    mustLead(known)
    notSealed(known)
    const made = manifestNow(known)
    if (made.conflicts > 0) throw new PhoneError("not_ready", "open conflicts")
    if (itemCodes.some((code) => !isAnswered(known, code))) throw new PhoneError("not_ready", "unanswered items")
    if (lacksWhatWasSealed(known)) throw new PhoneError("not_ready", "something that was sealed is not on this phone")
    onMade(made)
    const body = { manifest: made.text, manifest_hash: made.hash, missing: missing.map(({ replica, account, reason }) => ({ replica, account, reason })) }
    return one({ kind: "insp.seal@1", item: null, field: null, sup: [], body })
  }
}

/** Over all record ops that this phone holds as admitted or as its own unsent ones, and no others. */
export function manifestNow(known: Pick<Known, "fold" | "ops">): Manifest & { n: number } {
  const { fold, ops } = known
  const { n: sealed, manifestHash } = sealedSoFar(fold, ops)
  const n = sealed + 1
  const record = ops.filter((op) => isRecordKind(op.envelope.kind) && counts(op))
  const frame = { scope: fold.scope, n, editionHash: fold.dispatched?.edition.hash ?? "", prevManifest: manifestHash }
  return { n, ...buildManifest(record, frame) }
}

export function sign(signature: SignatureInput, imageSha256: string | null): Decide {
  return (known) => {
    const manifestHash = manifestInForce(known)
    if (!manifestHash) throw new PhoneError("not_ready", "sign after sealing")
    const { role, person, consentText, refused } = signature
    const body = { role, person, manifest_hash: manifestHash, image_sha256: imageSha256, consent_text_hash: sha256Hex(consentText), refused }
    return { drafts: [{ kind: "sig.add@1", item: null, field: null, sup: [], body }], attach: imageSha256 ? [imageSha256] : [] }
  }
}

/** The seal made here a moment ago, or the one that the server told of. */
export function manifestInForce(known: Pick<Known, "fold" | "ops">): string | null {
  return sealedSoFar(known.fold, known.ops).manifestHash
}

/** The next manifest has to name all that the one in force names, but for what can never count. */
function lacksWhatWasSealed({ fold, ops }: Known): boolean {
  const { manifest } = sealedSoFar(fold, ops)
  const counting = new Set(ops.filter(counts).map((op) => op.envelope.op_id))
  const isDead = (opId: string) => fold.ops.get(opId)?.outcome === "rejected" || fold.cases.declined(opId)
  return (readManifest(manifest ?? "")?.ops ?? []).some((opId) => !counting.has(opId) && !isDead(opId))
}

/** 更正记录: the leader opens the sealed record again, for what is added. */
export function openAddendum(reason: string): Decide {
  return (known) => {
    mustLead(known)
    const { n, addendum } = sealedSoFar(known.fold, known.ops)
    if (known.fold.isArchived) throw new PhoneError("read_only", "archived")
    if (n === 0) throw new PhoneError("not_ready", "nothing is sealed")
    return addendum === null ? one(opening(n + 1, reason)) : { drafts: [] }
  }
}

/** The leader decides on what came late; to take it in, the sealed record is opened first where that is needed. */
export function decideLate(opId: string, decision: LateDecision, reason: string): Decide {
  return (known) => {
    mustLead(known)
    const open = known.fold.cases.byOp.get(opId)
    const op = known.ops.find((candidate) => candidate.envelope.op_id === opId)
    if (!op || !open || open.decision !== null) throw new PhoneError("not_permitted", "nothing waits under this id")
    if (decision === "include" && !mayInclude(open.code, op.envelope.kind)) throw new PhoneError("not_permitted", "cannot be taken in")
    const { n, addendum, manifest } = sealedSoFar(known.fold, known.ops)
    const isBound = readManifest(manifest ?? "")?.ops.includes(opId) ?? false
    const mustOpen = decision === "include" && isRecordKind(op.envelope.kind) && n > 0 && addendum === null && !isBound
    const draft: OpDraft = { kind: "late.dispose@1", item: null, field: null, sup: [], body: { op_id: opId, decision, reason } }
    return { drafts: [...(mustOpen ? [opening(n + 1, reason)] : []), draft] }
  }
}

function opening(n: number, reason: string): OpDraft {
  return { kind: "addendum.open@1", item: null, field: null, sup: [], body: { n, reason } }
}

// ------------------------------------------------------------------ who may, and when

function mayAnswer(known: Known): void {
  if (known.me.role === "expert") throw new PhoneError("not_permitted", "experts assist; they do not inspect")
  notSealed(known)
}

function mustLead(known: Known): void {
  if (known.me.role !== "leader") throw new PhoneError("not_permitted", "for the leader")
}

function notSealed(known: Known): void {
  if (known.fold.isArchived) throw new PhoneError("read_only", "archived")
  const { n, addendum } = sealedSoFar(known.fold, known.ops)
  if (n > 0 && addendum === null) throw new PhoneError("read_only", "sealed")
}

function ownThing(known: Known, kind: string, isIt: (op: Known["ops"][number]) => boolean) {
  return anyThing(known, kind, (op) => op.envelope.actor === known.me.account && isIt(op))
}

function anyThing(known: Known, kind: string, isIt: (op: Known["ops"][number]) => boolean) {
  const op = known.ops.find((candidate) => candidate.envelope.kind === kind && counts(candidate) && isIt(candidate))
  if (!op) throw new PhoneError("not_permitted", "not yours, or not there")
  return op
}

function isAnswered(known: Known, code: string): boolean {
  const values = known.registers.byKey.get(registerKey(code, "result"))?.values ?? []
  return values.length === 1 && values[0] !== "null"
}

function one(draft: OpDraft): Decision {
  return { drafts: [draft] }
}
