/**
 * Writing: turns what a person did into ops, inside one storage transaction.
 *
 * Everything an op says about the world around it (`sup`, `seen`, its place in the chain) is read in
 * the same transaction that stores it: a second tab may have written a moment ago.
 */
import { utf8Length } from "../kit/sha256"
import { bodyProblem, MOST_OP_BYTES } from "./bodies"
import { StaleFold, type Folds } from "./folds"
import { makeOp, type OpContext, type OpDraft } from "./ops"
import { PhoneError } from "./phone"
import type { OwnOp, Outbox, Recording, ReplicaHead, ScopeFacts } from "./ports"
import type { TeamMember } from "./visit"
import { knownOps, registersOf, type KnownOp, type Registers } from "./visitState"
import type { ScopeFold } from "./fold"

export interface WriterParts {
  readonly account: string
  readonly store: Outbox
  readonly folds: Folds
  readonly newId: () => string
  readonly stamp: () => Pick<OpContext, "t" | "app" | "actor">
}

/** What a decision may look at: all of it is true in the transaction that stores the op. */
export interface Known {
  readonly fold: ScopeFold
  readonly ops: readonly KnownOp[]
  readonly registers: Registers
  readonly me: TeamMember
  readonly head: ReplicaHead
}

export interface Decision {
  readonly drafts: readonly OpDraft[]
  readonly attach?: readonly string[]
}

const STALE_TRIES = 3

/** Records what `decide` says and answers when it is durable. */
export async function write(parts: WriterParts, scope: string, decide: (known: Known) => Decision): Promise<readonly OwnOp[]> {
  const ids: string[] = [] // kept over retries, so that a transaction that did commit is recognised
  for (let attempt = 1; ; attempt++) {
    const knownPos = (await parts.folds.current(scope)).pos
    try {
      return await parts.store.record(scope, knownPos, (facts) => recordingOf(parts, scope, facts, decide, ids))
    } catch (error) {
      if (!(error instanceof StaleFold) || attempt >= STALE_TRIES) throw error
      parts.folds.drop(scope)
    }
  }
}

function recordingOf(parts: WriterParts, scope: string, facts: ScopeFacts, decide: (known: Known) => Decision, ids: string[]): Recording {
  if (facts.ownOps.some((op) => ids.includes(op.opId))) return { ops: [] }
  const known = knownFrom(parts, scope, facts)
  const { drafts, attach } = decide(known)
  let head = facts.head
  const ops = drafts.map((draft, i) => {
    const opId = (ids[i] ??= parts.newId())
    const op = ownOp(parts, scope, known, head, draft, opId, facts.epoch)
    head = { replica: head.replica, nextSeq: head.nextSeq + 1, lastHash: op.hash }
    return op
  })
  return { ops, attach: attach ?? [] }
}

function knownFrom(parts: WriterParts, scope: string, facts: ScopeFacts): Known {
  const fold = parts.folds.catchUp(scope, facts)
  const membership = fold.membership(parts.account)
  if (!fold.dispatched) throw new PhoneError("unknown_visit", scope)
  if (!membership || membership.isRevoked || facts.cursor.isRevoked) throw new PhoneError("read_only", "not in the team any more")
  const ops = knownOps(fold, facts.ownOps)
  return { fold, ops, registers: registersOf(fold, ops), me: membership.member, head: facts.head }
}

function ownOp(parts: WriterParts, scope: string, known: Known, head: ReplicaHead, draft: OpDraft, opId: string, epoch: string | null): OwnOp {
  const problem = bodyProblem(draft)
  if (problem) throw new PhoneError("bad_value", problem)
  const { raw, hash } = makeOp(draft, {
    ...parts.stamp(),
    opId,
    replica: head.replica,
    seq: head.nextSeq,
    prev: head.lastHash,
    scope,
    seen: known.fold.pos,
    grant: known.me.grant,
    edition: known.fold.dispatched?.edition ?? { id: "", hash: "" },
  })
  if (draft.kind !== "insp.seal@1" && utf8Length(raw) > MOST_OP_BYTES) throw new PhoneError("bad_value", "too long")
  return { opId, replica: head.replica, seq: head.nextSeq, scope, raw, hash, epoch, state: "queued", outcome: null, code: null }
}

/**
 * What a new answer takes the place of (sync-protocol 0.7). No open conflict: exactly the heads that
 * are shown. An open one: only one's own heads, because only the leader may end a disagreement, and he
 * does that with `conflict.resolve`.
 */
export function supForSet(registers: Registers, key: string, account: string): readonly string[] {
  const register = registers.byKey.get(key)
  if (!register) return []
  const isOpen = register.values.length > 1 || registers.conflictId(key) !== null
  const heads = isOpen ? register.heads.filter((head) => head.envelope.actor === account) : register.heads
  return heads.map((head) => head.envelope.op_id)
}

/** A leader's resolution takes the place of every head that he was shown, and of none that he was not. */
export function supForResolve(registers: Registers, key: string): readonly string[] {
  return registers.byKey.get(key)?.heads.map((head) => head.envelope.op_id) ?? []
}
