/** The deadline that will follow from an answer. Provisional: it runs from the day of sealing until the order is served. */
import { deadline, firstWorkingDayAfter, workingDaysBetween, type Calendar } from "../../kit/workdays"
import type { Item } from "../../sync/visit"
import { becomesProblem } from "./points"

export interface Due {
  readonly on: string
  readonly recheckOn: string
  /** A day in a year without a known calendar was looked at. */
  readonly isUncertain: boolean
  /** Set by an officer instead of the edition. */
  readonly isOverridden: boolean
  readonly value: number
  readonly unit: "working_days" | "calendar_days"
  readonly isImmediate: boolean
}

/** Null where the answer makes no problem: only 不符合 does, 当场改正 does not, nor do lost points alone. */
export function dueOf(item: Item, start: string, calendar: Calendar): Due | null {
  if (!becomesProblem(item)) return null
  const { value, unit, immediate_measures: isImmediate } = item.definition.deadline
  const override = item.dueOverride.value
  const isOverridden = typeof override === "string"
  const day = isOverridden ? { on: override, isUncertain: false } : deadline(start, value, unit, calendar)
  const recheck = firstWorkingDayAfter(day.on, calendar)
  return { on: day.on, recheckOn: recheck.on, isUncertain: day.isUncertain || recheck.isUncertain, isOverridden, value, unit, isImmediate }
}

export type Urgency = { readonly kind: "overdue" | "left"; readonly days: number } | { readonly kind: "today" }

/** 逾期 N 天 · 今日到期 · 还剩 N 个工作日. */
export function urgencyOf(dueOn: string, today: string, calendar: Calendar): Urgency {
  if (dueOn === today) return { kind: "today" }
  if (dueOn < today) return { kind: "overdue", days: Math.round((Date.parse(today) - Date.parse(dueOn)) / 86_400_000) }
  return { kind: "left", days: workingDaysBetween(today, dueOn, calendar) }
}
