/** The least that can be done for a photo: know what it is and keep it. The server draws the copies. Needs nothing that could fail to load. */
import { sha256Stream } from "../../kit/sha256"
import { imageHead } from "./imageHead"
import { MOST_BYTES, type PhotoAnswer, type PhotoJob } from "./job"

const PART = 4 * 1024 * 1024

export function keepOriginal({ bytes }: PhotoJob): PhotoAnswer {
  if (bytes.byteLength > MOST_BYTES) return { ok: false, problem: "too_large" }
  const all = new Uint8Array(bytes)
  const head = imageHead(all)
  if (!head) return { ok: false, problem: bytes.byteLength === 0 ? "broken" : "not_an_image" }
  if (!head.isWhole) return { ok: false, problem: "broken" }
  const { mime, w, h } = head
  return { ok: true, made: { sha256: digest(all), size: all.length, mime, w, h, exif: {}, view: null, thumb: null }, bytes }
}

/** Part by part: the digest of the bytes as captured, before anything else touches them. */
export function digest(bytes: Uint8Array): string {
  const hash = sha256Stream()
  for (let at = 0; at < bytes.length; at += PART) hash.update(bytes.subarray(at, at + PART))
  return hash.hex()
}
