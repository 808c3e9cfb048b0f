/** The big numbers of the board, each with the list behind it, and the parts of its bars. */
import type { Schemas } from "../../api/client"

export interface Tile {
  readonly key: string
  readonly n: number
  readonly of: "numbers" | "visits" | "rechecks"
  readonly to: { readonly name: string; readonly query: { readonly [name: string]: string } }
  readonly tone: "plain" | "waiting" | "done" | "danger"
}

type Query = { readonly [name: string]: string }

/** 抽中 · 已检查 · 发现问题 · 已整改 · 逾期. */
export function headline(board: Schemas["BoardOut"]): readonly Tile[] {
  const { numbers } = board
  const tile = (key: string, n: number, name: string, query: Query, tone: Tile["tone"]): Tile => ({ key, n, of: "numbers", to: { name, query: withCampaign(board, query) }, tone })
  return [
    tile("total", numbers.drawn, "office-visits", {}, "plain"),
    tile("inspected", numbers.inspected, "office-visits", { inspected: "true" }, "done"),
    tile("problems", numbers.problems, "office-problems", {}, "waiting"),
    tile("put_right", numbers.put_right, "office-problems", { state: "closed" }, "done"),
    tile("overdue", numbers.overdue, "office-problems", { overdue: "true" }, "danger"),
  ]
}

/** The visits and rechecks by state, smaller; states that most campaigns never have only where there are some. */
export function states(board: Schemas["BoardOut"]): readonly Tile[] {
  const counts = { visits: board.visits, rechecks: board.rechecks } as const
  const tile = (of: "visits" | "rechecks", state: string, tone: Tile["tone"]): Tile => ({
    key: state, n: counts[of][state] ?? 0, of, to: { name: `office-${of}`, query: withCampaign(board, { state }) }, tone,
  })
  const all: readonly Tile[] = [
    tile("visits", "assigned", "plain"),
    tile("visits", "under_way", "waiting"),
    tile("visits", "sealed", "done"),
    tile("visits", "signed", "done"),
    tile("visits", "disputed", "danger"),
    tile("visits", "closed", "plain"),
    tile("visits", "archived", "plain"),
    tile("rechecks", "scheduled", "plain"),
    tile("rechecks", "due", "waiting"),
    tile("rechecks", "overdue", "danger"),
  ]
  return all.filter((one) => one.n > 0 || !RARE.has(one.key))
}

const RARE = new Set(["disputed", "closed", "archived"])

/** What a link of the board says besides: with one campaign nothing, the list has no other. */
export function withCampaign(board: Schemas["BoardOut"], query: Query): Query {
  return board.campaign !== null && board.campaigns.length > 1 ? { ...query, campaign: board.campaign } : query
}

export type Tally = Schemas["DistrictOut"] | Schemas["TeamTallyOut"]

export interface Share {
  readonly key: "sealed" | "under_way" | "disputed"
  readonly n: number
  readonly percent: number
}

/** The parts of a bar; what is left of it is assigned. */
export function sharesOf(tally: Tally): readonly Share[] {
  const share = (key: Share["key"]): Share => ({ key, n: tally[key], percent: tally.total ? (100 * tally[key]) / tally.total : 0 })
  return [share("sealed"), share("under_way"), share("disputed")].filter((part) => part.n > 0)
}
