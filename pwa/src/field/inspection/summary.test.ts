import { describe, expect, it } from "vitest"
import { WEEKENDS_ONLY } from "../../kit/workdays"
import { anItem, aPhoto, aVisit, by, LEADER, OFFICER } from "../testing/builders"
import { suggestedOutcome, summaryOf } from "./summary"

const late = { deadline: { value: 30, unit: "working_days", immediate_measures: false } } as const
const visit = aVisit({
  items: [
    anItem("A01", { result: "pass" }),
    anItem("A02"),
    anItem("B01", { result: "fail", definition: late, fields: { remark: "说明" } }),
    anItem("B02", { result: "fail", fields: { remark: "说明" }, photos: [aPhoto({ item: "B02" })] }),
    anItem("B03", { result: [{ ...by(LEADER), value: "pass" }, { ...by(OFFICER), value: "na" }] }),
    anItem("C01", { result: "fixed" }),
  ],
})
const summary = summaryOf(visit, "2026-11-22", WEEKENDS_ONLY)
const codes = (items: readonly { code: string }[]) => items.map((item) => item.code)

describe("the summary before closing", () => {
  it("lists what is missing", () => {
    expect([codes(summary.unanswered), codes(summary.inConflict), codes(summary.missingPhotos), codes(summary.missingRemarks)]).toEqual([["A02"], ["B03"], ["B01"], []])
    expect(summary.isComplete).toBe(false)
  })

  it("puts the earliest deadline first", () => {
    expect(summary.failures.map(({ item }) => item.code)).toEqual(["B02", "B01"])
  })

  it("counts results; a disputed item counts nowhere", () => {
    expect(summary.counts).toEqual({ pass: 1, fail: 2, fixed: 1, na: 0 })
  })

  it("is complete without photos: they are asked for, and stop nobody", () => {
    const failed = aVisit({ items: [anItem("A01", { result: "fail" })] })
    expect(summaryOf(failed, "2026-11-22", WEEKENDS_ONLY).isComplete).toBe(true)
  })

  it("suggests a category that a person may change", () => {
    expect(suggestedOutcome(summary)).toEqual(["ordered_to_correct"])
    expect(suggestedOutcome(summaryOf(aVisit({ items: [anItem("A01", { result: "pass" })] }), "2026-11-22", WEEKENDS_ONLY))).toEqual(["no_problem_found"])
  })
})
