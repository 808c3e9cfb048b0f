/**
 * Canonical JSON: one byte form on phone and server (RFC 8785 over NFC text, integers only).
 *
 * Twin of backend/suicha/kit/canonical.py; tests/vectors/canonical_json.json keeps the two honest.
 */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

/** The text or the value cannot stand in a canonical document. */
export class NotCanonical extends Error {
  override name = "NotCanonical"
}

/** The canonical text of a value; throws NotCanonical for floats, huge integers and bad text. */
export function canonicalJson(value: unknown): string {
  if (value === null) return "null"
  switch (typeof value) {
    case "boolean":
      return value ? "true" : "false"
    case "number":
      return writeInteger(value)
    case "string":
      return writeText(value)
    case "object":
      return Array.isArray(value) ? `[${value.map(canonicalJson).join(",")}]` : writeObject(value as object)
    default:
      throw new NotCanonical(`a ${typeof value} has no canonical form`)
  }
}

function writeInteger(value: number): string {
  if (!Number.isSafeInteger(value)) throw new NotCanonical("a float or an integer of magnitude 2^53 or more")
  return String(value === 0 ? 0 : value) // -0 is written 0
}

function writeText(value: string): string {
  checkText(value)
  return JSON.stringify(value.normalize("NFC"))
}

function checkText(text: string): void {
  if (text.includes("\0")) throw new NotCanonical("U+0000 in a text")
  if (LONE_SURROGATE.test(text)) throw new NotCanonical("a lone surrogate in a text")
}

// In Unicode mode a surrogate that is part of a pair is not a character of its own, so this finds lone ones only.
const LONE_SURROGATE = /\p{Surrogate}/u

function writeObject(value: object): string {
  const members = new Map<string, unknown>()
  for (const [key, member] of Object.entries(value)) {
    const name = key.normalize("NFC")
    if (members.has(name)) throw new NotCanonical("two members have one name")
    if (member !== undefined) members.set(name, member)
  }
  // JavaScript compares strings by UTF-16 code units, which is what RFC 8785 asks for.
  const names = [...members.keys()].sort((a, b) => (a < b ? -1 : 1))
  return `{${names.map((name) => `${writeText(name)}:${canonicalJson(members.get(name))}`).join(",")}}`
}
