/**
 * The acceptance suite of the storage ports: every implementation runs it. It states what the engine
 * relies on, no more.
 */
import { describe, expect, it } from "vitest"
import { sha256Hex, ZERO_HASH } from "../../kit/sha256"
import { addNote } from "../actions"
import { reEnvelope, readEnvelope, type MadeOp } from "../ops"
import type { NewBlobRow, OwnOp, QuarantineRow, ReplicaHead, Store } from "../ports"
import { aServer, idMaker, LEADER, Phone, SCOPE } from "./rig"

export type TestStore = Store & { putBlob(blob: NewBlobRow, bytes: Uint8Array, derivs: readonly []): Promise<void> }

export function outboxSuite(name: string, makeStore: (newId: () => string) => Promise<TestStore>): void {
  async function aPhone(): Promise<Phone<TestStore>> {
    const newId = idMaker(name.length + Math.floor(performance.now() * 1000))
    const store = await makeStore(newId)
    const phone = new Phone(LEADER, store, aServer().as(LEADER), newId)
    await phone.pull()
    return phone
  }
  const note = (phone: Phone, text: string) => phone.do(addNote(null, text))

  describe(`${name}: outbox`, () => {
    it("numbers ops without a gap and chains each to the one before", async () => {
      const phone = await aPhone()
      for (const text of ["一", "二", "三"]) await note(phone, text)
      const ops = await phone.store.queued(1, 10)
      expect(ops.map((op) => op.seq)).toEqual([1, 2, 3])
      expect(ops.map((op) => readEnvelope(op.raw)?.prev)).toEqual([ZERO_HASH, ops[0]?.hash, ops[1]?.hash])
      expect(ops.every((op) => sha256Hex(op.raw) === op.hash)).toBe(true)
    })

    it("puts two tabs that record at once in order", async () => {
      const phone = await aPhone()
      const tab = new Phone(LEADER, phone.store, phone.server, phone.newId)
      await Promise.all([note(phone, "甲"), note(tab, "乙"), note(phone, "丙"), note(tab, "丁")])
      const ops = await phone.store.queued(1, 10)
      expect(ops.map((op) => op.seq)).toEqual([1, 2, 3, 4])
      expect(ops.map((op) => readEnvelope(op.raw)?.prev)).toEqual([ZERO_HASH, ...ops.slice(0, 3).map((op) => op.hash)])
    })

    it("stores nothing where the decision throws", async () => {
      const phone = await aPhone()
      await note(phone, "一")
      const boom = new Error("boom")
      await expect(phone.do(() => { throw boom })).rejects.toBe(boom)
      expect(await phone.store.queued(1, 10)).toHaveLength(1)
      expect((await phone.store.head()).nextSeq).toBe(2)
    })

    it("returns a page of the queue from a seq on", async () => {
      const phone = await aPhone()
      for (const text of ["一", "二", "三", "四"]) await note(phone, text)
      expect((await phone.store.queued(2, 2)).map((op) => op.seq)).toEqual([2, 3])
    })

    it("settles by op id, keeps what was refused and forgets nothing", async () => {
      const phone = await aPhone()
      const [first] = await note(phone, "一")
      const [second] = await note(phone, "二")
      await phone.store.settle(
        [{ opId: first!.opId, outcome: "applied", code: null }, { opId: second!.opId, outcome: "rejected", code: "bad_body" }, { opId: phone.newId(), outcome: "applied", code: null }],
        [quarantineOf(second!, "bad_body")],
      )
      expect(await phone.store.queued(1, 10)).toEqual([])
      expect((await phone.store.ownOps(SCOPE)).map((op) => [op.state, op.outcome, op.code])).toEqual([["acked", "applied", null], ["quarantined", "rejected", "bad_body"]])
      expect((await phone.store.quarantined()).map((row) => row.raw)).toEqual([second!.raw])
      expect(await phone.store.tally()).toHaveLength(2)
    })

    it("puts a void at the seq of an unusable op, and the void stands there", async () => {
      const phone = await aPhone()
      const [bad] = await note(phone, "一")
      const [next] = await note(phone, "二")
      const stand: OwnOp = { ...bad!, opId: phone.newId(), raw: bad!.raw.replace("note.add@1", "op.void@1"), hash: sha256Hex("void") }
      await phone.store.putVoid(bad!.hash, stand, quarantineOf(bad!, "malformed"))
      expect((await phone.store.queued(1, 10)).map((op) => op.opId)).toEqual([stand.opId, next!.opId])
      expect((await phone.store.opAt(bad!.replica, 1))?.opId).toBe(stand.opId)
      await phone.store.putVoid(bad!.hash, { ...stand, opId: phone.newId() }, quarantineOf(bad!, "malformed"))
      expect(await phone.store.queued(1, 10)).toHaveLength(2)
    })

    it("moves queued ops to a new replica under their old ids", async () => {
      const phone = await aPhone()
      const [acked] = await note(phone, "一")
      await note(phone, "二")
      await note(phone, "三")
      await phone.store.settle([{ opId: acked!.opId, outcome: "applied", code: null }], [])
      const before = await phone.store.queued(1, 10)
      const replica = phone.newId()
      await phone.store.moveToReplica(replica, again)
      const after = await phone.store.queued(1, 10)
      expect(after.map((op) => [op.opId, op.replica, op.seq])).toEqual(before.map((op, i) => [op.opId, replica, i + 1]))
      expect(readEnvelope(after[0]!.raw)?.was).toEqual({ replica: before[0]!.replica, seq: 2, hash: before[0]!.hash })
      expect(await phone.store.head()).toEqual({ replica, nextSeq: 3, lastHash: after[1]!.hash })
      const [fresh] = await note(phone, "四")
      expect([fresh!.replica, fresh!.seq]).toEqual([replica, 3])
    })

    it("queues acked ops again from a seq on, for a server that was restored", async () => {
      const phone = await aPhone()
      const ops = [await note(phone, "一"), await note(phone, "二"), await note(phone, "三")].flat()
      await phone.store.settle(ops.map(({ opId }) => ({ opId, outcome: "applied", code: null })), [])
      expect(await phone.store.unack(2)).toBe(2)
      expect((await phone.store.queued(1, 10)).map((op) => op.seq)).toEqual([2, 3])
    })
  })

  describe(`${name}: feed`, () => {
    const entry = (pos: number) => ({ scope: SCOPE, pos, raw: `{"pos":${pos}}`, hash: sha256Hex(String(pos)) })

    it("moves the cursor with the entries, skips what is there and refuses a gap", async () => {
      const store = await makeStore(idMaker(7))
      expect(await store.applyEntries(SCOPE, [entry(1), entry(2)])).toBe(true)
      expect(await store.applyEntries(SCOPE, [entry(2), entry(3)])).toBe(true)
      expect(await store.applyEntries(SCOPE, [entry(5)])).toBe(false)
      expect(await store.cursors()).toEqual([{ scope: SCOPE, pos: 3, chain: entry(3).hash, isRevoked: false }])
      expect((await store.entries(SCOPE, 1)).map((row) => row.pos)).toEqual([2, 3])
    })

    it("starts over with an empty feed", async () => {
      const store = await makeStore(idMaker(8))
      await store.applyEntries(SCOPE, [entry(1)])
      await store.startOver(null)
      expect(await store.cursors()).toEqual([{ scope: SCOPE, pos: 0, chain: ZERO_HASH, isRevoked: false }])
      expect(await store.entries(SCOPE, 0)).toEqual([])
    })
  })

  describe(`${name}: blobs`, () => {
    it("gives back any stretch of the bytes, over chunk borders", async () => {
      const store = await makeStore(idMaker(9))
      const bytes = Uint8Array.from({ length: 2_500_000 }, (_, i) => (i * 7) % 251)
      const sha256 = sha256Hex(bytes)
      await store.putBlob({ sha256, scope: SCOPE, item: "A01", kind: "photo", size: bytes.length, mime: "image/jpeg", storedAt: "", facts: "{}" }, bytes, [])
      const part = await store.read(sha256, 1_048_570, 1_048_600)
      expect(sha256Hex(part)).toBe(sha256Hex(bytes.slice(1_048_570, 2_097_170)))
      expect((await store.read(sha256, 2_499_999, 100)).length).toBe(1)
      expect((await store.pending()).map((blob) => [blob.state, blob.isAttached])).toEqual([["here", false]])
      await store.update(sha256, { state: "server", sent: bytes.length })
      expect(await store.pending()).toEqual([])
      await store.offerAllAgain()
      expect((await store.pending()).map((blob) => blob.sent)).toEqual([0])
    })
  })
}

function again(op: OwnOp, head: ReplicaHead): MadeOp {
  const envelope = readEnvelope(op.raw)!
  return reEnvelope({ envelope, raw: op.raw, hash: op.hash }, { replica: head.replica, seq: head.nextSeq, prev: head.lastHash })
}

function quarantineOf(op: OwnOp, code: string): QuarantineRow {
  const { hash, opId, scope, replica, seq, raw } = op
  return { hash, opId, scope, replica, seq, raw, code, at: "", response: "" }
}
