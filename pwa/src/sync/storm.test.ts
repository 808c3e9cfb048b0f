/**
 * Op storms: people tap, roads fail, apps die, disks refuse, profiles are copied. After the storm the
 * road is fine and everybody syncs; then nothing may be lost, hidden or different.
 */
import "fake-indexeddb/auto"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { PhoneDb } from "../db/phoneDb"
import { PhoneStore } from "../db/phoneStore"
import { sha256Hex } from "../kit/sha256"
import { addNote, resolveConflict, setRegister, decideLate, openAddendum, seal } from "./actions"
import { mergeRegisters } from "./merge"
import { PhoneError } from "./phone"
import type { Store } from "./ports"
import { MemoryStore } from "./testing/memoryStore"
import { aServer, EXPERT, idMaker, LEADER, OFFICER, OTHER_SCOPE, Phone, SCOPE, testClock } from "./testing/rig"
import { road, type Weather } from "./testing/road"

const ACCOUNTS = [LEADER, OFFICER, EXPERT, LEADER] as const // the leader has two phones
const SCOPES = [SCOPE, OTHER_SCOPE] as const
const VALUES = ["pass", "fail", "na", null] as const
const WEATHER: readonly Weather[] = ["fine", "fine", "fine", "no_way", "reply_lost", "twice", "half", "damaged"]

const step = fc.record({
  who: fc.nat(ACCOUNTS.length - 1),
  what: fc.constantFrom("set", "set", "set", "set", "remark", "note", "resolve", "resolve", "push", "sync", "sync", "sync", "sync", "pull", "kill", "disk_full", "copy", "seal", "amend", "decide", "decide"),
  // Most of it happens to one register of one visit: that is where people get in each other's way.
  scope: fc.constantFrom(0, 0, 0, 1),
  register: fc.constantFrom(0, 0, 0, 1),
  value: fc.nat(VALUES.length - 1),
  weather: fc.constantFrom(...WEATHER),
})
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

class Storm<S extends Store> {
  readonly server = aServer(SCOPES)
  readonly phones: Phone<S>[] = []
  readonly recorded = new Map<string, Phone<S>>()
  readonly #weather: Weather[]

  constructor(private readonly stores: readonly S[], private readonly copyDisk: (from: S, to: S) => void, salt: number) {
    this.#weather = ACCOUNTS.map(() => "fine")
    ACCOUNTS.forEach((account, i) => {
      const store = stores[i]
      if (!store) throw new Error("a phone needs a store")
      this.phones.push(new Phone(account, store, road(this.server.as(account), () => this.#weather[i] ?? "fine"), idMaker(salt * 10 + i)))
    })
  }

  async run(steps: readonly Step[], fail: (store: S, isFailing: boolean) => void): Promise<void> {
    for (const phone of this.phones) await phone.pull()
    for (const one of steps) {
      const phone = this.phones[one.who]
      if (!phone) continue
      this.#weather[one.who] = one.weather
      await this.#step(phone, one, fail)
    }
    this.#weather.fill("fine")
  }

  async #step(phone: Phone<S>, one: Step, fail: (store: S, isFailing: boolean) => void): Promise<void> {
    const scope = SCOPES[one.scope] ?? SCOPE
    const value = VALUES[one.value] ?? null
    const item = one.register === 0 ? "A01" : "B02"
    switch (one.what) {
      case "set":
        return this.#record(phone, setRegister(item, "result", value), scope)
      case "remark":
        return this.#record(phone, setRegister(item, "remark", `备注${one.value}`), scope)
      case "note":
        return this.#record(phone, addNote(item, "看过"), scope)
      case "resolve":
        return this.#record(phone, resolveConflict(item, "result", { value, choose: null, reason: "现场核定" }), scope)
      case "seal":
        return this.#record(phone, seal(["A01"], [], () => undefined), scope)
      case "amend":
        return this.#record(phone, openAddendum("补充现场情况"), scope)
      case "decide": {
        const waiting = (await phone.see(scope)).late.find((record) => record.isOpen)
        if (!waiting) return
        const decision = waiting.canInclude && one.value % 2 === 0 ? "include" : "note_only"
        return this.#record(phone, decideLate(waiting.line.opId, decision, "经核实"), scope)
      }
      case "push":
        return void (await phone.push())
      case "sync":
        return phone.sync()
      case "pull":
        return void (await phone.pull())
      case "kill":
        return phone.kill()
      case "disk_full":
        fail(phone.store, true)
        try {
          await this.#record(phone, setRegister(item, "result", value), scope)
          await phone.push()
        } catch {
          // the disk said no: nothing was promised
        } finally {
          fail(phone.store, false)
          phone.kill()
        }
        return
      case "copy": {
        // The leader's second phone becomes a copy of the first one's profile, and both go on.
        const [from, to] = [this.phones[0], this.phones[3]]
        if (!from || !to || (await to.store.queued(1, 1)).length > 0) return
        this.copyDisk(from.store, to.store)
        to.kill()
      }
    }
  }

  async #record(phone: Phone<S>, decide: Parameters<Phone<S>["do"]>[0], scope: string): Promise<void> {
    try {
      for (const op of await phone.do(decide, scope)) this.recorded.set(op.opId, phone)
    } catch (error) {
      if (!(error instanceof PhoneError && ["not_permitted", "not_ready", "read_only"].includes(error.code))) throw error
    }
  }

  /** Fine weather: push and pull until nothing moves any more. */
  async settle(): Promise<void> {
    for (let round = 0; round < 8; round++) {
      for (const phone of this.phones) {
        expect(await phone.push()).toMatchObject({ kind: "done" })
        expect(await phone.pull()).toMatchObject({ kind: "done", diverged: [] })
      }
    }
  }

  async judge(): Promise<void> {
    for (const phone of this.phones) {
      expect(await phone.store.queued(1, 1)).toEqual([])
      expect(await phone.store.quarantined()).toEqual([])
    }
    for (const opId of this.recorded.keys()) expect(this.server.knows(opId)).toBe(true)
    for (const scope of SCOPES) await this.#agree(scope)
  }

  async #agree(scope: string): Promise<void> {
    const visit = this.server.visits.get(scope)
    const registers = mergeRegisters(visit?.admitted() ?? [])
    for (const phone of this.phones) {
      const state = await phone.see(scope)
      expect(state.seal?.manifestHash ?? null).toBe(visit?.seal?.hash ?? null)
      expect(state.addendum?.n ?? null).toBe(visit?.isOpenAgain ? visit.addendum?.n : null)
      expect(new Map(state.late.filter(({ line }) => visit?.cases.has(line.opId)).map(({ line, decision }) => [line.opId, decision]))).toEqual(visit?.cases)
      expect([...state.registers.keys()].sort()).toEqual([...registers.keys()].sort())
      for (const [key, merged] of registers) {
        const shown = state.registers.get(key)
        expect(shown?.heads.map((head) => head.opId)).toEqual(merged.heads.map((head) => head.envelope.op_id))
        expect(shown?.state === "conflict").toBe(merged.values.length > 1)
      }
    }
  }
}

