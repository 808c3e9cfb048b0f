/** Which visits are for today, which come later, which are behind. */
import type { VisitCard } from "../../sync/visit"

export type KindFilter = "all" | "first" | "again"
export const KIND_FILTERS: readonly KindFilter[] = ["all", "first", "again"]

/** Cards of one kind: first inspections, or 复查. */
export function cardsOfKind(cards: readonly VisitCard[], filter: KindFilter): readonly VisitCard[] {
  return filter === "all" ? cards : cards.filter((card) => (card.recheck !== null) === (filter === "again"))
}

/** A filter helps where there is something of both kinds. */
export function hasBothKinds(cards: readonly VisitCard[]): boolean {
  return KIND_FILTERS.every((filter) => cardsOfKind(cards, filter).length > 0)
}

export interface DayOfVisits {
  readonly day: string
  readonly cards: readonly VisitCard[]
}

export interface Agenda {
  /** For today, and what an earlier day left open. */
  readonly today: readonly VisitCard[]
  readonly upcoming: readonly DayOfVisits[]
  readonly done: readonly DayOfVisits[]
  readonly next: VisitCard | null
}

export function agendaOf(cards: readonly VisitCard[], today: string): Agenda {
  const open = cards.filter((card) => !card.seal && card.readOnly !== "archived" && card.readOnly !== "revoked")
  const rest = cards.filter((card) => !open.includes(card))
  const upcoming = byDay(open.filter((card) => card.plannedOn > today), 1)
  // A visit that was sealed today stays in sight today: its photos may still have to go.
  const sealedToday = rest.filter((card) => card.plannedOn === today && card.readOnly !== "revoked")
  return {
    today: [...sorted(open.filter((card) => card.plannedOn <= today)), ...sealedToday],
    upcoming,
    done: byDay(rest.filter((card) => !sealedToday.includes(card)), -1),
    next: upcoming[0]?.cards[0] ?? null,
  }
}

function byDay(cards: readonly VisitCard[], direction: 1 | -1): readonly DayOfVisits[] {
  const days = [...new Set(cards.map((card) => card.plannedOn))].sort()
  if (direction < 0) days.reverse()
  return days.map((day) => ({ day, cards: sorted(cards.filter((card) => card.plannedOn === day)) }))
}

function sorted(cards: readonly VisitCard[]): VisitCard[] {
  return [...cards].sort((a, b) => (a.plannedOn + a.code < b.plannedOn + b.code ? -1 : 1))
}
