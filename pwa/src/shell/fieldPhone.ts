/** The phone of one account: puts storage, engine, photos and drafts behind the one facade of the screens. */
import type { Decision as LateDecision } from "../sync/late"
import { fetchCalendar, fetchEdition } from "../api/phoneApi"
import { syncServer } from "../api/syncServer"
import type { DeviceDb } from "../db/deviceDb"
import { Drafts } from "../db/drafts"
import { phoneDbName, PhoneDb } from "../db/phoneDb"
import { PhoneStore } from "../db/phoneStore"
import type { Json } from "../kit/canonicalJson"
import { nowText, type Clock } from "../kit/clock"
import { sha256Hex } from "../kit/sha256"
import * as actions from "../sync/actions"
import { timeClaim, type Offset } from "../sync/clockOffset"
import { Engine } from "../sync/engine"
import { Folds } from "../sync/folds"
import { postedNotices, type PostedNotice } from "../sync/notices"
import { PhoneError } from "../sync/phone"
import type { Account, Kept, MissingMember, OrphanPhoto, Phone, PhotoAdded, PhotoMeta, PhotoSize, Place, PrepareStep } from "../sync/phone"
import type { ReadingInput, Readiness, Resolution, SealResult, SignatureInput, StorageFacts, Unwatch } from "../sync/phone"
import { readinessOf } from "../sync/readiness"
import type { SyncStatus } from "../sync/status"
import type { Gps, Visit, VisitCard } from "../sync/visit"
import { write, type Decision, type Known } from "../sync/writer"
import { browserWorld, locate, storageFacts } from "./browser"
import { countKept, keepAll } from "./briefingPictures"
import { Changes, looker } from "./changes"
import { exportUnsent } from "./exportUnsent"
import { PhotoDesk } from "./photoDesk"
import { prepareVisit } from "./prepare"
import { VisitDesk } from "./visitDesk"

export interface FieldPhoneParts {
  readonly account: Account
  readonly deviceDb: DeviceDb
  readonly clock: Clock
  readonly newId: () => string
  readonly appVersion: string
  readonly onClose: () => void
}

const LOCATE_MS = 10_000
const CALENDAR_AGE_MS = 24 * 3_600_000
const PLACE_KEY = "_place"

export class FieldPhone implements Phone {
  readonly account: Account
  readonly #db: PhoneDb
  readonly #store: PhoneStore
  readonly #folds: Folds
  readonly #changes: Changes
  readonly #desk: VisitDesk
  readonly #photos: PhotoDesk
  readonly #drafts: Drafts
  readonly #engine: Engine
  readonly #statusListeners = new Set<(status: SyncStatus) => void>()
  #status: SyncStatus | null = null
  #token: string | null = null
  #offset: Offset | null = null
  #unhook: () => void = () => undefined

