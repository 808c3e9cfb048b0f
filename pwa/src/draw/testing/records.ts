/** Small pools and records for tests, and the same draw decided the slow way. */
import { canonicalJson } from "../../kit/canonicalJson"
import { sha256Hex } from "../../kit/sha256"
import { Eligibility } from "../eligibility"
import type { Ceremony, Inspector, Pool, Randomness, ReplacementPool, Site } from "../model"
import { commitmentOf, seedOf } from "../randomness"
import { runPool } from "../run"
import { Tickets } from "../tickets"

const DISTRICTS = ["410102", "410103", "410105"]

export function aPool(change: Partial<Pool["rules"]> = {}, sites = 9, officers = 8): Pool {
  return {
    format: "suicha-pool/1",
    campaign: { id: "k1", name: "物业服务抽查", authority: "豫建〔2026〕1号", from: "2026-12-01", until: "2026-12-20", edition: null, departments: ["住建"] },
    number: 1,
    earlier: [],
    as_of: "2026-11-22",
    software: "suicha 0.2.0",
    jurisdictions: DISTRICTS.map((code, n) => ({ code, name: `第${n + 1}区` })),
    enterprises: [0, 1, 2].map((n) => ({ id: `e${n}`, name: `物业公司${n}`, limit: n === 0 ? 2 : null })),
    sites: Array.from({ length: sites }, (_, n) => aSite(n)),
    inspectors: [
      ...Array.from({ length: 4 }, (_, n) => aPerson("expert", n)),
      ...Array.from({ length: officers }, (_, n) => aPerson("officer", n)),
    ],
    recusals: [{ inspector: "officer0", enterprise: "e1", site: null }, { inspector: "officer1", enterprise: null, site: "s4" }],
    excluded: { sites: [], inspectors: [{ id: "z1", label: "执**9", why: "on_leave" }] },
    rules: {
      ratios: DISTRICTS.map((jurisdiction) => ({ jurisdiction, risk: "B", basis_points: 6000 })),
      cross: "district",
      officers: 2,
      experts: 1,
      teams: 3,
      most_visits: null,
      shuffles: 40,
      ...change,
    },
  }
}

function aSite(n: number): Site {
  return { id: `s${n}`, code: `ZZ${n}`, name: `幸福小区${n}`, jurisdiction: DISTRICTS[n % 3] ?? "", enterprise: `e${n % 3}`, risk: "B" }
}

function aPerson(kind: "officer" | "expert", n: number): Inspector {
  return { id: `${kind}${n}`, kind, label: `${kind === "officer" ? "执" : "专"}**${n}`, home: DISTRICTS[n % 3] ?? "" }
}

export function aReplacementPool(): ReplacementPool {
  const { campaign, earlier, as_of, software, jurisdictions, sites, inspectors, recusals } = aPool()
  return {
    format: "suicha-replacement-pool/1",
    campaign,
    number: 2,
    earlier,
    as_of,
    software,
    jurisdictions,
    recusals,
    parent: "ab".repeat(32),
    place: { team: 1, kind: "officer", seat: 2 },
    leaver: { id: "officer9", label: "执**9", why: "病假" },
    sites: sites.slice(0, 1).map(({ id, code, name, jurisdiction, enterprise }) => ({ id, code, name, jurisdiction, enterprise })),
    candidates: inspectors.filter((one) => one.kind === "officer"),
    rules: { cross: "district" },
  }
}

export function aCeremony(poolDigest: string): Ceremony {
  const secrets = ["执法员1", "监察员1"].map((official, n) => ({ official, secret: String(n + 1).repeat(32) }))
  return {
    method: "ceremony",
    commitments: secrets.map(({ official, secret }) => ({ official, commitment: commitmentOf(poolDigest, official, secret) })),
    public: { source: "骰子", value: "3 5 1 6 2" },
    secrets,
  }
}

/** The text of a sealed record, with digests that fit. */
export function aRecord(pool: Pool | ReplacementPool = aPool()): string {
  return written(pool, "official", aCeremony(sha256Hex(canonicalJson(pool))))
}

/** The text of a record that somebody made to try it out. */
export function aRehearsal(): string {
  return written({ ...aPool(), number: 0 }, "rehearsal", { method: "text", text: "试一试" })
}

function written(pool: Pool | ReplacementPool, purpose: string, randomness: Randomness): string {
  const pool_digest = sha256Hex(canonicalJson(pool))
  const seed = seedOf(pool_digest, randomness)
  const result = runPool(pool, seed)
  const format = pool.format === "suicha-pool/1" ? "suicha-draw/1" : "suicha-replacement/1"
  return sealed({ format, purpose, pool, pool_digest, randomness, seed, result })
}

export function sealed(record: object): string {
  return canonicalJson({ ...record, digest: sha256Hex(canonicalJson(record)) })
}

/**
 * Pairing as section 6 says it, by trying every assignment of the drawn sites to the teams. Null where there are too many.
 * Takes sites and teams as they were drawn.
 */
export function pairSlowly(pool: Pool, seed: string, teams: readonly { officers: readonly string[]; experts: readonly string[] }[], drawn: readonly string[]): { site: string; team: number }[] | null {
  const people = new Map(pool.inspectors.map((one) => [one.id, one]))
  const sites = new Map(pool.sites.map((one) => [one.id, one]))
  const eligibility = new Eligibility(pool.rules.cross, pool.recusals)
  const allowed = drawn.map((id) => [...teams.keys()].filter((n) => [...teams[n]!.officers, ...teams[n]!.experts].every((who) => eligibility.mayGo(people.get(who)!, sites.get(id)!))))
  if (allowed.reduce((product, some) => product * some.length, 1) > 20_000) return null
  let left = evenest(every(allowed), teams.length)
  const tickets = new Tickets(seed)
  return tickets.inOrder(drawn, "visit", [], (id) => id).map(({ item: site }) => {
    const hat = [...teams.keys()]
    for (let k = 0; ; k += 1) {
      const i = Number(BigInt(`0x${tickets.ticket("team", site, k)}`) % BigInt(hat.length))
      const team = hat[i]!
      hat[i] = hat.at(-1)!
      hat.pop()
      const fitting = left.filter((one) => one[drawn.indexOf(site)] === team)
      if (fitting.length === 0) continue
      left = fitting
      return { site, team: team + 1 }
    }
  })
}

function every(choices: readonly (readonly number[])[]): number[][] {
  return choices.reduce<number[][]>((sofar, some) => sofar.flatMap((one) => some.map((team) => [...one, team])), [[]])
}

function evenest(assignments: readonly number[][], teams: number): number[][] {
  const cost = (one: readonly number[]) => Array.from({ length: teams }, (_, team) => one.filter((other) => other === team).length ** 2).reduce((a, b) => a + b)
  const least = Math.min(...assignments.map(cost))
  return assignments.filter((one) => cost(one) === least)
}
