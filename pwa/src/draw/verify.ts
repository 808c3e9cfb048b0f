/**
 * Recomputes a record and says step by step whether it agrees.
 *
 * Written from docs/draw.md alone; shares nothing with the program that draws. Every step checks one link by itself, with what
 * the record says of the links before it: so what was changed is the step that turns red, and not all that follow from it.
 */
import { canonicalJson } from "../kit/canonicalJson"
import { sha256Hex } from "../kit/sha256"
import { firstDifference, isObject, own, type Difference, type Members } from "./difference"
import type { Pool, Record, ReplacementPool } from "./model"
import { referenceFault, replacementReferenceFault } from "./poolShape"
import { randomnessFault, seedOf } from "./randomness"
import { poolFault, readRecord, recordFault } from "./readRecord"
import { runReplacement, stagesOf, type Stages } from "./run"

export type StepId = "file" | "pool" | "commitments" | "seed" | "sites" | "teams" | "visits" | "replacement" | "digest"

export interface Step {
  readonly id: StepId
  /** Null: not checked, because something before it cannot be read. */
  readonly ok: boolean | null
  readonly difference: Difference | null
}

export interface Report {
  readonly isSound: boolean
  readonly steps: readonly Step[]
  /** What the file gives as its own digest, if it can be read. */
  readonly digest: string | null
  readonly poolDigest: string | null
  /** Only a sound record is handed on: its shape has been checked with everything else. */
  readonly record: Record | null
}

export interface Listener {
  step?(step: Step): void
  /** Within a step, 0 … 1. */
  progress?(id: StepId, share: number): void
}

const BEFORE: readonly StepId[] = ["file", "pool", "commitments", "seed"]
export const DRAW_STEPS: readonly StepId[] = [...BEFORE, "sites", "teams", "visits", "digest"]
export const REPLACEMENT_STEPS: readonly StepId[] = [...BEFORE, "replacement", "digest"]

const RESULT_MEMBERS = {
  sites: ["drawn", "set_aside", "strata"],
  teams: ["shuffle", "teams", "unusable"],
  visits: ["loads", "spread", "visits"],
} as const

type Check = () => Difference | null | "unchecked"

export function verifyRecord(bytes: Uint8Array, listener: Listener = {}): Report {
  const reading = readRecord(bytes)
  const unreadable = "fault" in reading ? reading.fault : recordFault(reading.record)
  const record = "fault" in reading || unreadable ? null : reading.record
  const checks = record ? checksOf(record, listener) : {}
  const ids = record?.format === "suicha-replacement/1" ? REPLACEMENT_STEPS : DRAW_STEPS
  const steps = ids.map((id) => {
    const step = id === "file" ? stepOf(id, unreadable) : stepOf(id, checks[id]?.() ?? (record ? null : "unchecked"))
    listener.step?.(step)
    return step
  })
  const isSound = steps.every((step) => step.ok)
  return {
    isSound,
    steps,
    digest: record ? String(record.digest) : null,
    poolDigest: record ? String(record.pool_digest) : null,
    record: isSound ? (record as unknown as Record) : null,
  }
}

function stepOf(id: StepId, found: Difference | null | "unchecked"): Step {
  return found === "unchecked" ? { id, ok: null, difference: null } : { id, ok: found === null, difference: found }
}

function checksOf(record: Members, listener: Listener): Partial<{ readonly [id in StepId]: Check }> {
  const poolFound = poolFault(record) ?? (record.format === "suicha-draw/1" ? referenceFault(record.pool as Pool) : replacementReferenceFault(record.pool as ReplacementPool))
  const whenPoolFits = (check: () => Difference | null): Check => (poolFound ? () => "unchecked" : check)
  const stages = stagesOf(record.pool as Pool, String(record.seed), (id, share) => listener.progress?.(id, share))
  const stage = (id: keyof Stages) => whenPoolFits(() => resultDifference(record, RESULT_MEMBERS[id], stages[id]()))
  return {
    pool: () => poolFound ?? firstDifference("pool_digest", record.pool_digest, sha256Hex(canonicalJson(record.pool))),
    commitments: () => randomnessFault(record),
    seed: () => firstDifference("seed", record.seed, seedOf(record.pool_digest, record.randomness)),
    sites: whenPoolFits(() => strangeMember(record) ?? resultDifference(record, RESULT_MEMBERS.sites, stages.sites())),
    teams: stage("teams"),
    visits: stage("visits"),
    replacement: whenPoolFits(() => {
      const recomputed = runReplacement(record.pool as ReplacementPool, String(record.seed))
      return firstDifference("result", record.result, recomputed ?? undefined)
    }),
    digest: () => digestDifference(record),
  }
}

function strangeMember({ result }: Members): Difference | null {
  if (!isObject(result)) return firstDifference("result", result, {})
  const known: readonly string[] = Object.values(RESULT_MEMBERS).flat()
  const strange = Object.keys(result).find((name) => !known.includes(name))
  return strange === undefined ? null : firstDifference(`result.${strange}`, own(result, strange), undefined)
}

function resultDifference({ result }: Members, names: readonly string[], recomputed: object | null): Difference | null {
  if (!isObject(result)) return firstDifference("result", result, {})
  if (recomputed === null) return { path: "result", recorded: "有结果", recomputed: "此名单无可行结果，抽取应作废" }
  for (const name of names) {
    const found = firstDifference(`result.${name}`, own(result, name), own(recomputed as Members, name))
    if (found) return found
  }
  return null
}

function digestDifference(record: Members): Difference | null {
  const { digest, ...rest } = record
  return firstDifference("digest", digest, sha256Hex(canonicalJson(rest)))
}