  constructor(private readonly parts: FieldPhoneParts) {
    const { account, clock, newId } = parts
    this.account = account
    this.#db = new PhoneDb(phoneDbName(account.id))
    this.#store = new PhoneStore(this.#db, clock, newId)
    this.#folds = new Folds(this.#store)
    this.#changes = new Changes(account.id)
    this.#desk = new VisitDesk(account.id, this.#db, this.#store, this.#folds)
    this.#drafts = new Drafts(this.#db, () => nowText(clock))
    this.#photos = new PhotoDesk({
      store: this.#store,
      clock,
      newId,
      token: () => this.#token,
      officer: account.name,
      write: (scope, decide) => this.#write(scope, decide),
    })
    this.#engine = this.#makeEngine()
  }

  async open(token: string | null): Promise<this> {
    this.#token = token
    await this.#db.open()
    this.#offset = await this.#store.meta<Offset>("offset")
    this.#hook()
    this.#engine.start()
    return this
  }

  /** After signing in again: sending goes on where it stopped. */
  renew(token: string | null): void {
    this.#token = token
    this.#engine.wake()
  }

  #makeEngine(): Engine {
    const { clock, newId, account } = this.parts
    const heartbeat = {
      read: async () => (await this.#store.meta<number>("heartbeat")) ?? 0,
      write: (atMs: number) => this.#store.setMeta("heartbeat", atMs),
      nowMs: () => clock.wallMs(),
    }
    return new Engine({
      account: account.id,
      store: this.#store,
      folds: this.#folds,
      server: syncServer(() => this.#token),
      clock,
      newId,
      world: browserWorld(heartbeat),
      stamp: () => this.#stamp(),
      onStatus: (status) => this.#onStatus(status),
      onChanged: (changed) => {
        this.#changes.emit(changed)
        void this.#fetchEditions().catch(() => undefined)
      },
      onOffset: (offset) => {
        this.#offset = offset
        void this.#store.setMeta("offset", offset).catch(() => undefined)
      },
    })
  }

  #stamp() {
    return { t: timeClaim(this.parts.clock, this.#offset), app: this.parts.appVersion, actor: this.account.id }
  }

  // ------------------------------------------------------------------ reading

  watchVisits(listener: (visits: readonly VisitCard[]) => void): Unwatch {
    const look = looker(async () => listener(await this.#desk.cards(this.#status)))
    const stops = [this.#changes.on(look.again), this.watchStatus(look.again), look.stop]
    return () => stops.forEach((stop) => stop())
  }

  watchNotices(listener: (notices: readonly PostedNotice[]) => void): Unwatch {
    const scope = `user:${this.account.id}`
    const look = looker(async () => listener(postedNotices(await this.#store.entries(scope, 0))))
    const stops = [this.#changes.on((changed) => (changed === "all" || changed.includes(scope)) && look.again()), look.stop]
    return () => stops.forEach((stop) => stop())
  }

  watchVisit(visitId: string, listener: (visit: Visit | null) => void): Unwatch {
    const scope = scopeOf(visitId)
    let shown: Visit | null | undefined
    const look = looker(async () => {
      const visit = await this.#desk.visit(scope)
      if (visit !== shown) listener((shown = visit))
    })
    const stops = [this.#changes.on((changed) => (changed === "all" || changed.includes(scope)) && look.again()), look.stop]
    return () => stops.forEach((stop) => stop())
  }

  watchStatus(listener: (status: SyncStatus) => void): Unwatch {
    this.#statusListeners.add(listener)
    if (this.#status) listener(this.#status)
    else this.#engine.noticed()
    return () => this.#statusListeners.delete(listener)
  }

  #onStatus(status: SyncStatus): void {
    const moved = scopesWithMovedPhotos(this.#status, status)
    this.#noteUnsent(this.#status, status)
    this.#status = status
    this.#desk.forget(moved)
    for (const listener of this.#statusListeners) listener(status)
    if (moved.length > 0) this.#changes.emit(moved)
  }

  #noteUnsent(before: SyncStatus | null, now: SyncStatus): void {
    if (before?.opsHere === now.opsHere && before.photosHere === now.photosHere) return
    void this.parts.deviceDb.note(this.account.id, { unsentOps: now.opsHere, unsentPhotos: now.photosHere }).catch(() => undefined)
  }

  // ------------------------------------------------------------------ answering

  async setRegister(visitId: string, item: string, field: string, value: Json): Promise<void> {
    await this.#write(scopeOf(visitId), actions.setRegister(item, field, value))
  }

  async resolveConflict(visitId: string, item: string, field: string, resolution: Resolution): Promise<void> {
    await this.#write(scopeOf(visitId), actions.resolveConflict(item, field, resolution))
  }

  async setRegisters(visitId: string, item: string, values: { readonly [field: string]: Json }): Promise<void> {
    await this.#write(scopeOf(visitId), actions.setRegisters(item, values))
  }

  async settleTogether(visitId: string, item: string, values: { readonly [field: string]: Pick<Resolution, "value" | "choose"> }, reason: string): Promise<void> {
    await this.#write(scopeOf(visitId), actions.settleTogether(item, values, reason))
  }

  async addNote(visitId: string, item: string | null, text: string): Promise<void> {
    await this.#write(scopeOf(visitId), actions.addNote(item, text))
  }

  async retractNote(visitId: string, noteOpId: string, reason: string): Promise<void> {
    await this.#write(scopeOf(visitId), actions.retractNote(noteOpId, reason))
  }

  async addReading(visitId: string, item: string, reading: ReadingInput): Promise<string> {
    const readingId = this.parts.newId()
    await this.#write(scopeOf(visitId), actions.addReading(item, readingId, reading))
    return readingId
  }

  async voidReading(visitId: string, readingId: string, reason: string): Promise<void> {
    await this.#write(scopeOf(visitId), actions.voidReading(readingId, reason))
  }

  async openAddendum(visitId: string, reason: string): Promise<void> {
    await this.#write(scopeOf(visitId), actions.openAddendum(reason))
  }

  async decideLate(visitId: string, opId: string, decision: LateDecision, reason: string): Promise<void> {
    await this.#write(scopeOf(visitId), actions.decideLate(opId, decision, reason))
  }

  async #write(scope: string, decide: (known: Known) => Decision): Promise<void> {
    const { account, newId } = this.parts
    const stamp = () => this.#stamp()
    await write({ account: account.id, store: this.#store, folds: this.#folds, newId, stamp }, scope, decide)
    this.#changes.emit([scope])
    this.#engine.nudge()
  }

  // ------------------------------------------------------------------ photos

  async addPhoto(visitId: string, item: string, file: Blob, meta: PhotoMeta): Promise<PhotoAdded> {
    return this.#photos.add(await this.#visit(visitId), item, file, meta)
  }

  async excludePhoto(visitId: string, photoId: string, reason: string): Promise<void> {
    await this.#write(scopeOf(visitId), actions.excludePhoto(photoId, reason))
  }

  photoUrl(sha256: string, size: PhotoSize): Promise<string | null> {
    return this.#photos.url(sha256, size)
  }

  releaseUrl(url: string): void {
    URL.revokeObjectURL(url)
  }

  async briefingPictures(visitId: string): Promise<Kept> {
    return countKept(await this.#visit(visitId), this.#photos)
  }

  async keepBriefingPictures(visitId: string): Promise<Kept> {
    return keepAll(await this.#visit(visitId), this.#photos)
  }

  orphanPhotos(): Promise<readonly OrphanPhoto[]> {
    return this.#photos.orphans()
  }

  attachOrphan(sha256: string): Promise<PhotoAdded> {
    return this.#photos.attach(sha256)
  }

  dismissOrphan(sha256: string): Promise<void> {
    return this.#store.dismiss(sha256)
  }

  locate(timeoutMs = LOCATE_MS): Promise<Gps | null> {
    return locate(timeoutMs)
  }

  // ------------------------------------------------------------------ drafts

  getDraft(key: string): Promise<string | null> {
    return this.#drafts.get(key)
  }

  setDraft(key: string, text: string | null): void {
    this.#drafts.set(key, text)
  }

  flushDrafts(): Promise<void> {
    return this.#drafts.flush()
  }

  async rememberPlace(place: Place): Promise<void> {
    this.#drafts.set(PLACE_KEY, JSON.stringify(place))
    await this.#drafts.flush()
  }

  async recallPlace(): Promise<Place | null> {
    const text = await this.#drafts.get(PLACE_KEY)
    return text ? (JSON.parse(text) as Place) : null
  }

  // ------------------------------------------------------------------ before and after the visit

  async prepareOffline(visitId: string, onStep: (step: PrepareStep) => void): Promise<boolean> {
    const scope = scopeOf(visitId)
    const isReady = await prepareVisit(
      {
        visit: () => this.#desk.visit(scope),
        sendNow: () => this.sendNow(),
        connection: () => this.#engine.connection,
        fetchEditions: () => this.#fetchEditions(),
        keepThumb: (sha256) => this.#photos.keepThumb(sha256),
        shared: this.#photos,
      },
      onStep,
    )
    await this.#store.setMeta(`prepared:${scope}`, isReady)
    this.#changes.emit([scope])
    return isReady
  }

  async readiness(visitId: string): Promise<Readiness> {
    return readinessOf(await this.#visit(visitId))
  }

  async seal(visitId: string, missing: readonly MissingMember[]): Promise<SealResult> {
    const visit = await this.#visit(visitId)
    const { canSeal, unsettledMembers } = readinessOf(visit)
    const isExplained = unsettledMembers.every(({ account }) => missing.some((entry) => entry.account === account && entry.reason.trim() !== ""))
    if (visit.readOnly !== null) throw new PhoneError("read_only", visit.readOnly)
    if (visit.me?.role !== "leader") throw new PhoneError("not_permitted", "for the leader")
    if (!canSeal || !isExplained) throw new PhoneError("not_ready", isExplained ? "something is missing" : "a member is missing without a reason")
    let result: SealResult | null = null
    const codes = visit.items.map((item) => item.code)
    await this.#write(visit.scope, actions.seal(codes, missing, ({ n, hash }) => (result = { n, manifestHash: hash })))
    if (!result) throw new PhoneError("storage_failed", "nothing was sealed")
    return result
  }

  async sign(visitId: string, signature: SignatureInput): Promise<void> {
    const scope = scopeOf(visitId)
    const sha256 = signature.image ? await this.#storeImage(scope, signature.image) : null
    await this.#write(scope, actions.sign(signature, sha256))
  }

  async #storeImage(scope: string, image: Blob): Promise<string> {
    const bytes = new Uint8Array(await image.arrayBuffer())
    const sha256 = sha256Hex(bytes)
    const storedAt = nowText(this.parts.clock)
    await this.#store.putBlob({ sha256, scope, item: "_", kind: "signature", size: bytes.length, mime: image.type, storedAt, facts: null }, bytes, [])
    return sha256
  }

  async finishMyPart(visitId: string): Promise<void> {
    await this.#write(scopeOf(visitId), actions.finishMyPart())
  }

  // ------------------------------------------------------------------ sending

  sendNow(): Promise<void> {
    return this.#engine.sendNow()
  }

  exportUnsent(withPhotos: boolean): Promise<Blob> {
    return exportUnsent(this.#store, this.account, this.parts.clock, withPhotos)
  }

  storage(): Promise<StorageFacts> {
    return storageFacts()
  }

  async close(): Promise<void> {
    this.#unhook()
    await this.#drafts.flush().catch(() => undefined)
    await this.#engine.stop()
    this.#changes.close()
    this.#db.close()
    this.parts.onClose()
  }

  /** Editions and the calendar come by themselves, so that a visit is readable as soon as it is known. */
  async #fetchEditions(): Promise<void> {
    if (!this.#token) return
    for (const hash of await this.#desk.missingEditions()) {
      const answer = await fetchEdition(hash, this.#token)
      if (answer.ok) await this.#desk.putEdition(hash, answer.value)
      if (answer.ok) this.#changes.emit("all")
    }
    const known = await this.#store.meta<{ atMs: number }>("calendar")
    if (known && this.parts.clock.wallMs() - known.atMs < CALENDAR_AGE_MS) return
    const calendar = await fetchCalendar(this.#token)
    if (calendar.ok) await this.#desk.putCalendar(calendar.value, this.parts.clock.wallMs())
    if (calendar.ok) this.#changes.emit("all")
  }

  async #visit(visitId: string): Promise<Visit> {
    const visit = await this.#desk.visit(scopeOf(visitId))
    if (!visit) throw new PhoneError("unknown_visit", visitId)
    return visit
  }

  // ------------------------------------------------------------------ the page around us

  #hook(): void {
    const forget = this.#changes.on((changed) => {
      this.#desk.forget(changed)
      this.#engine.noticed()
    })
    const onVisible = () => (document.visibilityState === "visible" ? this.#engine.wake() : void this.#drafts.flush().catch(() => undefined))
    const onHide = () => void this.#drafts.flush().catch(() => undefined)
    const onOnline = () => this.#engine.wake()
    document.addEventListener("visibilitychange", onVisible)
    window.addEventListener("pagehide", onHide)
    window.addEventListener("pageshow", onVisible)
    window.addEventListener("online", onOnline)
    window.addEventListener("offline", onOnline)
    // Another tab runs a newer version: finish the sentence, then let go of the database.
    this.#db.on("versionchange", () => void this.#drafts.flush().finally(() => this.#db.close()))
    this.#unhook = () => {
      forget()
      document.removeEventListener("visibilitychange", onVisible)
      window.removeEventListener("pagehide", onHide)
      window.removeEventListener("pageshow", onVisible)
      window.removeEventListener("online", onOnline)
      window.removeEventListener("offline", onOnline)
    }
  }
}

function scopeOf(visitId: string): string {
  return `insp:${visitId}`
}

/** Visits whose photos stand elsewhere than before: their pictures show another state. */
function scopesWithMovedPhotos(before: SyncStatus | null, now: SyncStatus): readonly string[] {
  const known = new Map(before?.photos.map((photo) => [photo.sha256, photo]))
  const moved = now.photos.filter((photo) => {
    const old = known.get(photo.sha256)
    return old?.state !== photo.state || old.sent !== photo.sent
  })
  return [...new Set(moved.map((photo) => photo.scope))]
}
