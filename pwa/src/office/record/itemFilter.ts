/** Which items of the record are shown; the choice stands in the address. */
import type { Schemas } from "../../api/client"

export const ITEM_FILTERS = ["all", "fail", "fixed", "unanswered", "conflict", "photos"] as const
export type ItemFilter = (typeof ITEM_FILTERS)[number]

type Item = Schemas["ItemRecordOut"]

export function itemFilterOf(value: unknown): ItemFilter {
  return ITEM_FILTERS.find((filter) => filter === value) ?? "all"
}

export function fits(item: Item, filter: ItemFilter): boolean {
  const result = item.registers.result
  const values = result?.values ?? []
  switch (filter) {
    case "all":
      return true
    case "fail":
    case "fixed":
      return values.some(({ value }) => value === filter)
    case "unanswered":
      return values.length === 0 || result?.is_in_conflict === true
    case "conflict":
      return item.is_in_conflict
    case "photos":
      return item.photos.length > 0
    default:
      return filter satisfies never
  }
}
