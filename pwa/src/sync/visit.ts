/**
 * What a visit looks like on this phone: plain, immutable data made by merge.ts from the feed and
 * from this phone's own unsent ops. Screens show these objects; nobody edits them.
 */
import type { Json } from "../kit/canonicalJson"
import type { CalendarData } from "../kit/workdays"
import type { Briefing, RecheckKind } from "./briefing"
import type { Change, Decision } from "./late"
import type { ItemScore, Marks, Scoring } from "./scoring"

export type Role = "leader" | "officer" | "expert"

/** Where an op stands, in the three plain states of every screen, plus the one that needs help. */
export type Fate =
  | "here" // 仅在本机
  | "server" // 已上传
  | "waiting" // 待处理: kept by the server, a person decides
  | "failed" // refused; kept on this phone, never thrown away

export interface TeamMember {
  readonly grant: string
  readonly account: string
  readonly name: string
  readonly role: Role
  readonly certificateNo: string | null
}

/** Who did something, when and how far it has come. `at` is what the device's clock said: testimony. */
export interface Authorship {
  readonly opId: string
  readonly account: string
  readonly name: string
  readonly role: Role | null
  readonly replica: string
  readonly at: string
  readonly receivedAt: string | null
  readonly fate: Fate
  /** The server's code where fate is `waiting` or `failed`. */
  readonly code: string | null
}

export interface Head extends Authorship {
  readonly value: Json
}

/**
 * `settled` one head · `confirmed` several people, one value · `conflict` several values, no winner ·
 * `agreed` values agree again, but the conflict is still open until the leader says so.
 */
export type RegisterState = "empty" | "settled" | "confirmed" | "conflict" | "agreed"

export interface Register {
  readonly item: string
  readonly field: string
  readonly state: RegisterState
  /** The one value, or null where there is none or more than one. */
  readonly value: Json
  readonly heads: readonly Head[]
  /** Id of the open conflict in the feed, where the server knows of it already. */
  readonly conflictId: string | null
}

export interface Note extends Authorship {
  readonly item: string | null
  readonly text: string
  readonly retracted: (Authorship & { readonly reason: string }) | null
}

export interface Reading extends Authorship {
  readonly item: string
  readonly readingId: string
  /** A decimal as text, exactly as typed. */
  readonly value: string
  readonly unit: string
  readonly instrument: string | null
  readonly voided: (Authorship & { readonly reason: string }) | null
  readonly isAdopted: boolean
}

export interface Gps {
  /** Decimals as text: floats have no canonical form. */
  readonly lat: string
  readonly lon: string
  readonly accM: number
}

/** `here` on this phone only · `sending` part of it is on the server · `server` verified there · `elsewhere` on a colleague's phone. */
export type BytesState = "here" | "sending" | "server" | "failed" | "elsewhere"

export interface Photo extends Authorship {
  readonly item: string
  readonly photoId: string
  readonly sha256: string
  readonly size: number
  readonly mime: string
  readonly w: number
  readonly h: number
  readonly taken: string | null
  readonly gps: Gps | null
  readonly caption: Register | null
  readonly excluded: (Authorship & { readonly reason: string }) | null
  readonly bytes: BytesState
  readonly sentBytes: number
}

export type SignatureRole = "officer" | "leader" | "representative" | "witness"

export interface Signature extends Authorship {
  readonly signatureRole: SignatureRole
  /** An account id, or the name of a representative or witness. */
  readonly person: string
  readonly personName: string
  readonly manifestHash: string
  /** False: bound to a manifest that is not in force. */
  readonly isCurrent: boolean
  readonly imageSha256: string | null
  readonly refused: { readonly reason: string; readonly witness: string | null } | null
}

export type SealState =
  | "here" // sealed on this phone, the server does not know yet
  | "sealed_pending_ops"
  | "sealed_pending_blobs"
  | "sealed_disputed"
  | "sealed"

export interface Seal {
  readonly n: number
  readonly manifestHash: string
  readonly state: SealState
  readonly sealedAt: string | null
  readonly isSigned: boolean
}

/** One line of 留痕: what somebody did, whether it counts now or not. */
export interface HistoryLine extends Authorship {
  readonly kind: string
  readonly item: string | null
  readonly field: string | null
  readonly body: { readonly [name: string]: Json }
  /** True where a later op took this one's place. */
  readonly isSuperseded: boolean
  /** Clock skew of more than five minutes between device and server, in ms. */
  readonly skewMs: number | null
}

export interface ConflictRow {
  readonly conflictId: string
  readonly item: string
  readonly field: string
  readonly heads: readonly string[]
}

/** A record that did not count when it came: why, and what the leader decided about it. */
export interface LateRecord {
  readonly line: HistoryLine
  /** The server's code: late, from a revoked grant, of another edition, or waiting for a colleague's op. */
  readonly why: string
  /** Waits for the leader. */
  readonly isOpen: boolean
  readonly canInclude: boolean
  readonly decision: Decision | null
  readonly decidedBy: Authorship | null
  readonly reason: string | null
}

/** 更正记录: the sealed record is open again for what is added. */
export interface AddendumState {
  readonly n: number
  readonly reason: string
  readonly by: Authorship | null
  /** What the record says otherwise than the manifest in force. */
  readonly changes: readonly Change[]
  /** Notes, readings and photos that the manifest does not name. */
  readonly added: readonly HistoryLine[]
}

/** Why this account cannot write in the visit now, or null. */
export type ReadOnlyReason = "revoked" | "sealed" | "archived" | "not_in_team"

