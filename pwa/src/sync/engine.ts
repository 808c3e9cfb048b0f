/**
 * The engine: decides when to sync, runs push → pull → uploads, and tells how it stands.
 *
 * Correctness does not live here: it lives in the transactions of the store and in the server's
 * answers. The engine may be started twice, killed at any line or run in two tabs at once.
 */
import type { Clock } from "../kit/clock"
import { nowText } from "../kit/clock"
import { retryDelay } from "./backoff"
import { measure, type Offset } from "./clockOffset"
import type { Folds } from "./folds"
import type { OpContext } from "./ops"
import type { Server, Store, Trouble, World } from "./ports"
import { pullAll } from "./pull"
import { moveToNewReplica, pushAll, type PushTools } from "./push"
import type { Connection, Failure, SyncStatus } from "./status"
import { statusOf } from "./statusOf"
import { uploadAll } from "./uploads"

const AFTER_OP_MS = 2_000
const EVERY_MS = 60_000

export interface EngineParts {
  readonly account: string
  readonly store: Store
  readonly folds: Folds
  readonly server: Server
  readonly clock: Clock
  readonly world: World
  readonly newId: () => string
  readonly stamp: () => Pick<OpContext, "t" | "app" | "actor">
  readonly onStatus: (status: SyncStatus) => void
  /** The feed of these scopes grew, or ops of theirs got an outcome. */
  readonly onChanged: (scopes: readonly string[] | "all") => void
  readonly onOffset: (offset: Offset) => void
}

export class Engine {
  #connection: Connection = "unknown"
  #lastContactAt: string | null = null
  #nextTryAt: string | null = null
  #failuresInARow = 0
  #isRunning = false
  #isStopped = true
  #isWanted = false
  #retryAfterMs: number | null = null
  #cancelTimer: () => void = () => undefined
  #current: Promise<void> | null = null
  #emission: Promise<void> = Promise.resolve()
  readonly #failures = new Map<string, Failure>()
  readonly #startedOver = new Set<string>()

  constructor(private readonly parts: EngineParts) {}

  start(): void {
    this.#isStopped = false
    this.#schedule(0)
  }

  /** Ends timers; an attempt under way finishes its request and then stops. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#cancelTimer()
    await this.#current
    await this.#emission
  }

  /** An op or a photo was recorded. */
  nudge(): void {
    void this.#emit()
    if (this.#failuresInARow === 0 || this.#connection === "online") this.#schedule(AFTER_OP_MS)
  }

  /** The page became visible, the network came back, somebody signed in: whatever we waited for may be over. */
  wake(): void {
    this.#failuresInARow = 0
    this.#schedule(0)
  }

  /** An attempt now; resolves when it ended, well or badly. */
  async sendNow(): Promise<void> {
    this.#failuresInARow = 0
    if (this.#current) {
      this.#isWanted = true
      await this.#current
      if (!this.#isWanted) return
    }
    await this.#attempt()
  }

  /** Another tab changed the database. */
  noticed(): void {
    void this.#emit()
  }

  get connection(): Connection {
    return this.#connection
  }

  #schedule(ms: number): void {
    if (this.#isStopped) return
    this.#cancelTimer()
    const { timers, clock } = { ...this.parts.world, clock: this.parts.clock }
    this.#nextTryAt = new Date(clock.wallMs() + ms).toISOString()
    this.#cancelTimer = timers.after(ms, () => void this.#attempt())
  }

  async #attempt(): Promise<void> {
    if (this.#current) {
      this.#isWanted = true
      return this.#current
    }
    this.#isWanted = false
    this.#current = this.#guarded()
    try {
      await this.#current
    } finally {
      this.#current = null
    }
    this.#schedule(this.#isWanted ? 0 : this.#delay())
  }

  async #guarded(): Promise<void> {
    const { world, account, store } = this.parts
    try {
      const isOurs = await world.lock.tryWith(`suicha:${account}`, () => this.#cycle())
      if (!isOurs) await this.#look()
    } catch (error) {
      // The database did not answer: nothing was lost, and the next attempt starts from what is stored.
      this.#failuresInARow += 1
      await store.log("cycle_failed", { error: String(error) })
    }
  }

  /** Another tab is sending: only find out how the network is. */
  async #look(): Promise<void> {
    const answer = await this.parts.server.ping()
    if (answer.ok) this.#met(answer.value.server_time)
    else if (answer.trouble.kind !== "refused") this.#connection = answer.trouble.kind
    await this.#emit()
  }

