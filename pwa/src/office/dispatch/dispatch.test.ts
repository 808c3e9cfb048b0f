import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { untilNone, type Some } from "./desk"
import { isMovable, PLANNED, standing, STEPS, stepTone } from "./shape"
import type { Dispatch, PlannedVisit } from "./wire"

const counts = (steps: Partial<Dispatch["steps"]>): Dispatch["steps"] => ({ approval: 0, decision: 0, notice: 0, dispatch: 0, dispatched: 0, ...steps })

describe("which step is to be done now", () => {
  it("is none before there are days", () => expect(standing({ total: 0, steps: counts({}) })).toBe(0))
  it("is the approval while one visit lacks it", () => expect(standing({ total: 9, steps: counts({ decision: 1, notice: 8 }) })).toBe(1))
  it("is the notice once all are approved", () => expect(standing({ total: 9, steps: counts({ notice: 1, dispatch: 8 }) })).toBe(2))
  it("is the dispatch once everybody is told", () => expect(standing({ total: 9, steps: counts({ dispatch: 1, dispatched: 8 }) })).toBe(3))
  it("is over when all are sent", () => expect(standing({ total: 9, steps: counts({ dispatched: 9 }) })).toBe(4))
})

describe("work in pieces", () => {
  const answers = (...some: Some[]) => async () => some.shift() ?? { done: 0, left: 0 }

  it("goes on until nothing is left, and tells how far it is", async () => {
    const told: string[] = []
    const total = await untilNone(answers({ done: 20, left: 25 }, { done: 20, left: 5 }, { done: 5, left: 0 }), (done, of) => void told.push(`${done}/${of}`))
    expect([total, told]).toEqual([45, ["20/45", "40/45", "45/45"]])
  })
  it("does not go round for ever when nothing moves", async () => expect(await untilNone(answers({ done: 0, left: 7 }), () => undefined)).toBe(0))
})

describe("a planned visit", () => {
  it("has a day that can be changed until it stands on a form", () => {
    expect(STEPS.map((step) => isMovable({ step } as PlannedVisit))).toEqual([true, false, false, false, false])
  })
  it("has a colour for every step", () => expect(STEPS.map((step) => stepTone(step).tone)).toEqual(["plain", "waiting", "waiting", "accent", "done"]))
  it("is sorted by what the server can sort by", () => expect(PLANNED.sorts).toEqual(["code", "team_no", "district", "site", "planned_on"]))
})

describe("the words", () => {
  const read = (language: string) => flat(JSON.parse(readFileSync(join(import.meta.dirname, "..", "..", "locales", "office", `dispatch.${language}.json`), "utf8")) as object)
  it("are the same messages with the same facts in both languages", () => expect(read("en")).toEqual(read("zh-CN")))
})

function flat(tree: object, prefix = ""): string[] {
  const rows = Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "string" ? [`${prefix}${key} ${[...value.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort().join()}`] : flat(value as object, `${prefix}${key}.`),
  )
  return rows.sort()
}
