/**
 * The one facade that the screens use. Screens never see Dexie, fetch or an op envelope.
 *
 * Everything that writes answers only after the phone has it durably on disk (one strict IndexedDB
 * transaction), so "saved" on the screen may follow the promise. Nothing here waits for a network,
 * except `Device.signIn`, `prepareOffline`, `keepBriefingPictures` and `sendNow`. `watch…` functions call back at once with
 * what is known and again after every change, until the returned function is called.
 */
import type { Json } from "../kit/canonicalJson"
import type { Decision } from "./late"
import type { PostedNotice } from "./notices"
import type { SyncStatus } from "./status"
import type { Gap, Gps, SignatureRole, Visit, VisitCard } from "./visit"

export type Unwatch = () => void

export interface Account {
  readonly id: string
  readonly name: string
  readonly roles: readonly string[]
}

// ------------------------------------------------------------------ before somebody is signed in

export interface DeviceAccount extends Account {
  readonly username: string
  /** Still signed in here: opens offline without a password. */
  readonly isSignedIn: boolean
  readonly unsentOps: number
  readonly unsentPhotos: number
  readonly lastUsedAt: string
}

export type SignInResult =
  | { readonly ok: true; readonly account: Account }
  | {
      readonly ok: false
      readonly reason: "wrong_password" | "throttled" | "offline" | "captive" | "server_down" | "password_change_needed" | "password_too_weak"
      readonly retryAfterS: number | null
    }

/** What this browser can do; an in-app browser of a chat program often cannot do enough. */
export interface Capabilities {
  readonly storage: boolean
  readonly serviceWorker: boolean
  readonly locks: boolean
  readonly camera: boolean
  readonly isInstalled: boolean
  readonly isIos: boolean
  readonly inApp: "wecom" | "dingtalk" | "wechat" | "feishu" | null
}

export interface Device {
  accounts(): Promise<readonly DeviceAccount[]>
  /** The account that was used last and is still signed in here, or null. Works offline. */
  current(): Promise<DeviceAccount | null>
  signIn(username: string, password: string): Promise<SignInResult>
  /** After `password_change_needed`: the first password makes way for one's own, and the person is signed in. */
  replacePassword(old: string, fresh: string): Promise<SignInResult>
  /** Forgets the session, never the data. */
  signOut(accountId: string): Promise<void>
  /** The phone of an account known on this device; throws PhoneError `unknown_account`. */
  openPhone(accountId: string): Promise<Phone>
  capabilities(): Promise<Capabilities>
}

// ------------------------------------------------------------------ the phone of one account

export interface PhotoMeta {
  /** Where the phone says that it is; EXIF is recorded beside it, never instead of it. */
  readonly gps: Gps | null
  readonly source: "camera" | "gallery"
}

export interface PhotoAdded {
  readonly photoId: string
  readonly sha256: string
  /** True: this phone could not draw a viewing copy (HEIC, say); the server will. The original is safe. */
  readonly needsServerView: boolean
}

export type PhotoSize = "thumb" | "view" | "original"

export interface ReadingInput {
  readonly value: string
  readonly unit: string
  readonly instrument: string | null
}

export interface Resolution {
  readonly value: Json
  /** The head whose value was taken over, or null for a value of the leader's own. */
  readonly choose: string | null
  readonly reason: string
}

export interface SignatureInput {
  readonly role: SignatureRole
  /** An account id for officers and the leader, a name for a representative or witness. */
  readonly person: string
  /** PNG of the strokes; null where the signature is refused. */
  readonly image: Blob | null
  /** The exact text that the person agreed to; its hash is signed. */
  readonly consentText: string
  readonly refused: { readonly reason: string; readonly witness: string } | null
}

/** A member whose phone has not said that everything of it is on the server, and why we go on without. */
export interface MissingMember {
  readonly replica: string | null
  readonly account: string
  readonly reason: string
}

export interface Readiness {
  /** True where `seal` will be accepted (with an override for every unsettled member). */
  readonly canSeal: boolean
  readonly items: readonly { readonly item: string; readonly gaps: readonly Gap[] }[]
  /** Registers of item `_` in conflict. */
  readonly conflicts: readonly { readonly item: string; readonly field: string }[]
  /** Photos in the record whose bytes are neither here nor on the server. */
  readonly photosElsewhere: readonly string[]
  /** Team members who need an entry in `missing`. */
  readonly unsettledMembers: readonly { readonly account: string; readonly name: string; readonly lastReceivedAt: string | null }[]
  readonly isLeader: boolean
}

export interface SealResult {
  readonly n: number
  readonly manifestHash: string
}

export type PrepareStepName = "storage" | "persist" | "visit" | "edition" | "shell" | "shared" | "photos"

/** How many of the pictures that a recheck looks at are on this phone. */
export interface Kept {
  readonly here: number
  readonly total: number
}

export interface PrepareStep {
  readonly step: PrepareStepName
  readonly state: "running" | "done" | "warning" | "failed"
  /** A code for words on the screen: `storage_low`, `not_persisted`, `offline`, `not_installed_ios`… */
  readonly code: string | null
  /** Where a step counts. */
  readonly kept?: Kept
}

export interface StorageFacts {
  readonly usedBytes: number | null
  readonly quotaBytes: number | null
  readonly freeBytes: number | null
  readonly isPersisted: boolean | null
}

