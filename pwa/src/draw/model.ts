/** What a draw's record holds: docs/draw.md, sections 2, 7 and 9, member by member. */

export type CrossMode = "off" | "district" | "city"

export interface Jurisdiction { readonly code: string; readonly name: string }
export interface Enterprise { readonly id: string; readonly name: string; readonly limit: number | null }
export interface Place { readonly id: string; readonly code: string; readonly name: string; readonly jurisdiction: string; readonly enterprise: string }
export interface Site extends Place { readonly risk: string }
export interface Inspector { readonly id: string; readonly kind: "officer" | "expert"; readonly label: string; readonly home: string }
export interface Recusal { readonly inspector: string; readonly enterprise: string | null; readonly site: string | null }
export interface Excluded { readonly id: string; readonly label: string; readonly why: string }
export interface Ratio { readonly jurisdiction: string; readonly risk: string; readonly basis_points: number }

export interface Rules {
  readonly ratios: readonly Ratio[]
  readonly cross: CrossMode
  readonly officers: number
  readonly experts: number
  readonly teams: number
  readonly most_visits: number | null
  readonly shuffles: number
}

export interface Campaign {
  readonly id: string
  readonly name: string
  readonly authority: string | null
  readonly from: string
  readonly until: string
  readonly edition: string | null
  readonly departments: readonly string[]
}

export interface EarlierDraw {
  readonly number: number
  readonly kind: "draw" | "replacement"
  readonly state: "sealed" | "superseded" | "void"
  readonly digest: string
  readonly reason: string | null
}

interface AnyPool {
  readonly campaign: Campaign
  readonly number: number
  readonly earlier: readonly EarlierDraw[]
  readonly as_of: string
  readonly software: unknown
  readonly jurisdictions: readonly Jurisdiction[]
  readonly recusals: readonly Recusal[]
}

export interface Pool extends AnyPool {
  readonly format: "suicha-pool/1"
  readonly enterprises: readonly Enterprise[]
  readonly sites: readonly Site[]
  readonly inspectors: readonly Inspector[]
  readonly excluded: { readonly sites: readonly Excluded[]; readonly inspectors: readonly Excluded[] }
  readonly rules: Rules
}

export interface ReplacementPool extends AnyPool {
  readonly format: "suicha-replacement-pool/1"
  readonly parent: string
  readonly place: { readonly team: number; readonly kind: "officer" | "expert"; readonly seat: number }
  readonly leaver: Excluded
  readonly sites: readonly Place[]
  readonly candidates: readonly Inspector[]
  readonly rules: { readonly cross: CrossMode }
}

export interface Stratum {
  readonly jurisdiction: string
  readonly risk: string
  readonly sites: number
  readonly open: number
  readonly places: number
  readonly taken: number
}

export interface DrawnSite { readonly site: string; readonly ticket: string }
export interface Team { readonly number: number; readonly officers: readonly string[]; readonly experts: readonly string[] }
export interface Visit { readonly site: string; readonly team: number }

export interface SitesResult { readonly set_aside: readonly string[]; readonly strata: readonly Stratum[]; readonly drawn: readonly DrawnSite[] }
export interface TeamsResult { readonly unusable: readonly string[]; readonly shuffle: number; readonly teams: readonly Team[] }
export interface VisitsResult { readonly visits: readonly Visit[]; readonly loads: readonly number[]; readonly spread: number }
export type DrawResult = SitesResult & TeamsResult & VisitsResult
export interface ReplacementResult { readonly able: readonly string[]; readonly chosen: string }

export interface Ceremony {
  readonly method: "ceremony"
  readonly commitments: readonly { readonly official: string; readonly commitment: string }[]
  readonly public: { readonly source: string; readonly value: string }
  readonly secrets: readonly { readonly official: string; readonly secret: string }[]
}
export type Randomness = Ceremony | { readonly method: "text"; readonly text: string }

interface AnyRecord {
  readonly purpose: "official" | "rehearsal"
  readonly pool_digest: string
  readonly randomness: Randomness
  readonly seed: string
  readonly digest: string
}
export interface DrawRecord extends AnyRecord { readonly format: "suicha-draw/1"; readonly pool: Pool; readonly result: DrawResult }
export interface ReplacementRecord extends AnyRecord {
  readonly format: "suicha-replacement/1"
  readonly pool: ReplacementPool
  readonly result: ReplacementResult
}
export type Record = DrawRecord | ReplacementRecord
