/**
 * What a phone can say: every op kind as a discriminated union, and the envelope around it.
 *
 * An op is immutable. Its bytes are made once, hashed once and sent as they are for ever, so an app
 * update never migrates unsent data. A kind whose meaning changes gets a new name, not a new meaning.
 */
import { canonicalJson, type Json } from "../kit/canonicalJson"
import { isUuid } from "../kit/ids"
import { sha256Hex } from "../kit/sha256"

export interface OpBodies {
  "reg.set@1": { v: Json }
  "conflict.resolve@1": { v: Json; choose: string | null; reason: string }
  "note.add@1": { text: string }
  "note.retract@1": { op_id: string; reason: string }
  "meas.add@1": { reading_id: string; value: string; unit: string; instrument: string | null }
  "meas.void@1": { reading_id: string; reason: string }
  "photo.add@1": PhotoBody
  "photo.exclude@1": { photo_id: string; reason: string }
  "insp.seal@1": { manifest: string; manifest_hash: string; missing: readonly { replica: string | null; account: string; reason: string }[] }
  "sig.add@1": SignatureBody
  "replica.flush@1": { last_seq: number }
  "op.void@1": { seq: number; op_hash: string; reason: string }
  "late.dispose@1": { op_id: string; decision: "include" | "note_only" | "not_adopted"; reason: string }
  "addendum.open@1": { n: number; reason: string }
}

export interface PhotoBody {
  photo_id: string
  sha256: string
  size: number
  mime: string
  w: number
  h: number
  taken: string | null
  gps: { lat: string; lon: string; acc_m: number } | null
  derivs: readonly string[]
  /** Beyond the contract, kept by everyone: what the file itself says, as facts. */
  exif?: { readonly [name: string]: Json }
}

export interface SignatureBody {
  role: "officer" | "leader" | "representative" | "witness"
  person: string
  manifest_hash: string
  image_sha256: string | null
  consent_text_hash: string
  refused: { reason: string; witness: string } | null
}

export type Kind = keyof OpBodies

export type OpDraft = {
  [K in Kind]: {
    readonly kind: K
    readonly item: string | null
    readonly field: string | null
    /** Frozen here, at creation. It is never worked out again: that would silently overwrite what nobody saw. */
    readonly sup: readonly string[]
    readonly body: OpBodies[K]
  }
}[Kind]

/** Testimony about time; no rule uses it. */
export interface TimeClaim {
  wall: string
  mono_ms: number
  boot: string
  off_ms: number | null
  off_age_s: number | null
}

export interface Envelope {
  ev: 1
  op_id: string
  replica: string
  seq: number
  prev: string
  scope: string
  kind: string
  item: string | null
  field: string | null
  sup: readonly string[]
  body: { readonly [name: string]: Json }
  seen: number
  grant: string
  edition: { id: string; hash: string }
  actor: string
  courier: string | null
  t: TimeClaim
  app: string
  was?: { replica: string; seq: number; hash: string }
}

export interface OpContext {
  readonly opId: string
  readonly replica: string
  readonly seq: number
  readonly prev: string
  readonly scope: string
  readonly seen: number
  readonly grant: string
  readonly edition: { readonly id: string; readonly hash: string }
  readonly actor: string
  readonly t: TimeClaim
  readonly app: string
}

export interface MadeOp {
  readonly envelope: Envelope
  readonly raw: string
  readonly hash: string
}

/** Kinds that stand in a manifest and can be late; all others are control ops. */
export function isRecordKind(kind: string): boolean {
  return /^(reg\.set|conflict\.resolve|note\.(add|retract)|meas\.(add|void)|photo\.(add|exclude))@\d+$/.test(kind)
}

export function setsRegister(kind: string): boolean {
  return kind === "reg.set@1" || kind === "conflict.resolve@1"
}

export function makeOp(draft: OpDraft, context: OpContext): MadeOp {
  return sealEnvelope({
    ev: 1,
    op_id: context.opId,
    replica: context.replica,
    seq: context.seq,
    prev: context.prev,
    scope: context.scope,
    kind: draft.kind,
    item: draft.item,
    field: draft.field,
    sup: [...draft.sup].sort(),
    body: draft.body as unknown as Envelope["body"],
    seen: context.seen,
    grant: context.grant,
    edition: { id: context.edition.id, hash: context.edition.hash },
    actor: context.actor,
    courier: null,
    t: context.t,
    app: context.app,
  })
}

/**
 * A new envelope for an op whose old one was refused as a fork: same op_id, same words, new place in a
 * new replica. `was` names the first envelope, so that hashes over the record stay what they were.
 */
export function reEnvelope(op: MadeOp, place: { replica: string; seq: number; prev: string }): MadeOp {
  const { envelope, hash } = op
  const was = envelope.was ?? { replica: envelope.replica, seq: envelope.seq, hash }
  return sealEnvelope({ ...envelope, ...place, was })
}

/** Hash of the first envelope: what a manifest counts. */
export function firstHash(op: { envelope: Envelope; hash: string }): string {
  return op.envelope.was?.hash ?? op.hash
}

function sealEnvelope(envelope: Envelope): MadeOp {
  const raw = canonicalJson(envelope)
  return { envelope, raw, hash: sha256Hex(raw) }
}

// ------------------------------------------------------------------ reading

/** The envelope in a raw op, or null where a member is missing or of the wrong shape (`malformed`). */
export function readEnvelope(raw: string): Envelope | null {
  let value: unknown
  try {
    value = JSON.parse(raw)
  } catch {
    return null
  }
  return isEnvelope(value) ? value : null
}

const HASH = /^[0-9a-f]{64}$/

export function isHash(value: unknown): value is string {
  return typeof value === "string" && HASH.test(value)
}

// As strict as the server and no stricter: an op that the server admitted must be readable on every phone.
function isEnvelope(value: unknown): value is Envelope {
  return isRecord(value) && hasIdentity(value) && hasAddress(value) && hasCircumstances(value)
}

function hasIdentity(e: Record<string, unknown>): boolean {
  return (
    e.ev === 1 &&
    [e.op_id, e.replica, e.actor].every(isUuid) &&
    (e.courier === null || isUuid(e.courier)) &&
    isCount(e.seq, 1) &&
    isHash(e.prev) &&
    (e.was === undefined || e.was === null || (isRecord(e.was) && isHash(e.was.hash)))
  )
}

function hasAddress(e: Record<string, unknown>): boolean {
  return (
    isShortText(e.scope, 60) &&
    isShortText(e.kind, 60) &&
    (e.item === null || isShortText(e.item, 40)) &&
    (e.field === null || isShortText(e.field, 80)) &&
    Array.isArray(e.sup) &&
    e.sup.every(isUuid) &&
    isRecord(e.body)
  )
}

function hasCircumstances(e: Record<string, unknown>): boolean {
  return (
    isCount(e.seen, 0) &&
    isShortText(e.grant, 60) &&
    isRecord(e.edition) &&
    isShortText(e.edition.id, 120) &&
    isShortText(e.edition.hash, 64) &&
    isTimeClaim(e.t) &&
    typeof e.app === "string"
  )
}

function isTimeClaim(t: unknown): boolean {
  return isRecord(t) && typeof t.wall === "string" && ["mono_ms", "boot", "off_ms", "off_age_s"].every((name) => name in t)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

function isCount(value: unknown, least: number): boolean {
  return Number.isSafeInteger(value) && (value as number) >= least
}

/** Lengths are counted in code points, as the server does. */
function isShortText(value: unknown, longest: number): value is string {
  return typeof value === "string" && value !== "" && value.length <= longest * 2 && [...value].length <= longest
}
