/** Photos: in through the worker and two transactions, out as object URLs. */
import { fetchPicture } from "../api/phoneApi"
import type { BlobStore } from "../db/blobStore"
import { makePhotoAside } from "../field/evidence/photoMaker"
import type { PhotoMade, PhotoProblem } from "../field/evidence/job"
import { nowText, type Clock } from "../kit/clock"
import { addPhoto } from "../sync/actions"
import type { PhotoBody } from "../sync/ops"
import { PhoneError, type OrphanPhoto, type PhoneErrorCode, type PhotoAdded, type PhotoMeta, type PhotoSize } from "../sync/phone"
import type { Gps, Visit } from "../sync/visit"
import type { Decision, Known } from "../sync/writer"
import { storageFacts } from "./browser"

export interface PhotoDeskParts {
  readonly store: BlobStore
  readonly clock: Clock
  readonly newId: () => string
  readonly token: () => string | null
  readonly officer: string
  readonly write: (scope: string, decide: (known: Known) => Decision) => Promise<unknown>
}

const PROBLEMS: Record<PhotoProblem, PhoneErrorCode> = { broken: "photo_broken", not_an_image: "photo_not_an_image", too_large: "photo_too_large" }
/** The original, its copies and some air; below that the write is not even tried. */
const ROOM_FACTOR = 1.5

export class PhotoDesk {
  constructor(private readonly parts: PhotoDeskParts) {}

  async add(visit: Visit, item: string, file: Blob, meta: PhotoMeta): Promise<PhotoAdded> {
    const takenHere = nowText(this.parts.clock)
    const bytes = await readWhole(file)
    const answer = await makePhotoAside({ bytes, stamp: this.#stamp(visit, item, meta.gps, takenHere) })
    if (!answer.ok) throw new PhoneError(PROBLEMS[answer.problem], answer.problem)
    await this.#roomFor(bytes.byteLength)
    const body = this.#body(answer.made, meta, takenHere)
    await this.#store(visit.scope, item, body, answer.made, new Uint8Array(answer.bytes))
    await this.parts.write(visit.scope, addPhoto(item, body))
    return { photoId: body.photo_id, sha256: body.sha256, needsServerView: answer.made.view === null }
  }

  async #roomFor(size: number): Promise<void> {
    const { freeBytes } = await storageFacts()
    if (freeBytes !== null && freeBytes < size * ROOM_FACTOR) throw new PhoneError("storage_full", "no room for the photo")
  }

  /** Transaction A. Should the app die before transaction B, the bytes are there and offered again. */
  async #store(scope: string, item: string, body: PhotoBody, made: PhotoMade, bytes: Uint8Array): Promise<void> {
    const { sha256, size, mime } = made
    const derivs = [deriv(sha256, "view", made.view), deriv(sha256, "thumb", made.thumb)].flatMap((row) => row ?? [])
    const storedAt = nowText(this.parts.clock)
    await this.parts.store.putBlob({ sha256, scope, item, kind: "photo", size, mime, storedAt, facts: JSON.stringify(body) }, bytes, derivs)
  }

