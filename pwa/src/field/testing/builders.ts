/** Visits for tests and for looking at screens: sensible defaults, override what matters. */
import type { Json } from "../../kit/canonicalJson"
import { briefingOf } from "../../sync/briefing"
import type { Scoring } from "../../sync/scoring"
import { isAnswered, marksIn } from "../../sync/visitView"
import type { Authorship, Dispatched, Edition, EditionItem, Gap, Head, Item, Note, Photo, Reading, Register } from "../../sync/visit"
import type { HistoryLine, Seal, Signature, TeamMember, Visit, VisitCard } from "../../sync/visit"

export const LEADER: TeamMember = { grant: "g1", account: "a1", name: "执法员甲01", role: "leader", certificateNo: "示例410105001" }
export const OFFICER: TeamMember = { grant: "g2", account: "a2", name: "执法员乙01", role: "officer", certificateNo: "示例410105002" }
export const EXPERT: TeamMember = { grant: "g3", account: "a3", name: "行业专家丙01", role: "expert", certificateNo: null }

let counter = 0
const nextId = () => `op-${String(++counter).padStart(4, "0")}`

export function by(member: TeamMember, more: Partial<Authorship> = {}): Authorship {
  const { account, name, role } = member
  return { opId: nextId(), account, name, role, replica: `r-${account}`, at: "2026-11-22T10:05:31.000+08:00", receivedAt: null, fate: "here", code: null, ...more }
}

export function aRegister(item: string, field: string, heads: readonly Head[] = []): Register {
  const values = new Set(heads.map((head) => JSON.stringify(head.value)))
  const state = heads.length === 0 ? "empty" : values.size > 1 ? "conflict" : heads.length > 1 ? "confirmed" : "settled"
  return { item, field, state, value: values.size === 1 ? (heads[0]?.value ?? null) : null, heads, conflictId: state === "conflict" ? `c-${item}` : null }
}

export function aDefinition(code: string, more: Partial<EditionItem> = {}): EditionItem {
  return {
    code,
    group: code.slice(0, 1),
    title: `检查项${code}`,
    check: "核对是否按要求设置并完好有效。",
    method: ["现场查看"],
    legal_basis: [{ law: "《物业管理条例》", article: "第三十二条", verified: true }],
    severity: "serious",
    deadline: { value: 10, unit: "working_days", immediate_measures: false },
    photo_required_on_fail: true,
    na_allowed: true,
    refer_to: null,
    quick_findings: [],
    ...more,
  }
}

export interface ItemParts {
  readonly definition?: Partial<EditionItem>
  readonly result?: readonly Head[] | Json
  readonly fields?: { readonly [field: string]: readonly Head[] | Json }
  readonly photos?: readonly Photo[]
  readonly notes?: readonly Note[]
  readonly readings?: readonly Reading[]
  readonly history?: readonly HistoryLine[]
}

export function anItem(code: string, parts: ItemParts = {}): Item {
  const register = (field: string, given: readonly Head[] | Json | undefined) => aRegister(code, field, headsOf(given))
  const definition = aDefinition(code, parts.definition)
  const result = register("result", parts.result)
  const field = (name: string) => register(name, parts.fields?.[name])
  const photos = parts.photos ?? []
  const item = {
    code,
    definition,
    result,
    score: field("score"),
    remark: field("remark"),
    severity: field("severity"),
    dueOverride: field("due_override"),
    adoptedReading: field("adopted_reading"),
    notes: parts.notes ?? [],
    readings: parts.readings ?? [],
    photos,
    history: parts.history ?? [],
    hasConflict: [result, field("score"), field("remark"), field("severity")].some((one) => one.state === "conflict"),
    isAnswered: isAnswered({ definition, result, score: field("score") }),
  }
  return { ...item, gaps: gapsOf(item) }
}

function headsOf(given: readonly Head[] | Json | undefined): readonly Head[] {
  if (given === undefined || given === null) return []
  if (Array.isArray(given) && given.every((head) => typeof head === "object" && head !== null && "opId" in head)) return given as unknown as readonly Head[]
  return [{ ...by(LEADER), value: given as Json }]
}

function gapsOf(item: Omit<Item, "gaps">): Gap[] {
  const gaps: Gap[] = []
  if (item.hasConflict) gaps.push("conflict")
  else if (!item.isAnswered) gaps.push("result")
  if (item.result.value !== "fail" && !item.definition.score) return gaps
  if (item.result.value !== "fail" && item.result.value !== "fixed") return gaps
  if (item.remark.state === "empty") gaps.push("remark")
  if (item.definition.photo_required_on_fail && !item.photos.some((photo) => !photo.excluded)) gaps.push("photo")
  return gaps
}

