/** The queue of what was handed in, and the enterprises' pages: columns and what their addresses may say. */
import type { Schemas } from "../../api/client"
import { number, text, type Column } from "../parts/columns"
import type { TableShape } from "../tableQuery"

export type Submission = Schemas["SubmissionOut"]
export type ProofFile = Schemas["ProofFileOut"]
export type Order = Schemas["OrderOut"]
export type Decision = "accept" | "return" | "recheck"

export const SUBMISSION_STATES = ["waiting", "accepted", "returned", "to_recheck"] as const
export const ORDER_STATES = ["issued", "served", "closed", "withdrawn"] as const

const plain = (name: string, rest: Partial<Column> = {}) => text(name, { sort: null, ...rest })

export const SUBMISSION_COLUMNS: readonly Column[] = [
  plain("receipt_no", { place: "lead" }),
  plain("problem", { place: "full", width: 12, breaks: true }),
  plain("site", { place: "full", width: 12, breaks: true }),
  plain("submitted_at"),
  plain("due_on"),
  number("files", { sort: null }),
  plain("severity"),
  plain("state"),
]
export const LINK_COLUMNS: readonly Column[] = [
  plain("number", { place: "lead" }),
  plain("site", { place: "full", width: 14, breaks: true }),
  plain("state"),
  plain("served_on"),
  plain("first_due_on"),
  number("open_problems", { sort: null }),
]

// The server's order is the only one: what has waited longest stands first.
export const SUBMISSIONS: TableShape = { filters: ["state"], sorts: [], sort: "", size: 50 }
export const LINKS: TableShape = { filters: ["q", "state", "jurisdiction", "open"], sorts: [], sort: "", size: 50 }

export const photoAddress = (sha256: string, size: "thumb" | "view") => `/api/sync/v1/blobs/${sha256}?size=${size}`
export const fileAddress = (submission: string, file: string, size: "thumb" | "view" | "original") => `/api/submissions/${submission}/files/${file}?size=${size}`
export const isPicture = (file: { readonly content_type: string }) => file.content_type.startsWith("image/")
