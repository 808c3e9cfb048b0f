/** 复查 and 回头看 at the desk: what these pages ask of the server. */
import { bodyOf, client, type Schemas } from "../../api/client"

export type Recheck = Schemas["RecheckDetailOut"]
export type LookbackAsked = Schemas["LookbackRequest"]
export type Lookback = Schemas["LookbackDetailOut"]
export type LookbackRow = Schemas["LookbackRowOut"]
export type Candidate = Schemas["CandidateOut"]

const of = (recheck_id: string) => ({ params: { path: { recheck_id } } })

export const readRecheck = (id: string, signal: AbortSignal) => bodyOf(client.GET("/api/rechecks/{recheck_id}", { ...of(id), signal }))
export const drawTeam = (id: string, reason: string | null) => bodyOf(client.POST("/api/rechecks/{recheck_id}/draw", { ...of(id), body: { reason } }))
export const replaceMember = (id: string, inspector: string, reason: string) => bodyOf(client.POST("/api/rechecks/{recheck_id}/replace", { ...of(id), body: { inspector, reason } }))
export const sendTeam = (id: string, on: string, partner: string) => bodyOf(client.POST("/api/rechecks/{recheck_id}/send", { ...of(id), body: { on, partner: partner || null } }))
export const makeRecord = (id: string) => bodyOf(client.POST("/api/rechecks/{recheck_id}/document", of(id)))

export const readLookbacks = (signal: AbortSignal) => bodyOf(client.GET("/api/lookbacks", { signal }))
export const readLookback = (lookback_id: string, signal: AbortSignal) => bodyOf(client.GET("/api/lookbacks/{lookback_id}", { params: { path: { lookback_id } }, signal }))
export const previewLookback = (body: LookbackAsked) => bodyOf(client.POST("/api/lookbacks/preview", { body }))
export const drawLookback = (body: LookbackAsked) => bodyOf(client.POST("/api/lookbacks", { body }))

const TO_SEND: readonly string[] = ["scheduled", "due", "overdue"]
export const isToSend = (row: Pick<Recheck, "state">) => TO_SEND.includes(row.state)

export interface Drawn {
  readonly team: Recheck["draws"][number]["team"]
  readonly seed: string
  readonly n: number
}

/** Who goes as it stands now, and the seed it follows from. */
export function drawnNow(row: Pick<Recheck, "draws">): Drawn | null {
  const last = row.draws.at(-1)
  return last ? { team: last.team, seed: String(last.record.seed ?? ""), n: last.n } : null
}

/** Everybody of the pool: who goes, who could not with the reason, and who could, in this order. */
export function standing(row: Pick<Recheck, "pool" | "draws">): readonly (Candidate & { readonly part: "team" | "gone" | "free" | "out" })[] {
  const last = row.draws.at(-1)
  const [team, gone] = [new Set(last?.team.map(({ id }) => id)), new Set(last?.gone.map(({ id }) => id))]
  const order = { team: 0, gone: 1, out: 2, free: 3 } as const
  return row.pool
    .map((one) => ({ ...one, part: team.has(one.id) ? ("team" as const) : gone.has(one.id) ? ("gone" as const) : one.excluded ? ("out" as const) : ("free" as const) }))
    .sort((a, b) => order[a.part] - order[b.part])
}

export const TONES = { fixed: "done", not_fixed: "danger", not_applicable: "plain" } as const
export const toneOfResult = (result: string) => (TONES as { readonly [result: string]: "done" | "danger" | "plain" })[result] ?? "plain"

/** The district of a look-back; null for one over a whole city, whose code is no district's. */
export function areaOf(jurisdiction: string | null, nameOf: (code: string) => string): string | null {
  if (!jurisdiction) return null
  const name = nameOf(jurisdiction)
  return name === jurisdiction ? null : name
}
