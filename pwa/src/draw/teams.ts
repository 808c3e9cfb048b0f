/** Which teams: docs/draw.md, section 5. */
import { evenestAssignment, type Assignment, type Permits } from "./assignment"
import { Eligibility } from "./eligibility"
import type { Inspector, Pool, Site, Team, TeamsResult } from "./model"
import { grouped } from "./sampling"
import { byText, type Tickets } from "./tickets"

/** Called now and then with the part that is done, 0 … 1. */
export type Progress = (share: number) => void

export interface Teams {
  readonly result: TeamsResult
  readonly assignment: Assignment
  /** The group of the assignment that a site belongs to. */
  readonly groupOf: ReadonlyMap<string, number>
}

interface Hat { readonly officers: readonly Inspector[]; readonly experts: readonly Inspector[]; readonly unusable: readonly string[] }
interface Group { readonly sites: readonly Site[]; readonly able: ReadonlySet<string> }
interface Dealing { readonly shuffle: number; readonly teams: readonly Team[]; readonly assignment: Assignment }

/** Null if no shuffle is workable. */
export function drawTeams(pool: Pool, drawn: readonly Site[], tickets: Tickets, progress: Progress): Teams | null {
  const groups = groupsOf(pool, drawn)
  const hat = hatOf(pool, groups)
  const best = bestDealing(pool, hat, groups, tickets, progress)
  if (best === null) return null
  const groupOf = new Map(groups.flatMap(({ sites }, number) => sites.map((site) => [site.id, number] as const)))
  return { result: { unusable: hat.unusable, shuffle: best.shuffle, teams: best.teams }, assignment: best.assignment, groupOf }
}

function groupsOf(pool: Pool, drawn: readonly Site[]): Group[] {
  const eligibility = new Eligibility(pool.rules.cross, pool.recusals)
  return [...grouped(drawn, (site) => eligibility.keyOf(site)).values()].map((sites) => {
    const able = pool.inspectors.filter((person) => sites[0] && eligibility.mayGo(person, sites[0]))
    return { sites, able: new Set(able.map((person) => person.id)) }
  })
}

function hatOf(pool: Pool, groups: readonly Group[]): Hat {
  const isUsable = ({ id }: Inspector) => groups.some((group) => group.able.has(id))
  const usable = pool.inspectors.filter(isUsable)
  return {
    officers: usable.filter((person) => person.kind === "officer"),
    experts: usable.filter((person) => person.kind === "expert"),
    unusable: pool.inspectors.filter((person) => !isUsable(person)).map((person) => person.id).sort(byText),
  }
}

/** The first workable shuffle with a spread of at most 1, otherwise the first with the smallest spread. */
function bestDealing(pool: Pool, hat: Hat, groups: readonly Group[], tickets: Tickets, progress: Progress): Dealing | null {
  const { rules } = pool
  if (hat.officers.length < rules.teams * rules.officers || hat.experts.length < rules.teams * rules.experts) return null
  let best: Dealing | null = null
  for (let shuffle = 0; shuffle < rules.shuffles; shuffle += 1) {
    const teams = deal(pool, hat, shuffle, tickets)
    const assignment = evenestAssignment(permitsOf(teams, groups), groups.map(({ sites }) => sites.length))
    progress((shuffle + 1) / rules.shuffles)
    if (!assignment || (rules.most_visits !== null && assignment.most > rules.most_visits)) continue
    if (best === null || assignment.spread < best.assignment.spread) best = { shuffle, teams, assignment }
    if (best.assignment.spread <= 1) break
  }
  return best
}

function deal({ rules }: Pool, hat: Hat, shuffle: number, tickets: Tickets): Team[] {
  const officers = tickets.inOrder(hat.officers, "officer", [shuffle], (person) => person.id).map(({ item }) => item.id)
  const experts = tickets.inOrder(hat.experts, "expert", [shuffle], (person) => person.id).map(({ item }) => item.id)
  return Array.from({ length: rules.teams }, (_, n) => ({
    number: n + 1,
    officers: officers.slice(n * rules.officers, (n + 1) * rules.officers),
    experts: experts.slice(n * rules.experts, (n + 1) * rules.experts),
  }))
}

/** A team may go where all its members may. */
function permitsOf(teams: readonly Team[], groups: readonly Group[]): Permits {
  const members = teams.map((team) => [...team.officers, ...team.experts])
  return { teams: teams.length, groups: groups.map(({ able }) => Uint8Array.from(members, (ids) => Number(ids.every((id) => able.has(id))))) }
}
