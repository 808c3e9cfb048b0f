/** What somebody did, as a message key with its facts: on the phone and at the desk the same op says the same words. */
import { outcomeLabel, resultLabel, severityLabel, signerLabel, type Language, type Wording } from "./terms"

export interface Words {
  readonly key: string
  readonly params: { readonly [name: string]: string }
}

export interface SaidOp {
  readonly kind: string
  readonly field: string | null
  readonly said: { readonly [name: string]: unknown }
}

/** `wording` is that of a recheck where the op belongs to one. */
export function opWords({ kind, field, said }: SaidOp, language: Language, wording: Wording = "visit"): Words {
  switch (kind) {
    case "reg.set@1":
      return registerWords(field ?? "", said.v, language, wording)
    case "conflict.resolve@1":
      return { key: "history.resolved", params: { value: valueWords(field, said.v, language, wording), reason: text(said.reason) } }
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
    case "late.dispose@1":
      return { key: `history.decided.${text(said.decision)}`, params: { reason: text(said.reason) } }
    case "addendum.open@1":
      return { key: "history.addendumOpened", params: { n: String(said.n), reason: text(said.reason) } }
    case "replica.flush@1":
      return { key: "history.flushed", params: {} }
    default:
      return { key: "history.other", params: { kind } }
  }
}

/** A register's value in words: a label, the text itself, or "unanswered". */
export function valueWords(field: string | null, value: unknown, language: Language, wording: Wording = "visit"): string {
  if (value === null || value === undefined) return language === "en" ? "no answer" : "未作答"
  if (field === "result") return resultLabel(value, language, wording)
  if (field === "score") return language === "en" ? `${String(value)} points` : `${String(value)} 分`
  if (field === "severity") return severityLabel(value, language)
  if (field === "arrival") return placeWords(value, language)
  if (Array.isArray(value)) return value.map((code) => outcomeLabel(code, language)).join(language === "en" ? ", " : "、")
  return typeof value === "object" ? Object.values(value).filter((part) => typeof part === "string").join(" ") : String(value)
}

function placeWords(value: unknown, language: Language): string {
  const said = value as { readonly gps?: unknown; readonly lat?: unknown }
  // Early phones said the position itself, later ones put it under `gps`.
  const gps = (said.lat === undefined ? said.gps : said) as { readonly lat?: unknown; readonly lon?: unknown; readonly acc_m?: unknown } | null | undefined
  if (!gps) return language === "en" ? "no position" : "未取得位置"
  return `${String(gps.lat)}, ${String(gps.lon)} ±${String(gps.acc_m)} m`
}

const FIELD_KEYS: { readonly [field: string]: string } = {
  result: "history.setResult",
  score: "history.setScore",
  remark: "history.setRemark",
  severity: "history.setSeverity",
  due_override: "history.setDue",
  adopted_reading: "history.adoptedReading",
  arrival: "history.arrived",
  opening_statement: "history.showedCertificate",
  site_rep: "history.namedRepresentative",
  outcome: "history.setOutcome",
}

function registerWords(field: string, value: unknown, language: Language, wording: Wording): Words {
  if (value === null) return { key: "history.cleared", params: {} }
  const key = field.startsWith("caption:") ? "history.captioned" : (FIELD_KEYS[field] ?? "history.setField")
  return { key, params: { value: valueWords(field, value, language, wording), field } }
}

function text(value: unknown): string {
  return typeof value === "string" ? value : ""
}
