/** Time-ordered identifiers (UUIDv7, RFC 9562 section 5.7), in the one form the protocol takes: lower case. */

export type RandomBytes = (count: number) => Uint8Array

export const secureRandom: RandomBytes = (count) => crypto.getRandomValues(new Uint8Array(count))

export function uuid7(unixMs: number, random: RandomBytes = secureRandom): string {
  const bytes = random(16)
  let rest = unixMs
  for (let i = 5; i >= 0; i--) {
    bytes[i] = rest % 256
    rest = Math.floor(rest / 256)
  }
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-")
}

export function isUuid(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value)
}
