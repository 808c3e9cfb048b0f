/**
 * Late records, decisions and addenda as this phone knows them (sync-protocol 0.9): what is sealed, what is open again,
 * what waits for the leader, and what the record says otherwise than the manifest in force. Pure.
 */
import { canonicalJson, type Json } from "../kit/canonicalJson"
import { isRecordKind, type Envelope } from "./ops"
import type { Outcome } from "./ports"

export type Decision = "include" | "note_only" | "not_adopted"

/** A judgement that asks the leader: each new one asks anew. */
const CASE_CODES: ReadonlySet<string> = new Set(["late_after_seal", "grant_revoked_unseen", "edition_mismatch"])

export function asksTheLeader(code: string | null): boolean {
  return code !== null && CASE_CODES.has(code)
}

export interface JudgedCase {
  readonly opId: string
  readonly code: string
  readonly decision: Decision | null
  /** The op that decided, of a seal too. */
  readonly decidedBy: string | null
}

/** Can this be taken in at all? A seal cannot, and what answers another edition neither. */
export function mayInclude(code: string | null, kind: string): boolean {
  return code === "grant_revoked_unseen" || (code === "late_after_seal" && isRecordKind(kind))
}

/** The cases of one visit, moved on by every judgement. */
export class Cases {
  readonly byOp = new Map<string, JudgedCase>()
  #lastControl: string | null = null

  judged(op: { envelope: Envelope; outcome: Outcome; code: string | null }, kindOf: (opId: string) => string | null): void {
    const { op_id, kind, body } = op.envelope
    const isAdmitted = op.outcome === "applied" || op.outcome === "conflict"
    const known = this.byOp.get(op_id)
    if (op.code && asksTheLeader(op.code)) this.byOp.set(op_id, { opId: op_id, code: op.code, decision: null, decidedBy: null })
    else if (isAdmitted && known?.decision === null) this.byOp.set(op_id, { ...known, decision: "include", decidedBy: this.#lastControl })
    if (isAdmitted && !isRecordKind(kind)) this.#lastControl = op_id
    if (isAdmitted && kind === "late.dispose@1") this.#decide(op_id, body, kindOf)
  }

  #decide(by: string, body: Envelope["body"], kindOf: (opId: string) => string | null): void {
    const target = this.byOp.get(String(body.op_id))
    const decision = String(body.decision) as Decision
    if (!target || target.decision !== null) return
    if (decision === "include" && !mayInclude(target.code, kindOf(target.opId) ?? "")) return
    this.byOp.set(target.opId, { ...target, decision, decidedBy: by })
  }

  isDecided(opId: string): boolean {
    return (this.byOp.get(opId)?.decision ?? null) !== null
  }

  /** What the leader decided not to take in. */
  declined(opId: string): boolean {
    const decision = this.byOp.get(opId)?.decision
    return decision === "note_only" || decision === "not_adopted"
  }
}

export interface OpOfVisit {
  readonly envelope: Envelope
  readonly outcome: Outcome | null
  readonly fate: string
  readonly receivedAt: string | null
}

export interface Sealed {
  readonly n: number
  readonly manifestHash: string | null
  /** Text of the manifest in force, where this phone has its op. */
  readonly manifest: string | null
  /** The addendum that is open, or null. */
  readonly addendum: number | null
}

/** What is sealed and what is open, this phone's own unjudged ops included. */
export function sealedSoFar(fold: { readonly seal: { readonly n: number; readonly manifestHash: string } | null; readonly addendum: number | null }, ops: readonly OpOfVisit[]): Sealed {
  const mine = ops.filter((op) => !op.receivedAt && (op.fate === "here" || op.outcome === "applied"))
  let [n, hash] = [fold.seal?.n ?? 0, fold.seal?.manifestHash ?? null]
  for (const { envelope } of mine.filter((op) => op.envelope.kind === "insp.seal@1")) {
    if (manifestNumber(envelope) === n + 1) [n, hash] = [n + 1, String(envelope.body.manifest_hash)]
  }
  const opened = [fold.addendum ?? 0, ...mine.filter((op) => op.envelope.kind === "addendum.open@1").map((op) => Number(op.envelope.body.n))]
  const sealing = ops.find((op) => op.envelope.kind === "insp.seal@1" && op.envelope.body.manifest_hash === hash)
  return { n, manifestHash: hash, manifest: sealing ? String(sealing.envelope.body.manifest) : null, addendum: n > 0 && opened.includes(n + 1) ? n + 1 : null }
}

/** Own decisions that the feed does not have yet, by the op that they are about. */
export function ownDecisions(fold: { readonly cases: Cases }, own: readonly { envelope: Envelope }[]): ReadonlyMap<string, { by: string; decision: Decision }> {
  const found = new Map<string, { by: string; decision: Decision }>()
  for (const { envelope } of own) {
    const target = String(envelope.body.op_id)
    if (envelope.kind !== "late.dispose@1" || found.has(target) || fold.cases.byOp.get(target)?.decision !== null) continue
    found.set(target, { by: envelope.op_id, decision: String(envelope.body.decision) as Decision })
  }
  return found
}

export function manifestNumber(envelope: Envelope): number {
  return readManifest(String(envelope.body.manifest))?.n ?? 0
}

interface SaidManifest {
  readonly n: number
  readonly ops: readonly string[]
  readonly registers: readonly (readonly [string, string, readonly string[]])[]
}

export function readManifest(text: string): SaidManifest | null {
  try {
    return JSON.parse(text) as SaidManifest
  } catch {
    return null
  }
}

export interface Change {
  readonly item: string
  readonly field: string
  readonly was: Json
  readonly now: Json
  /** The op that says it now; null where nothing does. */
  readonly opId: string | null
}

/** What the registers say otherwise than the manifest, and the other record ops that it does not name. */
export function changesSince(
  manifest: string | null,
  registers: ReadonlyMap<string, { item: string; field: string; value: Json; heads: readonly { opId: string }[] }>,
  valueOf: (opId: string) => Json,
): readonly Change[] {
  const said = manifest === null ? null : readManifest(manifest)
  if (!said) return []
  const was = new Map(said.registers.map(([name, , heads]) => [name, valueOf(heads[0] ?? "")]))
  const names = [...new Set([...was.keys(), ...registers.keys()])].sort()
  return names.flatMap((name) => {
    const [before, register] = [was.get(name) ?? null, registers.get(name)]
    const now = register?.value ?? null
    if (canonicalJson(before) === canonicalJson(now)) return []
    const [item = "", ...field] = name.split("/")
    return [{ item, field: field.join("/"), was: before, now, opId: register?.heads[0]?.opId ?? null }]
  })
}
