/** Everything that these pages ask of the server. */
import { bodyOf, client, type QueryOf } from "../../api/client"
import type { TableView } from "../tableQuery"
import type { Delivery, Dispatch, PlannedVisit, Printed } from "./wire"

const of = (draw: string) => ({ path: { draw_id: draw } })

export const readDispatch = (campaign: string, signal: AbortSignal): Promise<Dispatch> =>
  bodyOf(client.GET("/api/dispatch/campaigns/{campaign_id}", { params: { path: { campaign_id: campaign } }, signal }))
export const readPlanned = (draw: string, { page, size, sort, filters }: TableView, signal: AbortSignal) =>
  bodyOf(client.GET("/api/dispatch/{draw_id}/visits", { params: { ...of(draw), query: { page, size, sort, ...filters } as QueryOf<"/api/dispatch/{draw_id}/visits"> }, signal }))

export const propose = (draw: string) => bodyOf(client.POST("/api/dispatch/{draw_id}/proposal", { params: of(draw) }))
export const move = (draw: string, visit: string, day: string): Promise<PlannedVisit> =>
  bodyOf(client.PATCH("/api/dispatch/{draw_id}/visits/{visit_id}", { params: { path: { draw_id: draw, visit_id: visit } }, body: { planned_on: day } }))

export const requestApproval = (draw: string, urgentReason: string | null) =>
  bodyOf(client.POST("/api/dispatch/{draw_id}/approvals", { params: of(draw), body: { urgent_reason: urgentReason } }))
const form = (draw: string, approval: string) => ({ params: { path: { draw_id: draw, approval_id: approval } } })
export const approve = (draw: string, approval: string, opinion: string) =>
  bodyOf(client.POST("/api/dispatch/{draw_id}/approvals/{approval_id}/approve", { ...form(draw, approval), body: { opinion } }))
export const giveBack = (draw: string, approval: string, reason: string) =>
  bodyOf(client.POST("/api/dispatch/{draw_id}/approvals/{approval_id}/return", { ...form(draw, approval), body: { reason } }))

/** Some at a time, so that nobody else waits; ask again while some are left. */
export async function makeSomeNotices(draw: string, visits: readonly string[] | null): Promise<Some> {
  const { made, left } = await bodyOf(client.POST("/api/dispatch/{draw_id}/notices", { params: of(draw), body: { visits: visits && [...visits], limit: AT_ONCE } }))
  return { done: made, left }
}
export const markSent = (draw: string, visits: readonly string[] | null, sent: { at: string; how: Delivery; recipient: string | null }) =>
  bodyOf(client.POST("/api/dispatch/{draw_id}/notices/sent", { params: of(draw), body: { visits: visits && [...visits], sent_at: sent.at, how: sent.how, recipient: sent.recipient } }))
export const withhold = (draw: string, visits: readonly string[], reason: string) =>
  bodyOf(client.POST("/api/dispatch/{draw_id}/notices/withheld", { params: of(draw), body: { visits: [...visits], reason } }))

export async function dispatchSome(draw: string): Promise<Some> {
  const { dispatched, left } = await bodyOf(client.POST("/api/dispatch/{draw_id}/dispatch", { params: of(draw), body: { limit: AT_ONCE } }))
  return { done: dispatched, left }
}
export const printDraw = (draw: string, kind: Printed) =>
  bodyOf(client.POST("/api/dispatch/{draw_id}/documents/{kind}", { params: { path: { draw_id: draw, kind } } }))
export const noticesAddress = (draw: string) => `/api/dispatch/${draw}/notices.zip`
export const documentAddress = (id: string) => `/api/documents/${id}`

const AT_ONCE = 20

export interface Some {
  readonly done: number
  readonly left: number
}

/** Goes on until nothing is left, telling how far it has come; an answer that moves nothing ends it too. */
export async function untilNone(step: () => Promise<Some>, tell: (done: number, of: number) => void): Promise<number> {
  let total = 0
  for (;;) {
    const { done, left } = await step()
    total += done
    tell(total, total + left)
    if (left === 0 || done === 0) return total
  }
}
