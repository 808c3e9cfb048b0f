/** When the engine acts, and what it says. Time is turned by hand. */
import { describe, expect, it } from "vitest"
import { setRegister } from "./actions"
import { retryDelay } from "./backoff"
import { Engine } from "./engine"
import type { Server, Trouble } from "./ports"
import type { SyncStatus } from "./status"
import { MemoryStore } from "./testing/memoryStore"
import { aServer, idMaker, LEADER, Phone, SCOPE } from "./testing/rig"

let salt = 5000

function rig(trouble: () => Trouble | null = () => null, isLockFree = () => true) {
  const newId = idMaker(++salt)
  const real = aServer()
  const calls: string[] = []
  const gate = (name: keyof Server) => (...args: never[]) => {
    calls.push(name)
    const now = trouble()
    return now ? Promise.resolve({ ok: false, trouble: now }) : (real.as(LEADER)[name] as (...a: never[]) => Promise<unknown>)(...args)
  }
  const server = Object.fromEntries((["ping", "push", "pull", "blobHead", "blobChunk"] as const).map((name) => [name, gate(name)])) as unknown as Server
  const phone = new Phone(LEADER, new MemoryStore(newId), server, newId)
  const timers: { at: number; run: () => void }[] = []
  const statuses: SyncStatus[] = []
  const engine = new Engine({
    account: LEADER,
    store: phone.store,
    folds: phone.folds,
    server,
    clock: phone.clock,
    newId,
    stamp: phone.parts().stamp,
    world: {
      timers: {
        after(ms, run) {
          const timer = { at: phone.clock.wallMs() + ms, run }
          timers.push(timer)
          return () => void timers.splice(timers.indexOf(timer), timers.includes(timer) ? 1 : 0)
        },
      },
      lock: { tryWith: async (_name, work) => isLockFree() && (await work(), true) },
      dice: () => 0,
    },
    onStatus: (status) => statuses.push(status),
    onChanged: () => undefined,
    onOffset: () => undefined,
  })
  /** Turns the clock on and lets what is due happen. */
  async function pass(ms: number) {
    phone.clock.tick(ms)
    for (const timer of timers.filter((due) => due.at <= phone.clock.wallMs())) {
      timers.splice(timers.indexOf(timer), 1)
      timer.run()
    }
    for (let i = 0; i < 60; i++) await Promise.resolve()
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  const next = () => Math.min(...timers.map((timer) => timer.at)) - phone.clock.wallMs()
  return { engine, phone, pass, next, calls, statuses, real, last: () => statuses.at(-1) }
}

describe("the engine", () => {
  it("syncs at the start, two seconds after an op, and every minute", async () => {
    const { engine, phone, pass, next, calls, last } = rig()
    engine.start()
    await pass(0)
    expect(calls).toEqual(["pull"])
    expect(next()).toBe(60_000)
    await phone.do(setRegister("A01", "result", "pass"))
    engine.nudge()
    expect(next()).toBe(2_000)
    await pass(2_000)
    expect(calls).toEqual(["pull", "push", "pull"])
    expect(last()).toMatchObject({ connection: "online", isSending: false, opsHere: 0, visits: { [SCOPE]: { opsOnServer: 1 } } })
    await engine.stop()
  })

  it("waits longer after each failure, and starts afresh when woken", async () => {
    let trouble: Trouble | null = { kind: "server_down", status: 502, retryAfterMs: null }
    const { engine, pass, next, last } = rig(() => trouble)
    engine.start()
    const waits: number[] = []
    for (let i = 0; i < 4; i++) {
      await pass(i === 0 ? 0 : next())
      waits.push(next())
    }
    expect(waits).toEqual([1000, 2000, 4000, 8000])
    expect(last()).toMatchObject({ connection: "server_down" })
    trouble = null
    engine.wake()
    await pass(0)
    expect(last()).toMatchObject({ connection: "online" })
    expect(next()).toBe(60_000)
    await engine.stop()
  })

  it("says what is the matter and keeps the ops", async () => {
    let trouble: Trouble | null = null
    const { engine, phone, last } = rig(() => trouble)
    await phone.pull()
    await phone.do(setRegister("A01", "result", "pass"))
    for (const kind of ["offline", "captive", "sign_in_needed"] as const) {
      trouble = { kind }
      await engine.sendNow()
      expect(last()).toMatchObject({ connection: kind, opsHere: 1, failed: 0 })
    }
    trouble = { kind: "refused", status: 403, code: "replica_revoked" }
    await engine.sendNow()
    expect(last()).toMatchObject({ opsHere: 1, failures: [{ what: "replica", code: "replica_revoked" }] })
    trouble = null
    await engine.sendNow()
    expect(last()).toMatchObject({ connection: "online", opsHere: 0, failures: [] })
    await engine.stop()
  })

  it("goes on under a new replica where this one belongs to somebody else", async () => {
    let trouble: Trouble | null = null
    const { engine, phone, real } = rig(() => trouble)
    await phone.pull()
    await phone.do(setRegister("A01", "result", "pass"))
    const before = (await phone.store.head()).replica
    trouble = { kind: "refused", status: 403, code: "replica_not_yours" }
    await engine.sendNow()
    trouble = null
    await engine.sendNow()
    expect((await phone.store.head()).replica).not.toBe(before)
    expect(real.visits.get(SCOPE)?.registers().size).toBe(1)
    await engine.stop()
  })

  it("only looks where another tab is sending", async () => {
    const { engine, phone, calls, last } = rig(() => null, () => false)
    await phone.pull()
    await phone.do(setRegister("A01", "result", "pass"))
    calls.length = 0
    await engine.sendNow()
    expect(calls).toEqual(["ping"])
    expect(last()).toMatchObject({ connection: "online", opsHere: 1 })
    await engine.stop()
  })

  it("survives a store that throws", async () => {
    const { engine, phone, last } = rig()
    await phone.pull()
    await phone.do(setRegister("A01", "result", "pass"))
    const store = phone.store as MemoryStore
    store.fault = () => {
      throw new Error("database gone")
    }
    await engine.sendNow()
    expect((await store.queued(1, 9)).length).toBe(1)
    store.fault = () => undefined
    await engine.sendNow()
    expect(last()).toMatchObject({ opsHere: 0 })
    await engine.stop()
  })
})

describe("the delay before another try", () => {
  it("doubles up to a quarter of an hour, with jitter, and honours the server's wish", () => {
    expect([1, 2, 3].map((failures) => retryDelay(failures, 1, null))).toEqual([2000, 4000, 8000])
    expect(retryDelay(30, 1, null)).toBe(15 * 60_000)
    expect(retryDelay(1, 0, null)).toBe(1000)
    expect(retryDelay(1, 0, 30_000)).toBe(30_000)
  })
})
