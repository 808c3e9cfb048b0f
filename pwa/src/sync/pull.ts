/**
 * Pull: brings the feeds up to date. Every page is checked before it is believed: positions without a
 * gap, each entry's hash, each entry bound to the one before. A phone is a witness: where the server's
 * chain does not extend the one that it holds, it reports and keeps both, and wipes nothing.
 */
import { sha256Hex } from "../kit/sha256"
import { readEntry, type ScopeFold } from "./fold"
import type { FeedRow, PullReply, PullScope, ScopeRow, Server, Store, Trouble } from "./ports"
import { noteEpoch } from "./push"

const PAGE = 500
const ROUNDS = 1000

export type PullEnd =
  | { readonly kind: "done"; readonly changed: readonly string[]; readonly diverged: readonly string[]; readonly isNewEpoch: boolean }
  | { readonly kind: "trouble"; readonly trouble: Trouble }

export interface PullTools {
  readonly store: Store
  readonly server: Server
  /** The fold of a scope, up to date with the store; `fresh` builds it again from the stored feed. */
  readonly fold: (scope: string, fresh?: boolean) => Promise<ScopeFold>
  readonly onServerTime: (serverTime: string) => void
  /** Scopes that were started over in this session already: once is a repair, twice is a loop. */
  readonly startedOver: Set<string>
}

export async function pullAll(tools: PullTools): Promise<PullEnd> {
  const changed = new Set<string>()
  const diverged = new Set<string>()
  let isNewEpoch = false
  let idle = 0
  for (let round = 0; round < ROUNDS; round++) {
    const rows = new Map((await tools.store.cursors()).map((row) => [row.scope, row]))
    const cursors = Object.fromEntries([...rows.values()].map((row) => [row.scope, row.pos]))
    const { replica } = await tools.store.head()
    const answer = await tools.server.pull({ replica, cursors, limit: PAGE })
    if (!answer.ok) return { kind: "trouble", trouble: answer.trouble }
    const reply = answer.value
    tools.onServerTime(reply.server_time)
    if (await noteEpoch(tools.store, reply.epoch)) {
      isNewEpoch = true
      continue
    }
    const more = await takePage(tools, reply, rows, { changed, diverged })
    for (const scope of await noteRevoked(tools.store, reply.revoked)) changed.add(scope)
    if (!more) break
    idle = Object.values(reply.scopes).some((page) => page.entries.length > 0) ? 0 : idle + 1
    if (idle > 2) break // promises more and brings nothing: the next attempt may
  }
  return { kind: "done", changed: [...changed], diverged: [...diverged], isNewEpoch }
}

/** Read-only from now on, or given back: nothing is deleted either way. */
async function noteRevoked(store: Store, revoked: readonly string[]): Promise<readonly string[]> {
  const turned = (await store.cursors()).filter((row) => row.isRevoked !== revoked.includes(row.scope))
  for (const row of turned) await store.setRevoked(row.scope, !row.isRevoked)
  return turned.map((row) => row.scope)
}

/** Takes over what one answer brought; true where another request would bring more. */
async function takePage(
  tools: PullTools,
  { scopes, revoked }: PullReply,
  rows: ReadonlyMap<string, ScopeRow>,
  found: { changed: Set<string>; diverged: Set<string> },
): Promise<boolean> {
  let more = false
  for (const [scope, page] of Object.entries(scopes)) {
    if (found.diverged.has(scope)) continue
    const cursor = rows.get(scope) ?? { scope, pos: 0, chain: "0".repeat(64), isRevoked: false }
    const end = await takeScope(tools, scope, page, cursor, revoked.includes(scope))
    if (end === "diverged") found.diverged.add(scope)
    if (end === "again" || end === "changed") found.changed.add(scope)
    more ||= end === "again" || (page.more && end !== "diverged")
  }
  return more
}

type ScopeEnd = "same" | "changed" | "again" | "diverged"

async function takeScope(tools: PullTools, scope: string, page: PullScope, cursor: ScopeRow, isCutOff: boolean): Promise<ScopeEnd> {
  const checked = checkPage(scope, page, cursor)
  if (typeof checked === "string") return diverge(tools, scope, checked, page)
  const isStored = checked.length === 0 || (await tools.store.applyEntries(scope, checked))
  if (!isStored) return "again" // another tab moved the cursor meanwhile
  // The root of a visit that was taken away covers more than the part of the feed that we may see.
  const end = page.more || isCutOff ? "same" : await compareRoots(tools, scope, page)
  return end === "same" && checked.length > 0 ? "changed" : end
}

/** The page as rows, or the reason why it cannot be believed. */
export function checkPage(scope: string, page: PullScope, cursor: ScopeRow): readonly FeedRow[] | string {
  let { pos, chain } = cursor
  const rows: FeedRow[] = []
  for (const { pos: at, raw, hash } of page.entries) {
    if (at <= cursor.pos) continue
    const entry = readEntry(raw)
    if (at !== pos + 1 || entry.pos !== at) return "gap"
    if (sha256Hex(raw) !== hash) return "hash"
    if (entry.prev !== chain) return "chain"
    rows.push({ scope, pos: at, raw, hash })
    ;[pos, chain] = [at, hash]
  }
  if (!page.more && page.chain_head !== chain) return page.head < cursor.pos ? "shorter" : "chain_head"
  return rows
}

/** The feed says one thing and the digest of the server's tables another: build again, then fetch again, then report. */
async function compareRoots(tools: PullTools, scope: string, page: PullScope): Promise<ScopeEnd> {
  if ((await tools.fold(scope)).stateRoot() === page.state_root) return "same"
  await tools.store.log("state_root_differs", { scope, pos: page.to, state_root: page.state_root })
  const fold = await tools.fold(scope, true)
  if (fold.pos !== page.to || fold.stateRoot() === page.state_root) return "changed"
  if (tools.startedOver.has(scope)) return "diverged"
  tools.startedOver.add(scope)
  await tools.store.startOver(scope)
  return "again"
}

async function diverge(tools: PullTools, scope: string, why: string, page: PullScope): Promise<ScopeEnd> {
  await tools.store.log("feed_diverges", { scope, why, head: page.head, chain_head: page.chain_head })
  return "diverged"
}
