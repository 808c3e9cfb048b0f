/** The same vectors that pytest reads: phone and server agree byte for byte. A change in them is a protocol change. */
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { canonicalJson, type Json } from "../kit/canonicalJson"
import { sha256Hex } from "../kit/sha256"
import { strictJson } from "../kit/strictJson"
import { calendarOf, deadline, firstWorkingDayAfter, type CalendarData, type TermUnit } from "../kit/workdays"
import { Cases } from "./late"
import { buildManifest } from "./manifest"
import { mergeRegisters, stateRoot } from "./merge"
import { readEnvelope, type Envelope } from "./ops"
import type { Outcome } from "./ports"
import { checkPage } from "./pull"

function vectors<T, H = object>(name: string): { cases: (T & { about: string })[] } & H {
  const url = new URL(`../../../tests/vectors/${name}.json`, import.meta.url)
  return JSON.parse(readFileSync(url, "utf8")) as { cases: (T & { about: string })[] } & H
}

function isStrict(raw: string): boolean {
  try {
    strictJson(raw)
    return true
  } catch {
    return false
  }
}

function read(raws: readonly string[]): { envelope: Envelope; hash: string }[] {
  return raws.map((raw) => {
    const envelope = readEnvelope(raw)
    if (!envelope) throw new Error(`unreadable: ${raw}`)
    return { envelope, hash: sha256Hex(raw) }
  })
}

describe("canonical JSON", () => {
  const { cases, texts } = vectors<{ value: Json; canonical: string; sha256: string }, { texts: { about: string; raw: string; valid: boolean }[] }>("canonical_json")
  it.each(cases)("$about", ({ value, canonical, sha256 }) => {
    expect(canonicalJson(value)).toBe(canonical)
    expect(sha256Hex(canonical)).toBe(sha256)
    expect(canonicalJson(strictJson(canonical))).toBe(canonical)
  })
  it.each(texts)("$about: valid is $valid", ({ raw, valid }) => expect(isStrict(raw)).toBe(valid))
  it.each([1.5, NaN, Infinity, 2 ** 53, "a\0b", "\ud83d", undefined, 10n, { a: "\ude00" }])("refuses %s", (value) => {
    expect(() => canonicalJson(value)).toThrow()
  })
})

describe("state root", () => {
  type Case = { ops: string[]; heads: Record<string, string[]>; conflicts: string[]; state_root: string }
  it.each(vectors<Case>("state_root").cases)("$about", ({ ops, heads, conflicts, state_root }) => {
    for (const order of [ops, [...ops].reverse()]) {
      const merged = mergeRegisters(read(order))
      expect(Object.fromEntries([...merged].map(([key, register]) => [key, register.heads.map((head) => head.envelope.op_id)]))).toEqual(heads)
      expect([...merged].filter(([, register]) => register.values.length > 1).map(([key]) => key).sort()).toEqual(conflicts)
      expect(stateRoot(merged.values())).toBe(state_root)
    }
  })
})

describe("manifest", () => {
  type Case = { scope: string; n: number; edition: string; prev_manifest: string | null; ops: string[]; manifest: string; manifest_hash: string }
  it.each(vectors<Case>("manifest").cases)("$about", ({ scope, n, edition, prev_manifest, ops, manifest, manifest_hash }) => {
    const frame = { scope, n, editionHash: edition, prevManifest: prev_manifest }
    for (const order of [ops, [...ops].reverse()]) expect(buildManifest(read(order), frame)).toMatchObject({ text: manifest, hash: manifest_hash })
  })
})

describe("decisions on late records", () => {
  type Case = { judged: { op: string; outcome: Outcome; code: string | null }[]; decisions: Record<string, string | null> }
  it.each(vectors<Case>("late").cases)("$about", ({ judged, decisions }) => {
    const [found, kinds] = [new Cases(), new Map<string, string>()]
    for (const { op, outcome, code } of judged) {
      const envelope = readEnvelope(op)
      if (!envelope) throw new Error("not an op")
      kinds.set(envelope.op_id, envelope.kind)
      found.judged({ envelope, outcome, code }, (opId) => kinds.get(opId) ?? null)
    }
    expect(Object.fromEntries([...found.byOp.values()].map(({ opId, decision }) => [opId, decision]))).toEqual(decisions)
  })
})

describe("feed chain", () => {
  type Case = { entries: { pos: number; raw: string; hash: string }[]; broken_at: number | null }
  it.each(vectors<Case>("feed_chain").cases)("$about", ({ entries, broken_at }) => {
    const cursor = { scope: "s", pos: 0, chain: "0".repeat(64), isRevoked: false }
    const isBroken = (count: number) => typeof checkPage("s", { to: 0, head: 9, chain_head: "", state_root: "", entries: entries.slice(0, count), more: true }, cursor) === "string"
    const first = entries.findIndex((_, i) => isBroken(i + 1))
    expect(first === -1 ? null : first + 1).toBe(broken_at)
  })
})

describe("ops", () => {
  type Case = { raw: string; hash: string; verdict: string }
  it.each(vectors<Case>("ops").cases)("$about: $verdict", ({ raw, hash, verdict }) => {
    const isReadable = isStrict(raw) && readEnvelope(raw) !== null
    expect(isReadable ? (sha256Hex(raw) === hash ? "ok" : "hash_mismatch") : "malformed").toBe(verdict)
  })
})

describe("workdays", () => {
  type Case = { fn: string; start: string; value?: number; unit?: TermUnit; on: string; uncertain: boolean }
  const { cases, calendar } = vectors<Case, { calendar: CalendarData }>("workdays")
  it.each(cases)("$about", ({ fn, start, value, unit, on, uncertain }) => {
    const days = calendarOf(calendar)
    const found = fn === "deadline" ? deadline(start, value ?? 0, unit ?? "working_days", days) : firstWorkingDayAfter(start, days)
    expect(found).toEqual({ on, isUncertain: uncertain })
  })
})
