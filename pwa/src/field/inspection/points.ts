/** Scoring an item on the spot: a tap on a finding takes its points and writes its words, a second tap gives both back. */
import type { Json } from "../../kit/canonicalJson"
import { hundredths, isScored, moved, opensProblem, resultBeside, scoreFits, type Deduction, type ItemScore } from "../../sync/scoring"
import type { Head, Item, Register } from "../../sync/visit"
import { withPhrase } from "./phrases"

/** What one act says: the points, and the result that goes with them. */
export type PointValues = { readonly score: string | null; readonly result: string | null }

export interface Answer extends PointValues {
  readonly remark: string
}

export function withScore(rule: ItemScore, score: string, before: Json): PointValues {
  return { score, result: resultBeside(rule, score, before) }
}

/** One step up or down. An item that has no score yet starts from the maximum: points are taken, not given. */
export function stepped(rule: ItemScore, answer: PointValues, direction: 1 | -1): PointValues {
  const from = startOf(rule, answer)
  return withScore(rule, moved(rule, from, direction * points(rule.step)), answer.result)
}

export function isFound(remark: string, { text }: Deduction): boolean {
  return remark.includes(text)
}

export function toggled(rule: ItemScore, answer: Answer, deduction: Deduction): Answer {
  const isOn = isFound(answer.remark, deduction)
  const score = moved(rule, startOf(rule, answer), (isOn ? 1 : -1) * points(deduction.points))
  const remark = isOn ? withoutPhrase(answer.remark, deduction.text) : withPhrase(answer.remark, deduction.text)
  return { ...withScore(rule, score, answer.result), remark }
}

export function withoutPhrase(text: string, phrase: string): string {
  const at = text.indexOf(phrase)
  if (at < 0) return text
  const before = text.slice(0, at).replace(/[；;，,]$/, "")
  const after = text.slice(at + phrase.length).replace(/^[。；;，,]/, "")
  return `${before}${after !== "" && before !== "" && !/[。；！？.;!?\n]$/.test(before) ? "；" : ""}${after}`
}

function startOf(rule: ItemScore, { score }: PointValues): string {
  return score !== null && scoreFits(rule, score) ? score : rule.max
}

function points(text: string): number {
  return hundredths(text) ?? 0
}

/** The points that an item loses, as text; null while it has no score. */
export function lost(rule: ItemScore, score: Json): string | null {
  return scoreFits(rule, score) ? moved({ ...rule, step: "0.01" }, rule.max, -points(String(score))) : null
}

/** Does this answer become a 整改 problem? Points alone never do; a low score does where the edition says so. */
export function becomesProblem({ definition, result, score }: Pick<Item, "definition" | "result" | "score">): boolean {
  if (result.value !== "fail") return false
  return definition.score ? opensProblem(definition.score, score.value) : true
}

/** Result and score were set by two people, or by an old app: they do not go together. */
export function isAtOdds({ definition, result, score }: Pick<Item, "definition" | "result" | "score">): boolean {
  const { score: rule, na_allowed: mayBeNa } = definition
  return !!rule && (result.value !== null || score.value !== null) && !isScored({ rule, mayBeNa, result: result.value, score: score.value })
}

interface Settled {
  readonly value: Json
  readonly choose: string | null
}

/** What the leader takes over with one side of a dispute about points: its score and its result, which go together. */
export function sideOf(item: Pick<Item, "definition" | "result" | "score">, register: Register, head: Head): { readonly [field: string]: Settled } {
  const rule = item.definition.score
  const taken = { value: head.value, choose: head.opId }
  if (!rule) return { [register.field]: taken }
  const other = register.field === "score" ? item.result : item.score
  const his = other.heads.find((candidate) => candidate.account === head.account)
  const value = beside(rule, register.field, head.value, his?.value ?? other.value)
  const beside_ = { value, choose: his && his.value === value ? his.opId : null }
  return register.field === "score" ? { score: taken, result: beside_ } : { score: beside_, result: taken }
}

function beside(rule: ItemScore, field: string, value: Json, his: Json): Json {
  if (field === "score") return typeof value === "string" ? resultBeside(rule, value, his) : his === "na" ? "na" : null
  if (value === "pass") return rule.max
  return value === "na" || value === null ? null : his
}
