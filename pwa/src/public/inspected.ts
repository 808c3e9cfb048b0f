/** 结果公示: what was published of visits, and whether it is what it says. */
import type { components } from "../api/schema.gen"
import { sha256Hex } from "../kit/sha256"
import { Unreachable } from "./publicDraws"

export type Result = components["schemas"]["PublicResultOut"]
export type Results = components["schemas"]["PublicResultsOut"]
export type Facets = components["schemas"]["FacetsOut"]
export type ResultDetail = components["schemas"]["PublicResultDetailOut"]

const LIST = "/api/public/results"
export const FIELDS = ["q", "district", "campaign", "category", "from", "to"] as const
export type Wanted = { readonly [field in (typeof FIELDS)[number]]: string }

/** What an address asks for; what is empty is left out of the address again. */
export function wantedIn(search: string): Wanted {
  const said = new URLSearchParams(search)
  return Object.fromEntries(FIELDS.map((field) => [field, said.get(field)?.trim() ?? ""])) as Wanted
}

export function searchOf(wanted: Wanted): string {
  const said = new URLSearchParams(FIELDS.flatMap((field) => (wanted[field] ? [[field, wanted[field]]] : [])))
  return said.size > 0 ? `?${said.toString()}` : ""
}

export const readResults = (wanted: Wanted, page: number): Promise<Results> => ask(`${LIST}?${new URLSearchParams([...new URLSearchParams(searchOf(wanted)), ["page", String(page)]]).toString()}`)
export const readFacets = (): Promise<Facets> => ask(`${LIST}/facets`)
export const readResult = (id: string): Promise<ResultDetail> => ask(`${LIST}/${encodeURIComponent(id)}`)
export const resultAddress = (id: string): string => `/public/results/${encodeURIComponent(id)}`

/** The same rows as a file for a spreadsheet. */
export async function readFile(wanted: Wanted): Promise<Blob> {
  return (await answerOf(`${LIST}${searchOf(wanted)}`, "text/csv")).blob()
}

/** The members of a published text; null where the text is not the one that the digest stands for. */
export function checked(text: string, sha256: string): Shown | null {
  return sha256Hex(text) === sha256 ? (JSON.parse(text) as Shown) : null
}

export interface Shown {
  readonly code: string
  readonly campaign: string
  readonly agency: string | null
  readonly site: string
  readonly address: string
  readonly district: string
  readonly enterprise: string
  readonly uscc: string
  readonly inspected_on: string
  readonly published_on: string
  readonly edition: { readonly name: string; readonly items: number }
  readonly inspectors: readonly { readonly name: string; readonly certificate_no: string | null }[]
  readonly categories: readonly { readonly code: string; readonly label: string }[]
  readonly fixed_on_spot: number
  readonly findings: readonly { readonly item: string; readonly title: string; readonly severity: string; readonly text: string; readonly state: string; readonly due_on: string | null }[]
  readonly draw: { readonly id: string; readonly number: number } | null
  /** Of a scored visit only. */
  readonly points?: Points
}

export interface Points {
  readonly total: string
  readonly full: string
  readonly grade: string
  readonly dimensions: readonly { readonly name: string; readonly points: string; readonly max: string }[]
  readonly is_reference: boolean
}

async function ask<T>(address: string): Promise<T> {
  return (await (await answerOf(address, "application/json")).json()) as T
}

export async function answerOf(address: string, accept: string): Promise<Response> {
  // Asked anew with the kept answer's tag: who opens the page after a correction or a withdrawal sees it at once.
  const answer = await fetch(address, { headers: { Accept: accept }, cache: "no-cache" }).catch(() => {
    throw new Unreachable("no_network")
  })
  if (answer.ok) return answer
  throw new Unreachable(answer.status === 404 ? "not_found" : "server")
}
