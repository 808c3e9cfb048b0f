import { describe, expect, it } from "vitest"
import { figureWords, monthBars, mostProblems, partsOf, type Line } from "./shape"

const aLine = (more: Partial<Line> = {}): Line => ({
  key: "410105", name: "金水区", visits: 10, inspected: 9, problems: 8, minor: 4, serious: 3, major: 1, closed: 5, in_time: 4,
  referred: 1, recorded: 0, withdrawn: 0, open: 2, overdue: 1, closed_percent: 62.5, median_days: 7, per_visit: 0.89, ...more,
})

describe("a line of the reports", () => {
  it("is drawn in parts of the longest line, without empty ones", () => {
    expect(mostProblems([aLine(), aLine({ problems: 16 })])).toBe(16)
    expect(partsOf(aLine(), 16)).toEqual([
      { key: "closed", n: 5, percent: 31.25 },
      { key: "referred", n: 1, percent: 6.25 },
      { key: "open", n: 2, percent: 12.5 },
    ])
    expect(partsOf(aLine({ closed: 0, referred: 0, open: 0 }), 0)).toEqual([])
  })

  it("says a share with its sign and nothing as a dash", () => {
    expect(figureWords(aLine(), "closed_percent")).toBe("62.5%")
    expect(figureWords(aLine({ median_days: 7.25 }), "median_days")).toBe("7.3")
    expect(figureWords(aLine({ median_days: null }), "median_days")).toBe("—")
  })
})

describe("months", () => {
  it("are compared with the highest of both", () => {
    expect(monthBars([{ month: "2026-10", found: 4, closed: 1 }, { month: "2026-11", found: 0, closed: 2 }])).toEqual([
      { month: "2026-10", found: 4, closed: 1, foundPercent: 100, closedPercent: 25 },
      { month: "2026-11", found: 0, closed: 2, foundPercent: 0, closedPercent: 50 },
    ])
    expect(monthBars([])).toEqual([])
  })
})
