import { describe, expect, it } from "vitest"
import type { Schemas } from "../api/client"
import { isOfficeOnly } from "../shell/roles"
import { sharesOf, tilesOf } from "./board/tiles"
import { daysBetween, daysLeftKey, weekdayOf } from "./days"
import { arrivalFacts, conflictStories } from "./record/recordFacts"
import { fits, itemFilterOf } from "./record/itemFilter"
import { lineWords, valueWords, type InspectionRecord, type Item, type Line } from "./record/recordWords"
import { directionOf, filtered, pagesIn, queryOf, sortedBy, viewOf, type TableShape } from "./tableQuery"

const SHAPE: TableShape = { filters: ["q", "state"], sorts: ["code", "planned_on"], sort: "planned_on", size: 50 }

describe("a table's address", () => {
  it("says nothing about defaults", () => expect(queryOf(viewOf({}, SHAPE), SHAPE)).toEqual({}))

  it("reproduces the view", () => {
    const query = { q: "示例", state: "sealed", sort: "-code", size: "100", page: "3" }
    expect(queryOf(viewOf(query, SHAPE), SHAPE)).toEqual(query)
  })

  it("ignores what makes no sense", () => {
    const view = viewOf({ page: "-1", size: "7", sort: "password", state: ["sealed", "open"], stranger: "x" }, SHAPE)
    expect(view).toEqual({ page: 1, size: 50, sort: "planned_on", filters: { state: "sealed" } })
  })

  it("begins at the first page after a new filter or order", () => {
    const view = viewOf({ page: "4" }, SHAPE)
    expect(filtered(view, "q", "x").page).toBe(1)
    expect(sortedBy(view, "code")).toMatchObject({ page: 1, sort: "code" })
  })

  it("turns the order of the same column round", () => {
    const once = sortedBy(viewOf({}, SHAPE), "code")
    const twice = sortedBy(once, "code")
    expect([once.sort, twice.sort, sortedBy(twice, "code").sort]).toEqual(["code", "-code", "code"])
    expect(directionOf(twice.sort, "code")).toBe("descending")
    expect(directionOf(twice.sort, "planned_on")).toBe("none")
  })

  it("has one page even when empty", () => expect([pagesIn(0, 50), pagesIn(50, 50), pagesIn(51, 50)]).toEqual([1, 1, 2]))
})

describe("days", () => {
  it("counts over a month's end, and backwards", () => {
    expect(daysBetween("2026-11-22", "2026-12-08")).toBe(16)
    expect(daysBetween("2026-11-22", "2026-10-21")).toBe(-32)
  })
  it("chooses the words", () => expect([-1, 0, 1].map(daysLeftKey)).toEqual(["over", "today", "left"]))
  it("names the weekday", () => expect([weekdayOf("2026-12-08", "zh-CN"), weekdayOf("2026-12-08", "en")]).toEqual(["周二", "Tue"]))
})

describe("the board", () => {
  const BOARD = { total: 3, visits: { assigned: 1, under_way: 0, sealed: 1, disputed: 1, signed: 0, closed: 0, archived: 0 }, problems: { open: 2, closed: 1 }, rechecks: { due: 1 } } as unknown as Schemas["BoardOut"]

  it("shows rare states only when there are some", () => {
    const [visits] = tilesOf(BOARD)
    expect(visits?.map(({ key, n }) => [key, n])).toEqual([["total", 3], ["assigned", 1], ["under_way", 0], ["sealed", 1], ["signed", 0], ["disputed", 1]])
  })
  it("counts closed problems among those found", () => expect(tilesOf(BOARD)[1]?.find(({ key }) => key === "problems")?.n).toBe(3))
  it("leaves what is assigned to the bar's ground", () => {
    const district = { total: 4, sealed: 1, under_way: 1, disputed: 0, assigned: 2 } as Schemas["DistrictOut"]
    expect(sharesOf(district)).toEqual([{ key: "sealed", n: 1, percent: 25 }, { key: "under_way", n: 1, percent: 25 }])
  })
})

