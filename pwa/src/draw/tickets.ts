/** Tickets: docs/draw.md, section 1. The only source of chance in a draw is its seed. */
import { sha256Hex } from "../kit/sha256"

export type Part = string | number

export class Tickets {
  constructor(private readonly seed: string) {}

  /** `H(label, p1, …, pk)`. */
  ticket(label: string, ...parts: Part[]): string {
    return sha256Hex([this.seed, label, ...parts].join("\n"))
  }

  /** `N(label, p1, …, pk) mod n`. */
  below(n: number, label: string, ...parts: Part[]): number {
    const hex = this.ticket(label, ...parts)
    let rest = 0
    // Six digits at a time: rest · 2^24 stays a whole number that JavaScript can count.
    for (let at = 0; at < 60; at += 6) rest = (rest * 0x1000000 + parseInt(hex.slice(at, at + 6), 16)) % n
    return (rest * 0x10000 + parseInt(hex.slice(60), 16)) % n
  }

  /** In the order of their tickets; two equal tickets are ordered by the identifier. */
  inOrder<T>(items: readonly T[], label: string, before: readonly Part[], idOf: (item: T) => string | readonly string[]): Ticketed<T>[] {
    return items
      .map((item) => {
        const id = [idOf(item)].flat()
        return { item, ticket: this.ticket(label, ...before, ...id), id }
      })
      .sort((a, b) => byText(a.ticket, b.ticket) || byTexts(a.id, b.id))
  }
}

export interface Ticketed<T> { readonly item: T; readonly ticket: string }

/** By code points, so that every language sorts alike; JavaScript's own `<` goes by UTF-16 units. */
export function byText(a: string, b: string): number {
  const end = Math.min(a.length, b.length)
  for (let at = 0; at < end; at += 1) {
    const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)]
    if (left !== right) return codePointRank(left) - codePointRank(right)
  }
  return a.length - b.length
}

/** Halves of a pair stand for characters above all single ones. */
function codePointRank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}

/** By the first text that differs. */
export function byTexts(a: readonly string[], b: readonly string[]): number {
  for (const [n, left] of a.entries()) {
    const order = byText(left, b[n] ?? "")
    if (order !== 0) return order
  }
  return 0
}