/** Where the person was, written down before the camera opens: the system may kill the page meanwhile. */
export interface Place {
  readonly visitId: string
  readonly item: string | null
  readonly intent: "photo" | "signature" | "typing" | null
}

/** An unattached photo: its bytes were stored, then the app died before the op. */
export interface OrphanPhoto {
  readonly sha256: string
  readonly visitId: string
  readonly item: string
  readonly storedAt: string
}

export interface Phone {
  readonly account: Account

  // ---- reading
  watchVisits(listener: (visits: readonly VisitCard[]) => void): Unwatch
  watchVisit(visitId: string, listener: (visit: Visit | null) => void): Unwatch
  watchStatus(listener: (status: SyncStatus) => void): Unwatch
  /** What the office told this person, the newest first. */
  watchNotices(listener: (notices: readonly PostedNotice[]) => void): Unwatch

  // ---- answering. `item` is a code, or "_" for the visit itself; `value` null means unanswered again.
  setRegister(visitId: string, item: string, field: string, value: Json): Promise<void>
  /** Several registers of one item in one transaction: a score, the result that goes with it, and the reason. */
  setRegisters(visitId: string, item: string, values: { readonly [field: string]: Json }): Promise<void>
  /** Leader only: takes the place of every head that is shown. */
  resolveConflict(visitId: string, item: string, field: string, resolution: Resolution): Promise<void>
  /** Leader only: settles registers of one item that belong together, in one transaction. */
  settleTogether(visitId: string, item: string, values: { readonly [field: string]: Pick<Resolution, "value" | "choose"> }, reason: string): Promise<void>
  addNote(visitId: string, item: string | null, text: string): Promise<void>
  retractNote(visitId: string, noteOpId: string, reason: string): Promise<void>
  addReading(visitId: string, item: string, reading: ReadingInput): Promise<string>
  voidReading(visitId: string, readingId: string, reason: string): Promise<void>

  // ---- photos
  addPhoto(visitId: string, item: string, file: Blob, meta: PhotoMeta): Promise<PhotoAdded>
  excludePhoto(visitId: string, photoId: string, reason: string): Promise<void>
  /**
   * An object URL of a photo, from this phone or else from the server; null where neither has it now.
   * Give it back with `releaseUrl`: iOS runs out of memory otherwise.
   */
  photoUrl(sha256: string, size: PhotoSize): Promise<string | null>
  releaseUrl(url: string): void
  /** 复查: which of the earlier photos and of the enterprise's proof are on this phone. */
  briefingPictures(visitId: string): Promise<Kept>
  /** Needs a network: brings those that are missing, as far as they can be had, and says how many are here then. */
  keepBriefingPictures(visitId: string): Promise<Kept>
  /** Photos whose bytes are stored but which no op names; attach them or forget the reminder. */
  orphanPhotos(): Promise<readonly OrphanPhoto[]>
  attachOrphan(sha256: string): Promise<PhotoAdded>
  dismissOrphan(sha256: string): Promise<void>
  /** Position now, or null when refused or not found within the time. */
  locate(timeoutMs?: number): Promise<Gps | null>

  // ---- half-typed text: kept 300 ms after the last key and whenever the page is hidden
  getDraft(key: string): Promise<string | null>
  setDraft(key: string, text: string | null): void
  flushDrafts(): Promise<void>
  rememberPlace(place: Place): Promise<void>
  recallPlace(): Promise<Place | null>

  // ---- before and after the visit
  prepareOffline(visitId: string, onStep: (step: PrepareStep) => void): Promise<boolean>
  readiness(visitId: string): Promise<Readiness>
  /** Leader only; works offline. Throws PhoneError `not_ready` where `readiness` says so. */
  seal(visitId: string, missing: readonly MissingMember[]): Promise<SealResult>
  sign(visitId: string, signature: SignatureInput): Promise<void>
  /** Leader only; works offline. Opens the sealed record again for what is added. */
  openAddendum(visitId: string, reason: string): Promise<void>
  /** Leader only; works offline. Taking something in opens an addendum where that is needed. */
  decideLate(visitId: string, opId: string, decision: Decision, reason: string): Promise<void>
  /** 我的部分已交齐: says that nothing older is unsent on this phone. */
  finishMyPart(visitId: string): Promise<void>

  // ---- sending
  /** Sends now; resolves when the attempt ended, well or badly (see the status). */
  sendNow(): Promise<void>
  /** Everything that is only here, as a JSON file: ops as they are, photos as base64 when asked. */
  exportUnsent(withPhotos: boolean): Promise<Blob>
  storage(): Promise<StorageFacts>
  /** Stops timers and closes the database. Data stays. */
  close(): Promise<void>
}

// ------------------------------------------------------------------ errors

/** Every code that a screen must have words for. */
export type PhoneErrorCode =
  | "unknown_account"
  | "unknown_visit"
  | "read_only" // revoked, sealed or archived
  | "not_permitted" // an expert sets a result, an officer resolves
  | "not_ready" // seal with something missing
  | "bad_value"
  | "storage_full"
  | "storage_failed" // the database did not answer; nothing was saved
  | "photo_broken"
  | "photo_too_large"
  | "photo_not_an_image"
  | "update_waiting" // another tab holds an older database open

export class PhoneError extends Error {
  constructor(
    readonly code: PhoneErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options)
    this.name = "PhoneError"
  }
}
