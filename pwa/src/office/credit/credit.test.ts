import { describe, expect, it } from "vitest"
import { arithmeticOf, periodsBefore, scoreText } from "./desk"

describe("credit at the desk", () => {
  it("writes tenths as points", () => {
    expect([1050, 987, 0, -5, null].map(scoreText)).toEqual(["105.0", "98.7", "0.0", "-0.5", "—"])
  })
  it("goes back period by period over the turn of the year", () => {
    expect(periodsBefore("month", "2026-02", 3)).toEqual(["2026-02", "2026-01", "2025-12"])
    expect(periodsBefore("quarter", "2026Q1", 2)).toEqual(["2026Q1", "2025Q4"])
    expect(periodsBefore("year", "2026", 2)).toEqual(["2026", "2025"])
  })
  it("takes facts without lines for no arithmetic", () => {
    expect(arithmeticOf({ reason: "投诉查实" })).toBeNull()
    expect(arithmeticOf({ base: 100, visits: 1, lines: [], sum: 0, tenths: 1000 })?.tenths).toBe(1000)
  })
})
