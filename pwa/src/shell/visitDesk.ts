/** Puts visits together for the screens: feed, own ops, photos, edition. Keeps them until they change. */
import type { PhoneStore } from "../db/phoneStore"
import type { PhoneDb } from "../db/phoneDb"
import { durable } from "../db/durable"
import type { CalendarData } from "../kit/workdays"
import type { Folds } from "../sync/folds"
import type { SyncStatus } from "../sync/status"
import type { Edition, Visit, VisitCard } from "../sync/visit"
import { visitState } from "../sync/visitState"
import { cardOf, visitView } from "../sync/visitView"
import type { Changed } from "./changes"

export class VisitDesk {
  readonly #visits = new Map<string, Visit | null>()
  readonly #editions = new Map<string, Edition>()
  #calendar: CalendarData | null = null
  /** Counts what was forgotten: a visit put together from older facts is not kept. */
  #generation = 0

  constructor(
    private readonly account: string,
    private readonly db: PhoneDb,
    private readonly store: PhoneStore,
    private readonly folds: Folds,
  ) {}

  forget(changed: Changed): void {
    this.#generation += 1
    if (changed === "all") this.#visits.clear()
    else for (const scope of changed) this.#visits.delete(scope)
  }

  async visit(scope: string): Promise<Visit | null> {
    const known = this.#visits.get(scope)
    if (known !== undefined) return known
    const generation = this.#generation
    const visit = await this.#build(scope)
    if (generation === this.#generation) this.#visits.set(scope, visit)
    return visit
  }

  async cards(status: SyncStatus | null): Promise<readonly VisitCard[]> {
    const cards: VisitCard[] = []
    for (const scope of await this.scopes()) {
      const visit = await this.visit(scope)
      if (visit) cards.push(cardOf(visit, status?.visits[scope]))
    }
    return cards.sort((a, b) => (a.plannedOn + a.code < b.plannedOn + b.code ? -1 : 1))
  }

  async scopes(): Promise<readonly string[]> {
    return (await this.store.cursors()).map((row) => row.scope).filter((scope) => scope.startsWith("insp:"))
  }

  /** Hashes of editions that visits need and this phone does not have. */
  async missingEditions(): Promise<readonly string[]> {
    const wanted = new Set<string>()
    for (const scope of await this.scopes()) {
      const hash = (await this.folds.current(scope)).dispatched?.edition.hash
      if (hash && !(await this.#edition(hash))) wanted.add(hash)
    }
    return [...wanted]
  }

  async putEdition(hash: string, raw: string): Promise<void> {
    await durable(this.db, () => this.db.editions.put({ hash, raw }))
    this.forget("all")
  }

  async calendar(): Promise<CalendarData | null> {
    this.#calendar ??= (await this.store.meta<{ data: CalendarData }>("calendar"))?.data ?? null
    return this.#calendar
  }

  async putCalendar(data: CalendarData, atMs: number): Promise<void> {
    await this.store.setMeta("calendar", { data, atMs })
    this.#calendar = data
    this.forget("all")
  }

  async #build(scope: string): Promise<Visit | null> {
    const fold = await this.folds.current(scope)
    if (!fold.dispatched) return null
    const [own, blobs] = [await this.store.ownOps(scope), await this.store.blobs()]
    const state = visitState(fold, { account: this.account, own, blobs: new Map(blobs.map((blob) => [blob.sha256, blob])) })
    const isPrepared = (await this.store.meta<boolean>(`prepared:${scope}`)) ?? false
    return visitView(state, await this.#edition(fold.dispatched.edition.hash), await this.calendar(), isPrepared)
  }

  async #edition(hash: string): Promise<Edition | null> {
    const known = this.#editions.get(hash)
    if (known) return known
    const row = await durable(this.db, () => this.db.editions.get(hash))
    if (!row) return null
    const edition = JSON.parse(row.raw) as Edition
    this.#editions.set(hash, edition)
    return edition
  }
}
