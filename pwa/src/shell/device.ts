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

/** Somebody whom the server knows, before anything of it is kept here. */
interface Entry {
  readonly account: Account
  readonly username: string
  readonly token: string
}

export class ThisDevice implements Device {
  readonly #db = new DeviceDb()
  readonly #open = new Map<string, FieldPhone>()
  readonly #clock: Clock = systemClock(newId())
  #waiting: Entry | null = null

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
    const entry = { account: { id, name, roles }, username, token }
    if (!account.must_change_password) return this.#enter(entry)
    // Not kept on the device: until the password is changed this session opens nothing.
    this.#waiting = entry
    return { ok: false, reason: "password_change_needed", retryAfterS: null }
  }

  async replacePassword(old: string, fresh: string): Promise<SignInResult> {
    const waiting = this.#waiting
    if (!waiting) return { ok: false, reason: "wrong_password", retryAfterS: null }
    const answer = await api.changePassword(waiting.token, old, fresh)
    if (!answer.ok) return refusal(answer.trouble)
    this.#waiting = null
    return this.#enter(waiting)
  }

  async #enter({ account: { id, name, roles }, username, token }: Entry): Promise<SignInResult> {
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
      return because("wrong_password")
    case "refused":
      return because(trouble.code === "password_too_weak" ? "password_too_weak" : "wrong_password")
    case "server_down":
      return trouble.status === 429 ? because("throttled", trouble.retryAfterMs) : because("server_down", trouble.retryAfterMs)
    case "offline":
    case "captive":
      return because(trouble.kind)
    default:
      return trouble satisfies never
  }
}
