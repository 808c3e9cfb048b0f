/** The protocol's stories, told by phones against the fake server. */
import { describe, expect, it } from "vitest"
import { addNote, addPhoto, excludePhoto, manifestNow, resolveConflict, seal, setRegister } from "./actions"
import { readEnvelope } from "./ops"
import type { PhoneError } from "./phone"
import { aServer, EXPERT, idMaker, LEADER, OFFICER, OTHER_SCOPE, Phone, SCOPE } from "./testing/rig"
import { MemoryStore } from "./testing/memoryStore"
import { uploadAll } from "./uploads"
import { sha256Hex } from "../kit/sha256"
import { registersOf, knownOps } from "./visitState"

let salt = 1000

async function team(server = aServer()) {
  const make = async (account: string) => {
    const newId = idMaker(++salt)
    const phone = new Phone(account, new MemoryStore(newId), server.as(account), newId)
    await phone.pull()
    return phone
  }
  return { server, leader: await make(LEADER), officer: await make(OFFICER), expert: await make(EXPERT) }
}

const code = (promise: Promise<unknown>) => promise.then(() => "ok", (error: PhoneError) => error.code)

describe("one phone", () => {
  it("shows an answer at once and as on the server after the sync", async () => {
    const { leader } = await team()
    await leader.do(setRegister("A01", "result", "pass"))
    expect(await leader.value("A01", "result")).toMatchObject({ state: "settled", value: "pass", heads: [{ fate: "here", name: "执法员甲01" }] })
    await leader.sync()
    expect(await leader.value("A01", "result")).toMatchObject({ value: "pass", heads: [{ fate: "server" }] })
  })

  it("takes the place of its own earlier answers, offline as well", async () => {
    const { leader, server } = await team()
    for (const value of ["pass", "fail", null, "na"]) await leader.do(setRegister("A01", "result", value))
    await leader.sync()
    expect(await leader.value("A01", "result")).toMatchObject({ state: "settled", value: "na" })
    expect(server.visits.get(SCOPE)?.registers().get("A01/result")?.heads).toHaveLength(1)
  })

  it("counts one sequence over all visits", async () => {
    const { leader } = await team(aServer([SCOPE, OTHER_SCOPE]))
    await leader.do(setRegister("A01", "result", "pass"), SCOPE)
    await leader.do(setRegister("A01", "result", "fail"), OTHER_SCOPE)
    await leader.sync()
    expect((await leader.value("A01", "result", SCOPE))?.value).toBe("pass")
    expect((await leader.value("A01", "result", OTHER_SCOPE))?.value).toBe("fail")
    expect((await leader.store.head()).nextSeq).toBe(3)
  })

  it("refuses what the server would refuse, and stores nothing", async () => {
    const { leader, officer, expert } = await team()
    expect(await code(expert.do(setRegister("A01", "result", "pass")))).toBe("not_permitted")
    expect(await code(officer.do(resolveConflict("A01", "result", { value: "pass", choose: null, reason: "…" })))).toBe("not_permitted")
    expect(await code(leader.do(setRegister("A01", "result", "perfect")))).toBe("bad_value")
    expect(await code(leader.do(setRegister("A01", "result", 1.5)))).toBe("bad_value")
    expect(await code(leader.do(addNote("A01", "  ")))).toBe("bad_value")
    expect(await code(leader.do(addNote("A01", "x".repeat(8001))))).toBe("bad_value")
    expect(await leader.store.tally()).toEqual([])
  })
})

