import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import type { Json } from "../kit/canonicalJson"
import { hundredths, isScored, marksOf, moved, resultBeside, scoreFits, scoreText, type ItemScore, type Scored, type Scoring } from "./scoring"

interface VectorItem {
  readonly code: string
  readonly group: string
  readonly na_allowed: boolean
  readonly score: ItemScore
}
interface Vectors {
  readonly editions: { readonly [name: string]: { readonly scoring: Scoring; readonly items: readonly VectorItem[] } }
  readonly cases: readonly { name: string; edition: string; answers: { readonly [code: string]: readonly [string, string | null] }; marks: { dimensions: { [group: string]: string }; total: string; grade: string } | null }[]
  readonly texts: { readonly good: readonly string[]; readonly bad: readonly string[] }
}

const vectors = JSON.parse(readFileSync(new URL("../../../tests/vectors/scores.json", import.meta.url), "utf8")) as Vectors
const RULE: ItemScore = { max: "5", step: "0.5", deductions: [], opens_problem_below: "2" }

describe("points of a scored edition", () => {
  it.each(vectors.cases)("$name", ({ edition, answers, marks }) => {
    const { scoring, items } = vectors.editions[edition] ?? { scoring: {} as Scoring, items: [] }
    const scored = items.map(({ code, group, score: rule, na_allowed: mayBeNa }): Scored => {
      const [result, score] = answers[code] ?? [null, null]
      return { code, group, rule, mayBeNa, result, score }
    })
    const found = marksOf(scoring, scored)
    if (marks === null) expect(found.total).toBeNull()
    else {
      expect(Object.fromEntries(found.dimensions.map(({ group, points }) => [group, points]))).toEqual(marks.dimensions)
      expect({ total: found.total, grade: found.grade }).toEqual({ total: marks.total, grade: marks.grade })
    }
  })

  it("writes a number in one way only", () => {
    expect(vectors.texts.good.map((text) => scoreText(hundredths(text) ?? -1))).toEqual(vectors.texts.good)
    expect(vectors.texts.bad.map(hundredths)).toEqual(vectors.texts.bad.map(() => null))
  })

  it("tells what is scored so far before everything is", () => {
    const { scoring, items } = vectors.editions.rescaled ?? { scoring: {} as Scoring, items: [] }
    const said: { readonly [code: string]: readonly [Json, Json] } = { KA01: ["fail", "3.5"], KA02: ["na", null] }
    const found = marksOf(scoring, items.map(({ code, group, score: rule, na_allowed: mayBeNa }) => ({ code, group, rule, mayBeNa, result: said[code]?.[0] ?? null, score: said[code]?.[1] ?? null })))
    expect(found).toMatchObject({ got: "3.5", possible: "5", total: null, grade: null })
    expect(found.dimensions).toMatchObject([{ got: "3.5", possible: "5", points: null }, { got: "0", possible: "0", points: null }])
  })

  it("takes scores on the step between nothing and the maximum", () => {
    expect(["0", "2.5", "5", "5.5", "2.25", "-1", null].map((text) => scoreFits(RULE, text))).toEqual([true, true, true, false, false, false, false])
    expect([moved(RULE, "0.5", -100), moved(RULE, "4.5", 150), moved(RULE, "3", -50)]).toEqual(["0", "5", "2.5"])
  })

  it("lets the result follow from the points", () => {
    expect([resultBeside(RULE, "5", "fail"), resultBeside(RULE, "4.5"), resultBeside(RULE, "4.5", "fixed"), resultBeside(RULE, "5", "fixed")]).toEqual(["pass", "fail", "fixed", "pass"])
  })

  it.each<[Json, Json, boolean, boolean]>([
    ["pass", "5", true, true],
    ["pass", "4.5", true, false],
    ["fail", "5", true, false],
    ["fixed", "0", true, true],
    ["na", null, true, true],
    ["na", null, false, false],
    ["na", "5", true, false],
    [null, "5", true, false],
    ["fail", null, true, false],
  ])("%s with %s, may be n/a %s: can be sealed %s", (result, score, mayBeNa, can) => {
    expect(isScored({ rule: RULE, mayBeNa, result, score })).toBe(can)
  })
})
