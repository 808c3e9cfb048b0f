/** What somebody did, as a message key with its facts. Labels of codes come from terms.ts. */
import type { HistoryLine } from "../../sync/visit"
import { outcomeLabel, resultLabel, severityLabel, signerLabel, type Language } from "../../terms"

export interface Words {
  readonly key: string
  readonly params: { readonly [name: string]: string | number }
}

export function historyWords(line: HistoryLine, language: Language): Words {
  const { body } = line
  switch (line.kind) {
    case "reg.set@1":
      return registerWords(line, body.v, language)
    case "conflict.resolve@1":
      return { key: "history.resolved", params: { value: valueWords(line.field, body.v, language), reason: text(body.reason) } }
    case "note.add@1":
      return { key: "history.noted", params: { text: text(body.text) } }
    case "note.retract@1":
      return { key: "history.noteRetracted", params: { reason: text(body.reason) } }
    case "meas.add@1":
      return { key: "history.measured", params: { value: text(body.value), unit: text(body.unit) } }
    case "meas.void@1":
      return { key: "history.readingVoided", params: { reason: text(body.reason) } }
    case "photo.add@1":
      return { key: "history.photographed", params: {} }
    case "photo.exclude@1":
      return { key: "history.photoExcluded", params: { reason: text(body.reason) } }
    case "insp.seal@1":
      return { key: "history.sealed", params: {} }
    case "sig.add@1":
      return { key: body.refused ? "history.refused" : "history.signed", params: { role: signerLabel(body.role, language) } }
    case "replica.flush@1":
      return { key: "history.flushed", params: {} }
    default:
      return { key: "history.other", params: { kind: line.kind } }
  }
}

/** A register's value in words: a label, the text itself, or nothing. */
export function valueWords(field: string | null, value: unknown, language: Language): string {
  if (value === null || value === undefined) return language === "en" ? "no answer" : "未作答"
  if (field === "result") return resultLabel(value, language)
  if (field === "severity") return severityLabel(value, language)
  if (field === "arrival") return placeWords(value, language)
  if (field === "outcome" && Array.isArray(value)) return value.map((code) => outcomeLabel(String(code), language)).join("、")
  if (Array.isArray(value)) return value.join("、")
  return typeof value === "object" ? Object.values(value).filter((part) => typeof part === "string").join(" ") : String(value)
}

function placeWords(value: unknown, language: Language): string {
  const gps = (value as { gps?: { lat?: unknown; lon?: unknown; acc_m?: unknown } | null }).gps
  if (!gps) return language === "en" ? "no position" : "未取得位置"
  return `${String(gps.lat)}, ${String(gps.lon)} ±${String(gps.acc_m)} m`
}

const FIELD_KEYS: { readonly [field: string]: string } = {
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

function registerWords(line: HistoryLine, value: unknown, language: Language): Words {
  const field = line.field ?? ""
  if (value === null) return { key: "history.cleared", params: {} }
  const key = field.startsWith("caption:") ? "history.captioned" : (FIELD_KEYS[field] ?? "history.setField")
  return { key, params: { value: valueWords(field, value, language), field } }
}

function text(value: unknown): string {
  return typeof value === "string" ? value : ""
}
