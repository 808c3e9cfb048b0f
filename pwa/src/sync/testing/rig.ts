/** A team on one visit, each with a phone of his own, a server between them and a road that can be bad. */
import type { Clock } from "../../kit/clock"
import { uuid7 } from "../../kit/ids"
import { timeClaim } from "../clockOffset"
import { Folds } from "../folds"
import type { OwnOp, Server, Store } from "../ports"
import { pullAll } from "../pull"
import { pushAll } from "../push"
import type { VisitState } from "../visit"
import { visitState } from "../visitState"
import { write, type Decision, type Known, type WriterParts } from "../writer"
import { FakeServer, FakeVisit } from "./fakeServer"

export const LEADER = "0192a000-0000-7000-8000-00000000000a"
export const OFFICER = "0192a000-0000-7000-8000-00000000000b"
export const EXPERT = "0192a000-0000-7000-8000-00000000000c"
export const SCOPE = "insp:0192a000-0000-7000-8000-0000000000f1"
export const OTHER_SCOPE = "insp:0192a000-0000-7000-8000-0000000000f2"
export const EDITION = { id: "ref-27", hash: "e".repeat(64) }

/** Reproducible ids: time goes up by one, the rest is counted. */
export function idMaker(salt: number): () => string {
  let count = 0
  return () => {
    count += 1
    const tail = new Uint8Array(16)
    new DataView(tail.buffer).setUint32(8, salt)
    new DataView(tail.buffer).setUint32(12, count)
    return uuid7(1_790_000_000_000 + count, () => tail)
  }
}

export function testClock(): Clock & { tick(ms: number): void } {
  let wall = Date.parse("2026-11-22T03:00:00Z")
  let mono = 0
  return {
    boot: "0192a000-0000-7000-8000-0000000000b0",
    wallMs: () => wall,
    monoMs: () => mono,
    zoneMinutes: () => 480,
    tick: (ms) => {
      wall += ms
      mono += ms
    },
  }
}

export function aServer(scopes: readonly string[] = [SCOPE]): FakeServer {
  const server = new FakeServer()
  const team = [
    { grant: "0192a000-0000-7000-8000-0000000001aa", account: LEADER, name: "执法员甲01", role: "leader" as const, certificate_no: "01" },
    { grant: "0192a000-0000-7000-8000-0000000001bb", account: OFFICER, name: "执法员甲02", role: "officer" as const, certificate_no: "02" },
    { grant: "0192a000-0000-7000-8000-0000000001cc", account: EXPERT, name: "行业专家甲01", role: "expert" as const, certificate_no: null },
  ]
  for (const scope of scopes) server.visits.set(scope, new FakeVisit(scope, team, EDITION))
  return server
}

let salts = 0

export class Phone<S extends Store = Store> {
  folds: Folds
  readonly newId: () => string
  readonly clock = testClock()

  constructor(readonly account: string, readonly store: S, readonly server: Server, newId?: () => string) {
    this.folds = new Folds(store)
    this.newId = newId ?? idMaker(++salts)
  }

  parts(): WriterParts {
    const stamp = () => ({ t: timeClaim(this.clock, null), app: "test", actor: this.account })
    return { account: this.account, store: this.store, folds: this.folds, newId: this.newId, stamp }
  }

  /** The app dies: all that was in memory is gone. */
  kill(): void {
    this.folds = new Folds(this.store)
  }

  do(decide: (known: Known) => Decision, scope = SCOPE): Promise<readonly OwnOp[]> {
    this.clock.tick(1000)
    return write(this.parts(), scope, decide)
  }

  push(server: Server = this.server) {
    const { store, clock, newId } = this
    return pushAll({ store, server, clock, newId, stamp: this.parts().stamp, onServerTime: () => undefined })
  }

  pull(server: Server = this.server) {
    const fold = (scope: string, fresh?: boolean) => this.folds.current(scope, fresh)
    return pullAll({ store: this.store, server, fold, onServerTime: () => undefined, startedOver: new Set() })
  }

  async sync(): Promise<void> {
    await this.push()
    await this.pull()
  }

  async see(scope = SCOPE): Promise<VisitState> {
    const fold = await this.folds.current(scope)
    const blobs = new Map((await this.store.blobs()).map((blob) => [blob.sha256, blob]))
    return visitState(fold, { account: this.account, own: await this.store.ownOps(scope), blobs })
  }

  async value(item: string, field: string, scope = SCOPE) {
    return (await this.see(scope)).registers.get(`${item}/${field}`)
  }
}