  #delay(): number {
    return this.#failuresInARow === 0 ? EVERY_MS : retryDelay(this.#failuresInARow, this.parts.world.dice(), this.#retryAfterMs)
  }

  // ------------------------------------------------------------------ one attempt

  async #cycle(): Promise<void> {
    this.#isRunning = true
    await this.#emit()
    try {
      const trouble = await this.#steps()
      this.#note(trouble)
      if (trouble) await this.#afterTrouble(trouble)
    } finally {
      this.#isRunning = false
      await this.#emit()
    }
  }

  /** Ops first: they are small and carry the work. Then what others did. Then photos. */
  async #steps(): Promise<Trouble | null> {
    const trouble = (await this.#push()) ?? (await this.#pull())
    if (trouble) return trouble
    const { store, server } = this.parts
    const end = await uploadAll({
      store,
      server,
      isLinkWeak: () => this.#failuresInARow > 0,
      onProgress: () => void this.#emit(),
      shouldYield: async () => this.#isStopped || (await store.queued(1, 1)).length > 0,
    })
    if (end.kind === "trouble") return end.trouble
    if ((await store.queued(1, 1)).length > 0) this.#isWanted = true
    return end.sent > 0 ? this.#pull() : null
  }

  async #push(): Promise<Trouble | null> {
    const end = await pushAll(this.#pushTools())
    if (end.kind === "done") {
      this.#failures.delete("stuck")
      if (end.pushed > 0) this.parts.onChanged("all")
      return null
    }
    this.parts.onChanged("all")
    if (end.kind === "trouble") return end.trouble
    this.#fail("stuck", { what: "op", scope: null, code: end.code })
    return { kind: "server_down", status: null, retryAfterMs: null }
  }

  #pushTools(): PushTools {
    const { store, server, clock, newId, stamp } = this.parts
    return { store, server, clock, newId, stamp, onServerTime: (text) => this.#met(text) }
  }

  async #pull(): Promise<Trouble | null> {
    const { store, server, folds, onChanged } = this.parts
    const end = await pullAll({
      store,
      server,
      fold: (scope, fresh) => folds.current(scope, fresh),
      onServerTime: (text) => this.#met(text),
      startedOver: this.#startedOver,
    })
    if (end.kind === "trouble") return end.trouble
    for (const scope of end.diverged) this.#fail(`divergence:${scope}`, { what: "divergence", scope, code: "feed_diverges" })
    if (end.isNewEpoch) {
      folds.drop()
      await store.unack(1)
      this.#isWanted = true
    }
    if (end.changed.length > 0) onChanged(end.isNewEpoch ? "all" : end.changed)
    return null
  }

  // ------------------------------------------------------------------ what came of it

  #met(serverTime: string): void {
    this.#connection = "online"
    this.#lastContactAt = nowText(this.parts.clock)
    const offset = measure(this.parts.clock, serverTime)
    if (offset) this.parts.onOffset(offset)
  }

  #note(trouble: Trouble | null): void {
    this.#retryAfterMs = trouble?.kind === "server_down" ? trouble.retryAfterMs : null
    if (!trouble) {
      this.#failuresInARow = 0
      this.#failures.delete("refused")
      return
    }
    this.#failuresInARow += 1
    if (trouble.kind !== "refused") this.#connection = trouble.kind
  }

  async #afterTrouble(trouble: Trouble): Promise<void> {
    if (trouble.kind !== "refused") return
    await this.parts.store.log("request_refused", { status: trouble.status, code: trouble.code })
    if (trouble.code === "replica_not_yours") await moveToNewReplica(this.parts, trouble.code)
    this.#fail("refused", { what: "replica", scope: null, code: trouble.code })
  }

  #fail(key: string, failure: Omit<Failure, "key" | "at">): void {
    this.#failures.set(key, { key, at: nowText(this.parts.clock), ...failure })
  }

  /** One after the other, so that an older status never overtakes a newer one. */
  #emit(): Promise<void> {
    this.#emission = this.#emission.then(async () => {
      try {
        this.parts.onStatus(await this.status())
      } catch (error) {
        await this.parts.store.log("status_failed", { error: String(error) })
      }
    })
    return this.#emission
  }

  /** A receipt never changes; where the feed has decided since, the feed wins. */
  async #settled(scopes: ReadonlySet<string>): Promise<ReadonlyMap<string, number>> {
    const found = new Map<string, number>()
    for (const scope of scopes) {
      const fold = this.parts.folds.peek(scope)
      const isSettled = ({ opId }: { opId: string }) => fold.ops.has(opId) && (fold.ops.get(opId)?.outcome !== "parked" || fold.cases.isDecided(opId))
      const parked = (await this.parts.store.ownOps(scope)).filter((op) => op.state === "acked" && op.outcome === "parked")
      found.set(scope, parked.filter(isSettled).length)
    }
    return found
  }

  async status(): Promise<SyncStatus> {
    const { store, folds } = this.parts
    const [tally, blobs, quarantine] = [await store.tally(), await store.blobs(), await store.quarantined()]
    return statusOf({
      connection: this.#connection,
      isSending: this.#isRunning,
      lastContactAt: this.#lastContactAt,
      nextTryAt: this.#isStopped ? null : this.#nextTryAt,
      failures: [...this.#failures.values()],
      tally,
      blobs,
      quarantine,
      settled: await this.#settled(new Set(tally.filter(({ state, outcome }) => state === "acked" && outcome === "parked").map(({ scope }) => scope))),
      isVerified: (scope, sha256) => folds.peek(scope).verified.has(sha256),
    })
  }
}
