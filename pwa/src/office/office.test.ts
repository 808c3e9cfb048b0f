import { describe, expect, it } from "vitest"
import type { Schemas } from "../api/client"
import { isOfficeOnly } from "../shell/roles"
import { curveOf, niceTop } from "./board/curve"
import { headline, sharesOf, states, withCampaign } from "./board/tiles"
import { dayIn, inWeeks, mondayOf, rangeOf, turned, unknownYears } from "./calendar/weeks"
import { daysBetween, daysLeftKey, weekdayOf } from "./days"
import { arrivalFacts, conflictStories } from "./record/recordFacts"
import { fits, itemFilterOf } from "./record/itemFilter"
import { lineWords, valueWords, type InspectionRecord, type Item, type Line } from "./record/recordWords"
import { wordingOf } from "./record/useWording"
import { keptChoice, shownColumns, switched, text } from "./parts/columns"
import { teamsOf } from "./parts/teams"
import { directionOf, exportQuery, filtered, pagesIn, queryOf, sortedBy, viewOf, type TableShape } from "./tableQuery"

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
  const BOARD = {
    campaign: "示例抽查", campaigns: [{ name: "示例抽查" }], numbers: { drawn: 3, inspected: 2, problems: 3, put_right: 1, overdue: 0 },
    visits: { assigned: 1, under_way: 0, sealed: 1, disputed: 1, signed: 0, closed: 0, archived: 0 }, rechecks: { due: 1 },
  } as unknown as Schemas["BoardOut"]

  it("begins with the five numbers of the campaign", () => expect(headline(BOARD).map(({ key, n }) => [key, n])).toEqual([["total", 3], ["inspected", 2], ["problems", 3], ["put_right", 1], ["overdue", 0]]))
  it("shows rare states only when there are some", () => {
    const visits = states(BOARD).filter(({ of }) => of === "visits")
    expect(visits.map(({ key, n }) => [key, n])).toEqual([["assigned", 1], ["under_way", 0], ["sealed", 1], ["signed", 0], ["disputed", 1]])
  })
  it("names the campaign in its links where there are several", () => {
    expect(withCampaign(BOARD, { state: "open" })).toEqual({ state: "open" })
    expect(withCampaign({ ...BOARD, campaigns: [...BOARD.campaigns, ...BOARD.campaigns] }, {})).toEqual({ campaign: "示例抽查" })
  })
  it("leaves what is assigned to the bar's ground", () => {
    const district = { total: 4, sealed: 1, under_way: 1, disputed: 0, assigned: 2 } as Schemas["DistrictOut"]
    expect(sharesOf(district)).toEqual([{ key: "sealed", n: 1, percent: 25 }, { key: "under_way", n: 1, percent: 25 }])
  })
})

describe("the curve", () => {
  const POINTS = [{ on: "2026-11-20", planned: 2, done: 1 }, { on: "2026-11-22", planned: 2, done: 2 }, { on: "2026-11-23", planned: 4, done: null }]

  it("climbs on the day itself and ends with today", () => {
    const curve = curveOf(POINTS, "2026-11-22")
    expect(curve?.planned).toBe("M0 100H0V50H50V50H75V0H100")
    expect(curve?.done).toBe("M0 100H0V75H50V50H75")
    expect([curve?.today, curve?.plannedByToday, curve?.plannedBefore, curve?.doneByToday]).toEqual([50, 2, 2, 2])
  })
  it("names the first and the last day", () => expect(curveOf(POINTS, "2026-11-22")?.days.map(({ label }) => label)).toEqual(["11-20", "11-21", "11-22", "11-23"]))
  it("is not there without visits, and stands with one day", () => {
    expect(curveOf([], "2026-11-22")).toBeNull()
    expect(curveOf([{ on: "2026-11-22", planned: 1, done: 0 }], "2026-11-22")?.days).toHaveLength(1)
  })
  it("has nothing done before a campaign begins", () => {
    const curve = curveOf([{ on: "2026-12-24", planned: 2, done: null }], "2026-11-22")
    expect([curve?.done, curve?.today, curve?.doneByToday, curve?.plannedBefore]).toEqual(["M0 100H0", null, 0, 0])
  })
  it("has an even top", () => expect([0, 4, 5, 27, 131, 500, 801].map(niceTop)).toEqual([4, 4, 6, 30, 150, 600, 1000]))
})

