import { describe, expect, it } from "vitest"
import { aDispatched, aRegister, by, LEADER } from "../testing/builders"
import { arrivalOf } from "./arrival"
import { distanceM, isFar } from "./distance"
import { calendarFrom, earlierProblems, papersOf, readingDefinitions, siteFacts } from "./facts"
import { anItem } from "../testing/builders"
import { mapLinks } from "./mapLinks"

const site = { lat: "34.7500", lon: "113.6000" }

describe("where we are", () => {
  it("measures the distance on the ground", () => {
    expect(distanceM({ lat: "34.7590", lon: "113.6000" }, site)).toBe(1001)
    expect(distanceM(site, site)).toBe(0)
    expect(distanceM({ lat: "here", lon: "113" }, site)).toBeNull()
  })

  it("asks only when we are far even with the worst error", () => {
    expect(isFar(700, { ...site, accM: 10 })).toBe(true)
    expect(isFar(700, { ...site, accM: 300 })).toBe(false)
    expect(isFar(null, { ...site, accM: 10 })).toBe(false)
  })

  it("opens the phone's own map, longitude first for Amap", () => {
    expect(mapLinks(site, "甲 乙", false).system).toBe("geo:34.7500,113.6000?q=34.7500,113.6000(%E7%94%B2%20%E4%B9%99)")
    expect(mapLinks(site, "甲", true).system).toContain("maps.apple.com/?ll=34.7500,113.6000")
    expect(mapLinks(site, "甲", false).amap).toContain("position=113.6000,34.7500")
  })

  it("reads an arrival with and without a position", () => {
    const heads = (value: never) => aRegister("_", "arrival", [{ ...by(LEADER), value }])
    expect(arrivalOf(heads({ gps: { lat: "1", lon: "2", acc_m: 9 } } as never))?.gps).toEqual({ lat: "1", lon: "2", accM: 9 })
    expect(arrivalOf(heads({ gps: null } as never))?.gps).toBeNull()
    expect(arrivalOf(heads("到达现场" as never))).toMatchObject({ gps: null, name: "执法员甲01" })
    expect(arrivalOf(aRegister("_", "arrival"))).toBeNull()
  })
})

describe("what the office sent", () => {
  it("reads a site and forgives what is missing", () => {
    expect(siteFacts(aDispatched())).toMatchObject({ name: "示范花园", district: "中原区", lifts: 24, position: { lat: "34.7500" } })
    expect(siteFacts(aDispatched({ site: { name: "只有名称" } }))).toMatchObject({ address: null, position: null, households: null })
  })

  it("reads earlier problems under either name of their text", () => {
    const [first, second] = earlierProblems(aDispatched({ earlier_problems: [{ code: "P1", title: "标题" }, { text: "正文", found_on: "2025-01-02" }] }))
    expect(first).toMatchObject({ text: "标题", foundOn: null })
    expect(second).toMatchObject({ text: "正文", foundOn: "2025-01-02" })
  })

  it("knows holidays only where a calendar came along", () => {
    const calendar = { days_off: ["2026-10-01"], extra_workdays: [], known_years: [2026] }
    expect(calendarFrom(aDispatched()).knows("2026-10-01")).toBe(false)
    expect(calendarFrom({ ...aDispatched(), calendar } as never).isWorkday("2026-10-01")).toBe(false)
  })

  it("reads what is to be measured", () => {
    const item = anItem("E01", { definition: { readings: [{ name: "静水压力", unit: "MPa" }, { unit: "?" }] } as never })
    expect(readingDefinitions(item.definition)).toEqual([{ name: "静水压力", unit: "MPa" }])
  })

  it("tell how a visit stands on paper", () => {
    const approval = { number: "检审〔2026〕1号", approved_at: "2026-11-22T01:00:00.000Z", is_urgent: false }
    const notice = { number: "检通〔2026〕1号", sent_at: "2026-11-23T01:00:00.000Z", how: "mail", withheld: null }
    const states = (papers: object) => {
      const found = papersOf(aDispatched(papers))
      return found && [found.approval.state, found.notice.state]
    }
    expect(states({})).toBeNull()
    expect(states({ approval, notice })).toEqual(["approved", "sent"])
    expect(states({ approval: { ...approval, approved_at: null, is_urgent: true }, notice: { ...notice, sent_at: null, withheld: "突击检查" } })).toEqual(["urgent", "withheld"])
    expect(states({ approval: null, notice: null })).toEqual(["missing", "missing"])
  })
})