describe("two who disagree", () => {
  async function disagreement() {
    const crew = await team()
    await crew.leader.do(setRegister("B02", "result", "pass"))
    await crew.officer.do(setRegister("B02", "result", "fail"))
    for (const phone of [crew.leader, crew.officer, crew.leader]) await phone.sync()
    return crew
  }

  it("shows both values to both and makes neither the winner", async () => {
    const { leader, officer } = await disagreement()
    for (const phone of [leader, officer]) {
      const register = await phone.value("B02", "result")
      expect(register).toMatchObject({ state: "conflict", value: null })
      expect(register?.heads.map((head) => head.value).sort()).toEqual(["fail", "pass"])
      expect(register?.conflictId).not.toBeNull()
    }
  })

  it("lets an officer change his own answer only; the conflict stays until the leader speaks", async () => {
    const { leader, officer, server } = await disagreement()
    await officer.do(setRegister("B02", "result", "pass"))
    await officer.sync()
    await leader.sync()
    expect(await leader.value("B02", "result")).toMatchObject({ state: "agreed", value: "pass" })
    expect((await officer.store.quarantined()).length).toBe(0)
    await leader.do(resolveConflict("B02", "result", { value: "pass", choose: null, reason: "一致" }))
    expect(await leader.value("B02", "result")).toMatchObject({ state: "settled", value: "pass", conflictId: null })
    await leader.sync()
    await officer.sync()
    expect(await officer.value("B02", "result")).toMatchObject({ state: "settled", value: "pass", conflictId: null })
    expect(server.visits.get(SCOPE)?.rows.every((row) => row.closedAt !== null)).toBe(true)
  })

  it("does not let a resolution cover an answer that the leader never saw", async () => {
    const { leader, officer } = await disagreement()
    await officer.do(setRegister("B02", "result", "na"))
    await leader.do(resolveConflict("B02", "result", { value: "fail", choose: null, reason: "现场确认" }))
    await leader.sync()
    await officer.sync()
    await leader.sync()
    expect(await leader.value("B02", "result")).toMatchObject({ state: "conflict", value: null })
  })

  it("calls equal answers independently confirmed, not a conflict", async () => {
    const { leader, officer } = await team()
    await leader.do(setRegister("C01", "result", "pass"))
    await officer.do(setRegister("C01", "result", "pass"))
    for (const phone of [leader, officer, leader]) await phone.sync()
    expect(await leader.value("C01", "result")).toMatchObject({ state: "confirmed", value: "pass" })
  })

  it("never works out again what an op takes the place of (edit A, edit B, push A, push B)", async () => {
    const { leader, officer } = await team()
    await leader.do(setRegister("D01", "remark", "甲"))
    const [edit] = await officer.do(setRegister("D01", "remark", "乙"))
    await leader.sync()
    await officer.pull()
    await officer.push()
    expect(readEnvelope((await officer.store.ownOps(SCOPE)).find((op) => op.opId === edit?.opId)?.raw ?? "")?.sup).toEqual([])
    await officer.pull()
    expect(await officer.value("D01", "remark")).toMatchObject({ state: "conflict" })
  })
})

describe("an op that goes wrong", () => {
  it("gives way to a void where the server cannot read it, and those behind it go on", async () => {
    const { leader, server } = await team()
    server.unreadable.add("meas.add@1")
    await leader.do(setRegister("A01", "result", "pass"))
    const [bad] = await leader.do(() => ({ drafts: [{ kind: "meas.add@1", item: "A01", field: null, sup: [], body: { reading_id: "r1", value: "0.50", unit: "mg/L", instrument: null } }] }))
    await leader.do(setRegister("A02", "result", "fail"))
    expect(await leader.push()).toMatchObject({ kind: "done" })
    await leader.pull()
    expect((await leader.store.quarantined()).map((row) => [row.opId, row.code])).toEqual([[bad?.opId, "malformed"]])
    expect((await leader.value("A02", "result"))?.heads[0]?.fate).toBe("server")
    expect((await leader.see()).failed.map((line) => line.opId)).toEqual([bad?.opId])
  })

  it("goes on under a new replica where a copied profile used its numbers", async () => {
    const { leader, server } = await team()
    await leader.do(setRegister("A01", "result", "pass"))
    const copy = new MemoryStore(idMaker(++salt))
    copy.disk = structuredClone((leader.store as MemoryStore).disk)
    const clone = new Phone(LEADER, copy, server.as(LEADER), idMaker(++salt))
    await leader.do(setRegister("A02", "result", "pass"))
    await clone.do(setRegister("A03", "result", "fail"))
    await leader.sync()
    expect(await clone.push()).toMatchObject({ kind: "done" })
    await clone.pull()
    await leader.pull()
    for (const phone of [leader, clone]) {
      const values = await Promise.all(["A01", "A02", "A03"].map(async (item) => (await phone.value(item, "result"))?.value))
      expect(values).toEqual(["pass", "pass", "fail"])
    }
    expect((await clone.store.head()).replica).not.toBe((await leader.store.head()).replica)
  })

  it("sends the same bytes again where they were damaged on the way", async () => {
    const { leader, server } = await team()
    await leader.do(setRegister("A01", "result", "pass"))
    let isFirst = true
    const push = leader.server.push.bind(leader.server)
    const end = await leader.push({ ...leader.server, push: (body) => {
      const ops = isFirst ? body.ops.map((op) => ({ ...op, raw: op.raw.replace("pass", "fail") })) : body.ops
      isFirst = false
      return push({ ...body, ops })
    } })
    expect(end).toMatchObject({ kind: "done" })
    expect(server.refused.map((item) => item.code)).toEqual(["hash_mismatch"])
    expect(await leader.store.quarantined()).toEqual([])
  })

  it("halves a batch that is too large", async () => {
    const { leader } = await team()
    for (let i = 0; i < 9; i++) await leader.do(addNote(null, `记录${i}`))
    const sizes: number[] = []
    const end = await leader.push({ ...leader.server, push: async (body) => {
      sizes.push(body.ops.length)
      if (body.ops.length > 3) return { ok: false, trouble: { kind: "refused", status: 413, code: "too_large" } }
      return leader.server.push(body)
    } })
    expect(end).toMatchObject({ kind: "done", pushed: 9 })
    expect(sizes).toEqual([9, 5, 3, 3, 3])
  })

  it("keeps everything where the server asks for a sign-in", async () => {
    const { leader, server } = await team()
    await leader.do(setRegister("A01", "result", "pass"))
    expect(await leader.push(server.as(OFFICER))).toMatchObject({ kind: "trouble", trouble: { kind: "sign_in_needed" } })
    expect(await leader.store.queued(1, 10)).toHaveLength(1)
    expect(await leader.store.quarantined()).toEqual([])
  })
})

