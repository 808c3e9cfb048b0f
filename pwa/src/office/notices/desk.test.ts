import { describe, expect, it } from "vitest"
import { placeOf } from "./desk"

describe("消息", () => {
  it("lead to what they are about", () => {
    expect(placeOf({ kind: "order_issued", about: "order:o1" })).toEqual({ name: "office-order", params: { id: "o1" } })
    expect(placeOf({ kind: "proof_waiting", about: "submission:s1" })).toEqual({ name: "office-review", params: { id: "s1" } })
    expect(placeOf({ kind: "extension_asked", about: "problem:p1" })).toEqual({ name: "office-requests" })
    expect(placeOf({ kind: "referral_replied", about: "referral:r1" })).toEqual({ name: "office-referrals" })
  })

  it("to another department lead to its own pages", () => {
    expect(placeOf({ kind: "referral_sent", about: "referral:r1" })).toEqual({ name: "office-letter", params: { id: "r1" } })
    expect(placeOf({ kind: "joint_recheck", about: "recheck:c1" })).toEqual({ name: "office-partner" })
  })

  it("of an unknown kind, or about something without a page, lead nowhere and are shown all the same", () => {
    expect(placeOf({ kind: "new_kind", about: "something:x" })).toBeNull()
    expect(placeOf({ kind: "new_kind", about: "" })).toBeNull()
  })
})
