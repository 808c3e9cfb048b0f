/** What the credit pages ask of the server, and the words for what they show. */
import { bodyOf, client, type QueryOf, type Schemas } from "../../api/client"
import type { Tone } from "../../ui/tones"
import { number, text, type Column } from "../parts/columns"
import type { TableShape, TableView } from "../tableQuery"

export type Entry = Schemas["CreditEntryDetailOut"]
export type Listed = Schemas["CreditEntryOut"]
export type Overview = Schemas["CreditOut"]
export type Round = Schemas["CreditRoundOut"]
export type RoundDetail = Schemas["CreditRoundDetailOut"]
export type State = Listed["state"]

export const STATES = ["proposed", "approved", "objected", "effective", "repairing", "rejected", "revoked", "repaired", "expired"] as const
const TONES: { readonly [state in State]: Tone } = {
  proposed: "waiting", approved: "accent", objected: "danger", effective: "done", repairing: "waiting",
  rejected: "plain", revoked: "plain", repaired: "plain", expired: "plain",
}
export const toneOf = (state: State) => TONES[state]

export const COLUMNS: readonly Column[] = [
  text("enterprise", { place: "lead", width: 14, breaks: true, sort: null }),
  text("what", { sort: null }),
  text("state", { sort: null }),
  text("period", { sort: null }),
  number("score", { sort: null }),
  text("effective_on", { sort: null }),
  text("ends_on", { sort: null }),
]
export const ENTRIES: TableShape = { filters: ["q", "state", "kind", "period"], sorts: [], sort: "", size: 50 }

const of = (entry_id: string) => ({ params: { path: { entry_id } } })

export const readOverview = (signal: AbortSignal) => bodyOf(client.GET("/api/credit", { signal }))
export const readEntries = ({ page, size, filters }: TableView, signal: AbortSignal) =>
  bodyOf(client.GET("/api/credit/entries", { params: { query: { page, size, ...filters } as QueryOf<"/api/credit/entries"> }, signal }))
export const readEntry = (id: string, signal: AbortSignal) => bodyOf(client.GET("/api/credit/entries/{entry_id}", { ...of(id), signal }))
export const approve = (id: string, seen: string) => bodyOf(client.POST("/api/credit/entries/{entry_id}/approve", { ...of(id), body: { seen } }))
export const reject = (id: string, reason: string) => bodyOf(client.POST("/api/credit/entries/{entry_id}/reject", { ...of(id), body: { reason } }))
export const objectTo = (id: string, on: string, said: string) => bodyOf(client.POST("/api/credit/entries/{entry_id}/object", { ...of(id), body: { on, text: said } }))
export const decideObjection = (id: string, is_granted: boolean, answer: string) =>
  bodyOf(client.POST("/api/credit/entries/{entry_id}/objection", { ...of(id), body: { is_granted, answer } }))
export const askRepair = (id: string, reason: string) => bodyOf(client.POST("/api/credit/entries/{entry_id}/repair", { ...of(id), body: { reason } }))
export const decideRepair = (id: string, is_granted: boolean, answer: string) =>
  bodyOf(client.POST("/api/credit/entries/{entry_id}/repaired", { ...of(id), body: { is_granted, answer } }))
export const revoke = (id: string, reason: string) => bodyOf(client.POST("/api/credit/entries/{entry_id}/revoke", { ...of(id), body: { reason } }))
export const compute = (list: string, period: string) => bodyOf(client.POST("/api/credit/rounds", { body: { list, period } }))
export const readRound = (round_id: string, signal: AbortSignal) => bodyOf(client.GET("/api/credit/rounds/{round_id}", { params: { path: { round_id } }, signal }))
export const proposeRecord = (enterprise: string, reason: string, evidence: string) => bodyOf(client.POST("/api/credit/entries", { body: { enterprise, reason, evidence } }))
export const findEnterprises = (q: string, signal: AbortSignal) =>
  bodyOf(client.GET("/api/registry/enterprises", { params: { query: { q, size: 20 } as QueryOf<"/api/registry/enterprises"> }, signal }))
export function importGrades(file: File, period: string, source: string) {
  const form = new FormData()
  form.append("file", file)
  form.append("period", period)
  form.append("source", source)
  return bodyOf(client.POST("/api/credit/grades", { body: form as never, bodySerializer: (body: unknown) => body as FormData }))
}

/** A score as people write it: tenths of a point on the wire, 87.5 on the page. */
export const scoreText = (tenths: number | null | undefined) => (typeof tenths === "number" ? (tenths / 10).toFixed(1) : "—")

export interface Line {
  readonly code: string
  readonly label: string
  readonly unit: string
  readonly count: number
  readonly points: number
  readonly total: number
  readonly references: readonly string[]
}
export interface Arithmetic {
  readonly base: number
  readonly visits: number
  readonly lines: readonly Line[]
  readonly sum: number
  readonly tenths: number
}

/** The arithmetic of a list or grade; records and imported grades have facts of another kind. */
export function arithmeticOf(facts: { readonly [name: string]: unknown }): Arithmetic | null {
  return Array.isArray(facts.lines) && typeof facts.tenths === "number" ? (facts as unknown as Arithmetic) : null
}

/** Facts that are no arithmetic, in the order in which they are told; what the page has no word for is left out. */
export const TOLD = ["problem", "title", "severity", "found_on", "due_on", "failed_rechecks", "reason", "evidence", "source", "text", "periods"] as const

/** The periods that are likely asked for: the running one and those before it. */
export function periodsBefore(kind: string, current: string, count: number): string[] {
  const found = [current]
  while (found.length < count) found.push(before(kind, found[found.length - 1] ?? current))
  return found
}

function before(kind: string, period: string): string {
  const year = Number(period.slice(0, 4))
  if (kind === "year") return String(year - 1)
  const at = Number(kind === "quarter" ? period.slice(5) : period.slice(5, 7))
  if (kind === "quarter") return at > 1 ? `${year}Q${at - 1}` : `${year - 1}Q4`
  return at > 1 ? `${year}-${String(at - 1).padStart(2, "0")}` : `${year - 1}-12`
}