describe("a server restored from a backup", () => {
  it("gets back what it lost, without a new epoch", async () => {
    const { leader, server } = await team()
    await leader.do(setRegister("A01", "result", "pass"))
    await leader.sync()
    await leader.do(setRegister("A02", "result", "fail"))
    await leader.sync()
    const backup = aServer()
    const state = server.replicas.get((await leader.store.head()).replica)!
    const first = (await leader.store.ownOps(SCOPE))[0]!
    await backup.as(LEADER).push({ replica: first.replica, epoch: null, have_seq: 1, ops: [{ raw: first.raw, hash: first.hash }] })
    expect(state.acked).toBe(2)
    server.restore(backup, "epoch-2")
    await leader.do(setRegister("A03", "result", "na"))
    await leader.sync()
    await leader.sync()
    for (const [item, value] of [["A01", "pass"], ["A02", "fail"], ["A03", "na"]] as const) {
      expect((await leader.value(item, "result"))?.value).toBe(value)
      expect(server.visits.get(SCOPE)?.registers().get(`${item}/result`)?.values).toEqual([`"${value}"`])
    }
  })
})

describe("a feed that cannot be believed", () => {
  it("is reported and not taken over", async () => {
    const { leader, officer } = await team()
    await officer.do(setRegister("A01", "result", "pass"))
    await officer.sync()
    const forged = { ...leader.server, pull: async (body: Parameters<typeof leader.server.pull>[0]) => {
      const answer = await leader.server.pull(body)
      if (!answer.ok) return answer
      const scopes = Object.fromEntries(Object.entries(answer.value.scopes).map(([scope, page]) => [scope, { ...page, entries: page.entries.map((entry) => ({ ...entry, raw: entry.raw.replace("pass", "fail") })) }]))
      return { ...answer, value: { ...answer.value, scopes } }
    } }
    expect(await leader.pull(forged)).toMatchObject({ kind: "done", diverged: [SCOPE] })
    expect(await leader.value("A01", "result")).toBeUndefined()
    await leader.pull()
    expect((await leader.value("A01", "result"))?.value).toBe("pass")
  })
})

describe("a visit that is taken away", () => {
  it("becomes read-only, keeps everything, and its unsent ops wait for the leader", async () => {
    const { leader, officer, server } = await team()
    await officer.do(setRegister("A01", "result", "fail"))
    server.visits.get(SCOPE)?.revoke(OFFICER)
    await leader.do(setRegister("A02", "result", "pass"))
    await leader.sync()
    await officer.push()
    expect(await officer.pull()).toMatchObject({ kind: "done", diverged: [] })
    const state = await officer.see()
    expect([state.readOnly, state.me]).toEqual(["revoked", null])
    expect((await officer.store.ownOps(SCOPE)).map((op) => [op.state, op.code])).toEqual([["acked", "grant_revoked_unseen"]])
    expect(await code(officer.do(addNote("A01", "还想写")))).toBe("read_only")
    await leader.pull()
    expect((await leader.see()).waiting.map((line) => line.code)).toEqual(["grant_revoked_unseen"])
  })
})

