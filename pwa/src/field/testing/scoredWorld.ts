/** 规范化管理考核 for looking at screens and for tests: a visit on a small scored edition. */
import type { Scoring } from "../../sync/scoring"
import type { Dispatched, Item, Visit } from "../../sync/visit"
import { anItem, aVisit, by, LEADER, OFFICER, aRegister, type ItemParts } from "./builders"

export const DIMENSIONS = { KA: "共用设施设备", KB: "环境卫生", KC: "绿化管养", KD: "客户服务", KE: "安全生产防范" }

export const SCORING: Scoring = {
  full: "50",
  weights: "reference",
  dimensions: Object.keys(DIMENSIONS).map((group) => ({ group, max: "10" })),
  grades: [{ at_least: "45", label: "优秀" }, { at_least: "40", label: "良好" }, { at_least: "30", label: "合格" }, { at_least: "0", label: "不合格" }],
  decimals: 1,
  not_applicable: "rescale",
}

const DEDUCTIONS = [{ text: "公共照明损坏未修，每三处", points: "0.5" }, { text: "配电房堆放杂物或未上锁", points: "1" }, { text: "无配电房巡查记录", points: "1.5" }]

/** An item worth five points in steps of a half; in every dimension there are two. */
export function aScoredItem(code: string, parts: ItemParts = {}): Item {
  const score = { max: "5", step: "0.5", deductions: DEDUCTIONS, opens_problem_below: code === "KE02" ? "2.5" : null, ...parts.definition?.score }
  const definition = { title: "供配电与公共照明", check: "配电房是否整洁上锁、有巡查记录，楼道、道路、车库照明是否正常，抽查不少于二十处灯具。", na_allowed: code.endsWith("02"), ...parts.definition, group: code.slice(0, 2), score }
  return anItem(code, { ...parts, definition })
}

export function scoredItems(parts: { readonly [code: string]: ItemParts } = {}): readonly Item[] {
  return Object.keys(DIMENSIONS).flatMap((group) => ["01", "02"].map((n) => aScoredItem(`${group}${n}`, parts[`${group}${n}`])))
}

export function scored(result: string, score: string | null, remark: string | null = null): ItemParts {
  return { result, fields: { score, remark } }
}

export function scoredVisit(dispatched: Dispatched, parts: { readonly [code: string]: ItemParts } = {}): Visit {
  const sides = (values: readonly [string, string]) => [{ ...by(LEADER), value: values[0] }, { ...by(OFFICER), value: values[1] }]
  const some = {
    KA01: scored("fail", "3.5", "配电房堆放杂物或未上锁。公共照明损坏未修，每三处。"), KA02: scored("pass", "5"), KB01: scored("pass", "5"), KB02: scored("na", null),
    KC01: { result: "fail", fields: { score: sides(["3", "4.5"]), remark: "枯枝未处理。" } }, KD01: scored("fail", "4"), KE02: scored("fail", "2", "安全出口锁闭。"),
  }
  return aVisit({
    dispatched,
    items: scoredItems({ ...some, ...parts }),
    groupNames: DIMENSIONS,
    scoring: SCORING,
    arrival: aRegister("_", "arrival", [{ ...by(LEADER), value: { gps: null } }]),
    openingStatement: aRegister("_", "opening_statement", [{ ...by(LEADER), value: { shown: true } }]),
  })
}
