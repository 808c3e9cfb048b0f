/** Everything that these pages ask of the server. */
import { bodyOf, client } from "../../api/client"
import type { Campaign, CampaignSettings, Ceremony, DrawBrief, LedgerItem, Plan, Preview, Result } from "./wire"

/** A ceremony with the mark under which the server knows it. */
export interface Seen {
  readonly draw: Ceremony
  readonly etag: string | null
}

/** Asked every two seconds, so the server may say that nothing has changed. */
export async function readDraw(id: string, seen: Seen | null): Promise<Seen> {
  const call = client.GET("/api/draws/{draw_id}", { params: { path: { draw_id: id } }, ...(seen?.etag ? { headers: { "If-None-Match": seen.etag } } : {}) })
  const status = await call.then(({ response }) => response, () => null)
  if (status?.status === 304 && seen) return seen
  return { draw: await bodyOf(call), etag: status?.headers.get("etag") ?? null }
}

const at = (id: string) => ({ params: { path: { draw_id: id } } })
export const commit = (id: string, commitment: string, official: string) => bodyOf(client.POST("/api/draws/{draw_id}/commitments", { ...at(id), body: { commitment, official } }))
export const closeCommitments = (id: string) => bodyOf(client.POST("/api/draws/{draw_id}/commitments/close", at(id)))
export const enterValue = (id: string, source: string, value: string) => bodyOf(client.POST("/api/draws/{draw_id}/values", { ...at(id), body: { source, value } }))
export const reveal = (id: string, secret: string) => bodyOf(client.POST("/api/draws/{draw_id}/reveals", { ...at(id), body: { secret } }))
export const declareUnrevealed = (id: string, official: string, reason: string) => bodyOf(client.POST("/api/draws/{draw_id}/unrevealed", { ...at(id), body: { official, reason } }))
export const seal = (id: string) => bodyOf(client.POST("/api/draws/{draw_id}/seal", at(id)))
export const voidDraw = (id: string, reason: string) => bodyOf(client.POST("/api/draws/{draw_id}/void", { ...at(id), body: { reason } }))
export const readResult = (id: string, signal?: AbortSignal): Promise<Result> => bodyOf(client.GET("/api/draws/{draw_id}/result", { ...at(id), ...(signal ? { signal } : {}) }))
export const replaceSeat = (id: string, team: number, kind: "officer" | "expert", seat: number, why: string): Promise<DrawBrief> =>
  bodyOf(client.POST("/api/draws/{draw_id}/replacements", { ...at(id), body: { team, kind, seat, why } }))

/** PDFs that were made about a draw. */
export const readPapers = (id: string, signal: AbortSignal) => bodyOf(client.GET("/api/documents", { params: { query: { about: `draw:${id}` } }, signal }))
export const makeRecordPaper = (id: string) => bodyOf(client.POST("/api/dispatch/{draw_id}/documents/{kind}", { params: { path: { draw_id: id, kind: "draw_record" } } }))

export const publicAddress = (id: string) => `/public/draws/${id}`
export const recordAddress = (id: string) => `/api/public/draws/${id}/record?download=1`

export async function readMyDraws(signal: AbortSignal): Promise<{ readonly open: readonly DrawBrief[]; readonly over: readonly DrawBrief[] }> {
  const ask = (open: boolean) => bodyOf(client.GET("/api/draws", { params: { query: { open, size: 50 } }, signal }))
  const [open, over] = await Promise.all([ask(true), ask(false)])
  return { open: open.items, over: over.items }
}

