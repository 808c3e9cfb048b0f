/** What goes to the photo worker and what comes back: plain data, no pictures of the DOM. */
import type { Json } from "../../kit/canonicalJson"

export interface PhotoJob {
  readonly bytes: ArrayBuffer
  /** Lines drawn into the corner of the viewing copy. The original stays as it was captured. */
  readonly stamp: readonly string[]
}

export type ImageMime = "image/jpeg" | "image/png" | "image/webp" | "image/heic"

export type ExifFacts = { readonly [name: string]: Json }

export interface PhotoMade {
  readonly sha256: string
  readonly size: number
  readonly mime: ImageMime
  /** As seen upright. 0 where neither the file's head nor the browser tells. */
  readonly w: number
  readonly h: number
  readonly exif: ExifFacts
  readonly view: ArrayBuffer | null
  readonly thumb: ArrayBuffer | null
}

/** `broken` the file is cut off or damaged · `not_an_image` something else in its place. */
export type PhotoProblem = "broken" | "not_an_image" | "too_large"

export type PhotoAnswer =
  | { readonly ok: true; readonly made: PhotoMade; readonly bytes: ArrayBuffer }
  | { readonly ok: false; readonly problem: PhotoProblem }

export const MOST_BYTES = 64 * 1024 * 1024
export const VIEW_EDGE = 2000
export const THUMB_EDGE = 320
