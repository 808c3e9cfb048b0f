/** The preview's table: districts down, risk classes across. */
import type { Cause, Preview } from "./wire"

export interface PreviewRow {
  readonly jurisdiction: string
  readonly name: string
  readonly cells: { readonly [risk: string]: string }
  readonly sites: number
  readonly drawn: string
  readonly officers: number
  readonly experts: number
}

/** How many are drawn is often one of two numbers: which, the draw itself says. */
export function rangeWords(least: number, most: number): string {
  return least === most ? String(least) : `${least}–${most}`
}

export function rowsOf(preview: Preview): readonly PreviewRow[] {
  return preview.districts.map(({ jurisdiction, name, sites, least, most, officers, experts }) => {
    const strata = preview.strata.filter((stratum) => stratum.jurisdiction === jurisdiction)
    const cells = Object.fromEntries(strata.map((stratum) => [stratum.risk, rangeWords(stratum.least, stratum.most)]))
    return { jurisdiction, name, cells, sites, drawn: rangeWords(least, most), officers, experts }
  })
}

/** Trial draws meet the same obstacle in different districts: one of each kind is enough to know what to loosen. */
export function distinctCauses(preview: Preview): readonly Cause[] {
  const kinds = new Map<string, Cause>()
  for (const cause of preview.causes) {
    const kind = [cause.code, ...cause.constraints].join(" ")
    if (!kinds.has(kind)) kinds.set(kind, cause)
  }
  return [...kinds.values()]
}

/** Settings that can be loosened, as the form names them. What is not a setting (who is recused) leads to no field. */
const FIELDS: { readonly [constraint: string]: string } = { most_visits: "most_visits", experts: "experts", teams: "teams", cross: "cross" }

/** The fields that a cause points at; where nothing can be drawn, scope and ratios. */
export function fieldsOf(cause: Cause): readonly string[] {
  if (cause.code === "no_sites") return ["ratios", "jurisdictions"]
  return cause.constraints.flatMap((constraint) => FIELDS[constraint] ?? [])
}

/** Who must not go where is decided in the rosters, not here. */
export function isAboutRecusal(cause: Cause): boolean {
  return cause.constraints.includes("recusal")
}
