import { describe, expect, it } from "vitest"
import type { Schemas } from "../../api/client"
import { byDay, debtsOf, deviceKind, isBehind, progressOf } from "./team"

const aVisit = (said: Partial<Schemas["VisitRowOut"]>) => ({ code: "A-1", planned_on: "2026-11-22", state: "assigned", conflicts: 0, late: 0, photos_owed: 0, ...said }) as Schemas["VisitRowOut"]
const aDevice = { photos_owed: 0, missing: 0, waiting: 0, is_flushed: false, is_revoked: false }

describe("a team's visits", () => {
  it("stand by day, what waits before what is done", () => {
    const days = byDay([aVisit({ code: "A-3", planned_on: "2026-11-23" }), aVisit({ code: "A-1", state: "signed" }), aVisit({ code: "A-2", state: "under_way" })])
    expect(days.map((day) => [day.on, day.visits.map(({ code }) => code)])).toEqual([["2026-11-22", ["A-2", "A-1"]], ["2026-11-23", ["A-3"]]])
  })
  it("count a disputed record as inspected, a cancelled one not", () => {
    expect(progressOf([aVisit({ state: "disputed", conflicts: 2 }), aVisit({ state: "closed", photos_owed: 3, late: 1 })])).toEqual({ total: 2, inspected: 1, conflicts: 2, late: 1, owed: 3 })
  })
  it("are behind after their day until somebody closed the record", () => {
    expect([aVisit({}), aVisit({ state: "signed" }), aVisit({ state: "closed" })].map((visit) => isBehind(visit, "2026-11-23"))).toEqual([true, false, false])
    expect(isBehind(aVisit({}), "2026-11-22")).toBe(false)
  })
})

describe("a device", () => {
  const keys = (said: Partial<typeof aDevice>) => debtsOf({ ...aDevice, ...said }).map(({ key, n }) => [key, n])

  it("owes what it announced", () => expect(keys({ photos_owed: 3, missing: 2, waiting: 5 })).toEqual([["missing", 2], ["photos", 3], ["notFlushed", 0]]))
  it("may wait without a gap", () => expect(keys({ waiting: 1, is_flushed: true })).toEqual([["waiting", 1], ["flushed", 0]]))
  it("may be out of service", () => expect(keys({ is_revoked: true })[0]).toEqual(["revoked", 1]))
  it("says what it is", () => {
    const agents = ["Mozilla/5.0 (iPhone; CPU iPhone OS 18)", "Mozilla/5.0 (Linux; Android 14)", "Mozilla/5.0 (Windows NT 10.0)", "python"]
    expect(agents.map(deviceKind)).toEqual(["iphone", "android", "windows", "other"])
  })
})
