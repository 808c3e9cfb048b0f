/** Reads the record for the page: conflicts with their values, photos in one row, the arrival, what an item's row shows. */
import type { Schemas } from "../../api/client"
import { fits, type ItemFilter } from "./itemFilter"
import type { InspectionRecord, Item, Line } from "./recordWords"

export interface ConflictStory {
  readonly id: string
  readonly item: string
  readonly title: string
  readonly field: string
  readonly isOpen: boolean
  /** What each side said, in the order of arrival. */
  readonly sides: readonly Line[]
  /** The leader's decision, where there is one. */
  readonly decision: Line | null
}

export function conflictStories(record: InspectionRecord): readonly ConflictStory[] {
  return record.conflicts.map((conflict) => {
    const item = itemOf(record, conflict.item)
    const lines = item?.history ?? []
    const sides = lines.filter((line) => conflict.heads.includes(line.stamp.op_id))
    const after = new Set(sides.flatMap((line) => line.superseded_by))
    const decisions = lines.filter((line) => line.kind === "conflict.resolve@1" && line.field === conflict.field && after.has(line.stamp.op_id))
    const { id, field, is_open: isOpen } = conflict
    return { id, item: conflict.item, title: item?.title ?? "", field, isOpen, sides, decision: isOpen ? null : (decisions.at(-1) ?? null) }
  })
}

export interface ShownPhoto {
  readonly photo: Schemas["PhotoOut"]
  readonly item: string
  readonly title: string
}

export function photosOf(record: InspectionRecord): readonly ShownPhoto[] {
  return [...record.items, record.visit].flatMap(({ item, title, photos }) => photos.map((photo) => ({ photo, item, title })))
}

export interface ArrivalFacts {
  readonly lat: string
  readonly lon: string
  readonly accM: number | null
  readonly distanceM: number | null
}

/** Clients write the position flat or under `gps`; without one the arrival still counts. */
export function arrivalFacts(value: unknown): ArrivalFacts | null {
  if (typeof value !== "object" || value === null) return null
  const facts = value as { readonly [name: string]: unknown }
  const gps = (typeof facts.gps === "object" && facts.gps !== null ? facts.gps : facts) as { readonly [name: string]: unknown }
  const [lat, lon] = [gps.lat, gps.lon].map((part) => (typeof part === "string" || typeof part === "number" ? String(part) : null))
  return lat && lon ? { lat, lon, accM: metres(gps.acc_m), distanceM: metres(facts.distance_m) } : null
}

export function itemsShown(record: InspectionRecord, filter: ItemFilter): readonly Item[] {
  return record.items.filter((item) => fits(item, filter))
}

/** Items under their group, in the order of the edition. */
export function grouped(items: readonly Item[]): readonly { readonly group: string; readonly items: readonly Item[] }[] {
  const groups = new Map<string, Item[]>()
  for (const item of items) groups.set(item.group, [...(groups.get(item.group) ?? []), item])
  return [...groups].map(([group, members]) => ({ group, items: members }))
}

function itemOf(record: InspectionRecord, code: string): Item | undefined {
  return code === record.visit.item ? record.visit : record.items.find(({ item }) => item === code)
}

function metres(value: unknown): number | null {
  const number = typeof value === "string" || typeof value === "number" ? Number(value) : Number.NaN
  return Number.isFinite(number) ? Math.round(number) : null
}
