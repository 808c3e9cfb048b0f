/**
 * What this device knows of the people who use it: names, counts of unsent work and the session, so
 * that the app opens without a network. No content of anybody's work.
 */
import Dexie, { type EntityTable } from "dexie"
import { durable } from "./durable"

export interface KnownAccount {
  readonly id: string
  readonly name: string
  readonly roles: readonly string[]
  readonly username: string
  /** Null after signing out: the data stays, sending waits. */
  readonly token: string | null
  readonly unsentOps: number
  readonly unsentPhotos: number
  readonly lastUsedAt: string
}

export class DeviceDb extends Dexie {
  declare accounts: EntityTable<KnownAccount, "id">

  constructor(name = "suicha_device") {
    super(name, { chromeTransactionDurability: "strict" })
    this.version(1).stores({ accounts: "id, lastUsedAt" })
    // Another tab upgrades: let it, and open again when needed.
    this.on("versionchange", () => this.close({ disableAutoOpen: false }))
  }

  /** The one used last comes first. */
  known(): Promise<readonly KnownAccount[]> {
    return durable(this, () => this.accounts.orderBy("lastUsedAt").reverse().toArray())
  }

  account(id: string): Promise<KnownAccount | undefined> {
    return durable(this, () => this.accounts.get(id))
  }

  remember(account: KnownAccount): Promise<void> {
    return durable(this, async () => {
      await this.transaction("rw", this.accounts, async () => {
        const known = await this.accounts.get(account.id)
        const counts = known ? { unsentOps: known.unsentOps, unsentPhotos: known.unsentPhotos } : {}
        await this.accounts.put({ ...account, ...counts })
      })
    })
  }

  note(id: string, change: Partial<Omit<KnownAccount, "id">>): Promise<void> {
    return durable(this, async () => void (await this.accounts.update(id, change)))
  }
}
