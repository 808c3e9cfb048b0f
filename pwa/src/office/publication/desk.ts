/** What these pages ask of the server, and the shape of their list. */
import { bodyOf, client, type QueryOf, type Schemas } from "../../api/client"
import { number, text, type Column } from "../parts/columns"
import type { TableShape, TableView } from "../tableQuery"

export type Publication = Schemas["PublicationOut"]
export type Queued = Schemas["QueuedOut"]
export type State = Queued["state"]

export const STATES = ["proposed", "published", "withdrawn"] as const
export const COLUMNS: readonly Column[] = [
  text("site", { place: "lead", width: 12, breaks: true, sort: null }),
  text("state", { sort: null }),
  text("visit", { place: "full", sort: null }),
  text("due_on", { sort: null }),
  number("left", { sort: null }),
  text("published_on", { sort: null }),
  text("act", { sort: null }),
]
export const PUBLICATIONS: TableShape = { filters: ["q", "state"], sorts: [], sort: "", size: 50 }
const TONES = { proposed: "waiting", published: "done", withdrawn: "plain" } as const
export const toneOf = (state: State) => TONES[state]

const of = (publication_id: string) => ({ params: { path: { publication_id } } })

export const readQueue = ({ page, size, filters }: TableView, signal: AbortSignal) =>
  bodyOf(client.GET("/api/publications", { params: { query: { page, size, ...filters } as QueryOf<"/api/publications"> }, signal }))
export const readOne = (id: string, signal: AbortSignal) => bodyOf(client.GET("/api/publications/{publication_id}", { ...of(id), signal }))
export const edit = (id: string, categories: string[] | null, texts: { [item: string]: string }) =>
  bodyOf(client.PUT("/api/publications/{publication_id}", { ...of(id), body: { categories, texts } }))
export const publish = (id: string, seen: string, reason: string | null) =>
  bodyOf(client.POST("/api/publications/{publication_id}/publish", { ...of(id), body: { seen, reason } }))
export const publishMany = (ids: readonly string[]) => bodyOf(client.POST("/api/publications/publish", { body: { ids: [...ids] } }))
export const withdraw = (id: string, reason: string) => bodyOf(client.POST("/api/publications/{publication_id}/withdraw", { ...of(id), body: { reason } }))

export interface ShownFinding {
  readonly item: string
  readonly title: string
  readonly severity: string
  readonly text: string
  readonly state: string
  readonly due_on: string | null
}

/** The draft's members that the page shows; the server sends the canonical text's members as they are. */
export function draftOf({ draft }: Publication) {
  return draft as {
    readonly site: string
    readonly address: string
    readonly enterprise: string
    readonly uscc: string
    readonly district: string
    readonly campaign: string
    readonly code: string
    readonly inspected_on: string
    readonly inspectors: readonly { name: string; role: string; certificate_no: string | null }[]
    readonly categories: readonly { code: string; label: string }[]
    readonly fixed_on_spot: number
    readonly findings: readonly ShownFinding[]
    /** Of a scored visit only. */
    readonly points?: { readonly total: string; readonly full: string; readonly grade: string; readonly dimensions: readonly { readonly name: string; readonly points: string; readonly max: string }[] }
  }
}

/** Only what differs from what would stand there anyway is kept as a reviewer's wording. */
export function wordings(findings: readonly ShownFinding[], typed: { readonly [item: string]: string }, kept: { readonly [item: string]: string }): { [item: string]: string } {
  const changed = findings.filter(({ item, text: shown }) => item in kept || (typed[item] ?? shown).trim() !== shown)
  return Object.fromEntries(changed.map(({ item, text: shown }) => [item, (typed[item] ?? shown).trim()]))
}