const of = (id: string) => ({ params: { path: { campaign_id: id } } })
export const readCampaign = (id: string, signal: AbortSignal): Promise<Campaign> => bodyOf(client.GET("/api/campaigns/{campaign_id}", { ...of(id), signal }))
export const createCampaign = (plan: string, settings: CampaignSettings): Promise<Campaign> => bodyOf(client.POST("/api/campaigns", { body: { ...settings, plan } }))
export const saveCampaign = (id: string, revision: number, settings: CampaignSettings): Promise<Campaign> => bodyOf(client.PATCH("/api/campaigns/{campaign_id}", { ...of(id), body: { ...settings, revision } }))
export const deleteCampaign = (id: string) => bodyOf(client.DELETE("/api/campaigns/{campaign_id}", of(id)))
export const closeCampaign = (id: string): Promise<Campaign> => bodyOf(client.POST("/api/campaigns/{campaign_id}/close", of(id)))
export const previewCampaign = (id: string, settings: CampaignSettings, signal: AbortSignal): Promise<Preview> => bodyOf(client.POST("/api/campaigns/{campaign_id}/preview", { ...of(id), body: { settings }, signal }))
export const freeze = (id: string, reason: string | null): Promise<DrawBrief> => bodyOf(client.POST("/api/campaigns/{campaign_id}/draws", { ...of(id), body: { reason } }))

export async function readLedger(id: string, signal: AbortSignal): Promise<{ readonly campaign: Campaign; readonly draws: readonly LedgerItem[] }> {
  const [campaign, ledger] = await Promise.all([readCampaign(id, signal), bodyOf(client.GET("/api/campaigns/{campaign_id}/draws", { ...of(id), signal }))])
  return { campaign, draws: ledger.items }
}

export async function readChoices(signal: AbortSignal): Promise<{ readonly editions: readonly { hash: string; label: string }[]; readonly districts: readonly { code: string; name: string }[] }> {
  const [editions, districts] = await Promise.all([
    bodyOf(client.GET("/api/checklists/editions", { signal })),
    bodyOf(client.GET("/api/registry/jurisdictions", { signal })),
  ])
  return {
    // Parts of an edition are made for rechecks; nobody begins a round with one.
    editions: editions.items.filter(({ checklist }) => !checklist.startsWith("part:")).map(({ hash, name, version }) => ({ hash, label: `${name} · v${version} · ${hash.slice(0, 8)}` })),
    districts: districts.items.map(({ code, name }) => ({ code, name })),
  }
}

export const readPlans = async (signal: AbortSignal): Promise<readonly Plan[]> => (await bodyOf(client.GET("/api/plans", { params: { query: { size: 200 } }, signal }))).items
export const createPlan = (plan: { year: number; jurisdiction: string; name: string; document_number: string | null }): Promise<Plan> => bodyOf(client.POST("/api/plans", { body: plan }))
export const savePlan = (id: string, plan: { year: number; name: string; document_number: string | null; revision: number }): Promise<Plan> => bodyOf(client.PATCH("/api/plans/{plan_id}", { params: { path: { plan_id: id } }, body: plan }))
export const approvePlan = (id: string): Promise<Plan> => bodyOf(client.POST("/api/plans/{plan_id}/approve", { params: { path: { plan_id: id } } }))
export const publishPlan = (id: string): Promise<Plan> => bodyOf(client.POST("/api/plans/{plan_id}/publish", { params: { path: { plan_id: id } } }))

/** A second person at the same desk: signed in beside the cookie, which is neither sent nor replaced, and signed out again. */
const asOther = (token: string) => ({ credentials: "omit" as const, headers: { Authorization: `Bearer ${token}` } })
export async function signInAs(username: string, password: string): Promise<{ readonly token: string; readonly name: string }> {
  const answer = await bodyOf(client.POST("/api/auth/login", { body: { username, password }, credentials: "omit" }))
  return { token: answer.access_token, name: answer.account.name }
}
export const enterValueAs = (token: string, id: string, source: string, value: string) => bodyOf(client.POST("/api/draws/{draw_id}/values", { ...at(id), ...asOther(token), body: { source, value } }))
/** The session ends by itself where this does not reach the server. */
export const signOutAs = (token: string) => client.POST("/api/auth/logout", asOther(token)).then(() => undefined, () => undefined)
