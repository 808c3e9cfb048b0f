import { describe, expect, it } from "vitest"
import type { DrawRecord } from "../draw/model"
import { DRAW_STEPS } from "../draw/verify"
import { aPool, aRecord } from "../draw/testing/records"
import { districtsOf, search, teamsOf } from "./results"
import { factsOf } from "./stepFacts"

function drawn(): DrawRecord {
  const pool = aPool()
  return JSON.parse(aRecord({ ...pool, excluded: { sites: [{ id: "s99", label: "福星苑", why: "checked_recently" }], inspectors: [] } })) as DrawRecord
}

describe("the results", () => {
  it("stand by district, every drawn site once, with the team that the record gives it", () => {
    const record = drawn()
    const rows = districtsOf(record).flatMap((district) => district.rows)
    expect(rows.map(({ id, team }) => [id, team]).sort()).toEqual(record.result.visits.map(({ site, team }) => [site, team]).sort())
    expect(districtsOf(record).map((one) => one.code)).toEqual([...new Set(districtsOf(record).map((one) => one.code))].sort())
  })

  it("name the leader first", () => {
    const record = drawn()
    expect(teamsOf(record).map((team) => team.members[0])).toEqual(record.result.teams.map((team) => `执**${team.officers[0]?.slice(-1)}（组长）`))
  })

  it("find a compound whatever became of it", () => {
    const record = drawn()
    const fates = Object.fromEntries(search(record, "幸福 小区").found.map((one) => [one.id, one.fate]))
    expect(Object.keys(fates)).toHaveLength(9)
    for (const { site } of record.result.drawn) expect(fates[site]).toBe("drawn")
    for (const site of record.result.set_aside) expect(fates[site]).toBe("set_aside")
    expect(search(record, "福星").found).toEqual([{ id: "s99", name: "福星苑", where: "未进入本次名单", fate: "excluded", words: "原因：近期已检查" }])
    expect(search(record, "物业公司1").found).toHaveLength(3)
    expect(search(record, "zz4").found[0]?.name).toBe("幸福小区4")
  })

  it("find nothing for nothing, and not more than can be read", () => {
    expect(search(drawn(), " ")).toEqual({ found: [], more: 0 })
    const pool = aPool({}, 60, 8)
    const many = { ...drawn(), pool }
    expect(search(many, "小区").found).toHaveLength(40)
    expect(search(many, "小区").more).toBe(20)
  })

  it("have numbers to every step but the file's", () => {
    const record = drawn()
    expect(DRAW_STEPS.filter((id) => factsOf(id, record).length === 0)).toEqual(["file"])
  })
})
