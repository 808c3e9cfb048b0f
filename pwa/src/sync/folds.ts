/** Folded feeds in memory, so that a tap does not parse a visit's whole history again. */
import { ScopeFold } from "./fold"
import type { FeedRow, FeedStore, ScopeFacts } from "./ports"

/** The store's cursor stands behind the fold: the feed was started over in between. Fold again and retry. */
export class StaleFold extends Error {}

export class Folds {
  readonly #folds = new Map<string, ScopeFold>()

  constructor(private readonly store: Pick<FeedStore, "entries">) {}

  /** The fold of a scope, up to date with the store. */
  async current(scope: string, fresh = false): Promise<ScopeFold> {
    if (fresh) this.#folds.delete(scope)
    const known = this.peek(scope)
    return this.#apply(scope, await this.store.entries(scope, known.pos))
  }

  /** The fold as it is now; call `current` for one that is up to date. */
  peek(scope: string): ScopeFold {
    return this.#folds.get(scope) ?? new ScopeFold(scope)
  }

  /** Inside a recording transaction: takes over what other tabs pulled meanwhile. */
  catchUp(scope: string, facts: ScopeFacts): ScopeFold {
    if (facts.cursor.pos < this.peek(scope).pos) throw new StaleFold()
    return this.#apply(scope, facts.newEntries)
  }

  drop(scope?: string): void {
    if (scope === undefined) this.#folds.clear()
    else this.#folds.delete(scope)
  }

  #apply(scope: string, rows: readonly FeedRow[]): ScopeFold {
    const fold = this.peek(scope)
    const follows = rows[0] === undefined || rows[0].pos <= fold.pos + 1
    const next = (follows ? fold : new ScopeFold(scope)).apply(rows)
    this.#folds.set(scope, next)
    return next
  }
}