  #body(made: PhotoMade, meta: PhotoMeta, takenHere: string): PhotoBody {
    const { sha256, size, mime, w, h, exif } = made
    const exifTaken = typeof exif.taken === "string" ? exif.taken : null
    return {
      photo_id: this.parts.newId(),
      sha256,
      size,
      mime,
      w,
      h,
      taken: meta.source === "camera" ? takenHere : exifTaken,
      gps: meta.gps ? { lat: meta.gps.lat, lon: meta.gps.lon, acc_m: meta.gps.accM } : null,
      derivs: [],
      ...(Object.keys(exif).length > 0 ? { exif } : {}),
    }
  }

  #stamp(visit: Visit, item: string, gps: Gps | null, at: string): readonly string[] {
    const title = visit.items.find((candidate) => candidate.code === item)?.definition.title
    const place = gps ? `${gps.lat}, ${gps.lon} ±${gps.accM} m` : "无定位"
    return [visit.dispatched.site.name, title ? `${item} ${title}` : "现场", `${at.slice(0, 19).replace("T", " ")}  ${this.parts.officer}`, place]
  }

  // ------------------------------------------------------------------ orphans

  async orphans(): Promise<readonly OrphanPhoto[]> {
    const blobs = (await this.parts.store.blobs()).filter((blob) => blob.kind === "photo" && !blob.isAttached && blob.facts !== null)
    return blobs.map(({ sha256, scope, item, storedAt }) => ({ sha256, item, storedAt, visitId: scope.slice("insp:".length) }))
  }

  async attach(sha256: string): Promise<PhotoAdded> {
    const blob = await this.parts.store.blob(sha256)
    if (!blob?.facts) throw new PhoneError("photo_broken", "no such orphan")
    const body = JSON.parse(blob.facts) as PhotoBody
    await this.parts.write(blob.scope, addPhoto(blob.item, body))
    return { photoId: body.photo_id, sha256, needsServerView: (await this.parts.store.deriv(sha256, "view")) === null }
  }

  // ------------------------------------------------------------------ looking

  async url(sha256: string, size: PhotoSize): Promise<string | null> {
    const blob = (await this.#here(sha256, size)) ?? (await this.#fromServer(sha256, size))
    return blob ? URL.createObjectURL(blob) : null
  }

  async #here(sha256: string, size: PhotoSize): Promise<Blob | null> {
    const { store } = this.parts
    if (size !== "original") {
      const row = await store.deriv(sha256, size)
      return row ? new Blob([row.bytes], { type: row.mime }) : this.#smallImage(sha256)
    }
    const blob = await store.blob(sha256)
    const bytes = blob ? await store.read(sha256, 0, blob.size) : null
    return blob && bytes && bytes.length === blob.size ? new Blob([bytes], { type: blob.mime }) : null
  }

  /** Signature images have no copies: they are small. */
  async #smallImage(sha256: string): Promise<Blob | null> {
    const blob = await this.parts.store.blob(sha256)
    return blob?.kind === "signature" ? this.#here(sha256, "original") : null
  }

  async #fromServer(sha256: string, size: PhotoSize): Promise<Blob | null> {
    const answer = await fetchPicture(sha256, size, this.parts.token())
    if (!answer.ok) return null
    const blob = answer.value
    if (size !== "original") {
      await this.parts.store.putDeriv({ sha256, size, mime: blob.type, bytes: await blob.arrayBuffer() }).catch(() => undefined)
    }
    return blob
  }

  /** A copy for the list and one to look at closely. */
  async isKept(sha256: string): Promise<boolean> {
    const { store } = this.parts
    return (await store.hasDeriv(sha256, "thumb")) && (await store.hasDeriv(sha256, "view"))
  }

  /** Brings both copies of somebody else's picture; asks the disk afterwards, because a full one keeps nothing. */
  async keep(sha256: string): Promise<boolean> {
    for (const size of ["thumb", "view"] as const) {
      if (!(await this.parts.store.hasDeriv(sha256, size))) await this.#fromServer(sha256, size)
    }
    return this.isKept(sha256)
  }

  /** Keeps a small picture of a colleague's photo for offline; false where the server does not have it yet. */
  async keepThumb(sha256: string): Promise<boolean> {
    return (await this.#here(sha256, "thumb")) !== null || (await this.#fromServer(sha256, "thumb")) !== null
  }
}

/** A File from the camera is only a reference: until all of it was read, it can still go away. */
async function readWhole(file: Blob): Promise<ArrayBuffer> {
  try {
    return await file.arrayBuffer()
  } catch (cause) {
    throw new PhoneError("photo_broken", "the file could not be read", { cause })
  }
}

function deriv(sha256: string, size: "view" | "thumb", bytes: ArrayBuffer | null) {
  return bytes ? { sha256, size, mime: "image/jpeg", bytes } : null
}
