/** A line of an item's history in words. */
import { opWords, type Words } from "../../opWords"
import type { HistoryLine } from "../../sync/visit"
import type { Language, Wording } from "../../terms"

export { valueWords } from "../../opWords"

export function historyWords({ kind, field, body }: HistoryLine, language: Language, wording: Wording = "visit"): Words {
  return opWords({ kind, field, said: body }, language, wording)
}
