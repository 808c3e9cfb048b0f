/** What an addendum changed, in words: field, from, to. */
import { valueWords, type Words } from "../../opWords"
import type { Change } from "../../sync/late"
import type { Language } from "../../terms"

export function changeWords({ field, was, now }: Pick<Change, "field" | "was" | "now">, language: Language): Words {
  const name = field.startsWith("caption:") ? "caption" : field
  const params = { was: valueWords(field, was, language), now: valueWords(field, now, language) }
  return { key: `addendum.fields.${FIELDS.has(name) ? name : "other"}`, params }
}

const FIELDS: ReadonlySet<string> = new Set(["result", "remark", "severity", "due_override", "adopted_reading", "caption", "arrival", "site_rep", "outcome", "opening_statement"])
