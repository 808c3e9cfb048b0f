/** 消息 at the desk: the inbox, what one has chosen, and what could not be sent. */
import { bodyOf, client, type Schemas } from "../../api/client"

export type Inbox = Schemas["InboxOut"]
export type Notice = Schemas["NoticeOut"]
export type Choices = Schemas["NoticeChoicesOut"]
export type Channel = Schemas["NoticeChoiceOut"]["channel"]
export type Delivery = Schemas["DeliveryOut"]

export const PAGE_SIZE = 50

export const readInbox = (query: { unread?: boolean; page?: number; size?: number }, signal?: AbortSignal) => bodyOf(client.GET("/api/notices", { params: { query }, ...(signal ? { signal } : {}) }))

export const markRead = (id: string) => bodyOf(client.POST("/api/notices/{notice_id}/read", { params: { path: { notice_id: id } } }))
export const markAllRead = () => bodyOf(client.POST("/api/notices/read"))
export const readChoices = () => bodyOf(client.GET("/api/notices/choices"))
export const choose = (channel: Channel, body: Schemas["NoticeChoiceRequest"]) => bodyOf(client.PUT("/api/notices/choices/{channel}", { params: { path: { channel } }, body }))
export const readDeliveries = () => bodyOf(client.GET("/api/notices/deliveries"))
export const retry = (id: string) => bodyOf(client.POST("/api/notices/deliveries/{delivery_id}/retry", { params: { path: { delivery_id: id } } }))
export const drop = (id: string, reason: string) => bodyOf(client.POST("/api/notices/deliveries/{delivery_id}/drop", { params: { path: { delivery_id: id } }, body: { reason } }))

type Place = { readonly name: string; readonly params?: { readonly id: string } }
const PLACES: { readonly [kind: string]: (id: string) => Place } = {
  inspection: (id) => ({ name: "office-record", params: { id } }),
  insp: (id) => ({ name: "office-record", params: { id } }),
  order: (id) => ({ name: "office-order", params: { id } }),
  submission: (id) => ({ name: "office-review", params: { id } }),
  referral: () => ({ name: "office-referrals" }),
  recheck: () => ({ name: "office-rechecks" }),
}
// What another department is told leads to its own pages.
const OF_PARTNERS: { readonly [kind: string]: (id: string) => Place } = {
  referral_sent: (id) => ({ name: "office-letter", params: { id } }),
  joint_recheck: () => ({ name: "office-partner" }),
}
const BY_KIND: { readonly [kind: string]: string } = {
  extension_asked: "office-requests", objection_asked: "office-requests", ladder_step: "office-ladder", overdue: "office-problems", deadline_near: "office-problems", deadline_today: "office-problems",
}

/** Where a message leads; null where there is no page for what it is about. */
export function placeOf({ kind, about }: Pick<Notice, "kind" | "about">): Place | null {
  const known = BY_KIND[kind]
  if (known) return { name: known }
  const [what = "", id = ""] = about.split(":")
  return id ? ((OF_PARTNERS[kind] ?? PLACES[what])?.(id) ?? null) : null
}
