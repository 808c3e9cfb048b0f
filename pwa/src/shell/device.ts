/** This device: who is known on it, signing in and out, opening somebody's phone. */
import * as api from "../api/phoneApi"
import { DeviceDb, type KnownAccount } from "../db/deviceDb"
import { systemClock, type Clock } from "../kit/clock"
import { uuid7 } from "../kit/ids"
import { PhoneError, type Account, type Capabilities, type Device, type DeviceAccount, type Phone, type SignInResult } from "../sync/phone"
import type { Trouble } from "../sync/ports"
import { capabilities } from "./browser"
import { FieldPhone } from "./fieldPhone"
import { isOfficeOnly } from "./roles"

export class ThisDevice implements Device {
  readonly #db = new DeviceDb()
  readonly #open = new Map<string, FieldPhone>()
  readonly #clock: Clock = systemClock(newId())

  constructor(private readonly appVersion: string) {}

  async accounts(): Promise<readonly DeviceAccount[]> {
    return (await this.#db.known()).map(deviceAccount)
  }

  async current(): Promise<DeviceAccount | null> {
    const [last] = await this.#db.known()
    return last?.token ? deviceAccount(last) : null
  }

  async signIn(username: string, password: string): Promise<SignInResult> {
    const answer = await api.signIn(username, password)
    if (!answer.ok) return refusal(answer.trouble)
    const { access_token: token, account } = answer.value
    const { id, name, roles } = account
    if (isOfficeOnly(roles)) return { ok: true, account: { id, name, roles } }
    await this.#db.remember({ id, name, roles, username, token, unsentOps: 0, unsentPhotos: 0, lastUsedAt: this.#now() })
    this.#open.get(id)?.renew(token)
    return { ok: true, account: { id, name, roles } }
  }

  async signOut(accountId: string): Promise<void> {
    const known = await this.#db.account(accountId)
    await this.#db.note(accountId, { token: null })
    this.#open.get(accountId)?.renew(null)
    if (known?.token) await api.signOut(known.token)
  }

  async openPhone(accountId: string): Promise<Phone> {
    const open = this.#open.get(accountId)
    if (open) return open
    const known = await this.#db.account(accountId)
    if (!known) throw new PhoneError("unknown_account", accountId)
    await this.#db.note(accountId, { lastUsedAt: this.#now() })
    const phone = new FieldPhone({
      account: accountOf(known),
      deviceDb: this.#db,
      clock: this.#clock,
      newId,
      appVersion: this.appVersion,
      onClose: () => this.#open.delete(accountId),
    })
    this.#open.set(accountId, phone)
    return phone.open(known.token)
  }

  capabilities(): Promise<Capabilities> {
    return capabilities()
  }

  /** The session of the person used last, for the office pages of the same browser. */
  async token(): Promise<string | null> {
    const [last] = await this.#db.known()
    return last?.token ?? null
  }

  #now(): string {
    return new Date(this.#clock.wallMs()).toISOString()
  }
}

function newId(): string {
  return uuid7(Math.floor(performance.timeOrigin + performance.now()))
}

function accountOf({ id, name, roles }: KnownAccount): Account {
  return { id, name, roles }
}

function deviceAccount(known: KnownAccount): DeviceAccount {
  const { username, unsentOps, unsentPhotos, lastUsedAt } = known
  return { ...accountOf(known), username, isSignedIn: known.token !== null, unsentOps, unsentPhotos, lastUsedAt }
}

function refusal(trouble: Trouble): SignInResult {
  const because = (reason: Extract<SignInResult, { ok: false }>["reason"], retryAfterMs: number | null = null) =>
    ({ ok: false, reason, retryAfterS: retryAfterMs === null ? null : Math.ceil(retryAfterMs / 1000) }) as const
  switch (trouble.kind) {
    case "sign_in_needed":
    case "refused":
      return because("wrong_password")
    case "server_down":
      return trouble.status === 429 ? because("throttled", trouble.retryAfterMs) : because("server_down", trouble.retryAfterMs)
    case "offline":
    case "captive":
      return because(trouble.kind)
    default:
      return trouble satisfies never
  }
}
