import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { sha256Hex } from "../kit/sha256"
import { evenestAssignment } from "./assignment"
import type { Pool } from "./model"
import { runDraw, runReplacement } from "./run"
import { aPool, aReplacementPool, pairSlowly } from "./testing/records"
import { byText, Tickets } from "./tickets"

const SEED = "00".repeat(32)

describe("tickets", () => {
  it("hashes the seed, the label and the texts, line by line", () => {
    expect(new Tickets(SEED).ticket("team", "s1", 0)).toBe(sha256Hex(`${SEED}\nteam\ns1\n0`))
  })

  it("takes the remainder of all 256 bits", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.string(), (n, label) => {
        const tickets = new Tickets(SEED)
        expect(tickets.below(n, label)).toBe(Number(BigInt(`0x${tickets.ticket(label)}`) % BigInt(n)))
      }),
    )
  })

  it("sorts texts by code points", () => {
    expect(["𠮷", "豈", "a", "ab", "", "中"].sort(byText)).toEqual(["", "a", "ab", "中", "豈", "𠮷"])
  })
})

describe("sites", () => {
  it("gives the exact total of all ratios, rounded up", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 10_000 }), { minLength: 3, maxLength: 3 }), fc.nat(), (shares, n) => {
        const pool = aPool({ ratios: aPool().rules.ratios.map((ratio, i) => ({ ...ratio, basis_points: shares[i] ?? 0 })), teams: 1, cross: "off" }, 40)
        const wanted = Math.ceil(pool.rules.ratios.reduce((sum, ratio) => sum + pool.sites.filter((site) => site.jurisdiction === ratio.jurisdiction).length * ratio.basis_points, 0) / 10_000)
        const result = runDraw(pool, sha256Hex(String(n)))
        expect(result?.strata.reduce((sum, one) => sum + one.places, 0) ?? 0).toBe(wanted)
      }),
      { numRuns: 60 },
    )
  })

  it("never draws more sites of an enterprise than its limit", () => {
    const pool = aPool({ ratios: aPool().rules.ratios.map((ratio) => ({ ...ratio, basis_points: 10_000 })), cross: "off", teams: 1 })
    const result = runDraw(pool, SEED)
    const drawn = result?.drawn.map(({ site }) => pool.sites.find((one) => one.id === site)?.enterprise)
    expect(drawn?.filter((enterprise) => enterprise === "e0")).toHaveLength(2)
    expect(result?.set_aside).toHaveLength(1)
    expect(result?.strata[0]).toMatchObject({ sites: 3, open: 2, places: 3, taken: 2 })
  })
})

describe("an assignment", () => {
  it("is as even as every other one, and no evener", () => {
    const permits = fc.array(fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(permits, (groups) => {
        const squares = evenestAssignment({ teams: 3, groups: groups.map(bytes) }, groups.map(() => 1))?.load.reduce((sum, load) => sum + load ** 2, 0)
        expect(squares ?? Infinity).toBe(Math.min(...everyCost(groups)))
      }),
      { numRuns: 300 },
    )
  })

  it("is levelled over several moves at once", () => {
    const groups = [[true, true, false], [false, true, true], [false, false, true]].map(bytes)
    expect(evenestAssignment({ teams: 3, groups }, [4, 1, 1])?.load).toEqual([2, 2, 2])
  })

  function bytes(may: readonly boolean[]): Uint8Array {
    return Uint8Array.from(may, Number)
  }

  function everyCost(groups: readonly (readonly boolean[])[]): number[] {
    const loads = groups.reduce<number[][]>((sofar, may) => sofar.flatMap((load) => may.flatMap((yes, team) => (yes ? [load.map((one, n) => one + Number(n === team))] : []))), [[0, 0, 0]])
    return [Infinity, ...loads.map((load) => load.reduce((sum, one) => sum + one ** 2, 0))]
  }
})

describe("teams and visits", () => {
  const instances = fc.record({
    seed: fc.nat().map((n) => sha256Hex(`seed ${n}`)),
    sites: fc.integer({ min: 1, max: 9 }),
    officers: fc.integer({ min: 4, max: 9 }),
    rules: fc.record({ cross: fc.constantFrom("off" as const, "district" as const), teams: fc.integer({ min: 1, max: 4 }), officers: fc.integer({ min: 1, max: 2 }), experts: fc.integer({ min: 0, max: 1 }), shuffles: fc.integer({ min: 1, max: 5 }), most_visits: fc.constantFrom(null, 3) }),
  })

  it("pairs as trying every assignment would", () => {
    let compared = 0
    fc.assert(
      fc.property(instances, ({ seed, sites, officers, rules }) => {
        const pool = occurring(aPool(rules, sites, officers))
        const result = runDraw(pool, seed)
        if (!result) return
        const slow = pairSlowly(pool, seed, result.teams, result.drawn.map((one) => one.site))
        if (!slow) return
        compared += 1
        expect(result.visits).toEqual(slow)
        expect(result.spread).toBe(Math.max(...result.loads) - Math.min(...result.loads))
      }),
      { numRuns: 300 },
    )
    expect(compared).toBeGreaterThan(30)
  })

  it("gives nothing where people are too few, or nobody may go somewhere", () => {
    expect(runDraw(aPool({ teams: 5 }), SEED)).toBeNull()
    expect(runDraw(aPool({ cross: "city" }), SEED)).toBeNull()
    expect(runDraw(aPool({ most_visits: 1, teams: 2 }), SEED)).toBeNull()
    expect(runDraw(aPool({ ratios: aPool().rules.ratios.map((ratio) => ({ ...ratio, basis_points: 0 })) }), SEED)).toBeNull()
  })

  /** With ratios for the strata that occur, and no others. */
  function occurring(pool: Pool): Pool {
    const ratios = pool.rules.ratios.filter(({ jurisdiction }) => pool.sites.some((site) => site.jurisdiction === jurisdiction))
    return { ...pool, rules: { ...pool.rules, ratios } }
  }
})

describe("a replacement", () => {
  it("is the first of those who may go to all sites", () => {
    const result = runReplacement(aReplacementPool(), SEED)
    expect([...(result?.able ?? [])].sort()).toEqual(["officer1", "officer2", "officer4", "officer5", "officer7"])
    expect(result?.chosen).toBe(result?.able[0])
  })

  it("is nobody where all are recused", () => {
    expect(runReplacement({ ...aReplacementPool(), rules: { cross: "city" } }, SEED)).toBeNull()
  })
})
