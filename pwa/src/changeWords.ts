/** What an addendum changed, in words: field, from, to. */
import { valueWords, type Words } from "./opWords"
import type { Language, Wording } from "./terms"

export interface ChangedValue {
  readonly field: string
  readonly was?: unknown
  readonly now?: unknown
}

export function changeWords({ field, was, now }: ChangedValue, language: Language, wording: Wording = "visit"): Words {
  const name = field.startsWith("caption:") ? "caption" : field
  const params = { was: valueWords(field, was, language, wording), now: valueWords(field, now, language, wording) }
  return { key: `addendum.fields.${FIELDS.has(name) ? name : "other"}`, params }
}

const FIELDS: ReadonlySet<string> = new Set(["result", "score", "remark", "severity", "due_override", "adopted_reading", "caption", "arrival", "site_rep", "outcome", "opening_statement"])