describe("a storm over memory", () => {
  it("loses nothing, hides nothing and ends equal everywhere", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), fc.nat(1000), async (steps, salt) => {
        const stores = ACCOUNTS.map((_, i) => new MemoryStore(idMaker(900_000 + salt * 10 + i)))
        const storm = new Storm(stores, (from, to) => void (to.disk = structuredClone(from.disk)), salt)
        await storm.run(steps, (store, isFailing) => {
          store.fault = (name) => {
            if (isFailing && name !== "head") throw new PhoneError("storage_full", name)
          }
        })
        await storm.settle()
        await storm.judge()
      }),
      { numRuns: 120, seed: 20261122 },
    )
  }, 300_000)
})

describe("a storm over IndexedDB", () => {
  it("loses nothing when transactions abort, the disk is full or the database closes", async () => {
    let count = 0
    const faults = ["AbortError", "QuotaExceededError", "UnknownError", "close"] as const
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), fc.constantFrom(...faults), fc.nat(1000), async (steps, fault, salt) => {
        const dbs = ACCOUNTS.map(() => new PhoneDb(`storm-${++count}`))
        const stores = dbs.map((db, i) => new PhoneStore(db, testClock(), idMaker(700_000 + salt * 10 + i)))
        const storm = new Storm(stores, () => undefined, salt)
        await storm.run(steps, (store, isFailing) => breakDisk(dbs[stores.indexOf(store)]!, isFailing ? fault : null))
        await storm.settle()
        await storm.judge()
        await Promise.all(dbs.map((db) => db.delete()))
      }),
      { numRuns: 12, seed: 20261122 },
    )
  }, 300_000)
})

/** Makes the next writes to `ops` fail inside their transaction, or closes the connection under them. */
function breakDisk(db: PhoneDb, fault: "AbortError" | "QuotaExceededError" | "UnknownError" | "close" | null): void {
  db.ops.hook("creating").unsubscribe(refuse)
  if (fault === "close") db.close({ disableAutoOpen: false })
  else if (fault) {
    failure = fault
    db.ops.hook("creating", refuse)
  }
}

let failure = "AbortError"

function refuse(): never {
  throw new DOMException("the disk says no", failure)
}

describe("merging", () => {
  it("gives the same heads whatever the order, and twice the same op changes nothing", () => {
    const ops = fc.array(fc.record({ at: fc.nat(5), sup: fc.array(fc.nat(5), { maxLength: 3 }), value: fc.nat(2) }), { maxLength: 6 })
    fc.assert(
      fc.property(ops, fc.infiniteStream(fc.nat()), (drafts, dice) => {
        const made = drafts.map((draft, i) => registerOp(i, draft))
        const shuffled = [...made, ...made.slice(0, 2)].map((op) => ({ op, key: dice.next().value ?? 0 })).sort((a, b) => a.key - b.key).map(({ op }) => op)
        const unique = [...new Map(shuffled.map((op) => [op.envelope.op_id, op])).values()]
        expect(headIds(unique)).toEqual(headIds(made))
      }),
      { seed: 7 },
    )
  })
})

function headIds(ops: ReturnType<typeof registerOp>[]) {
  return [...mergeRegisters(ops)].map(([key, merged]) => [key, merged.heads.map((head) => head.envelope.op_id)]).sort()
}

function registerOp(i: number, draft: { at: number; sup: number[]; value: number }) {
  const id = (n: number) => `0192a000-0000-7000-8000-00000000000${n}`
  const sup = draft.sup.filter((n) => n < i).map(id)
  const envelope = { op_id: id(i), kind: "reg.set@1", item: `A0${draft.at % 2}`, field: "result", sup, body: { v: draft.value } }
  return { envelope: envelope as never as import("./ops").Envelope, hash: sha256Hex(String(i)) }
}
