/** A visit with the wording of its edition: what the screens show. Pure. */
import type { CalendarData } from "../kit/workdays"
import { briefingOf } from "./briefing"
import { isScored, marksOf, type Marks, type Scored } from "./scoring"
import type { VisitSync } from "./status"
import type { Edition, EditionItem, Gap, Item, Register, Visit, VisitCard, VisitState } from "./visit"
import { emptyRegister } from "./visitState"

/** Null for a scope that holds no visit (yet). */
export function visitView(state: VisitState, edition: Edition | null, calendar: CalendarData | null, isPrepared: boolean): Visit | null {
  if (!state.dispatched) return null
  const visitRegister = (field: string) => registerOf(state, "_", field)
  const items = (edition?.items ?? []).map((definition) => itemView(state, definition))
  // The holidays travel beside the facts of the visit, where the office may have put better ones.
  const dispatched = calendar && !state.dispatched.calendar ? { ...state.dispatched, calendar } : state.dispatched
  return {
    ...state,
    visitId: state.scope.slice("insp:".length),
    dispatched,
    edition,
    items,
    groups: (edition?.groups ?? []).map(({ code, name }) => groupView(code, name, items)),
    answered: items.filter((item) => item.isAnswered).length,
    marks: marksIn(edition, items),
    arrival: visitRegister("arrival"),
    siteRep: visitRegister("site_rep"),
    outcome: visitRegister("outcome"),
    openingStatement: visitRegister("opening_statement"),
    conflicts: [...state.registers.values()].filter(isOpen),
    briefing: briefingOf(dispatched.recheck),
    isPrepared,
  }
}

function groupView(code: string, name: string, all: readonly Item[]) {
  const items = all.filter((item) => item.definition.group === code)
  return { code, name, items, answered: items.filter((item) => item.isAnswered).length }
}

/** Points so far; a disputed score counts as none. */
export function marksIn(edition: Edition | null, items: readonly Item[]): Marks | null {
  return edition?.scoring ? marksOf(edition.scoring, items.flatMap(scoredOf)) : null
}

function scoredOf({ definition, result, score }: Pick<Item, "definition" | "result" | "score">): Scored[] {
  const { code, group, score: rule, na_allowed: mayBeNa } = definition
  return rule ? [{ code, group, rule, mayBeNa, result: result.value, score: score.value }] : []
}

/** Answered is what may be sealed: in a scored edition the points have to go with the result. */
export function isAnswered(item: Pick<Item, "definition" | "result" | "score">): boolean {
  return item.result.value !== null && scoredOf(item).every(isScored)
}

function itemView(state: VisitState, definition: EditionItem): Item {
  const { code } = definition
  const register = (field: string) => registerOf(state, code, field)
  const own = [...state.registers.values()].filter((candidate) => candidate.item === code)
  const photos = state.photos.filter((photo) => photo.item === code)
  const [result, remark, score] = [register("result"), register("remark"), register("score")]
  const item = {
    code,
    definition,
    result,
    score,
    remark,
    severity: register("severity"),
    dueOverride: register("due_override"),
    adoptedReading: register("adopted_reading"),
    notes: state.notes.filter((note) => note.item === code),
    readings: state.readings.filter((reading) => reading.item === code),
    photos,
    history: state.history.filter((line) => line.item === code),
    hasConflict: own.some(isOpen),
    isAnswered: isAnswered({ definition, result, score }),
  }
  return { ...item, gaps: gapsOf(item, own) }
}

function gapsOf(item: Pick<Item, "result" | "remark" | "definition" | "photos" | "isAnswered">, own: readonly Register[]): readonly Gap[] {
  const gaps: Gap[] = []
  const included = item.photos.filter((photo) => !photo.excluded)
  const result = item.result.value
  const needsPhoto = item.definition.photo_required_on_fail && result === "fail"
  if (own.some((register) => register.state === "conflict")) gaps.push("conflict")
  else if (!item.isAnswered) gaps.push("result")
  if (own.some((register) => register.state === "agreed")) gaps.push("agreed_conflict")
  if ((result === "fail" || result === "fixed") && item.remark.state === "empty") gaps.push("remark")
  if (needsPhoto && included.length === 0) gaps.push("photo")
  if (included.some((photo) => photo.bytes === "elsewhere" || photo.bytes === "failed")) gaps.push("photo_bytes")
  return gaps
}

export function cardOf(visit: Visit, sync: VisitSync | undefined): VisitCard {
  const { dispatched } = visit
  return {
    visitId: visit.visitId,
    scope: visit.scope,
    code: dispatched.inspection.code,
    plannedOn: dispatched.inspection.planned_on,
    recheck: visit.briefing?.kind ?? null,
    siteName: dispatched.site.name,
    district: districtOf(dispatched.site),
    enterpriseName: dispatched.enterprise.name,
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
    opsHere: sync?.opsHere ?? 0,
    bytesToGo: sync?.bytesToGo ?? 0,
  }
}

function districtOf(site: Visit["dispatched"]["site"]): string | null {
  const named = [site.jurisdiction_name, site.district, site.jurisdiction].find((value) => typeof value === "string")
  return typeof named === "string" ? named : null
}

function registerOf(state: VisitState, item: string, field: string): Register {
  return state.registers.get(`${item}/${field}`) ?? emptyRegister(item, field)
}

function isOpen(register: Register): boolean {
  return register.state === "conflict" || register.state === "agreed"
}
