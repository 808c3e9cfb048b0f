/** The queue of what was handed in: columns, what its address may say, and where pictures are had. */
import type { Schemas } from "../../api/client"
import { number, text, type Column } from "../parts/columns"
import type { TableShape } from "../tableQuery"

export type Submission = Schemas["SubmissionOut"]
export type ProofFile = Schemas["ProofFileOut"]
export type Decision = "accept" | "return" | "recheck"

export const SUBMISSION_STATES = ["waiting", "accepted", "returned", "to_recheck"] as const

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

// The server's order is the only one: what has waited longest stands first.
export const SUBMISSIONS: TableShape = { filters: ["state", "inspection"], sorts: [], sort: "", size: 50 }

export const photoAddress = (sha256: string, size: "thumb" | "view") => `/api/sync/v1/blobs/${sha256}?size=${size}`
export const fileAddress = (submission: string, file: string, size: "thumb" | "view" | "original") => `/api/submissions/${submission}/files/${file}?size=${size}`
export const isPicture = (file: { readonly content_type: string }) => file.content_type.startsWith("image/")
