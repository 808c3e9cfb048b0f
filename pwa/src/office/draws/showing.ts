/** Numbers and differences of what draws gave. */
import type { DrawnSite, Member, Result, Team } from "./wire"

export function mostVisits(result: Result): number {
  return Math.max(1, ...result.teams.map(({ visits }) => visits))
}

export interface Seated extends Member {
  readonly kind: "officer" | "expert"
}

/** Everybody in a team, the leader first. */
export function membersOf(team: Team): readonly Seated[] {
  return [...team.officers.map((one) => ({ ...one, kind: "officer" as const })), ...team.experts.map((one) => ({ ...one, kind: "expert" as const }))]
}

export interface Difference {
  readonly stayed: readonly DrawnSite[]
  readonly came: readonly DrawnSite[]
  readonly left: readonly DrawnSite[]
}

/** Which sites two draws have in common, which only the later one has, which only the earlier one had. */
export function differenceOf(earlier: Result, later: Result): Difference {
  const [before, after] = [sitesOf(earlier), sitesOf(later)]
  const [had, has] = [new Set(before.map(({ id }) => id)), new Set(after.map(({ id }) => id))]
  return {
    stayed: after.filter(({ id }) => had.has(id)),
    came: after.filter(({ id }) => !had.has(id)),
    left: before.filter(({ id }) => !has.has(id)),
  }
}

export function sitesOf(result: Result): readonly DrawnSite[] {
  return result.districts.flatMap(({ sites }) => sites)
}
