/** Columns of orders, requests, steps and referrals, and what their addresses may say. */
import { number, text, type Column } from "../parts/columns"
import type { TableShape } from "../tableQuery"

export const ORDER_STATES = ["draft", "issued", "served", "closed", "withdrawn"] as const
export const ORDER_COLUMNS: readonly Column[] = [
  text("number", { place: "lead", sort: null }),
  text("state", { sort: null }),
  text("site", { place: "full", width: 12, breaks: true, sort: null }),
  text("visit", { sort: null }),
  number("problems", { sort: null }),
  text("first_due_on", { sort: null }),
  text("served_on", { sort: null }),
]
export const ORDERS: TableShape = { filters: ["q", "state", "jurisdiction", "campaign", "inspection"], sorts: [], sort: "", size: 50 }

const ABOUT = [text("problem", { place: "lead", width: 14, breaks: true, sort: null }), text("site", { place: "full", width: 10, breaks: true, sort: null })] as const
export const EXTENSION_COLUMNS: readonly Column[] = [...ABOUT, text("wanted", { sort: null }), text("reason", { place: "full", width: 12, breaks: true, sort: null }), text("state", { sort: null }), text("act", { sort: null })]
export const OBJECTION_COLUMNS: readonly Column[] = [...ABOUT, text("text", { place: "full", width: 16, breaks: true, sort: null }), text("state", { sort: null }), text("act", { sort: null })]
export const STEP_COLUMNS: readonly Column[] = [...ABOUT, text("rung", { sort: null }), text("due_on", { sort: null }), text("reached_on", { sort: null }), text("state", { sort: null }), text("act", { sort: null })]
export const REFERRAL_COLUMNS: readonly Column[] = [
  text("number", { place: "lead", sort: null }),
  text("department", { sort: null, width: 9, breaks: true }),
  text("site", { place: "full", width: 10, breaks: true, sort: null }),
  text("reason", { place: "full", width: 12, breaks: true, sort: null }),
  text("reply_due_on", { sort: null }),
  text("reply", { place: "full", width: 12, breaks: true, sort: null }),
  text("act", { sort: null }),
]
export const BY_STATE: TableShape = { filters: ["state"], sorts: [], sort: "", size: 50 }

const TONES: { readonly [kind: string]: { readonly [state: string]: "plain" | "waiting" | "accent" | "done" | "danger" } } = {
  orders: { draft: "waiting", issued: "accent", served: "plain", closed: "done", withdrawn: "plain" },
  requests: { asked: "waiting", granted: "done", refused: "plain" },
  steps: { proposed: "waiting", done: "done", skipped: "plain" },
}
export const toneFor = (kind: "orders" | "requests" | "steps", state: string) => TONES[kind]?.[state] ?? "plain"

/** Which words say what the journal noted; an unknown act is shown by its own name. */
export function actKey(verb: string, has: (key: string) => boolean): string {
  const key = `rectification.acts.${verb}`
  return has(key) ? key : ""
}