export function aDispatched(more: Partial<Dispatched> = {}): Dispatched {
  return {
    inspection: { id: "v1", code: "DEMO-2026-001", planned_on: "2026-11-22", campaign: "演示抽查" },
    site: { name: "示范花园", address: "示例路1号", district: "中原区", lat: "34.7500", lon: "113.6000", households: 1200, buildings: 12, lifts: 24, is_high_rise: true },
    enterprise: { name: "演示物业服务有限公司", uscc: "91410100MA0000000X", phone: "0371-00000000" },
    edition: { id: "demo", hash: "0".repeat(64) },
    team: [],
    earlier_problems: [],
    texts: {},
    ...more,
  }
}

export interface VisitParts extends Partial<Omit<Visit, "items" | "groups">> {
  readonly items?: readonly Item[]
  readonly groupNames?: { readonly [code: string]: string }
  readonly scoring?: Scoring | undefined
}

export function aVisit(parts: VisitParts = {}): Visit {
  const { items = [anItem("A01")], groupNames = {}, scoring, ...more } = parts
  const dispatched = more.dispatched ?? aDispatched()
  const codes = [...new Set(items.map((item) => item.definition.group))]
  const groups = codes.map((code) => {
    const own = items.filter((item) => item.definition.group === code)
    return { code, name: groupNames[code] ?? `分组${code}`, items: own, answered: own.filter((item) => item.isAnswered).length }
  })
  const edition: Edition = { id: "demo", name: "演示清单", groups, items: items.map((item) => item.definition), texts: {}, ...(scoring ? { scoring } : {}) }
  return {
    visitId: dispatched.inspection.id,
    scope: `insp:${dispatched.inspection.id}`,
    dispatched,
    team: [LEADER, OFFICER, EXPERT],
    me: LEADER,
    readOnly: null,
    registers: new Map(),
    notes: [],
    readings: [],
    photos: items.flatMap((item) => item.photos),
    signatures: [],
    seal: null,
    addendum: null,
    late: [],
    waiting: [],
    failed: [],
    history: [],
    members: [],
    edition,
    groups,
    items,
    answered: items.filter((item) => item.isAnswered).length,
    marks: marksIn(edition, items),
    arrival: aRegister("_", "arrival"),
    siteRep: aRegister("_", "site_rep"),
    outcome: aRegister("_", "outcome"),
    openingStatement: aRegister("_", "opening_statement"),
    conflicts: items.flatMap((item) => [item.result, item.score, item.remark, item.severity]).filter((register) => register.state === "conflict"),
    briefing: briefingOf(dispatched.recheck),
    isPrepared: true,
    ...more,
  }
}

export function aSeal(more: Partial<Seal> = {}): Seal {
  return { n: 1, manifestHash: "ab".repeat(32), state: "sealed", sealedAt: "2026-11-20T16:00:00.000+08:00", isSigned: false, ...more }
}

export function aSignature(member: TeamMember | string, more: Partial<Signature> = {}): Signature {
  const isName = typeof member === "string"
  const base = { manifestHash: "ab".repeat(32), isCurrent: true, imageSha256: null, refused: null }
  const who = isName
    ? { ...by(LEADER), signatureRole: "representative" as const, person: member, personName: member }
    : { ...by(member), signatureRole: member.role === "leader" ? ("leader" as const) : ("officer" as const), person: member.account, personName: member.name }
  return { ...who, ...base, ...more }
}

export function aLine(kind: string, more: Partial<HistoryLine> = {}): HistoryLine {
  return { ...by(LEADER), kind, item: "A01", field: null, body: {}, isSuperseded: false, skewMs: null, ...more }
}

export function aPhoto(more: Partial<Photo> = {}): Photo {
  const photoId = nextId()
  return {
    ...by(LEADER), item: "A01", photoId, sha256: photoId.padEnd(64, "0"), size: 4_200_000, mime: "image/jpeg", w: 4000, h: 3000,
    taken: null, gps: null, caption: null, excluded: null, bytes: "here", sentBytes: 0, ...more,
  }
}

export function aCard(visit: Visit, more: Partial<VisitCard> = {}): VisitCard {
  return {
    visitId: visit.visitId,
    scope: visit.scope,
    code: visit.dispatched.inspection.code,
    plannedOn: visit.dispatched.inspection.planned_on,
    recheck: visit.briefing?.kind ?? null,
    siteName: visit.dispatched.site.name,
    district: String(visit.dispatched.site.district ?? ""),
    enterpriseName: visit.dispatched.enterprise.name,
    team: visit.team,
    role: visit.me?.role ?? null,
    itemCount: visit.items.length,
    answered: visit.answered,
    failedItems: visit.items.filter((item) => item.result.value === "fail").length,
    conflicts: visit.conflicts.length,
    waiting: visit.waiting.length,
    seal: visit.seal,
    readOnly: visit.readOnly,
    isPrepared: visit.isPrepared,
    opsHere: 0,
    bytesToGo: 0,
    ...more,
  }
}
