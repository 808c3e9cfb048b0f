/** Which team where: docs/draw.md, section 6. */
import { Reach, type Assignment } from "./assignment"
import type { Site, Visit, VisitsResult } from "./model"
import type { Progress, Teams } from "./teams"
import type { Tickets } from "./tickets"

export function pair(drawn: readonly Site[], teams: Teams, tickets: Tickets, progress: Progress): VisitsResult {
  const { assignment, groupOf } = teams
  const order = tickets.inOrder(drawn, "visit", [], (site) => site.id)
  const visits: Visit[] = order.map(({ item: site }, n) => {
    if (n % 64 === 0) progress(n / order.length)
    const group = groupOf.get(site.id) ?? -1
    return { site: site.id, team: takeFromHat(site, group, assignment, tickets) + 1 }
  })
  return { visits, loads: assignment.load, spread: assignment.spread }
}

/** Draw team after team until one may be given. One always may: the witness has the site somewhere. */
function takeFromHat(site: Site, group: number, witness: Assignment, tickets: Tickets): number {
  const hat = Array.from({ length: witness.permits.teams }, (_, team) => team)
  const choice = new Choice(witness, group)
  for (let k = 0; hat.length > 0; k += 1) {
    const i = tickets.below(hat.length, "team", site.id, k)
    const team = hat[i] ?? 0
    hat[i] = hat.at(-1) ?? 0
    hat.pop()
    if (choice.take(team)) return team
  }
  throw new Error("a witness without the site")
}

/** The teams that some evenest assignment allows one site of a group, given what was given before. */
class Choice {
  private reaching: { readonly home: number; readonly toHome: Reach; readonly toLighter: Reach } | null = null

  constructor(private readonly witness: Assignment, private readonly group: number) {}

  /** Give the site to the team if that may be; the witness then agrees. */
  take(team: number): boolean {
    const { witness, group } = this
    if (!witness.mayTake(team, group)) return false
    // Sites of one group are alike: if one of them stands here already, let it be this one.
    if (!this.reaching && witness.standsAt(team, group)) {
      witness.giveTo(team, group)
      return true
    }
    const { home, toHome, toLighter } = (this.reaching ??= this.search())
    if (team !== home && !toHome.has(team) && !toLighter.has(team)) return false
    this.move(team, home, toHome, toLighter)
    return true
  }

  /** Take the site out of its place `home` in the witness and see who can make up for a move to elsewhere. */
  private search(): { home: number; toHome: Reach; toLighter: Reach } {
    const { witness, group } = this
    const [home = 0] = witness.teamsWith(group)
    witness.giveTo(home, group)
    const toHome = new Reach(witness, [home])
    const loads = new Set([...toHome.teams()].map((team) => witness.loadOf(team)))
    const lighter = [...witness.load.keys()].filter((team) => loads.has(witness.loadOf(team) + 1))
    return { home, toHome, toLighter: new Reach(witness, lighter) }
  }

  private move(team: number, home: number, toHome: Reach, toLighter: Reach): void {
    const { witness } = this
    if (team === home) return
    const isCircle = toHome.has(team)
    const end = isCircle ? home : toLighter.goalOf(team)
    const heavier = isCircle ? null : [...toHome.teams()].find((from) => witness.loadOf(from) === witness.loadOf(end) + 1)
    witness.load[home] = witness.loadOf(home) - 1
    witness.load[team] = witness.loadOf(team) + 1
    witness.shift(team, isCircle ? toHome : toLighter)
    if (heavier !== null && heavier !== undefined) witness.shift(heavier, toHome)
  }
}
