/** The big numbers of the board, each with the list behind it. */
import type { Schemas } from "../../api/client"

export interface Tile {
  readonly key: string
  readonly n: number
  readonly of: string
  readonly to: { readonly name: string; readonly query: { readonly [name: string]: string } }
  readonly tone: "plain" | "waiting" | "done" | "danger"
}

/** The visits by state, and what came of them. */
export function tilesOf(board: Schemas["BoardOut"]): readonly (readonly Tile[])[] {
  const visits = (state: string, tone: Tile["tone"]): Tile => ({ key: state, n: board.visits[state] ?? 0, of: "visits", to: { name: "office-visits", query: { state } }, tone })
  const rechecks = (state: string, tone: Tile["tone"]): Tile => ({ key: state, n: board.rechecks[state] ?? 0, of: "rechecks", to: { name: "office-rechecks", query: { state } }, tone })
  const all: readonly Tile[] = [
    { key: "total", n: board.total, of: "visits", to: { name: "office-visits", query: {} }, tone: "plain" },
    visits("assigned", "plain"),
    visits("under_way", "waiting"),
    visits("sealed", "done"),
    visits("signed", "done"),
    visits("disputed", "danger"),
    visits("closed", "plain"),
    visits("archived", "plain"),
    { key: "problems", n: sum(board.problems), of: "problems", to: { name: "office-problems", query: {} }, tone: "plain" },
    { key: "open", n: board.problems.open ?? 0, of: "problems", to: { name: "office-problems", query: { state: "open" } }, tone: "waiting" },
    rechecks("scheduled", "plain"),
    rechecks("due", "waiting"),
    rechecks("overdue", "danger"),
  ]
  const shown = all.filter((tile) => tile.n > 0 || !RARE.has(tile.key))
  return [shown.filter((tile) => tile.of === "visits"), shown.filter((tile) => tile.of !== "visits")]
}

/** States that most rounds never have: no tile for nothing. */
const RARE = new Set(["disputed", "closed", "archived"])

export interface Share {
  readonly key: "sealed" | "under_way" | "disputed"
  readonly n: number
  readonly percent: number
}

/** The parts of a district's bar; what is left of it is assigned. */
export function sharesOf(district: Schemas["DistrictOut"]): readonly Share[] {
  const share = (key: Share["key"]): Share => ({ key, n: district[key], percent: district.total ? (100 * district[key]) / district.total : 0 })
  return [share("sealed"), share("under_way"), share("disputed")].filter((part) => part.n > 0)
}

function sum(counts: { readonly [state: string]: number }): number {
  return Object.values(counts).reduce((total, n) => total + n, 0)
}
