/** Points and the result that goes with them: one act, one transaction, one decision. */
import { describe, expect, it } from "vitest"
import { setRegisters, settleTogether } from "./actions"
import type { PhoneError } from "./phone"
import { MemoryStore } from "./testing/memoryStore"
import { aServer, EXPERT, idMaker, LEADER, OFFICER, Phone } from "./testing/rig"

let salt = 7000

async function crew() {
  const server = aServer()
  const make = async (account: string) => {
    const newId = idMaker(++salt)
    const phone = new Phone(account, new MemoryStore(newId), server.as(account), newId)
    await phone.pull()
    return phone
  }
  return { leader: await make(LEADER), officer: await make(OFFICER), expert: await make(EXPERT) }
}

const made = async (phone: Phone) => (await phone.store.head()).nextSeq - 1

describe("points", () => {
  it("go into the record with their result and reason in one act; what stands is not said again", async () => {
    const { leader } = await crew()
    await leader.do(setRegisters("A01", { score: "3.5", result: "fail", remark: "楼道堆放杂物。" }))
    expect(await made(leader)).toBe(3)
    await leader.do(setRegisters("A01", { score: "3", result: "fail", remark: "楼道堆放杂物。" }))
    expect(await made(leader)).toBe(4)
    await leader.do(setRegisters("A02", { score: null, result: "na" }))
    expect(await made(leader)).toBe(5)
    await leader.sync()
    expect(await leader.value("A01", "score")).toMatchObject({ state: "settled", value: "3", heads: [{ fate: "server" }] })
  })

  it.each([["05"], ["4.50"], ["-1"], [4]])("refuse %s before anything is stored", async (score) => {
    const { leader } = await crew()
    const refused = await leader.do(setRegisters("A01", { score, result: "fail" })).then(() => "ok", (error: PhoneError) => error.code)
    expect([refused, await made(leader)]).toEqual(["bad_value", 0])
  })

  it("are shown as both said them, and settled with the result that goes with them", async () => {
    const { leader, officer, expert } = await crew()
    await leader.do(setRegisters("A01", { score: "5", result: "pass" }))
    await officer.do(setRegisters("A01", { score: "4", result: "fail" }))
    for (const phone of [leader, officer, leader]) await phone.sync()
    expect((await leader.value("A01", "score"))?.heads.map((head) => head.value).sort()).toEqual(["4", "5"])
    const both = { score: { value: "4", choose: null }, result: { value: "fail", choose: null } }
    await expect(officer.do(settleTogether("A01", both, "复核"))).rejects.toMatchObject({ code: "not_permitted" })
    await expect(expert.do(setRegisters("A01", { score: "4" }))).rejects.toMatchObject({ code: "not_permitted" })
    await leader.do(settleTogether("A01", both, "复核"))
    for (const phone of [leader, officer]) {
      await phone.sync()
      expect(await phone.value("A01", "score")).toMatchObject({ state: "settled", value: "4" })
      expect(await phone.value("A01", "result")).toMatchObject({ state: "settled", value: "fail" })
    }
  })

  it("are settled alone where both results agree", async () => {
    const { leader, officer } = await crew()
    await leader.do(setRegisters("A01", { score: "3", result: "fail" }))
    await officer.do(setRegisters("A01", { score: "4", result: "fail" }))
    for (const phone of [leader, officer, leader]) await phone.sync()
    const before = await made(leader)
    await leader.do(settleTogether("A01", { score: { value: "3", choose: null }, result: { value: "fail", choose: null } }, "复核"))
    expect(await made(leader)).toBe(before + 1)
    await leader.sync()
    expect(await leader.value("A01", "score")).toMatchObject({ state: "settled", value: "3", conflictId: null })
  })
})
