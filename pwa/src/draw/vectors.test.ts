/** The same vectors that pytest reads: the program, the script and the browser draw alike. */
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import type { Pool, ReplacementPool } from "./model"
import { runPool } from "./run"
import { verifyRecord } from "./verify"

type Vector = { readonly name: string } & ({ readonly record: string } | { readonly pool: Pool | ReplacementPool; readonly seed: string; readonly infeasible: true })

const vectors = JSON.parse(readFileSync(new URL("../../../tests/vectors/draws.json", import.meta.url), "utf8")) as Vector[]
const records = vectors.flatMap((one) => ("record" in one ? [one] : []))
const infeasible = vectors.flatMap((one) => ("pool" in one ? [one] : []))

describe("the shared vectors", () => {
  it("hold both kinds", () => {
    expect(records.length).toBeGreaterThan(20)
    expect(infeasible.length).toBeGreaterThan(4)
  })

  it.each(records)("$name agrees in every step", ({ record }) => {
    const report = verifyRecord(new TextEncoder().encode(record))
    expect(report.steps.filter((step) => !step.ok)).toEqual([])
  })

  it.each(infeasible)("$name gives no result", ({ pool, seed }) => expect(runPool(pool, seed)).toBeNull())
})
