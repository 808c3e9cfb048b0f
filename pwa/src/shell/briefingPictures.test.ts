// @vitest-environment happy-dom
import { describe, expect, it } from "vitest"
import { aDispatched, aVisit } from "../field/testing/builders"
import type { Kept, PrepareStep } from "../sync/phone"
import { countKept, keepAll, type Keeper } from "./briefingPictures"
import { prepareVisit, type PrepareParts } from "./prepare"

const DIGESTS = ["a", "b", "c"].map((digit) => digit.repeat(64))
const visit = aVisit({ dispatched: aDispatched({ recheck: { problems: [{ item: "A01", photos: DIGESTS }] } }) })

/** A server that lacks some pictures, and a phone that keeps the others. */
function aKeeper({ lacks = [], breaksAt }: { lacks?: readonly string[]; breaksAt?: string | undefined }) {
  const here = new Set<string>()
  const keeper: Keeper = {
    isKept: async (sha256) => here.has(sha256),
    keep: async (sha256) => {
      if (sha256 === breaksAt) throw new Error("the disk is full")
      if (!lacks.includes(sha256)) here.add(sha256)
      return here.has(sha256)
    },
  }
  return keeper
}

function parts(keeper: Keeper, of = visit): PrepareParts {
  return { visit: async () => of, sendNow: async () => undefined, connection: () => "online", fetchEditions: async () => undefined, keepThumb: async () => true, shared: keeper }
}

async function steps(keeper: Keeper, of = visit): Promise<{ isReady: boolean; shared: readonly PrepareStep[] }> {
  const told: PrepareStep[] = []
  const isReady = await prepareVisit(parts(keeper, of), (step) => told.push(step))
  return { isReady, shared: told.filter(({ step }) => step === "shared") }
}

describe("pictures of a recheck", () => {
  it("come one after the other, counted on the way; one that cannot be had stops no other", async () => {
    const keeper = aKeeper({ breaksAt: DIGESTS[0], lacks: DIGESTS.slice(1, 2) })
    const told: Kept[] = []
    expect(await keepAll(visit, keeper, (kept) => told.push(kept))).toEqual({ here: 1, total: 3 })
    expect(told.map(({ here }) => here)).toEqual([0, 0, 0, 1])
    expect(await countKept(visit, keeper)).toEqual({ here: 1, total: 3 })
  })

  it("are part of getting ready, and say what is missing without standing in the way", async () => {
    const { isReady, shared } = await steps(aKeeper({ lacks: DIGESTS.slice(2) }))
    expect(isReady).toBe(true)
    expect(shared.at(-1)).toEqual({ step: "shared", state: "warning", code: "shared_missing", kept: { here: 2, total: 3 } })
  })

  it("are done when all are here, and no step of any other visit", async () => {
    expect((await steps(aKeeper({}))).shared.at(-1)).toMatchObject({ state: "done", kept: { here: 3, total: 3 } })
    expect((await steps(aKeeper({}), aVisit())).shared).toEqual([])
  })
})
