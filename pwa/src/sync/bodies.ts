/** What a body may hold, checked before an op is made: a refused op would stay in the chain for ever. */
import type { Json } from "../kit/canonicalJson"
import type { OpDraft } from "./ops"
import { hundredths } from "./scoring"

const RESULTS = ["pass", "fail", "fixed", "na"]
const SEVERITIES = ["minor", "serious", "major"]
const ITEM_FIELDS = ["result", "score", "remark", "severity", "due_override", "adopted_reading"]
const VISIT_FIELDS = ["arrival", "site_rep", "outcome", "opening_statement"]
const LONGEST_TEXT = 8000
const LONGEST_REASON = 2000
/** Of any op but a seal; the server refuses more. */
export const MOST_OP_BYTES = 32 * 1024

/** Why the server would refuse this body, or null. */
export function bodyProblem(draft: OpDraft): string | null {
  switch (draft.kind) {
    case "reg.set@1":
      return registerProblem(draft.item, draft.field, draft.body.v)
    case "conflict.resolve@1":
      return isSomeText(draft.body.reason) ? registerProblem(draft.item, draft.field, draft.body.v) : "reason"
    case "note.add@1":
      return isSomeText(draft.body.text, LONGEST_TEXT) ? null : "text"
    case "note.retract@1":
    case "meas.void@1":
    case "photo.exclude@1":
      return draft.body.reason.length <= LONGEST_REASON ? null : "reason"
    case "meas.add@1":
      return /^-?\d+(\.\d+)?$/.test(draft.body.value) && draft.body.unit.length <= 40 ? null : "value"
    case "photo.add@1":
      return draft.body.size > 0 && draft.body.size <= 64 * 1024 * 1024 ? null : "size"
    case "sig.add@1":
      return signatureProblem(draft.body)
    case "late.dispose@1":
    case "addendum.open@1":
      return isSomeText(draft.body.reason) ? null : "reason"
    case "insp.seal@1":
    case "replica.flush@1":
    case "op.void@1":
      return null
    default:
      return draft satisfies never
  }
}

function registerProblem(item: string | null, field: string | null, value: Json): string | null {
  const known = item === "_" ? VISIT_FIELDS : ITEM_FIELDS
  if (!item || !field || !(known.includes(field) || field.startsWith("caption:"))) return "field"
  return value === null || valueFits(field, value) ? null : "value"
}

function valueFits(field: string, value: Json): boolean {
  switch (field) {
    case "result":
      return typeof value === "string" && RESULTS.includes(value)
    case "score":
      return hundredths(value) !== null
    case "severity":
      return typeof value === "string" && SEVERITIES.includes(value)
    case "due_override":
      return typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value))
    case "outcome":
      return Array.isArray(value) && value.every((code, i) => typeof code === "string" && (i === 0 || String(value[i - 1]) < code))
    case "arrival":
    case "site_rep":
    case "opening_statement":
      return ["string", "boolean", "object"].includes(typeof value) && !Array.isArray(value)
    default:
      return typeof value === "string" && value.length <= LONGEST_TEXT
  }
}

function signatureProblem(body: Extract<OpDraft, { kind: "sig.add@1" }>["body"]): string | null {
  if (!isSomeText(body.person, 120)) return "person"
  return body.refused === null || isSomeText(body.refused.reason) ? null : "reason"
}

function isSomeText(text: string, longest = LONGEST_REASON): boolean {
  return text.trim() !== "" && text.length <= longest
}
