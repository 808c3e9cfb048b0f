/** Fingerprints as people read, type and compare them. */

const DIGITS = 64

/** Sixteen groups of four. */
export function inGroups(digest: string): string[] {
  return digest.match(/.{1,4}/g) ?? []
}

export type Comparison =
  | { readonly is: "empty" }
  | { readonly is: "same" }
  | { readonly is: "beginning"; readonly typed: number; readonly left: number }
  | { readonly is: "different"; readonly at: number }
  | { readonly is: "no_digest"; readonly sign: string }

/** Typed or pasted from paper: spaces, line breaks, capital and full-width letters do no harm. */
export function compared(typed: string, digest: string): Comparison {
  const text = typed.normalize("NFKC").toLowerCase().replace(/[\s\-–—·.:,，。]/g, "")
  if (text === "") return { is: "empty" }
  const sign = /[^0-9a-f]/.exec(text)?.[0]
  if (sign !== undefined) return { is: "no_digest", sign }
  if (text === digest) return { is: "same" }
  if (digest.startsWith(text)) return { is: "beginning", typed: text.length, left: DIGITS - text.length }
  return { is: "different", at: firstDifferent(text, digest) }
}

/** Counted from 1. */
function firstDifferent(text: string, digest: string): number {
  let at = 0
  while (at < digest.length && text[at] === digest[at]) at += 1
  return at + 1
}

/** The digest that a scanned code brought along behind the `#`. */
export function digestInAddress(hash: string): string {
  const text = hash.replace(/^#/, "").toLowerCase()
  return /^[0-9a-f]{64}$/.test(text) ? text : ""
}
