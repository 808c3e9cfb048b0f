/**
 * Push: sends queued ops in order until none is left, and files each answer.
 *
 * The bytes that were recorded are the bytes that are sent, every time. A lost reply costs nothing: the
 * same bytes go again and come back as `duplicate`. One refused op never holds up those behind it.
 */
import type { Clock } from "../kit/clock"
import { nowText } from "../kit/clock"
import { sha256Hex, utf8Length, ZERO_HASH } from "../kit/sha256"
import { isAdmitted } from "./fold"
import { makeOp, readEnvelope, reEnvelope, type Envelope, type OpContext } from "./ops"
import type { Outcome, OwnOp, PushReply, PushResult, QuarantineRow, Server, Store, Trouble, Verdict } from "./ports"

const MOST_OPS = 200
const MOST_BYTES = 440 * 1024
/** How often an iteration may bring nothing before the attempt ends; the backoff takes over then. */
const MOST_IDLE_ROUNDS = 3

export type PushEnd =
  | { readonly kind: "done"; readonly pushed: number }
  | { readonly kind: "trouble"; readonly trouble: Trouble }
  | { readonly kind: "stuck"; readonly code: string }

export interface PushTools {
  readonly store: Store
  readonly server: Server
  readonly clock: Clock
  readonly newId: () => string
  readonly stamp: () => Pick<OpContext, "t" | "app" | "actor">
  readonly onServerTime: (serverTime: string) => void
}

export async function pushAll(tools: PushTools): Promise<PushEnd> {
  let limit = MOST_OPS
  let idle = 0
  let pushed = 0
  for (;;) {
    const ops = fitting(await tools.store.queued(1, limit))
    if (ops.length === 0) return { kind: "done", pushed }
    const answer = await send(tools, ops)
    if (!answer.ok) {
      if (isTooLarge(answer.trouble) && ops.length > 1) {
        limit = Math.ceil(ops.length / 2)
        continue
      }
      return { kind: "trouble", trouble: answer.trouble }
    }
    const round = await fileReply(tools, ops, answer.value)
    if (round.stop) return round.stop
    pushed += round.settled
    idle = round.moved ? 0 : idle + 1
    if (idle >= MOST_IDLE_ROUNDS) return { kind: "stuck", code: round.code ?? "no_progress" }
  }
}

async function send(tools: PushTools, ops: readonly OwnOp[]) {
  const [head, epoch] = [await tools.store.head(), await tools.store.epoch()]
  return tools.server.push({
    replica: head.replica,
    epoch,
    have_seq: head.nextSeq - 1,
    ops: ops.map(({ raw, hash, epoch: taken }) => (taken && taken !== epoch ? { raw, hash, epoch: taken } : { raw, hash })),
  })
}

function fitting(ops: readonly OwnOp[]): readonly OwnOp[] {
  let room = MOST_BYTES
  const fit = ops.filter((op) => (room -= utf8Length(JSON.stringify(op.raw)) + 100) > 0)
  return fit.length > 0 ? fit : ops.slice(0, 1)
}

function isTooLarge(trouble: Trouble): boolean {
  return trouble.kind === "refused" && trouble.status === 413
}

// ------------------------------------------------------------------ the answer

interface Round {
  readonly settled: number
  readonly moved: boolean
  readonly code: string | null
  readonly stop: PushEnd | null
}

async function fileReply(tools: PushTools, ops: readonly OwnOp[], reply: PushReply): Promise<Round> {
  tools.onServerTime(reply.server_time)
  const isNewEpoch = await noteEpoch(tools.store, reply.epoch)
  if (isNewEpoch) await tools.store.unack(reply.need_from)
  const plan = planOf(ops, reply.results, nowText(tools.clock))
  await tools.store.settle(plan.verdicts, plan.quarantine)
  const settled = plan.verdicts.length
  if (plan.signIn) return { settled, moved: false, code: null, stop: { kind: "trouble", trouble: { kind: "sign_in_needed" } } }
  const repaired = isNewEpoch || (await repair(tools, plan, ops, reply))
  return { settled, moved: settled > 0 || repaired, code: plan.code, stop: null }
}

/** True where the server speaks of another epoch than before: it was restored from a backup. */
export async function noteEpoch(store: Store, epoch: string): Promise<boolean> {
  const known = await store.epoch()
  if (known === epoch) return false
  await store.setEpoch(epoch)
  if (known === null) return false
  await store.log("epoch_changed", { from: known, to: epoch })
  await store.startOver(null)
  await store.offerAllAgain()
  return true
}

interface Plan {
  readonly verdicts: Verdict[]
  readonly quarantine: QuarantineRow[]
  fork: boolean
  unusable: OwnOp | null
  deferred: boolean
  signIn: boolean
  code: string | null
}

/** What each result asks for. Pure; only the first op that used no seq matters, the rest comes again. */
function planOf(ops: readonly OwnOp[], results: readonly PushResult[], at: string): Plan {
  const plan: Plan = { verdicts: [], quarantine: [], fork: false, unusable: null, deferred: false, signIn: false, code: null }
  ops.forEach((op, i) => {
    const result = results[i]
    if (result) planOne(plan, op, result, at)
  })
  return plan
}

