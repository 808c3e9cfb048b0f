/** Where two values begin to differ, as a person can look it up in the file. */
import { canonicalJson } from "../kit/canonicalJson"

export interface Difference {
  /** `result.visits[3].team`. */
  readonly path: string
  readonly recorded: string
  readonly recomputed: string
}

export const NOTHING = "（无）"

/** The first difference in the order of the file; null if there is none. */
export function firstDifference(path: string, recorded: unknown, recomputed: unknown): Difference | null {
  if (Array.isArray(recorded) && Array.isArray(recomputed)) return listDifference(path, recorded, recomputed)
  if (isObject(recorded) && isObject(recomputed)) return memberDifference(path, recorded, recomputed)
  return recorded === recomputed ? null : { path, recorded: inWords(recorded), recomputed: inWords(recomputed) }
}

function listDifference(path: string, recorded: readonly unknown[], recomputed: readonly unknown[]): Difference | null {
  for (let n = 0; n < Math.max(recorded.length, recomputed.length); n += 1) {
    const found = firstDifference(`${path}[${n}]`, recorded[n], recomputed[n])
    if (found) return found
  }
  return null
}

function memberDifference(path: string, recorded: Members, recomputed: Members): Difference | null {
  for (const name of new Set([...Object.keys(recorded), ...Object.keys(recomputed)])) {
    const found = firstDifference(`${path}.${name}`, own(recorded, name), own(recomputed, name))
    if (found) return found
  }
  return null
}

export type Members = { readonly [name: string]: unknown }

export function isObject(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

/** A member of the object itself: a file may name one "constructor". */
export function own(value: Members, name: string): unknown {
  return Object.hasOwn(value, name) ? value[name] : undefined
}

const LONGEST = 160

export function inWords(value: unknown): string {
  if (value === undefined) return NOTHING
  const text = typeof value === "string" ? value : canonicalJson(value)
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}