describe("sealing", () => {
  it("binds to the manifest; what comes after waits for a decision", async () => {
    const { leader, officer, server } = await team()
    await leader.do(setRegister("A01", "result", "pass"))
    await leader.sync()
    await officer.do(setRegister("A01", "remark", "补充"))
    let hash = ""
    await leader.do(seal(["A01"], [{ replica: null, account: OFFICER, reason: "手机没电" }], (made) => (hash = made.hash)))
    expect((await leader.see()).seal).toMatchObject({ n: 1, state: "here", manifestHash: hash })
    expect((await leader.see()).readOnly).toBe("sealed")
    expect(await code(leader.do(setRegister("A01", "result", "fail")))).toBe("read_only")
    await leader.sync()
    await officer.sync()
    await leader.sync()
    expect(server.visits.get(SCOPE)?.seal?.hash).toBe(hash)
    expect((await leader.see()).seal).toMatchObject({ n: 1, state: "sealed", manifestHash: hash })
    expect((await officer.see()).waiting.map((line) => line.code)).toEqual(["late_after_seal"])
    expect(await officer.value("A01", "remark")).toBeUndefined()
  })

  it("is refused with an open conflict or an unanswered item", async () => {
    const { leader, officer } = await team()
    await leader.do(setRegister("A01", "result", "pass"))
    await officer.do(setRegister("A01", "result", "fail"))
    await officer.sync()
    await leader.sync()
    const nothing = () => undefined
    expect(await code(leader.do(seal(["A01"], [], nothing)))).toBe("not_ready")
    await leader.do(resolveConflict("A01", "result", { value: "fail", choose: null, reason: "复核" }))
    expect(await code(leader.do(seal(["A01", "A02"], [], nothing)))).toBe("not_ready")
    expect(await code(leader.do(seal(["A01"], [], nothing)))).toBe("ok")
  })

  it("names photos that are in, and not those that were left out", async () => {
    const { leader } = await team()
    const photo = (photoId: string, letter: string) => addPhoto("A01", { photo_id: photoId, sha256: letter.repeat(64), size: 5, mime: "image/jpeg", w: 1, h: 1, taken: null, gps: null, derivs: [] })
    await leader.do(photo("p2", "b"))
    await leader.do(photo("p1", "a"))
    await leader.do(excludePhoto("p2", "拍糊了"))
    const fold = await leader.folds.current(SCOPE)
    const made = manifestNow({ fold, ops: knownOps(fold, await leader.store.ownOps(SCOPE)) })
    expect((JSON.parse(made.text) as { photos: unknown }).photos).toEqual([["p1", "a".repeat(64), 5]])
    expect(registersOf(fold, []).byKey.size).toBe(0)
  })
})

describe("uploads", () => {
  it("go on where the server stands, small ones first, and end verified", async () => {
    const { leader, server } = await team()
    const sizes = [3_000_000, 700_000]
    const shas = sizes.map((size, i) => {
      const bytes = new Uint8Array(size).fill(i + 1)
      void (leader.store as MemoryStore).putBlob({ sha256: sha256Hex(bytes), scope: SCOPE, item: "A01", kind: "photo", size, mime: "image/jpeg", storedAt: "", facts: "{}" }, bytes)
      return sha256Hex(bytes)
    })
    let chunks = 0
    const order: string[] = []
    const flaky = { ...leader.server, blobChunk: async (...args: Parameters<typeof leader.server.blobChunk>) => {
      order.push(args[0])
      const answer = await leader.server.blobChunk(...args)
      return ++chunks === 2 ? ({ ok: false, trouble: { kind: "offline" } } as const) : answer
    } }
    const tools = { store: leader.store, server: flaky, isLinkWeak: () => false, onProgress: () => undefined, shouldYield: async () => false }
    expect(await uploadAll(tools)).toMatchObject({ kind: "trouble" })
    expect(await uploadAll(tools)).toEqual({ kind: "done", sent: 1 })
    expect(order[0]).toBe(shas[1])
    expect(shas.map((sha) => server.blobs.get(sha)?.verified)).toEqual([true, true])
    expect(order.filter((sha) => sha === shas[0])).toHaveLength(3)
  })

  it("start again at 0 after wrong bytes, and give up where our own bytes are damaged", async () => {
    const { leader } = await team()
    const bytes = new Uint8Array(1000).fill(9)
    const sha256 = sha256Hex(bytes)
    await (leader.store as MemoryStore).putBlob({ sha256, scope: SCOPE, item: "A01", kind: "photo", size: 1000, mime: "image/jpeg", storedAt: "", facts: "{}" }, new Uint8Array(1000).fill(8))
    const tools = { store: leader.store, server: leader.server, isLinkWeak: () => true, onProgress: () => undefined, shouldYield: async () => false }
    expect(await uploadAll(tools)).toEqual({ kind: "done", sent: 0 })
    expect(await leader.store.blob(sha256)).toMatchObject({ state: "failed", reason: "damaged_here" })
  })
})
