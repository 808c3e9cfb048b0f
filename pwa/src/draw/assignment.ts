/**
 * Every drawn site at a team that may go there, as evenly as the teams allow: docs/draw.md, sections 5 and 6.
 *
 * Sites that the same teams may visit are one group: which of them stands where makes no difference. Teams and groups are
 * counted from 0 in here.
 */

/** Which team may go to the sites of which group: of each group, 1 for every team that may. */
export interface Permits {
  readonly teams: number
  readonly groups: readonly Uint8Array[]
}

export class Assignment {
  readonly load: number[]
  /** Of each group: how many sites that may still move stand at which team. */
  private readonly standing: readonly Map<number, number>[]
  /** The groups that have such a site. */
  private moving: readonly number[]

  constructor(readonly permits: Permits) {
    this.load = Array<number>(permits.teams).fill(0)
    this.standing = permits.groups.map(() => new Map<number, number>())
    this.moving = [...permits.groups.keys()]
  }

  get spread(): number {
    return Math.max(...this.load) - Math.min(...this.load)
  }

  get most(): number {
    return Math.max(...this.load)
  }

  mayTake(team: number, group: number): boolean {
    return this.permits.groups[group]?.[team] === 1
  }

  teamsWith(group: number): Iterable<number> {
    return this.standing[group]?.keys() ?? []
  }

  standsAt(team: number, group: number): boolean {
    return this.standing[group]?.has(team) === true
  }

  groupsMoving(): readonly number[] {
    return this.moving
  }

  /** Put a site where the load is smallest. */
  addToLeast(group: number): void {
    let least = -1
    for (let team = 0; team < this.permits.teams; team += 1) {
      if (this.mayTake(team, group) && (least < 0 || this.loadOf(team) < this.loadOf(least))) least = team
    }
    this.count(group, least, 1)
    this.load[least] = this.loadOf(least) + 1
  }

  /** One site of the group moves no more. */
  giveTo(team: number, group: number): void {
    this.count(group, team, -1)
    if (this.standing[group]?.size === 0) this.moving = this.moving.filter((other) => other !== group)
  }

  /** Move one site along every arc of the path from `team`, so that it carries one less and the path's end one more. */
  shift(team: number, reach: Reach): void {
    this.load[team] = this.loadOf(team) - 1
    let at = team
    for (let step = reach.stepFrom(at); step; step = reach.stepFrom(at)) {
      this.count(step.group, at, -1)
      this.count(step.group, step.to, 1)
      at = step.to
    }
    this.load[at] = this.loadOf(at) + 1
  }

  loadOf(team: number): number {
    return this.load[team] ?? 0
  }

  private count(group: number, team: number, change: number): void {
    const sites = this.standing[group]
    const left = (sites?.get(team) ?? 0) + change
    if (left === 0) sites?.delete(team)
    else sites?.set(team, left)
  }
}

/** Which teams reach some goal along arcs, and how: an arc runs from x to y if a site that may move stands at x and may go to y. */
export class Reach {
  private readonly steps = new Map<number, { group: number; to: number } | null>()
  private left: readonly number[]

  constructor(private readonly assignment: Assignment, goals: readonly number[] = []) {
    this.left = assignment.groupsMoving()
    for (const goal of goals) this.addGoal(goal)
  }

  has(team: number): boolean {
    return this.steps.has(team)
  }

  teams(): Iterable<number> {
    return this.steps.keys()
  }

  /** The next arc on the way to a goal; null at the goal itself. */
  stepFrom(team: number): { group: number; to: number } | null {
    return this.steps.get(team) ?? null
  }

  /** The goal at the end of the way from a team that reaches one. */
  goalOf(team: number): number {
    let at = team
    for (let step = this.stepFrom(at); step; step = this.stepFrom(at)) at = step.to
    return at
  }

  /** The teams that reach this goal and none of the earlier ones. */
  addGoal(goal: number): number[] {
    if (this.steps.has(goal)) return []
    this.steps.set(goal, null)
    const found = [goal]
    for (const to of found) {
      if (this.isComplete) break
      found.push(...this.arcsInto(to))
    }
    return found
  }

  /** Every team reaches a goal: there is nothing left to look for. */
  private get isComplete(): boolean {
    return this.steps.size === this.assignment.permits.teams
  }

  /** Each group is looked at once: whoever holds one of its sites reaches whoever may take one. */
  private arcsInto(to: number): number[] {
    const found: number[] = []
    const left: number[] = []
    for (const group of this.left) {
      if (!this.assignment.mayTake(to, group)) {
        left.push(group)
        continue
      }
      for (const from of this.assignment.teamsWith(group)) {
        if (this.steps.has(from)) continue
        this.steps.set(from, { group, to })
        found.push(from)
      }
      if (this.isComplete) break
    }
    this.left = left
    return found
  }
}

/** One of the assignments with the smallest sum of squared loads; null if a group has no team. */
export function evenestAssignment(permits: Permits, sizes: readonly number[]): Assignment | null {
  const choices = permits.groups.map((group) => group.filter(Boolean).length)
  if (choices.includes(0)) return null
  const assignment = new Assignment(permits)
  const scarceFirst = [...choices.keys()].sort((a, b) => (choices[a] ?? 0) - (choices[b] ?? 0))
  for (const group of scarceFirst) for (let n = sizes[group] ?? 0; n > 0; n -= 1) assignment.addToLeast(group)
  while (levelOnce(assignment));
  return assignment
}

/** As long as a team reaches one with at least two visits less, the sum of squares can shrink; when none does, it is smallest. */
function levelOnce(assignment: Assignment): boolean {
  const lightFirst = [...assignment.load.keys()].sort((a, b) => assignment.loadOf(a) - assignment.loadOf(b))
  const reach = new Reach(assignment)
  for (const light of lightFirst) {
    const heavy = reach.addGoal(light).find((team) => assignment.loadOf(team) >= assignment.loadOf(light) + 2)
    if (heavy === undefined) continue
    assignment.shift(heavy, reach)
    return true
  }
  return false
}
