/** What a sound record gives, as somebody who lives there looks for it. */
import type { DrawRecord, Excluded, Inspector, Pool, Site } from "../draw/model"
import { grouped } from "../draw/sampling"
import { WHY } from "./words"

export interface DrawnRow { readonly id: string; readonly name: string; readonly code: string; readonly enterprise: string; readonly risk: string; readonly team: number }
export interface District { readonly code: string; readonly name: string; readonly rows: readonly DrawnRow[] }
export interface TeamRow { readonly number: number; readonly members: readonly string[]; readonly visits: number }

export function districtsOf({ pool, result }: DrawRecord): District[] {
  const site = byId(pool.sites)
  const enterprise = byId(pool.enterprises)
  const rows = result.visits.map(({ site: id, team }) => rowOf(site(id), enterprise(site(id)?.enterprise ?? "")?.name ?? "", team))
  const rowsOf = grouped(rows, (row) => site(row.id)?.jurisdiction ?? "")
  return pool.jurisdictions.flatMap(({ code, name }) => {
    const own = rowsOf.get(code)
    return own ? [{ code, name, rows: own.sort((a, b) => a.name.localeCompare(b.name, "zh-CN")) }] : []
  })
}

function rowOf(site: Site | undefined, enterprise: string, team: number): DrawnRow {
  return { id: site?.id ?? "", name: site?.name ?? "", code: site?.code ?? "", enterprise, risk: site?.risk ?? "", team }
}

export function teamsOf({ pool, result }: DrawRecord): TeamRow[] {
  const person = byId<Inspector>(pool.inspectors)
  const label = (id: string) => person(id)?.label ?? id
  return result.teams.map(({ number, officers, experts }) => ({
    number,
    members: [...officers.map((id, seat) => (seat === 0 ? `${label(id)}（组长）` : label(id))), ...experts.map((id) => `${label(id)}（专家）`)],
    visits: result.loads[number - 1] ?? 0,
  }))
}

export type Fate = "drawn" | "not_drawn" | "set_aside" | "excluded"
export interface Found { readonly id: string; readonly name: string; readonly where: string; readonly fate: Fate; readonly words: string }

const MOST_FOUND = 40

/** Everything on the lists that a name, a code or a company leads to: also what was not drawn, and what was not in the hat. */
export function search(record: DrawRecord, text: string): { readonly found: readonly Found[]; readonly more: number } {
  const wanted = plain(text)
  if (wanted === "") return { found: [], more: 0 }
  const all = [...sitesFound(record, wanted), ...excludedFound(record.pool.excluded.sites, wanted)]
  return { found: all.slice(0, MOST_FOUND), more: Math.max(0, all.length - MOST_FOUND) }
}

function sitesFound({ pool, result }: DrawRecord, wanted: string): Found[] {
  const enterprise = byId(pool.enterprises)
  const district = new Map(pool.jurisdictions.map(({ code, name }) => [code, name]))
  const team = new Map(result.visits.map((visit) => [visit.site, visit.team]))
  const setAside = new Set(result.set_aside)
  return pool.sites
    .map((site) => ({ site, company: enterprise(site.enterprise)?.name ?? "" }))
    .filter(({ site, company }) => [site.name, site.code, company].some((one) => plain(one).includes(wanted)))
    .map(({ site, company }) => ({ ...fateOf(team.get(site.id), setAside.has(site.id)), id: site.id, name: site.name, where: `${district.get(site.jurisdiction) ?? site.jurisdiction} · ${company}` }))
    .sort((a, b) => Number(b.fate === "drawn") - Number(a.fate === "drawn"))
}

function fateOf(team: number | undefined, isSetAside: boolean): { fate: Fate; words: string } {
  if (team !== undefined) return { fate: "drawn", words: `抽中，第 ${team} 组检查` }
  return isSetAside ? { fate: "set_aside", words: "在名单内，因同一企业受检次数有上限而未参加" } : { fate: "not_drawn", words: "在名单内，本次未抽中" }
}

function excludedFound(excluded: readonly Excluded[], wanted: string): Found[] {
  return excluded
    .filter(({ label }) => plain(label).includes(wanted))
    .map(({ id, label, why }) => ({ id, name: label, where: "未进入本次名单", fate: "excluded" as const, words: `原因：${WHY[why] ?? why}` }))
}

/** How many of each kind were in the hat. */
export function peopleIn(pool: Pool): { officers: number; experts: number } {
  const officers = pool.inspectors.filter((person) => person.kind === "officer").length
  return { officers, experts: pool.inspectors.length - officers }
}

function byId<T extends { readonly id: string }>(items: readonly T[]): (id: string) => T | undefined {
  const map = new Map(items.map((item) => [item.id, item]))
  return (id) => map.get(id)
}

function plain(text: string): string {
  return text.normalize("NFKC").toLowerCase().replace(/\s/g, "")
}
