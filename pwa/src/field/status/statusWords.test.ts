import { describe, expect, it } from "vitest"
import type { SyncStatus } from "../../sync/status"
import { codeKey } from "./codes"
import { percentSent, stripOf } from "./statusWords"

const calm: SyncStatus = { connection: "online", isSending: false, lastContactAt: null, nextTryAt: null, visits: {}, photos: [], failures: [], opsHere: 0, photosHere: 0, bytesToGo: 0, waiting: 0, failed: 0 }

describe("the status strip", () => {
  it("is green only when we are online and nothing is only here", () => {
    expect(stripOf(calm)).toMatchObject({ tone: "done", here: null })
    expect(stripOf({ ...calm, connection: "offline" }).tone).toBe("plain")
    expect(stripOf({ ...calm, opsHere: 1 })).toMatchObject({ tone: "here", here: { ops: 1, photos: 0, bytes: 0 } })
  })

  it("puts what failed before what waits, and both before what is only here", () => {
    expect(stripOf({ ...calm, opsHere: 2, waiting: 1 }).tone).toBe("waiting")
    expect(stripOf({ ...calm, waiting: 1, failed: 1 }).tone).toBe("danger")
    expect(stripOf({ ...calm, connection: "sign_in_needed" }).tone).toBe("danger")
  })
})

describe("progress", () => {
  it("never says 100 % while a byte is missing", () => {
    expect([percentSent(1, 1000), percentSent(0, 1000), percentSent(1000, 1000), percentSent(0, 0)]).toEqual([99, 100, 0, 100])
  })
})

it("has words for codes that nobody has thought of", () => {
  expect([codeKey("late_after_seal"), codeKey("brand_new_code")]).toEqual(["codes.late_after_seal", "codes.other"])
})