/** The fold of one visit: everything that the protocol knows, before the edition's wording is added. */
export interface VisitState {
  readonly scope: string
  readonly dispatched: Dispatched | null
  readonly team: readonly TeamMember[]
  readonly me: TeamMember | null
  readonly readOnly: ReadOnlyReason | null
  /** By `item/field`. */
  readonly registers: ReadonlyMap<string, Register>
  readonly notes: readonly Note[]
  readonly readings: readonly Reading[]
  readonly photos: readonly Photo[]
  readonly signatures: readonly Signature[]
  readonly seal: Seal | null
  /** The addendum that is open, or null. */
  readonly addendum: AddendumState | null
  /** Everything that came late, decided or not, in the order of the ops. */
  readonly late: readonly LateRecord[]
  /** Ops that wait for a person: late, from a revoked grant, of an unknown kind… */
  readonly waiting: readonly HistoryLine[]
  readonly failed: readonly HistoryLine[]
  readonly history: readonly HistoryLine[]
  readonly members: readonly MemberActivity[]
}

/** What the leader can know about a colleague's phone before sealing. */
export interface MemberActivity {
  readonly account: string
  readonly lastReceivedAt: string | null
  readonly lastSeq: number | null
  /** He said that nothing older is unsent, and nothing came after it. */
  readonly isFlushed: boolean
}

/** Body of `inspection.dispatched`; members beyond the contract are kept as they came. */
export interface Dispatched {
  readonly inspection: Facts & { readonly id: string; readonly code: string; readonly planned_on: string }
  readonly site: Facts & { readonly name: string }
  readonly enterprise: Facts & { readonly name: string }
  readonly edition: { readonly id: string; readonly hash: string }
  readonly team: readonly { grant: string; account: string; name: string; role: Role; certificate_no: string | null }[]
  readonly earlier_problems: readonly Facts[]
  readonly texts: { readonly [name: string]: Json }
  /** 审批 and 通知 of a visit that came from a draw, as they are now; absent where the office sent none. */
  readonly approval?: Facts | null
  readonly notice?: Facts | null
  /** What a recheck looks at; absent in other visits. See briefing.ts. */
  readonly recheck?: Facts | null
  /** Holidays: from the visit where the office sent them, else those that this phone fetched. */
  readonly calendar?: CalendarData
}

export interface Facts {
  readonly [name: string]: Json | undefined
}

// ------------------------------------------------------------------ the edition (检查表)

export interface EditionItem {
  readonly code: string
  readonly group: string
  readonly title: string
  readonly check: string
  readonly method: string | readonly string[]
  readonly legal_basis: readonly { law: string; article: string; verified: boolean }[]
  readonly severity: "minor" | "serious" | "major"
  readonly deadline: { value: number; unit: "working_days" | "calendar_days"; immediate_measures: boolean }
  readonly photo_required_on_fail: boolean
  readonly na_allowed: boolean
  readonly refer_to: string | null
  readonly quick_findings: readonly string[]
  readonly consequence_note?: string | null
  readonly na_when?: string | null
  /** In a scored edition. */
  readonly score?: ItemScore
}

export interface Edition {
  readonly id: string
  readonly name: string
  readonly groups: readonly { code: string; name: string }[]
  readonly items: readonly EditionItem[]
  /** Only an edition with points has it (规范化管理考核). */
  readonly scoring?: Scoring
  /** Members beyond the contract (texts, outcome categories, disclaimer) as they came. */
  readonly [name: string]: unknown
}

// ------------------------------------------------------------------ what a screen shows

/** `result` and `conflict` forbid sealing; the others are asked for and may be overridden. */
export type Gap = "result" | "conflict" | "agreed_conflict" | "remark" | "photo" | "photo_bytes"

export interface Item {
  readonly code: string
  readonly definition: EditionItem
  readonly result: Register
  /** Points of a scored item; empty for all others. */
  readonly score: Register
  readonly remark: Register
  readonly severity: Register
  readonly dueOverride: Register
  readonly adoptedReading: Register
  readonly notes: readonly Note[]
  readonly readings: readonly Reading[]
  readonly photos: readonly Photo[]
  readonly history: readonly HistoryLine[]
  readonly hasConflict: boolean
  readonly isAnswered: boolean
  readonly gaps: readonly Gap[]
}

export interface Group {
  readonly code: string
  readonly name: string
  readonly items: readonly Item[]
  readonly answered: number
}

export interface Visit extends VisitState {
  readonly visitId: string
  readonly dispatched: Dispatched
  /** Null until the edition has been fetched: then there are no items either. */
  readonly edition: Edition | null
  readonly groups: readonly Group[]
  readonly items: readonly Item[]
  readonly answered: number
  /** Points so far; null where the edition has none. */
  readonly marks: Marks | null
  /** The registers of item `_`: arrival, site_rep, outcome, opening_statement. */
  readonly arrival: Register
  readonly siteRep: Register
  readonly outcome: Register
  readonly openingStatement: Register
  readonly conflicts: readonly Register[]
  /** 复查: the earlier findings; null in every other visit. */
  readonly briefing: Briefing | null
  readonly isPrepared: boolean
}

/** A card of 今日检查. */
export interface VisitCard {
  readonly visitId: string
  readonly scope: string
  readonly code: string
  readonly plannedOn: string
  /** 复查, 回头看 or 联合复查; null for any other visit. */
  readonly recheck: RecheckKind | null
  readonly siteName: string
  readonly district: string | null
  readonly enterpriseName: string
  readonly team: readonly TeamMember[]
  readonly role: Role | null
  readonly itemCount: number
  readonly answered: number
  readonly failedItems: number
  readonly conflicts: number
  readonly waiting: number
  readonly seal: Seal | null
  readonly readOnly: ReadOnlyReason | null
  readonly isPrepared: boolean
  /** Unsent ops and photo bytes of this visit. */
  readonly opsHere: number
  readonly bytesToGo: number
}
