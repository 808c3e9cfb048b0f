/**
 * 规范化管理考核: points of a scored edition. Exact: points are counted in hundredths, never in floats. Twin of
 * checklists/rules/scoring.py; tests/vectors/scores.json holds both to the same results. Pure.
 */
import type { Json } from "../kit/canonicalJson"

export interface Deduction {
  readonly text: string
  readonly points: string
}

/** How an item is scored: decimals as text in normal form. */
export interface ItemScore {
  readonly max: string
  readonly step: string
  readonly deductions: readonly Deduction[]
  /** Below this score the item is a 整改 problem as well; null: never. */
  readonly opens_problem_below: string | null
}

export interface Scoring {
  readonly full: string
  readonly weights: "reference" | "published"
  readonly dimensions: readonly { readonly group: string; readonly max: string }[]
  /** From the best to the worst, which begins at 0. */
  readonly grades: readonly { readonly at_least: string; readonly label: string }[]
  readonly decimals: number
  readonly not_applicable: "rescale" | "full"
}

/** What stands for one item. */
export interface Scored {
  readonly code: string
  readonly group: string
  readonly rule: ItemScore
  readonly mayBeNa: boolean
  readonly result: Json
  readonly score: Json
}

export interface DimensionMarks {
  readonly group: string
  /** Points of the items that were scored so far, and what these could have got. */
  readonly got: string
  readonly possible: string
  readonly max: string
  /** What counts once everything is scored, rounded as the edition says; null until then. */
  readonly points: string | null
}

export interface Marks {
  readonly dimensions: readonly DimensionMarks[]
  readonly got: string
  readonly possible: string
  readonly full: string
  /** The sum of the dimensions' points; null until everything is scored. */
  readonly total: string | null
  readonly grade: string | null
}

const NORMAL = /^(0|[1-9]\d{0,3})(\.\d?[1-9])?$/

/** Hundredths of a point, or null for what is no score in normal form. */
export function hundredths(text: Json | undefined): number | null {
  if (typeof text !== "string" || !NORMAL.test(text)) return null
  const [whole = "0", part = ""] = text.split(".")
  return Number(whole) * 100 + Number(part.padEnd(2, "0"))
}

/** The normal form: no needless zeros. */
export function scoreText(inHundredths: number): string {
  const [whole, part] = [Math.trunc(inHundredths / 100), String(inHundredths % 100).padStart(2, "0")]
  return part === "00" ? String(whole) : `${whole}.${part.replace(/0$/, "")}`
}

const of = (text: string) => hundredths(text) ?? 0

export function scoreFits(rule: ItemScore, text: Json | undefined): boolean {
  const value = hundredths(text)
  return value !== null && value <= of(rule.max) && value % of(rule.step) === 0
}

/** The result that goes with a score: full marks are 符合, fewer 不符合, unless it was put right on the spot. */
export function resultBeside(rule: ItemScore, score: string, before: Json = null): "pass" | "fail" | "fixed" {
  if (of(score) === of(rule.max)) return "pass"
  return before === "fixed" ? "fixed" : "fail"
}

/** A score and a result that may be sealed together. */
export function isScored({ rule, mayBeNa, result, score }: Pick<Scored, "rule" | "mayBeNa" | "result" | "score">): boolean {
  if (result === "na") return mayBeNa && score === null
  return scoreFits(rule, score) && resultBeside(rule, String(score), result) === result
}

/** `score` moved by some steps or points, held between 0 and the maximum. */
export function moved(rule: ItemScore, score: string, byHundredths: number): string {
  return scoreText(Math.min(of(rule.max), Math.max(0, of(score) + byHundredths)))
}

export function opensProblem(rule: ItemScore, score: Json): boolean {
  const value = hundredths(score)
  return rule.opens_problem_below !== null && value !== null && value < of(rule.opens_problem_below)
}

/** The marks of a visit so far; total and grade once every item has a valid score. */
export function marksOf(scoring: Scoring, items: readonly Scored[]): Marks {
  const dimensions = scoring.dimensions.map(({ group, max }) => dimension(scoring, items.filter((item) => item.group === group), group, max))
  const isComplete = dimensions.every(({ points }) => points !== null)
  const sum = (pick: (marks: DimensionMarks) => string | null) => dimensions.reduce((all, marks) => all + of(pick(marks) ?? "0"), 0)
  const total = isComplete ? sum(({ points }) => points) : null
  return {
    dimensions,
    got: scoreText(sum(({ got }) => got)),
    possible: scoreText(sum(({ possible }) => possible)),
    full: scoring.full,
    total: total === null ? null : scoreText(total),
    grade: total === null ? null : (scoring.grades.find(({ at_least }) => total >= of(at_least))?.label ?? null),
  }
}

function dimension(scoring: Scoring, items: readonly Scored[], group: string, max: string): DimensionMarks {
  let [got, possible, open] = [0, 0, 0]
  for (const item of items) {
    const isNa = item.result === "na" && item.mayBeNa
    if (!isNa && !scoreFits(item.rule, item.score)) open += 1
    else if (!isNa || scoring.not_applicable === "full") {
      got += isNa ? of(item.rule.max) : of(String(item.score))
      possible += of(item.rule.max)
    }
  }
  const points = open > 0 ? null : scoreText(scaled(got, possible, of(max), scoring.decimals))
  return { group, got: scoreText(got), possible: scoreText(possible), max, points }
}

/** `got` of `possible` as hundredths of `most`, rounded to so many decimals, halves up. All whole numbers below 2^53. */
function scaled(got: number, possible: number, most: number, decimals: number): number {
  if (possible === 0) return 0
  const unit = 10 ** (2 - decimals)
  return Math.floor((2 * got * most + possible * unit) / (2 * possible * unit)) * unit
}
