/** An official's secret and what is handed in for it: docs/draw.md, section 3. */
import { secureRandom, type RandomBytes } from "../../kit/ids"
import { sha256Hex } from "../../kit/sha256"

const SECRET_BYTES = 16

/** 128 bits of this device's own chance, as 32 hexadecimal digits. */
export function newSecret(random: RandomBytes = secureRandom): string {
  return [...random(SECRET_BYTES)].map((byte) => byte.toString(16).padStart(2, "0")).join("")
}

/** What somebody read off his paper: spaces, dashes and capitals do not matter. Null where it cannot be a secret. */
export function typedSecret(text: string): string | null {
  const digits = text.normalize("NFKC").toLowerCase().replace(/[\s\-·]/g, "")
  return /^[0-9a-f]{16,64}$/.test(digits) ? digits : null
}

/** What is handed in: it binds the official to the secret and to this very pool, and tells nobody the secret. */
export function commitmentOf(poolDigest: string, official: string, secret: string): string {
  return sha256Hex(["suicha-commitment/1", poolDigest, official, secret].join("\n"))
}

/** Digits in groups of four, as people read them out and compare them. */
export function inFours(digits: string): readonly string[] {
  return digits.match(/.{1,4}/g) ?? []
}
