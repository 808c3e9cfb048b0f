/** The whole draw from pool and seed: docs/draw.md, sections 4 to 7 and 9. */
import { Eligibility } from "./eligibility"
import type { DrawResult, Pool, ReplacementPool, ReplacementResult, Site, SitesResult, TeamsResult, VisitsResult } from "./model"
import { pair } from "./pairing"
import { drawSites } from "./sampling"
import { drawTeams, type Progress } from "./teams"
import { Tickets } from "./tickets"

export type Stage = "sites" | "teams" | "visits"

/** What each stage gives, worked out when it is first asked for; null from the stage on that gives nothing. */
export interface Stages { sites(): SitesResult; teams(): TeamsResult | null; visits(): VisitsResult | null }

export function stagesOf(pool: Pool, seed: string, progress: (stage: Stage, share: number) => void = () => undefined): Stages {
  const tickets = new Tickets(seed)
  const at = (stage: Stage): Progress => (share) => progress(stage, share)
  const sites = once(() => drawSites(pool, tickets))
  const drawn = once(() => sitesById(pool, sites()))
  const teams = once(() => (drawn().length > 0 ? drawTeams(pool, drawn(), tickets, at("teams")) : null))
  const visits = once(() => {
    const those = teams()
    return those && pair(drawn(), those, tickets, at("visits"))
  })
  return { sites, teams: () => teams()?.result ?? null, visits }
}

/** Null where the draw gives no result and is void. */
export function runDraw(pool: Pool, seed: string): DrawResult | null {
  const stages = stagesOf(pool, seed)
  const [teams, visits] = [stages.teams(), stages.visits()]
  return teams && visits ? { ...stages.sites(), ...teams, ...visits } : null
}

/** Who takes a place; null where no candidate may go to all sites. */
export function runReplacement(pool: ReplacementPool, seed: string): ReplacementResult | null {
  const eligibility = new Eligibility(pool.rules.cross, pool.recusals)
  const able = pool.candidates.filter((person) => pool.sites.every((site) => eligibility.mayGo(person, site)))
  const ids = new Tickets(seed).inOrder(able, "replacement", [], (person) => person.id).map(({ item }) => item.id)
  return ids[0] === undefined ? null : { able: ids, chosen: ids[0] }
}

/** Whichever of the two a pool asks for. */
export function runPool(pool: Pool | ReplacementPool, seed: string): DrawResult | ReplacementResult | null {
  return pool.format === "suicha-pool/1" ? runDraw(pool, seed) : runReplacement(pool, seed)
}

function sitesById(pool: Pool, { drawn }: SitesResult): Site[] {
  const sites = new Map(pool.sites.map((site) => [site.id, site]))
  return drawn.flatMap(({ site }) => sites.get(site) ?? [])
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null
  return () => (made ??= { value: make() }).value
}
