/** The whole draw from pool and seed: docs/draw.md, sections 4 to 7 and 9. */
import { Eligibility } from "./eligibility"
import type { DrawResult, Pool, ReplacementPool, ReplacementResult, Site, SitesResult, TeamsResult, VisitsResult } from "./model"
import { pair } from "./pairing"
import { drawSites } from "./sampling"
import { drawTeams, type Progress } from "./teams"
import { Tickets } from "./tickets"

export type Stage = "sites" | "teams" | "visits"

/** What each stage gave; null from the stage on that gives none. */
export interface Stages { readonly sites: SitesResult; readonly teams: TeamsResult | null; readonly visits: VisitsResult | null }

export function runStages(pool: Pool, seed: string, progress: (stage: Stage, share: number) => void = () => undefined): Stages {
  const tickets = new Tickets(seed)
  const at = (stage: Stage): Progress => (share) => progress(stage, share)
  const sites = drawSites(pool, tickets)
  progress("sites", 1)
  const drawn = sitesById(pool, sites)
  const teams = drawn.length > 0 ? drawTeams(pool, drawn, tickets, at("teams")) : null
  if (teams === null) return { sites, teams, visits: null }
  progress("teams", 1)
  const visits = pair(drawn, teams, tickets, at("visits"))
  progress("visits", 1)
  return { sites, teams: teams.result, visits }
}

/** Null where the draw gives no result and is void. */
export function runDraw(pool: Pool, seed: string): DrawResult | null {
  const { sites, teams, visits } = runStages(pool, seed)
  return teams && visits ? { ...sites, ...teams, ...visits } : null
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
