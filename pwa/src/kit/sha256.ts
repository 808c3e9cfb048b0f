/**
 * SHA-256, synchronous on purpose: an IndexedDB transaction commits by itself while somebody waits
 * for crypto.subtle, so an op that is hashed inside its transaction cannot wait.
 */
import { sha256 } from "@noble/hashes/sha2.js"

export const ZERO_HASH = "0".repeat(64)

const utf8 = new TextEncoder()

/** Lower-case hex digest of bytes, or of the UTF-8 bytes of a text. */
export function sha256Hex(data: Uint8Array | string): string {
  return toHex(sha256(typeof data === "string" ? utf8.encode(data) : data))
}

/** The digest as base64, as the header Upload-Checksum wants it. */
export function sha256Base64(data: Uint8Array): string {
  return btoa(String.fromCharCode(...sha256(data)))
}

export interface Sha256Stream {
  update(part: Uint8Array): void
  hex(): string
}

/** For files: a photo is hashed part by part and is never in memory twice. */
export function sha256Stream(): Sha256Stream {
  const state = sha256.create()
  return {
    update: (part) => void state.update(part),
    hex: () => toHex(state.digest()),
  }
}

/** The digest of lines joined by newlines; of no lines, the digest of the empty string. */
export function sha256Lines(lines: readonly string[]): string {
  return sha256Hex(lines.join("\n"))
}

export function utf8Length(text: string): number {
  return utf8.encode(text).length
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")
}
