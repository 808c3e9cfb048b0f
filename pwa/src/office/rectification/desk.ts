/** Everything that these pages ask of the server. */
import { bodyOf, client, type QueryOf, type Schemas } from "../../api/client"
import type { TableView } from "../tableQuery"

export type Order = Schemas["OrderOut"]
export type OrderRow = Schemas["OrderRowOut"]
export type Extension = Schemas["ExtensionOut"]
export type Objection = Schemas["ObjectionOut"]
export type Step = Schemas["StepOut"]
export type Referral = Schemas["ReferralOut"]
export type ProblemDetail = Schemas["ProblemDetailOut"]
export type Service = Schemas["ServeRequest"]

const asked = ({ page, size, filters }: TableView) => ({ page, size, ...filters })
const of = (order_id: string) => ({ params: { path: { order_id } } })

export const readOrders = (view: TableView, signal: AbortSignal) => bodyOf(client.GET("/api/orders", { params: { query: asked(view) as QueryOf<"/api/orders"> }, signal }))
export const readOrder = (id: string, signal: AbortSignal) => bodyOf(client.GET("/api/orders/{order_id}", { ...of(id), signal }))
export const issueOrder = (id: string) => bodyOf(client.POST("/api/orders/{order_id}/issue", of(id)))
export const serveOrder = (id: string, body: Service) => bodyOf(client.POST("/api/orders/{order_id}/serve", { ...of(id), body }))
export const withdrawOrder = (id: string, reason: string) => bodyOf(client.POST("/api/orders/{order_id}/withdraw", { ...of(id), body: { reason } }))
export const makeLink = (id: string) => bodyOf(client.POST("/api/orders/{order_id}/link", of(id)))
export const revokeLink = (id: string) => bodyOf(client.POST("/api/orders/{order_id}/link/revoke", of(id)))
export const unlockLink = (id: string) => bodyOf(client.POST("/api/orders/{order_id}/link/unlock", of(id)))

export const readProblem = (problem_id: string, signal: AbortSignal) => bodyOf(client.GET("/api/problems/{problem_id}", { params: { path: { problem_id } }, signal }))
export const askExtension = (problem_id: string, wanted_on: string, reason: string) =>
  bodyOf(client.POST("/api/problems/{problem_id}/extensions", { params: { path: { problem_id } }, body: { wanted_on, reason } }))
export const enterObjection = (problem_id: string, text: string) =>
  bodyOf(client.POST("/api/problems/{problem_id}/objections", { params: { path: { problem_id } }, body: { text } }))

export const readExtensions = (view: TableView, signal: AbortSignal) => bodyOf(client.GET("/api/extensions", { params: { query: asked(view) as QueryOf<"/api/extensions"> }, signal }))
export const decideExtension = (row_id: string, new_due_on: string | null, answer: string) =>
  bodyOf(client.POST("/api/extensions/{row_id}/decide", { params: { path: { row_id } }, body: { new_due_on, answer } }))
export const readObjections = (view: TableView, signal: AbortSignal) => bodyOf(client.GET("/api/objections", { params: { query: asked(view) as QueryOf<"/api/objections"> }, signal }))
export const decideObjection = (row_id: string, is_upheld: boolean, answer: string) =>
  bodyOf(client.POST("/api/objections/{row_id}/decide", { params: { path: { row_id } }, body: { is_upheld, answer } }))
export const readSteps = (view: TableView, signal: AbortSignal) => bodyOf(client.GET("/api/ladder-steps", { params: { query: asked(view) as QueryOf<"/api/ladder-steps"> }, signal }))
export const decideStep = (row_id: string, is_taken: boolean, note: string) =>
  bodyOf(client.POST("/api/ladder-steps/{row_id}/decide", { params: { path: { row_id } }, body: { is_taken, note } }))
export const readReferrals = (view: TableView, signal: AbortSignal) => bodyOf(client.GET("/api/referrals", { params: { query: asked(view) as QueryOf<"/api/referrals"> }, signal }))
export const refer = (problems: readonly string[], department: string, reason: string) => bodyOf(client.POST("/api/referrals", { body: { problems: [...problems], department, reason } }))
export const recordReply = (row_id: string, replied_on: string, reply: string) =>
  bodyOf(client.POST("/api/referrals/{row_id}/reply", { params: { path: { row_id } }, body: { replied_on, reply } }))
export const readPolicy = (signal: AbortSignal) => bodyOf(client.GET("/api/rectification/policy", { signal }))
export const documentAddress = (id: string) => `/api/documents/${id}`