const stampOf = (id: string) => ({ op_id: id, by: { id: "a", name: "执法员甲01", role: "leader" }, made_at: "", received_at: "", skew_s: 0, is_skewed: false })
const aLine = (id: string, line: Partial<Line>): Line => ({
  kind: "reg.set@1", item: "C02", field: "result", said: { v: "pass" }, stamp: stampOf(id), outcome: "applied", code: null, stands: true, superseded_by: [], replica: "r", seq: 1, ...line,
})

describe("a conflict in the record", () => {
  const history = [
    aLine("a", { said: { v: "pass" }, superseded_by: ["c"] }),
    aLine("b", { said: { v: "fail" }, superseded_by: ["c"] }),
    aLine("c", { kind: "conflict.resolve@1", said: { v: "fail", choose: "b", reason: "现场复核" } }),
  ]
  const record = (isOpen: boolean, lines: Line[]) =>
    ({ conflicts: [{ id: "x", item: "C02", field: "result", heads: ["a", "b"], is_open: isOpen }], items: [{ item: "C02", title: "承接查验", history: lines }], visit: { item: "_", title: "", history: [] } }) as unknown as InspectionRecord

  it("tells both values and the leader's decision", () => {
    const [story] = conflictStories(record(false, history))
    expect(story?.sides.map(({ said }) => said.v)).toEqual(["pass", "fail"])
    expect(story?.decision?.said.reason).toBe("现场复核")
  })
  it("has no decision while it is open", () => expect(conflictStories(record(true, history.slice(0, 2)))[0]?.decision).toBeNull())
  it("has none either where the sides came to agree by themselves", () => {
    expect(conflictStories(record(false, history.map((line) => ({ ...line, kind: "reg.set@1" }))))[0]?.decision).toBeNull()
  })
})

describe("words of the record", () => {
  it("names values by the official labels", () => {
    expect(valueWords("result", "fail", "zh-CN")).toBe("不符合")
    expect(valueWords("outcome", ["ordered_to_correct"], "zh-CN")).toBe("发现问题已责令改正")
    expect(valueWords("site_rep", { name: "项目负责人01", title: "经理" }, "zh-CN")).toBe("项目负责人01 经理")
    expect(valueWords("result", null, "zh-CN")).toBe("未作答")
  })
  it("shows an unknown kind instead of hiding it", () => expect(lineWords(aLine("a", { kind: "late.dispose@1" }), "zh-CN")).toEqual({ key: "history.other", params: { kind: "late.dispose@1" } }))
  it("tells a refusal from a signature", () => {
    const line = aLine("a", { kind: "sig.add@1", said: { role: "representative", refused: { reason: "x" } } })
    expect(lineWords(line, "zh-CN").key).toBe("history.refused")
  })
})

describe("the arrival", () => {
  it("reads both shapes", () => {
    const facts = { lat: "34.1", lon: "113.6", accM: 22, distanceM: 26 }
    expect(arrivalFacts({ lat: "34.1", lon: "113.6", acc_m: 22, distance_m: 26 })).toEqual(facts)
    expect(arrivalFacts({ gps: { lat: "34.1", lon: "113.6", acc_m: "22" }, distance_m: "26" })).toEqual(facts)
  })
  it("counts without a position", () => expect(arrivalFacts({ gps: null, distance_m: null })).toBeNull())
})

describe("the choice of items", () => {
  const item = (values: unknown[], isSplit = false) =>
    ({ is_in_conflict: isSplit, photos: [], registers: { result: { is_in_conflict: isSplit, values: values.map((value) => ({ value })) } } }) as unknown as Item

  it("counts an item in conflict as unanswered", () => expect(fits(item(["pass", "fail"], true), "unanswered")).toBe(true))
  it("finds a failure on either side of a conflict", () => expect(fits(item(["pass", "fail"], true), "fail")).toBe(true))
  it("falls back to all", () => expect(itemFilterOf("nonsense")).toBe("all"))
})

describe("whose half of the app it is", () => {
  it("opens the desk for those who never go out", () => {
    expect(["office", "admin", "leader"].map((role) => isOfficeOnly([role]))).toEqual([true, true, false])
    expect(isOfficeOnly(["office", "leader"])).toBe(false)
  })
})