function planOne(plan: Plan, op: OwnOp, result: PushResult, at: string): void {
  const { outcome, code } = result.outcome === "duplicate" ? originalOf(result) : { outcome: result.outcome, code: result.code ?? null }
  if (outcome === "deferred") {
    plan.deferred = true
  } else if (outcome === "rejected" && usesNoSeq(code)) {
    planUnused(plan, op, code ?? "")
  } else if (isOutcome(outcome)) {
    plan.verdicts.push({ opId: op.opId, outcome, code })
    if (outcome === "rejected") plan.quarantine.push(quarantineRow(op, code ?? "rejected", at, JSON.stringify(result)))
  } else {
    plan.code = "unknown_outcome"
  }
}

function planUnused(plan: Plan, op: OwnOp, code: string): void {
  plan.code = code
  if (code === "actor_mismatch") plan.signIn = true
  else if (code === "replica_fork" || code === "prev_mismatch") plan.fork = true
  else if (code === "malformed" || sha256Hex(op.raw) !== op.hash) plan.unusable ??= op
  // A hash mismatch over sound bytes was damage on the way: the same bytes go again.
}

const USES_NO_SEQ = new Set(["malformed", "hash_mismatch", "actor_mismatch", "prev_mismatch", "replica_fork"])

function usesNoSeq(code: string | null): boolean {
  return code !== null && USES_NO_SEQ.has(code)
}

/** `original` is the stored receipt; a receipt that we cannot read still says that the op is there. */
function originalOf(result: PushResult): { outcome: string; code: string | null } {
  const value: unknown = typeof result.original === "string" ? tryParse(result.original) : result.original
  const receipt = typeof value === "object" && value !== null ? (value as { outcome?: unknown; code?: unknown }) : {}
  const outcome = typeof receipt.outcome === "string" ? receipt.outcome : "applied"
  return { outcome, code: typeof receipt.code === "string" ? receipt.code : null }
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function isOutcome(text: string): text is Outcome {
  return isAdmitted({ outcome: text as Outcome }) || text === "parked" || text === "rejected"
}

// ------------------------------------------------------------------ repairs

async function repair(tools: PushTools, plan: Plan, ops: readonly OwnOp[], reply: PushReply): Promise<boolean> {
  if (plan.fork) return moveToNewReplica(tools, plan.code ?? "replica_fork")
  if (plan.unusable) return putVoid(tools, plan.unusable, plan.code ?? "malformed")
  const first = ops[0]
  if (plan.deferred && first && reply.need_from < first.seq) {
    await tools.store.log("server_lost_ops", { need_from: reply.need_from, first: first.seq })
    return (await tools.store.unack(reply.need_from)) > 0
  }
  return false
}

/** Somebody else writes under our replica id (a copied profile), or our chain broke: go on under a new id. */
export async function moveToNewReplica(tools: Pick<PushTools, "store" | "newId">, why: string): Promise<boolean> {
  const replica = tools.newId()
  await tools.store.log("replica_moved", { to: replica, why })
  await tools.store.moveToReplica(replica, (op, head) => {
    const envelope = readEnvelope(op.raw)
    if (!envelope) throw new Error(`op ${op.opId} cannot be read`)
    return reEnvelope({ envelope, raw: op.raw, hash: op.hash }, { replica: head.replica, seq: head.nextSeq, prev: head.lastHash })
  })
  return true
}

/** An op that the server can never use is quarantined, and a void stands at its seq so that the chain goes on. */
async function putVoid(tools: PushTools, op: OwnOp, code: string): Promise<boolean> {
  const model = await modelEnvelope(tools.store, op)
  if (!model || model.kind === "op.void@1") return false
  const made = makeOp(
    { kind: "op.void@1", item: null, field: null, sup: [], body: { seq: op.seq, op_hash: op.hash, reason: code } },
    {
      ...tools.stamp(),
      opId: tools.newId(),
      replica: op.replica,
      seq: op.seq,
      prev: await previousHash(tools.store, op),
      scope: op.scope,
      seen: model.seen,
      grant: model.grant,
      edition: model.edition,
    },
  )
  const row: OwnOp = { ...op, opId: made.envelope.op_id, raw: made.raw, hash: made.hash, outcome: null, code: null }
  await tools.store.putVoid(op.hash, row, quarantineRow(op, code, nowText(tools.clock), ""))
  await tools.store.log("op_voided", { op_id: op.opId, seq: op.seq, code })
  return true
}

/** The op's own envelope, or that of a neighbour where it cannot be read any more. */
async function modelEnvelope(store: Store, op: OwnOp): Promise<Envelope | null> {
  const own = readEnvelope(op.raw)
  if (own) return own
  const others = await store.ownOps(op.scope)
  return others.map((other) => readEnvelope(other.raw)).find((envelope) => envelope !== null) ?? null
}

async function previousHash(store: Store, op: OwnOp): Promise<string> {
  if (op.seq === 1) return ZERO_HASH
  const before = await store.opAt(op.replica, op.seq - 1)
  const envelope = before ? readEnvelope(before.raw) : null
  if (envelope?.kind === "op.void@1") return String(envelope.body.op_hash)
  return before?.hash ?? readEnvelope(op.raw)?.prev ?? ZERO_HASH
}

function quarantineRow(op: OwnOp, code: string, at: string, response: string): QuarantineRow {
  const { hash, opId, scope, replica, seq, raw } = op
  return { hash, opId, scope, replica, seq, raw, code, at, response }
}
