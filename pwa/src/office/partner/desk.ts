/** 协同部门: what a department's own desk asks of the server. */
import { bodyOf, client, type QueryOf, type Schemas } from "../../api/client"
import { uploadFile } from "../../api/upload"
import type { TableShape, TableView } from "../tableQuery"
import { number, text, type Column } from "../parts/columns"

export type Letter = Schemas["LetterDetailOut"]
export type ReplyFile = Schemas["ReplyFileOut"]

const of = (row_id: string) => ({ params: { path: { row_id } } })

export const readLetters = ({ page, size, filters }: TableView, signal: AbortSignal) =>
  bodyOf(client.GET("/api/partner/referrals", { params: { query: { page, size, ...filters } as QueryOf<"/api/partner/referrals"> }, signal }))
export const readLetter = (id: string, signal: AbortSignal) => bodyOf(client.GET("/api/partner/referrals/{row_id}", { ...of(id), signal }))
export const receiveLetter = (id: string) => bodyOf(client.POST("/api/partner/referrals/{row_id}/receive", of(id)))
export const replyToLetter = (id: string, reply: string) => bodyOf(client.POST("/api/partner/referrals/{row_id}/reply", { ...of(id), body: { reply } }))
export const addFile = (id: string, file: File, tell: (share: number) => void) => uploadFile<ReplyFile>(`/api/partner/referrals/${id}/files`, file, tell)
export const removeFile = async (row_id: string, file_id: string) => {
  await bodyOf(client.DELETE("/api/partner/referrals/{row_id}/files/{file_id}", { params: { path: { row_id, file_id } } }))
  return true
}
export const readJointRechecks = (signal: AbortSignal) => bodyOf(client.GET("/api/partner/rechecks", { signal }))

export const letterDocument = (id: string) => `/api/partner/referrals/${id}/document`
export const letterPhoto = (id: string, sha256: string, size: "thumb" | "view") => `/api/partner/referrals/${id}/photos/${sha256}?size=${size}`
export const letterFile = (id: string, file: string) => `/api/partner/referrals/${id}/files/${file}`

export const LETTERS: TableShape = { filters: ["state"], sorts: [], sort: "", size: 50 }
export const LETTER_COLUMNS: readonly Column[] = [
  text("number", { place: "lead", sort: null }),
  text("state", { sort: null }),
  text("site", { place: "full", width: 12, breaks: true, sort: null }),
  text("reason", { place: "full", width: 14, breaks: true, sort: null }),
  number("sent_on", { sort: null }),
  number("reply_due_on", { sort: null }),
]

export function stateOf(row: { readonly state: string; readonly received_at: string | null; readonly is_late: boolean }): "replied" | "late" | "received" | "sent" {
  if (row.state === "replied") return "replied"
  if (row.is_late) return "late"
  return row.received_at ? "received" : "sent"
}
export const TONES = { replied: "done", late: "danger", received: "accent", sent: "waiting" } as const
