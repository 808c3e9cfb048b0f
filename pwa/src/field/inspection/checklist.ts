/** Finding one's way through the items: filters, search, the next one without an answer. */
import type { Group, Item, Visit } from "../../sync/visit"

export type Filter = "all" | "unanswered" | "fail" | "conflict"
export const FILTERS: readonly Filter[] = ["all", "unanswered", "fail", "conflict"]

export function fits(item: Item, filter: Filter): boolean {
  switch (filter) {
    case "all":
      return true
    case "unanswered":
      return !item.isAnswered
    case "fail":
      return item.result.heads.some((head) => head.value === "fail" || head.value === "fixed")
    case "conflict":
      return item.hasConflict
    default:
      return filter satisfies never
  }
}

/** Looks into code, title and what is to be checked; every word must be found. */
export function matches(item: Item, query: string): boolean {
  const { code, title, check } = item.definition
  const text = `${code} ${title} ${check}`.toLowerCase()
  return query.toLowerCase().split(/\s+/).every((word) => text.includes(word))
}

export function visibleGroups(groups: readonly Group[], filter: Filter, query: string): readonly Group[] {
  return groups
    .map((group) => ({ ...group, items: group.items.filter((item) => fits(item, filter) && matches(item, query)) }))
    .filter((group) => group.items.length > 0)
}

export function countsOf(items: readonly Item[]): { readonly [F in Filter]: number } {
  const count = (filter: Filter) => items.filter((item) => fits(item, filter)).length
  return { all: items.length, unanswered: count("unanswered"), fail: count("fail"), conflict: count("conflict") }
}

/** The next item without an answer after `from`, going round at the end; null when all are answered. */
export function nextUnanswered(items: readonly Item[], from: string | null): Item | null {
  const start = items.findIndex((item) => item.code === from) + 1
  const around = [...items.slice(start), ...items.slice(0, start)]
  return around.find((item) => !item.isAnswered && item.code !== from) ?? null
}

export function neighbours(items: readonly Item[], code: string): { previous: Item | null; next: Item | null } {
  const at = items.findIndex((item) => item.code === code)
  return { previous: items[at - 1] ?? null, next: at < 0 ? null : (items[at + 1] ?? null) }
}

export function itemOf(visit: Visit, code: string): Item | null {
  return visit.items.find((item) => item.code === code) ?? null
}

/** Short enough for a row, without losing what it is about. */
export function photoCount(item: Item): number {
  return item.photos.filter((photo) => !photo.excluded).length
}
