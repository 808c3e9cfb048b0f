/** What an op said, as a message key with its facts; labels of codes come from terms.ts. */
import type { Schemas } from "../../api/client"
import { outcomeLabel, resultLabel, severityLabel, signerLabel, type Language } from "../../terms"

export type Line = Schemas["HistoryLineOut"]
export type Item = Schemas["ItemRecordOut"]
export type Stamp = Schemas["StampOut"]
export type InspectionRecord = Schemas["InspectionRecordOut"]

export interface Words {
  readonly key: string
  readonly params: { readonly [name: string]: string }
}

export function lineWords(line: Line, language: Language): Words {
  const { said } = line
  const value = valueWords(line.field, said.v, language)
  switch (line.kind) {
    case "reg.set@1":
      return said.v === null ? { key: "history.cleared", params: {} } : { key: registerKey(line.field ?? ""), params: { value, field: line.field ?? "" } }
    case "conflict.resolve@1":
      return { key: "history.resolved", params: { value, reason: text(said.reason) } }
    case "note.add@1":
      return { key: "history.noted", params: { text: text(said.text) } }
    case "note.retract@1":
      return { key: "history.noteRetracted", params: { reason: text(said.reason) } }
    case "meas.add@1":
      return { key: "history.measured", params: { value: text(said.value), unit: text(said.unit) } }
    case "meas.void@1":
      return { key: "history.readingVoided", params: { reason: text(said.reason) } }
    case "photo.add@1":
      return { key: "history.photographed", params: {} }
    case "photo.exclude@1":
      return { key: "history.photoExcluded", params: { reason: text(said.reason) } }
    case "insp.seal@1":
      return { key: "history.sealed", params: {} }
    case "sig.add@1":
      return { key: said.refused ? "history.refused" : "history.signed", params: { role: signerLabel(said.role, language) } }
    case "replica.flush@1":
      return { key: "history.flushed", params: {} }
    default:
      return { key: "history.other", params: { kind: line.kind } }
  }
}

/** A register's value in words: a label, the text itself, or "unanswered". */
export function valueWords(field: string | null, value: unknown, language: Language): string {
  if (value === null || value === undefined) return language === "en" ? "no answer" : "未作答"
  if (field === "result") return resultLabel(value, language)
  if (field === "severity") return severityLabel(value, language)
  if (Array.isArray(value)) return value.map((code) => outcomeLabel(code, language)).join(language === "en" ? ", " : "、")
  if (typeof value === "object") return Object.values(value).filter((part) => typeof part === "string").join(" ")
  return String(value)
}

const REGISTER_KEYS: { readonly [field: string]: string } = {
  result: "history.setResult",
  remark: "history.setRemark",
  severity: "history.setSeverity",
  due_override: "history.setDue",
  adopted_reading: "history.adoptedReading",
  arrival: "history.arrived",
  opening_statement: "history.showedCertificate",
  site_rep: "history.namedRepresentative",
  outcome: "history.setOutcome",
}

function registerKey(field: string): string {
  return field.startsWith("caption:") ? "history.captioned" : (REGISTER_KEYS[field] ?? "history.setField")
}

function text(value: unknown): string {
  return typeof value === "string" ? value : ""
}
