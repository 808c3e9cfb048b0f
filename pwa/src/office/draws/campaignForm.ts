/** A campaign as a form: what is typed, what it means on the wire, and which field a cause points at. */
import type { CampaignSettings, Ratio } from "./wire"

export const RISKS = ["A", "B", "C", "D"] as const
export type Risk = (typeof RISKS)[number]

/** Everything as it stands in the boxes: numbers as texts, so that an empty box is empty. */
export interface CampaignDraft {
  name: string
  short_code: string
  kind: "targeted" | "untargeted"
  matters: string
  target_scope: string
  frequency: string
  from_on: string
  until_on: string
  edition_hash: string
  jurisdictions: string[]
  cross: "off" | "district" | "city"
  authority: string
  officers: string
  experts: string
  teams: string
  most_visits: string
  ratios: { [risk: string]: string }
  /** By district, then by risk; an empty box takes the ratio for all. */
  overrides: { [jurisdiction: string]: { [risk: string]: string } }
  exclude_checked_within_months: string
  yearly_limit: string
  lead_department: string
  departments: string
}

export function emptyDraft(): CampaignDraft {
  return {
    name: "", short_code: "", kind: "untargeted", matters: "", target_scope: "", frequency: "", from_on: "", until_on: "", edition_hash: "",
    jurisdictions: [], cross: "off", authority: "", officers: "2", experts: "1", teams: "", most_visits: "",
    ratios: { A: "1", B: "5", C: "10", D: "20" }, overrides: {}, exclude_checked_within_months: "", yearly_limit: "", lead_department: "", departments: "",
  }
}

export function draftOf(campaign: CampaignSettings): CampaignDraft {
  const empty = emptyDraft()
  const overrides: CampaignDraft["overrides"] = {}
  for (const { jurisdiction, risk, basis_points } of campaign.overrides ?? []) (overrides[jurisdiction] ??= {})[risk] = percentOf(basis_points)
  return {
    name: campaign.name, short_code: campaign.short_code, kind: campaign.kind ?? empty.kind, matters: campaign.matters ?? "", target_scope: campaign.target_scope ?? "",
    frequency: campaign.frequency ?? "", from_on: campaign.from_on, until_on: campaign.until_on, edition_hash: campaign.edition_hash,
    jurisdictions: [...campaign.jurisdictions], cross: campaign.cross ?? empty.cross, authority: campaign.authority ?? "", officers: textOf(campaign.officers),
    experts: textOf(campaign.experts), teams: textOf(campaign.teams), most_visits: textOf(campaign.most_visits),
    ratios: Object.fromEntries(RISKS.map((risk) => [risk, percentOf(campaign.ratios[risk] ?? 0)])), overrides,
    exclude_checked_within_months: textOf(campaign.exclude_checked_within_months), yearly_limit: textOf(campaign.yearly_limit),
    lead_department: campaign.lead_department ?? "", departments: (campaign.departments ?? []).join("、"),
  }
}

/** Which boxes cannot be read, by field, as keys of words; empty where the server may have it. */
export function faultsOf(draft: CampaignDraft): { readonly [field: string]: string } {
  const faults: { [field: string]: string } = {}
  for (const field of ["name", "short_code", "from_on", "until_on", "edition_hash"] as const) if (!draft[field].trim()) faults[field] = "missing"
  if (draft.jurisdictions.length === 0) faults.jurisdictions = "missing"
  if (draft.from_on && draft.until_on && draft.until_on < draft.from_on) faults.until_on = "backwards"
  if (draft.cross !== "off" && !draft.authority.trim()) faults.authority = "authority"
  for (const field of ["teams", "most_visits", "exclude_checked_within_months", "yearly_limit"] as const) if (numberOf(draft[field], 1) === undefined) faults[field] = "number"
  if (!numberOf(draft.officers, 1)) faults.officers = "number"
  if (typeof numberOf(draft.experts, 0) !== "number") faults.experts = "number"
  for (const [risk, text] of Object.entries(draft.ratios)) if (basisPoints(text) === null) faults[`ratio-${risk}`] = "percent"
  for (const [code, row] of Object.entries(draft.overrides))
    for (const [risk, text] of Object.entries(row)) if (text.trim() !== "" && basisPoints(text) === null) faults[`ratio-${code}-${risk}`] = "percent"
  return faults
}

/** What goes out. Call it without faults only: a box that cannot be read counts as not said. */
export function settingsOf(draft: CampaignDraft): CampaignSettings {
  return {
    name: draft.name.trim(), short_code: draft.short_code.trim().toUpperCase(), kind: draft.kind, matters: draft.matters.trim(), target_scope: draft.target_scope.trim(),
    frequency: draft.frequency.trim(), from_on: draft.from_on, until_on: draft.until_on, edition_hash: draft.edition_hash, jurisdictions: [...draft.jurisdictions].sort(),
    cross: draft.cross, authority: draft.authority.trim() || null, officers: numberOf(draft.officers, 1) ?? 1, experts: numberOf(draft.experts, 0) ?? 0,
    teams: numberOf(draft.teams, 1) ?? null, most_visits: numberOf(draft.most_visits, 1) ?? null,
    ratios: Object.fromEntries(RISKS.map((risk) => [risk, basisPoints(draft.ratios[risk] ?? "") ?? 0])), overrides: overridesOf(draft),
    exclude_checked_within_months: numberOf(draft.exclude_checked_within_months, 1) ?? null, yearly_limit: numberOf(draft.yearly_limit, 1) ?? null,
    lead_department: draft.lead_department.trim(), departments: namesIn(draft.departments),
  }
}

function overridesOf(draft: CampaignDraft): Ratio[] {
  const rows: Ratio[] = []
  for (const jurisdiction of [...draft.jurisdictions].sort())
    for (const risk of RISKS) {
      const points = basisPoints(draft.overrides[jurisdiction]?.[risk] ?? "")
      if (points !== null) rows.push({ jurisdiction, risk, basis_points: points })
    }
  return rows
}

/** `12.5` → 1250; null for anything that is not 0 to 100 with at most two decimals. */
export function basisPoints(text: string): number | null {
  const found = /^(\d{1,3})(?:\.(\d{1,2}))?$/.exec(text.normalize("NFKC").trim().replace(/%$/, ""))
  if (!found) return null
  const points = Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0"))
  return points <= 10_000 ? points : null
}

/** 1250 → `12.5`. */
export function percentOf(points: number): string {
  return String(points / 100)
}

/** Names with anything that people put between them. */
export function namesIn(text: string): string[] {
  return text.split(/[、，,;；\n]/).map((name) => name.trim()).filter((name) => name !== "")
}

/** A whole number of at least `least`; null for an empty box, undefined for anything else. */
function numberOf(text: string, least: number): number | null | undefined {
  const said = text.normalize("NFKC").trim()
  if (said === "") return null
  return /^\d{1,5}$/.test(said) && Number(said) >= least ? Number(said) : undefined
}

function textOf(value: number | null | undefined): string {
  return String(value ?? "")
}
