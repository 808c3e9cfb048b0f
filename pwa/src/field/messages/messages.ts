/** 消息: what happened in one's visits that one has not done oneself, newest first. */
import type { HistoryLine, Seal, Visit } from "../../sync/visit"

export type MessageKind = "dispatched" | "revoked" | "conflict" | "resolved" | "sealed" | "disputed" | "signed" | "late" | "waiting" | "addendum" | "amended"

export interface Message {
  readonly key: string
  readonly kind: MessageKind
  readonly visitId: string
  readonly siteName: string
  /** When it happened, as far as that is known; a day, an instant or null. */
  readonly at: string | null
  readonly who: string | null
  readonly item: string | null
  readonly count: number
}

export function messagesOf(visits: readonly Visit[], me: string): readonly Message[] {
  return visits.flatMap((visit) => ofVisit(visit, me)).sort(newestFirst)
}

function ofVisit(visit: Visit, me: string): Message[] {
  const about = (kind: MessageKind, more: Partial<Message> = {}): Message => ({
    key: `${visit.visitId}:${kind}:${more.item ?? ""}:${more.at ?? ""}`,
    kind,
    visitId: visit.visitId,
    siteName: visit.dispatched.site.name,
    at: null,
    who: null,
    item: null,
    count: 1,
    ...more,
  })
  const late = visit.late.filter((record) => record.isOpen).map((record) => record.line)
  const otherWaiting = visit.waiting.filter((line) => !late.some((one) => one.opId === line.opId)).length
  return [
    about(visit.readOnly === "revoked" ? "revoked" : "dispatched", { at: visit.dispatched.inspection.planned_on }),
    ...visit.conflicts.map((register) => about("conflict", { item: register.item === "_" ? null : register.item, at: newest(register.heads) })),
    ...visit.history.filter(isResolution(me)).map((line) => about("resolved", { item: line.item, at: line.receivedAt ?? line.at, who: line.name })),
    ...(visit.seal ? [about(sealKind(visit.seal), { at: visit.seal.sealedAt, count: visit.seal.n })] : []),
    ...(visit.addendum ? [about("addendum", { count: visit.addendum.n, at: visit.addendum.by?.at ?? null, who: visit.addendum.by?.name ?? null })] : []),
    ...(visit.seal?.isSigned ? [about("signed", { at: visit.seal.sealedAt })] : []),
    ...(late.length > 0 ? [about("late", { count: late.length, at: newest(late) })] : []),
    ...(otherWaiting > 0 ? [about("waiting", { count: otherWaiting })] : []),
  ]
}

/** A further seal is what closes an addendum. */
function sealKind({ state, n }: Seal): MessageKind {
  if (state === "sealed_disputed") return "disputed"
  return n > 1 ? "amended" : "sealed"
}

function isResolution(me: string): (line: HistoryLine) => boolean {
  return (line) => line.kind === "conflict.resolve@1" && line.account !== me && line.fate === "server"
}

function newest(entries: readonly { readonly at: string }[]): string | null {
  return entries.map((entry) => entry.at).sort((a, b) => Date.parse(a) - Date.parse(b)).at(-1) ?? null
}

const OPEN: ReadonlySet<MessageKind> = new Set(["conflict", "disputed", "late", "waiting", "addendum"])

/** What somebody has to decide stands first, then what has no time: it is happening now. */
function newestFirst(a: Message, b: Message): number {
  if (OPEN.has(a.kind) !== OPEN.has(b.kind)) return Number(OPEN.has(b.kind)) - Number(OPEN.has(a.kind))
  if (a.at === null || b.at === null) return Number(a.at !== null) - Number(b.at !== null)
  return Date.parse(b.at) - Date.parse(a.at)
}
