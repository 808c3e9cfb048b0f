import { describe, expect, it } from "vitest"
import { by, anItem, aVisit, LEADER, OFFICER } from "../testing/builders"
import { countsOf, fits, matches, neighbours, nextUnanswered, visibleGroups } from "./checklist"

const disputed = [{ ...by(LEADER), value: "fail" }, { ...by(OFFICER), value: "pass" }]
const items = [
  anItem("A01", { result: "pass" }),
  anItem("A02"),
  anItem("B01", { result: "fail", definition: { title: "消防通道畅通" } }),
  anItem("B02", { result: disputed }),
]

describe("the way through the checklist", () => {
  it("counts what each filter would show", () => {
    expect(countsOf(items)).toEqual({ all: 4, unanswered: 2, fail: 2, conflict: 1 })
  })

  it("shows a disputed item among the failed ones as long as one answer says so", () => {
    expect(items.filter((item) => fits(item, "fail")).map((item) => item.code)).toEqual(["B01", "B02"])
  })

  it("finds items by code, title and text, whatever the order of the words", () => {
    expect(items.filter((item) => matches(item, "畅通 消防")).map((item) => item.code)).toEqual(["B01"])
    expect(items.filter((item) => matches(item, "a02")).map((item) => item.code)).toEqual(["A02"])
  })

  it("leaves out groups in which nothing is left", () => {
    const { groups } = aVisit({ items })
    expect(visibleGroups(groups, "unanswered", "").map((group) => [group.code, group.items.length])).toEqual([["A", 1], ["B", 1]])
    expect(visibleGroups(groups, "all", "消防").map((group) => group.code)).toEqual(["B"])
  })

  it("goes on to the next unanswered item and round at the end", () => {
    expect(nextUnanswered(items, "A02")?.code).toBe("B02")
    expect(nextUnanswered(items, "B02")?.code).toBe("A02")
    expect(nextUnanswered(items, null)?.code).toBe("A02")
  })

  it("never offers the item that is open, and nothing when all is answered", () => {
    expect(nextUnanswered([anItem("A01")], "A01")).toBeNull()
    expect(nextUnanswered([anItem("A01", { result: "na" })], null)).toBeNull()
  })

  it("knows the neighbours at both ends", () => {
    expect(neighbours(items, "A01")).toMatchObject({ previous: null, next: { code: "A02" } })
    expect(neighbours(items, "B02")).toMatchObject({ previous: { code: "B01" }, next: null })
  })
})
