/** Who must look again: tells watchers in this tab and the other tabs of the same account that something changed. */

export type Changed = readonly string[] | "all"

export class Changes {
  readonly #listeners = new Set<(changed: Changed) => void>()
  readonly #channel: BroadcastChannel | null

  constructor(accountId: string) {
    this.#channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(`suicha:${accountId}`)
    if (this.#channel) this.#channel.onmessage = (event: MessageEvent<Changed>) => this.#tell(event.data)
  }

  on(listener: (changed: Changed) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  emit(changed: Changed): void {
    this.#tell(changed)
    this.#channel?.postMessage(changed)
  }

  close(): void {
    this.#listeners.clear()
    this.#channel?.close()
  }

  #tell(changed: Changed): void {
    for (const listener of this.#listeners) listener(changed)
  }
}

/**
 * Runs an asynchronous `look` now and after each call of `again`, never twice at once, and always once
 * more when something changed while it looked.
 */
export function looker(look: () => Promise<void>): { again: () => void; stop: () => void } {
  let [isLooking, isWanted, isStopped] = [false, false, false]
  async function run(): Promise<void> {
    if (isLooking) {
      isWanted = true
      return
    }
    isLooking = true
    do {
      isWanted = false
      await look().catch(() => undefined) // a database that is being closed; the next change looks again
    } while (isWanted && !isStopped)
    isLooking = false
  }
  const again = () => {
    if (!isStopped) void run()
  }
  again()
  return { again, stop: () => void (isStopped = true) }
}
