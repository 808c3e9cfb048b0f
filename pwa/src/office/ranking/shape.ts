/** 考核排名: what the page shows of the numbers. Points come as decimals in text and are only compared and drawn here. */
import type { Schemas } from "../../api/client"

export type Ranking = Schemas["RankingOut"]
export type RankedDistrict = Schemas["RankedDistrictOut"]
export type RankedSite = Schemas["RankedSiteOut"]

/** How much of a dimension's maximum a site got, in percent, for its bar. */
export function percentOf(points: string, max: string): number {
  const [got, most] = [Number(points), Number(max)]
  return most > 0 ? Math.min(100, Math.max(0, (100 * got) / most)) : 0
}

export interface Ends {
  readonly first: readonly RankedSite[]
  readonly last: readonly RankedSite[]
}

/** Who is named: the first and, where somebody is behind, the last. */
export function endsOf({ sites }: RankedDistrict): Ends {
  return { first: sites.filter((site) => site.is_first), last: sites.filter((site) => site.is_last) }
}

/** The campaign in the address where it can be ranked, else the newest that has something sealed, else the newest. */
export function chosenCampaign(asked: string, campaigns: readonly Schemas["ScoredCampaignOut"][]): string | null {
  if (campaigns.some(({ id }) => id === asked)) return asked
  return (campaigns.find(({ sealed }) => sealed > 0) ?? campaigns[0])?.id ?? null
}
