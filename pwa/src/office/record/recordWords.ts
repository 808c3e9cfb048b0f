/** The record's parts by short names, and its lines in words. */
import type { Schemas } from "../../api/client"
import { opWords, type Words } from "../../opWords"
import type { Language, Wording } from "../../terms"

export { valueWords } from "../../opWords"

export type Line = Schemas["HistoryLineOut"]
export type Item = Schemas["ItemRecordOut"]
export type LateRecord = Schemas["LateOut"]
export type Seal = Schemas["SealOut"]
export type Stamp = Schemas["StampOut"]
export type InspectionRecord = Schemas["InspectionRecordOut"]

export function lineWords(line: Line, language: Language, wording: Wording = "visit"): Words {
  return opWords(line, language, wording)
}
