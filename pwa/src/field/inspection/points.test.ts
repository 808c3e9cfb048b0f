import { describe, expect, it } from "vitest"
import { readinessOf } from "../../sync/readiness"
import type { ItemScore } from "../../sync/scoring"
import { aDispatched, by, LEADER, OFFICER } from "../testing/builders"
import { aScoredItem, scored, scoredItems, scoredVisit } from "../testing/scoredWorld"
import { calendarOf } from "../../kit/workdays"
import { becomesProblem, isAtOdds, lost, sideOf, stepped, toggled, withoutPhrase } from "./points"
import { suggestedOutcome, summaryOf } from "./summary"

const RULE: ItemScore = { max: "5", step: "0.5", deductions: [], opens_problem_below: null }
const BLOCKED = { text: "楼道堆放杂物", points: "1.5" }
const NONE = { score: null, result: null }
const summary = (parts: Parameters<typeof scoredVisit>[1]) => summaryOf(scoredVisit(aDispatched(), parts), "2026-11-23", calendarOf({ days_off: [], extra_workdays: [], known_years: [2026] }))
const all = (result: string, score: string) => Object.fromEntries(scoredItems().map(({ code }) => [code, scored(result, score, "写明")]))

describe("scoring an item", () => {
  it("takes points from the maximum, never gives them", () => {
    expect(stepped(RULE, NONE, -1)).toEqual({ score: "4.5", result: "fail" })
    expect(stepped(RULE, NONE, 1)).toEqual({ score: "5", result: "pass" })
    expect(stepped(RULE, { score: "0", result: "fail" }, -1)).toEqual({ score: "0", result: "fail" })
    expect(stepped(RULE, { score: "4.5", result: "fixed" }, 1)).toEqual({ score: "5", result: "pass" })
  })

  it("takes the points of a finding with its words, and gives both back", () => {
    const found = toggled(RULE, { ...NONE, remark: "3号楼" }, BLOCKED)
    expect(found).toEqual({ score: "3.5", result: "fail", remark: "3号楼；楼道堆放杂物。" })
    expect(toggled(RULE, found, BLOCKED)).toEqual({ score: "5", result: "pass", remark: "3号楼" })
  })

  it("never goes below nothing, and says how much is lost", () => {
    expect(toggled(RULE, { score: "1", result: "fail", remark: "" }, BLOCKED)).toMatchObject({ score: "0", result: "fail" })
    expect([lost(RULE, "3.5"), lost(RULE, "5"), lost(RULE, null)]).toEqual(["1.5", "0", null])
  })

  it("takes a finding's words out of the middle", () => {
    expect(withoutPhrase("甲。楼道堆放杂物。乙。", "楼道堆放杂物")).toBe("甲。乙。")
    expect(withoutPhrase("甲；楼道堆放杂物。", "楼道堆放杂物")).toBe("甲")
    expect(withoutPhrase("甲", "楼道堆放杂物")).toBe("甲")
  })

  it("opens a problem only below the score that the edition names", () => {
    const at = (code: string, result: string, score: string) => becomesProblem(aScoredItem(code, scored(result, score)))
    expect([at("KA01", "fail", "0"), at("KE02", "fail", "2.5"), at("KE02", "fail", "2"), at("KE02", "fixed", "2")]).toEqual([false, false, true, false])
  })

  it("sees points that do not go with the result", () => {
    expect([scored("pass", "4"), scored("fail", "4"), scored("na", "4"), scored("pass", null)].map((parts) => isAtOdds(aScoredItem("KA02", parts)))).toEqual([true, false, true, true])
    expect(isAtOdds(aScoredItem("KA02"))).toBe(false)
  })
})

describe("a dispute about points", () => {
  const heads = (mine: string | null, his: string | null) => [{ ...by(LEADER), value: mine }, { ...by(OFFICER), value: his }]

  it("is settled together with the result of the same person", () => {
    const item = aScoredItem("KA02", { result: heads("na", "fail"), fields: { score: heads(null, "4") } })
    const [mine, his] = item.score.heads
    if (!mine || !his) throw new Error("two heads")
    expect(sideOf(item, item.score, mine)).toMatchObject({ score: { value: null }, result: { value: "na", choose: item.result.heads[0]?.opId } })
    expect(sideOf(item, item.score, his)).toMatchObject({ score: { value: "4", choose: his.opId }, result: { value: "fail", choose: item.result.heads[1]?.opId } })
  })

  it("lets the result follow where that person said none", () => {
    const item = aScoredItem("KA01", { result: "fail", fields: { score: heads("3", "5") } })
    const his = item.score.heads[1]
    if (!his) throw new Error("two heads")
    expect(sideOf(item, item.score, his)).toMatchObject({ score: { value: "5" }, result: { value: "pass", choose: null } })
  })

  it("counts as no score until it is settled", () => {
    const visit = scoredVisit(aDispatched())
    expect(visit.items.find(({ code }) => code === "KC01")?.gaps).toContain("conflict")
    expect(visit.marks?.total).toBeNull()
  })
})

describe("closing a scored record", () => {
  it("has total and grade when everything is scored", () => {
    const visit = scoredVisit(aDispatched(), all("fail", "4"))
    expect(visit.marks).toMatchObject({ total: "40", grade: "良好" })
    expect(readinessOf(visit).canSeal).toBe(true)
  })

  it("wants a reason for every point that is lost", () => {
    const visit = scoredVisit(aDispatched(), { ...all("pass", "5"), KA01: scored("fail", "4.5") })
    expect(visit.items.find(({ code }) => code === "KA01")?.gaps).toContain("remark")
    expect(readinessOf(visit).canSeal).toBe(false)
    expect(summary({ ...all("pass", "5"), KA01: scored("fail", "4.5") }).isComplete).toBe(false)
  })

  it("suggests an order only where something has to be put right", () => {
    expect(suggestedOutcome(summary(all("fail", "3")))).toEqual(["no_problem_found"])
    const low = summary({ ...all("fail", "3"), KE02: scored("fail", "2", "锁闭") })
    expect(low.failures.map(({ item }) => item.code)).toEqual(["KE02"])
    expect(suggestedOutcome(low)).toEqual(["ordered_to_correct"])
    expect(low.counts.fail).toBe(10)
  })
})
