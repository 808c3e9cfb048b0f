import { describe, expect, it } from "vitest"
import { deviceWords } from "../accounts/shape"
import { changedMeanwhile, choiceKey, valueWords } from "./changeWords"
import { inAll, shareOf, whyNot } from "./imports"
import { cellsOf, changedCells, expiryOf, has, nameOf, SHAPES, type Row } from "./libraries"
import { membersOf, type Import } from "./wire"

const SITE: Row = { id: "s", revision: 3, removed_on: null, code: "410105-000001", name: "示例小区001", address: "示例路1号", jurisdiction: "410105", uscc: "91410102000000019H", households: 1200, is_high_rise: true, risk_class: "B" }

describe("a row in its form", () => {
  it("is told as text, a blank as nothing", () => {
    expect(cellsOf("sites", SITE)).toMatchObject({ name: "示例小区001", households: "1200", is_high_rise: "是", lifts: "", contact_phone: "" })
    expect(Object.keys(cellsOf("sites", null))).toEqual(SHAPES.sites.fields.map(({ name }) => name))
  })

  it("sends only what was changed", () => {
    const before = cellsOf("sites", SITE)
    expect(changedCells(before, { ...before, households: " 1300 ", lifts: "" })).toEqual({ households: "1300" })
    expect(changedCells(before, { ...before, name: " 示例小区001 " })).toEqual({})
  })

  it("says what somebody else changed meanwhile", () => {
    const before = cellsOf("sites", SITE)
    expect(changedMeanwhile("sites", before, { ...before, lifts: "24" })).toEqual([["lifts", "", "24"]])
  })

  it("is called as people call it", () => {
    expect(nameOf("sites", SITE)).toBe("示例小区001")
    expect(nameOf("recusals", { ...SITE, inspector_name: "执法员甲01", enterprise_name: null, site_name: "示例小区002" })).toBe("执法员甲01 · 示例小区002")
  })
})

describe("a certificate", () => {
  const left = (days: number) => expiryOf("2026-12-31", () => days)
  it("is over the day after its last, and warns before", () => expect([-1, 0, 30, 31, 90, 91].map(left)).toEqual(["over", "soon", "soon", "near", "near", "fine"]))
  it("may be missing", () => expect(expiryOf(null, () => 0)).toBe("none"))
})

describe("a value in words", () => {
  const words = { t: (key: string) => key, districtOf: (code: string) => `区${code}` }
  it("uses the official labels, names of districts and a word for nothing", () => {
    expect(valueWords("kind", "officer", words)).toBe("registry.choices.kind.officer")
    expect(valueWords("home_jurisdiction", "410105", words)).toBe("区410105")
    expect(valueWords("risk_class", "C", words)).toBe("C")
    expect([null, ""].map((value) => valueWords("lat", value, words))).toEqual(["registry.blank", "registry.blank"])
    expect([true, false].map((value) => valueWords("is_high_rise", value, words))).toEqual(["registry.yes", "registry.no"])
  })
  it("shows an unknown code as it is", () => expect([choiceKey("kind", "stranger"), choiceKey("name", "officer")]).toEqual([null, null]))
})

describe("an import", () => {
  const found = (state: Import["state"], ...counts: readonly [number, number, number, number][]) =>
    ({ state, counts: Object.fromEntries(counts.map(([add, change, same, reject], n) => [SHEETS[n], { add, change, same, reject }])) }) as Pick<Import, "state" | "counts">
  const SHEETS = ["sites", "inspectors"]

  it("counts over all sheets", () => expect(inAll(found("checked", [1, 2, 3, 0], [4, 0, 0, 1]), "add")).toBe(5))
  it("is committed when something is to be done and nothing stands in the way", () => {
    expect(whyNot(found("checked", [1, 0, 9, 0]))).toBeNull()
    expect(whyNot(found("checked", [1, 0, 9, 0], [0, 0, 0, 1]))).toBe("rejects")
    expect(whyNot(found("checked", [0, 0, 9, 0]))).toBe("nothing")
    expect((["reading", "refused", "interrupted", "committed"] as const).map((state) => whyNot(found(state, [1, 0, 0, 0])))).toEqual(Array(4).fill("not_checked"))
  })
  it("never reads more than all of a file", () => expect([{ done: 0, total: 0 }, { done: 5, total: 10 }, { done: 12, total: 10 }].map(shareOf)).toEqual([0, 0.5, 1]))
})

describe("what goes over the wire", () => {
  it("has the types of the server, and null for what was emptied", () => {
    expect(membersOf("sites", { households: "1300", is_high_rise: "否", lifts: "", name: "示例小区001" })).toEqual({ households: 1300, is_high_rise: false, lifts: null, name: "示例小区001" })
  })
})

describe("a device", () => {
  it("is named by system and browser, or says what it says", () => {
    expect(deviceWords("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile/15E148 Safari/604.1")).toBe("iPhone · Safari")
    expect(deviceWords("Mozilla/5.0 (Linux; Android 10) Chrome/126.0 MicroMessenger/8.0")).toBe("Android · 微信")
    expect([deviceWords("python-httpx/0.28"), deviceWords("")]).toEqual(["python-httpx/0.28", ""])
  })
})

describe("filters", () => {
  it("belong to the libraries that have them", () => expect([has("sites", "risk_class"), has("enterprises", "risk_class"), has("leaves", "eligible_on")]).toEqual([true, false, true]))
})
