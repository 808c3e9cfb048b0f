import { describe, expect, it } from "vitest"
import { calendarOf, WEEKENDS_ONLY } from "../../kit/workdays"
import { anItem } from "../testing/builders"
import { dueOf, urgencyOf } from "./due"

const calendar = calendarOf({ days_off: ["2026-12-04"], extra_workdays: [], known_years: [2026] })
const failed = anItem("A01", { result: "fail" })

describe("the deadline that will follow", () => {
  it("counts working days from the day after sealing and skips holidays", () => {
    expect(dueOf(failed, "2026-11-22", calendar)).toMatchObject({ on: "2026-12-07", recheckOn: "2026-12-08", isUncertain: false })
  })

  it("says that it is uncertain when a year is unknown", () => {
    expect(dueOf(failed, "2026-11-22", WEEKENDS_ONLY)).toMatchObject({ on: "2026-12-04", isUncertain: true })
    expect(dueOf(failed, "2026-12-24", calendar)).toMatchObject({ isUncertain: true })
  })

  it("takes an officer's date instead of the edition's", () => {
    const item = anItem("A01", { result: "fail", fields: { due_override: "2026-11-27" } })
    expect(dueOf(item, "2026-11-22", calendar)).toMatchObject({ on: "2026-11-27", recheckOn: "2026-11-30", isOverridden: true })
  })

  it("follows from nothing but 不符合: what was fixed on the spot makes no problem", () => {
    for (const result of ["pass", "fixed", "na"]) expect(dueOf(anItem("A01", { result }), "2026-11-22", calendar)).toBeNull()
  })
})

describe("how urgent a problem is", () => {
  it("counts overdue in days and what is left in working days", () => {
    expect(urgencyOf("2026-11-20", "2026-11-23", calendar)).toEqual({ kind: "overdue", days: 3 })
    expect(urgencyOf("2026-11-23", "2026-11-23", calendar)).toEqual({ kind: "today" })
    expect(urgencyOf("2026-12-07", "2026-12-03", calendar)).toEqual({ kind: "left", days: 1 })
  })
})
