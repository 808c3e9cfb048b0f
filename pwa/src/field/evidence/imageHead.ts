/** What the first (and last) bytes of a file say: what it is, how large the picture is, whether it is all there. Pure. */
import type { ImageMime } from "./job"

export interface ImageHead {
  readonly mime: ImageMime
  /** As stored, before any EXIF orientation; 0 where the head does not tell. */
  readonly w: number
  readonly h: number
  /** The file ends as its format says that it must. */
  readonly isWhole: boolean
}

/** Null for everything that is not a photo of a kind we take. The name of the file does not matter. */
export function imageHead(bytes: Uint8Array): ImageHead | null {
  if (startsWith(bytes, [0xff, 0xd8, 0xff])) return { mime: "image/jpeg", ...jpegSize(bytes), isWhole: endsJpeg(bytes) }
  if (startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) {
    return { mime: "image/png", w: big32(bytes, 16), h: big32(bytes, 20), isWhole: tail(bytes, 12).includes("IEND") }
  }
  if (ascii(bytes, 0, 4) === "RIFF" && ascii(bytes, 8, 4) === "WEBP") {
    return { mime: "image/webp", w: 0, h: 0, isWhole: bytes.length >= little32(bytes, 4) + 8 }
  }
  if (ascii(bytes, 4, 4) === "ftyp" && HEIF_BRANDS.test(ascii(bytes, 8, 24))) {
    return { mime: "image/heic", ...heifSize(bytes), isWhole: boxesFit(bytes) }
  }
  return null
}

const HEIF_BRANDS = /heic|heix|hevc|heim|heis|mif1|msf1/

function jpegSize(bytes: Uint8Array): { w: number; h: number } {
  let at = 2
  while (at + 9 < bytes.length) {
    if (bytes[at] !== 0xff) break
    const marker = bytes[at + 1] ?? 0
    if (marker === 0xff) at += 1
    else if (isFrame(marker)) return { w: big16(bytes, at + 7), h: big16(bytes, at + 5) }
    else at += 2 + big16(bytes, at + 2)
  }
  return { w: 0, h: 0 }
}

/** Start of frame, in any of its codings; C4, C8 and CC are tables. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
}

/** Phones append things after the end mark (a second picture, vendor data), so it is looked for, not expected last. */
function endsJpeg(bytes: Uint8Array): boolean {
  for (let i = bytes.length - 2; i >= Math.max(2, bytes.length - 8 * 1024 * 1024); i--) {
    if (bytes[i] === 0xff && bytes[i + 1] === 0xd9) return i > bytes.length / 2 || i + 64 > bytes.length
  }
  return false
}

/** The largest `ispe` property is the picture, the others are tiles and thumbnails. */
function heifSize(bytes: Uint8Array): { w: number; h: number } {
  const head = bytes.subarray(0, 64 * 1024)
  let best = { w: 0, h: 0 }
  for (let i = 0; i + 16 < head.length; i++) {
    if (ascii(head, i, 4) !== "ispe") continue
    const [w, h] = [big32(head, i + 8), big32(head, i + 12)]
    if (w * h > best.w * best.h) best = { w, h }
  }
  return best
}

/** Every top-level box lies inside the file. */
function boxesFit(bytes: Uint8Array): boolean {
  let at = 0
  while (at + 8 <= bytes.length) {
    const size = big32(bytes, at)
    if (size === 0) return true // to the end of the file
    const length = size === 1 ? big32(bytes, at + 8) * 2 ** 32 + big32(bytes, at + 12) : size
    if (length < 8 || at + length > bytes.length) return false
    at += length
  }
  return at === bytes.length
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, i) => bytes[i] === byte)
}

function ascii(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length))
}

function tail(bytes: Uint8Array, length: number): string {
  return ascii(bytes, Math.max(0, bytes.length - length), length)
}

function big16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
}

function big32(bytes: Uint8Array, at: number): number {
  return big16(bytes, at) * 65536 + big16(bytes, at + 2)
}

function little32(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) + (bytes[at + 1] ?? 0) * 256 + (bytes[at + 2] ?? 0) * 65536 + (bytes[at + 3] ?? 0) * 2 ** 24
}
