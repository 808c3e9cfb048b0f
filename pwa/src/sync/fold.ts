/**
 * A scope's feed, folded: what the server has said so far about one visit. Entries come in order and
 * are folded one by one, so a long visit is not parsed again at every tap.
 */
import type { Json } from "../kit/canonicalJson"
import { Cases } from "./late"
import { mergeRegisters, stateRoot } from "./merge"
import { isRecordKind, readEnvelope, type Envelope } from "./ops"
import type { FeedRow, Outcome } from "./ports"
import type { ConflictRow, Dispatched, Role, SealState, TeamMember } from "./visit"

export interface JudgedOp {
  readonly envelope: Envelope
  readonly raw: string
  readonly hash: string
  readonly outcome: Outcome
  readonly code: string | null
  readonly receivedAt: string | null
  /** Where it was judged last. */
  readonly pos: number
}

interface Entry {
  readonly pos: number
  readonly prev: string
  readonly type: string
  readonly at: string
  readonly body: { readonly [name: string]: Json }
}

export function readEntry(raw: string): Entry {
  return JSON.parse(raw) as Entry
}

export class ScopeFold {
  pos = 0
  dispatched: Dispatched | null = null
  seal: { n: number; manifestHash: string; state: SealState; at: string } | null = null
  addendum: number | null = null
  /** Who opened which addendum, and when: the newest control op before the entry asked for it. */
  readonly addenda = new Map<number, { readonly opId: string | null; readonly at: string }>()
  readonly cases = new Cases()
  #lastControl: string | null = null
  isArchived = false
  readonly signedManifests = new Set<string>()
  readonly verified = new Set<string>()
  /** By op id: an op's outcome is its newest judgement. */
  readonly ops = new Map<string, JudgedOp>()
  /** Envelopes refused because their op_id was taken: kept for the history only. */
  readonly refusedTwins: JudgedOp[] = []
  readonly openConflicts = new Map<string, ConflictRow>()
  readonly #team = new Map<string, TeamMember>()
  readonly #revoked = new Set<string>()

  constructor(readonly scope: string) {}

  apply(rows: readonly FeedRow[]): this {
    for (const row of rows) {
      if (row.pos <= this.pos) continue
      this.#applyEntry(readEntry(row.raw))
      this.pos = row.pos
    }
    return this
  }

  /** One line per person: who was made leader has two parts in the visit, and the leader's counts. */
  team(): readonly TeamMember[] {
    const inForce = [...this.#team.values()].filter((member) => !this.#revoked.has(member.grant))
    return inForce.filter((member) => this.membership(member.account)?.member === member)
  }

  /** The membership of an account, also one that was taken away. */
  membership(account: string): { member: TeamMember; isRevoked: boolean } | null {
    const own = [...this.#team.values()].filter((member) => member.account === account)
    const inForce = own.filter((grant) => !this.#revoked.has(grant.grant))
    const member = inForce.find((grant) => grant.role === "leader") ?? inForce[0] ?? own.at(-1)
    return member ? { member, isRevoked: this.#revoked.has(member.grant) } : null
  }

  admitted(): readonly JudgedOp[] {
    return [...this.ops.values()].filter(isAdmitted)
  }

  stateRoot(): string {
    return stateRoot(mergeRegisters(this.admitted()).values())
  }

  #applyEntry(entry: Entry): void {
    const { body } = entry
    switch (entry.type) {
      case "inspection.dispatched":
        return this.#dispatch(body as unknown as Dispatched)
      case "op.judged":
        return this.#judge(entry)
      case "conflict.opened":
      case "conflict.changed":
        return void this.openConflicts.set(text(body.conflict), conflictRow(body))
      case "conflict.closed":
        return void this.openConflicts.delete(text(body.conflict))
      case "blob.verified":
        return void this.verified.add(text(body.sha256))
      case "inspection.approved":
        return this.#paper("approval", body)
      case "inspection.notified":
        return this.#paper("notice", body)
      case "inspection.sealed":
        this.seal = { n: Number(body.n), manifestHash: text(body.manifest_hash), state: text(body.state) as SealState, at: entry.at }
        return
      case "inspection.signed":
        return void this.signedManifests.add(text(body.manifest_hash))
      case "inspection.addendum_opened":
        this.addendum = Number(body.n)
        return void this.addenda.set(Number(body.n), { opId: this.#lastControl, at: entry.at })
      case "inspection.archived":
      case "inspection.closed":
        this.isArchived = true
        return
      case "grant.added":
        return this.#addGrant(body)
      case "grant.revoked":
        return void this.#revoked.add(text(body.grant))
      default: // unknown types are kept in the store and skipped here
    }
  }

  #dispatch(body: Dispatched): void {
    this.dispatched = body
    for (const member of body.team) {
      this.#team.set(member.grant, {
        grant: member.grant,
        account: member.account,
        name: member.name,
        role: member.role,
        certificateNo: member.certificate_no,
      })
    }
  }

  /** An approval or a notice that came after the dispatch stands where the dispatch would have had it. */
  #paper(name: "approval" | "notice", body: Entry["body"]): void {
    if (this.dispatched) this.dispatched = { ...this.dispatched, [name]: body }
  }

  #addGrant(body: Entry["body"]): void {
    const grant = text(body.grant)
    this.#revoked.delete(grant)
    if (this.#team.has(grant)) return
    const account = text(body.account)
    const name = typeof body.name === "string" ? body.name : account
    const certificateNo = typeof body.certificate_no === "string" ? body.certificate_no : null
    this.#team.set(grant, { grant, account, name, role: text(body.role) as Role, certificateNo })
  }

  #judge(entry: Entry): void {
    const { body } = entry
    const outcome = text(body.outcome)
    const envelope = readEnvelope(text(body.op))
    if (!envelope || !isOutcome(outcome)) return
    const judged: JudgedOp = {
      envelope,
      raw: text(body.op),
      hash: text(body.op_hash),
      outcome,
      code: typeof body.code === "string" ? body.code : null,
      receivedAt: typeof body.received_at === "string" ? body.received_at : null,
      pos: entry.pos,
    }
    const known = this.ops.get(envelope.op_id)
    // A second op under a taken id is refused; it must not stand in for the first one.
    if (known && known.hash !== judged.hash && outcome === "rejected") this.refusedTwins.push(judged)
    else {
      this.ops.set(envelope.op_id, { ...judged, receivedAt: known?.receivedAt ?? judged.receivedAt })
      this.cases.judged(judged, (opId) => this.ops.get(opId)?.envelope.kind ?? null)
      if (isAdmitted(judged) && !isRecordKind(envelope.kind)) this.#lastControl = envelope.op_id
    }
  }
}

export function isAdmitted(op: { outcome: Outcome | null }): boolean {
  return op.outcome === "applied" || op.outcome === "conflict"
}

/** `duplicate` is none: the op was told before, only its envelope is new. */
function isOutcome(text: string): text is Outcome {
  return text === "applied" || text === "conflict" || text === "parked" || text === "rejected"
}

function conflictRow(body: Entry["body"]): ConflictRow {
  const heads = Array.isArray(body.heads) ? body.heads.map(String) : []
  return { conflictId: text(body.conflict), item: text(body.item), field: text(body.field), heads }
}

function text(value: Json | undefined): string {
  return typeof value === "string" ? value : ""
}
