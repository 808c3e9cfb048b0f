/** Which sites: docs/draw.md, section 4. */
import type { Pool, Ratio, Site, SitesResult, Stratum } from "./model"
import { byText, byTexts, type Tickets } from "./tickets"

const WHOLE = 10_000

interface Share { readonly ratio: Ratio; readonly sites: readonly Site[]; readonly whole: number; part: number; extra: number }

export function drawSites(pool: Pool, tickets: Tickets): SitesResult {
  const setAside = sitesOverLimit(pool, tickets)
  const shares = sharesOf(pool)
  giveExtraPlaces(shares, tickets)
  const taken = shares.map((share) => takenFrom(share, setAside, tickets))
  return {
    set_aside: [...setAside].sort(byText),
    strata: taken.map((one) => one.stratum),
    drawn: taken.flatMap((one) => one.drawn),
  }
}

function sitesOverLimit(pool: Pool, tickets: Tickets): Set<string> {
  const sitesOf = grouped(pool.sites, (site) => site.enterprise)
  const over = pool.enterprises.flatMap(({ id, limit }) =>
    limit === null ? [] : tickets.inOrder(sitesOf.get(id) ?? [], "cap", [], (site) => site.id).slice(limit),
  )
  return new Set(over.map(({ item }) => item.id))
}

function sharesOf(pool: Pool): Share[] {
  const sitesOf = grouped(pool.sites, stratumKey)
  return [...pool.rules.ratios]
    .sort((a, b) => byTexts([a.jurisdiction, a.risk], [b.jurisdiction, b.risk]))
    .map((ratio) => {
      const sites = sitesOf.get(stratumKey(ratio)) ?? []
      const share = sites.length * ratio.basis_points
      return { ratio, sites, whole: Math.floor(share / WHOLE), part: share % WHOLE, extra: 0 }
    })
}

/** The parts that are no whole place are rounded up to whole places and laid end to end under evenly spaced points. */
function giveExtraPlaces(shares: readonly Share[], tickets: Tickets): void {
  const partial = shares.filter((share) => share.part !== 0)
  const ordered = tickets.inOrder(partial, "stratum", [], ({ ratio }) => [ratio.jurisdiction, ratio.risk]).map(({ item }) => item)
  const missing = sum(partial.map((share) => share.part)) % WHOLE
  let gap = missing === 0 ? 0 : WHOLE - missing
  for (const share of ordered) {
    const add = Math.min(WHOLE - share.part, gap)
    share.part += add
    gap -= add
  }
  const first = tickets.below(WHOLE, "start")
  let from = 0
  for (const share of ordered) {
    share.extra = pointsBelow(from + share.part, first) - pointsBelow(from, first)
    from += share.part
  }
}

/** How many of first, first + 10000, first + 20000, … are smaller than `end`. */
function pointsBelow(end: number, first: number): number {
  return end <= first ? 0 : Math.floor((end - first - 1) / WHOLE) + 1
}

function takenFrom(share: Share, setAside: ReadonlySet<string>, tickets: Tickets): { stratum: Stratum; drawn: SitesResult["drawn"] } {
  const open = share.sites.filter((site) => !setAside.has(site.id))
  const places = share.whole + share.extra
  const drawn = tickets
    .inOrder(open, "site", [], (site) => site.id)
    .slice(0, places)
    .map(({ item, ticket }) => ({ site: item.id, ticket }))
  const { jurisdiction, risk } = share.ratio
  return { stratum: { jurisdiction, risk, sites: share.sites.length, open: open.length, places, taken: drawn.length }, drawn }
}

/** Neither a code nor a risk holds a line feed, so no two strata share a key. */
export function stratumKey(of: { readonly jurisdiction: string; readonly risk: string }): string {
  return `${of.jurisdiction}\n${of.risk}`
}

export function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group) group.push(item)
    else groups.set(keyOf(item), [item])
  }
  return groups
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
