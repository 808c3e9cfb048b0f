/** One photo, from bytes to everything that is stored with it. Runs in the worker; in the page where there is none. */
import { drawCopies, type Copies, type Size } from "./draw"
import { exifFacts } from "./exif"
import { imageHead, type ImageHead } from "./imageHead"
import { digest } from "./keepOriginal"
import { MOST_BYTES, type ExifFacts, type PhotoAnswer, type PhotoJob } from "./job"

export async function makePhoto({ bytes, stamp }: PhotoJob): Promise<PhotoAnswer> {
  if (bytes.byteLength > MOST_BYTES) return { ok: false, problem: "too_large" }
  const all = new Uint8Array(bytes)
  const head = imageHead(all)
  if (!head) return { ok: false, problem: bytes.byteLength === 0 ? "broken" : "not_an_image" }
  const exif = await exifFacts(bytes)
  const upright = turned(head, exif)
  const copies = await copiesOf(bytes, head.mime, upright, stamp)
  // What cannot be drawn and does not end as it should is broken. What is whole but cannot be drawn
  // (HEIC in most browsers, 48 megapixels on a small phone) is kept, and the server draws it.
  if (!copies && !head.isWhole) return { ok: false, problem: "broken" }
  if (!copies && head.mime === "image/jpeg" && head.w * head.h === 0) return { ok: false, problem: "broken" }
  const size = copies ?? upright
  const made = { sha256: digest(all), size: all.length, mime: head.mime, w: size.w, h: size.h, exif, view: copies?.view ?? null, thumb: copies?.thumb ?? null }
  return { ok: true, made, bytes }
}

async function copiesOf(bytes: ArrayBuffer, mime: string, size: Size, stamp: readonly string[]): Promise<Copies | null> {
  try {
    return await drawCopies(new Blob([bytes], { type: mime }), size, stamp)
  } catch {
    return null
  }
}

/** Width and height as seen upright. HEIC keeps its turn in a box of its own, which decoders apply. */
function turned({ mime, w, h }: ImageHead, exif: ExifFacts): Size {
  const isTurned = mime === "image/jpeg" && typeof exif.orientation === "number" && exif.orientation >= 5
  return isTurned ? { w: h, h: w } : { w, h }
}