describe("the columns of a table", () => {
  const COLUMNS = [text("code"), text("site"), text("leader", { isExtra: true })]
  const names = (kept: readonly string[] | null) => shownColumns(COLUMNS, kept).map(({ name }) => name)

  it("are the usual ones until somebody chooses", () => expect(names(null)).toEqual(["code", "site"]))
  it("stay as chosen, in the table's order, the first always", () => expect(names(["leader"])).toEqual(["code", "leader"]))
  it("forget a choice that says what everybody sees", () => {
    const chosen = switched(COLUMNS, null, "leader")
    expect(chosen).toEqual(["code", "site", "leader"])
    expect(switched(COLUMNS, chosen, "leader")).toBeNull()
  })
  it("survive nonsense in the storage", () => expect([null, "x", "{}", "[1]", '["code"]'].map(keptChoice)).toEqual([null, null, null, null, ["code"]]))
})

describe("a table's file", () => {
  it("asks for the same rows in the same order, on all pages", () => expect(exportQuery(viewOf({ q: "x", sort: "-code", page: "3", size: "20" }, SHAPE))).toEqual({ q: "x", sort: "-code" }))
})

describe("teams", () => {
  it("have numbers that begin anew in every campaign", () => {
    const teams = [{ campaign: "甲", team_no: 2 }, { campaign: "甲", team_no: 1 }, { campaign: "乙", team_no: 1 }]
    expect([teamsOf(teams, ""), teamsOf(teams, "乙")]).toEqual([[1, 2], [1]])
  })
})

describe("the calendar", () => {
  it("begins weeks on Monday", () => expect(["2026-11-22", "2026-11-23"].map(mondayOf)).toEqual(["2026-11-16", "2026-11-23"]))
  it("shows whole weeks around a month", () => {
    expect(rangeOf("2026-11-22", "month")).toEqual({ from: "2026-10-26", to: "2026-12-06" })
    expect(rangeOf("2027-02-10", "month")).toEqual({ from: "2027-02-01", to: "2027-02-28" })
    expect(rangeOf("2026-11-22", "week")).toEqual({ from: "2026-11-16", to: "2026-11-22" })
  })
  it("turns pages without leaving a shorter month", () => {
    expect([turned("2026-01-31", "month", 1), turned("2026-01-15", "month", -1), turned("2026-12-28", "week", 1)]).toEqual(["2026-02-28", "2025-12-15", "2027-01-04"])
  })
  it("reads only real days from an address", () => {
    expect(["2026-02-29", "2026-13-01", "soon", null, "2026-11-22", "9999-01-01"].map((day) => dayIn(day, "-"))).toEqual(["-", "-", "-", "-", "2026-11-22", "-"])
  })
  it("comes in weeks", () => expect(inWeeks([1, 2, 3, 4, 5, 6, 7, 8])).toEqual([[1, 2, 3, 4, 5, 6, 7], [8]]))
  it("tells the years that nobody has announced", () => {
    expect(unknownYears([{ on: "2026-12-31", is_known: true }, { on: "2027-01-01", is_known: false }, { on: "2027-01-02", is_known: false }])).toEqual(["2027"])
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
  it("asks of a recheck whether it was put right", () => {
    const said = (kind: string) => lineWords(aLine("a", { kind: "reg.set@1", field: "result", said: { v: "fail" } }), "zh-CN", wordingOf({ kind })).params.value
    expect(["inspection", "recheck", "lookback"].map(said)).toEqual(["不符合", "未整改", "未整改"])
  })
  it("shows an unknown kind instead of hiding it", () => expect(lineWords(aLine("a", { kind: "future.kind@1" }), "zh-CN")).toEqual({ key: "history.other", params: { kind: "future.kind@1" } }))
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
