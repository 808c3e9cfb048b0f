/** Half-typed text: on disk at most 300 ms after a key, however fast the next one follows, and at once when the page is about to go. */
import { durable } from "./durable"
import type { PhoneDb } from "./phoneDb"

const PAUSE_MS = 300

export class Drafts {
  readonly #waiting = new Map<string, string | null>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor(private readonly db: PhoneDb, private readonly nowText: () => string) {}

  async get(key: string): Promise<string | null> {
    const waiting = this.#waiting.get(key)
    if (waiting !== undefined) return waiting
    await this.#writing
    return durable(this.db, async () => (await this.db.drafts.get(key))?.text ?? null)
  }

  set(key: string, text: string | null): void {
    this.#waiting.set(key, text)
    this.#timer ??= setTimeout(() => void this.flush().catch(() => undefined), PAUSE_MS)
  }

  /** Keys stay in `#waiting` until they are on disk, so a failed write is tried again with the next one. */
  flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#writing = this.#writing.catch(() => undefined).then(() => this.#write())
    return this.#writing
  }

  async #write(): Promise<void> {
    const batch = [...this.#waiting]
    if (batch.length === 0) return
    await durable(this.db, () =>
      this.db.transaction("rw", this.db.drafts, async () => {
        for (const [key, text] of batch) await this.#writeOne(key, text)
      }),
    )
    for (const [key, text] of batch) if (this.#waiting.get(key) === text) this.#waiting.delete(key)
  }

  async #writeOne(key: string, text: string | null): Promise<void> {
    if (text === null) await this.db.drafts.delete(key)
    else await this.db.drafts.put({ key, text, at: this.nowText() })
  }
}
