/** 复查: what a recheck's team was sent to look at. Read from the dispatch; members may be missing, none may break a screen. */

export type RecheckKind = "recheck" | "lookback" | "joint"

/** The member `recheck` of `inspection.dispatched`. */
export interface Briefing {
  readonly kind: RecheckKind
  /** Department that comes along, where one does. */
  readonly partner: string | null
  /** The visit whose findings are looked at again. */
  readonly origin: { readonly code: string; readonly sealedOn: string | null }
  readonly findings: readonly Finding[]
}

export interface Finding {
  readonly code: string
  readonly item: string
  readonly title: string
  readonly severity: string | null
  readonly remark: string
  readonly foundOn: string | null
  readonly dueOn: string | null
  /** How often somebody came and it was not put right. */
  readonly failedRechecks: number
  /** Digests of the photos of then. */
  readonly photos: readonly string[]
  readonly submissions: readonly Submission[]
}

/** What the enterprise handed in at once. */
export interface Submission {
  readonly receiptNo: string
  readonly text: string
  readonly submittedAt: string | null
  readonly files: readonly ProofFile[]
}

export interface ProofFile {
  readonly sha256: string
  readonly name: string
  /** False for a PDF: it is named, not shown. */
  readonly isPicture: boolean
}

type Raw = { readonly [name: string]: unknown }

const KINDS: readonly string[] = ["recheck", "lookback", "joint"] satisfies RecheckKind[]
const SHA256 = /^[0-9a-f]{64}$/

/** Null for a visit that is no recheck. */
export function briefingOf(recheck: unknown): Briefing | null {
  if (!isRaw(recheck)) return null
  const origin = isRaw(recheck.origin) ? recheck.origin : {}
  const partner = text(recheck.partner)
  return {
    kind: kindOf(recheck.kind, partner),
    partner,
    origin: { code: text(origin.code) ?? "", sealedOn: text(origin.sealed_on) },
    findings: listOf(recheck.problems).flatMap(findingOf),
  }
}

/** A recheck with a partner is a joint one. A kind that nobody knows yet is a recheck like any other. */
function kindOf(kind: unknown, partner: string | null): RecheckKind {
  const known = KINDS.includes(String(kind)) ? (kind as RecheckKind) : "recheck"
  return known === "recheck" && partner ? "joint" : known
}

function findingOf(raw: Raw): readonly Finding[] {
  const item = text(raw.item)
  if (!item) return []
  return [
    {
      code: text(raw.code) ?? item,
      item,
      title: text(raw.title) ?? "",
      severity: text(raw.severity),
      remark: text(raw.remark) ?? "",
      foundOn: text(raw.found_on),
      dueOn: text(raw.due_on),
      failedRechecks: typeof raw.failed_rechecks === "number" ? raw.failed_rechecks : 0,
      photos: (Array.isArray(raw.photos) ? raw.photos : []).filter(isDigest),
      submissions: listOf(raw.submissions).map(submissionOf),
    },
  ]
}

function submissionOf(raw: Raw): Submission {
  const files = listOf(raw.files).flatMap((file) => {
    if (!isDigest(file.sha256)) return []
    return [{ sha256: file.sha256, name: text(file.name) ?? "", isPicture: (text(file.content_type) ?? "").startsWith("image/") }]
  })
  return { receiptNo: text(raw.receipt_no) ?? "", text: text(raw.text) ?? "", submittedAt: text(raw.submitted_at), files }
}

export function findingsOf(briefing: Briefing | null, item: string): readonly Finding[] {
  return briefing?.findings.filter((finding) => finding.item === item) ?? []
}

/** Digests of everything that can be shown, each once: what a phone keeps before it goes offline. */
export function picturesOf(briefing: Briefing): readonly string[] {
  const proof = (finding: Finding) => finding.submissions.flatMap(({ files }) => files.filter((file) => file.isPicture).map((file) => file.sha256))
  return [...new Set(briefing.findings.flatMap((finding) => [...finding.photos, ...proof(finding)]))]
}

function isRaw(value: unknown): value is Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

function listOf(value: unknown): readonly Raw[] {
  return Array.isArray(value) ? value.filter(isRaw) : []
}

function isDigest(value: unknown): value is string {
  return typeof value === "string" && SHA256.test(value)
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null
}
