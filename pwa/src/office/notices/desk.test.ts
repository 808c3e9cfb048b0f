import { describe, expect, it } from "vitest"
import { placeOf } from "./desk"

describe("消息", () => {
  it("lead to what they are about", () => {
    expect(placeOf({ kind: "order_issued", about: "order:o1" })).toEqual({ name: "office-order", params: { id: "o1" } })
    expect(placeOf({ kind: "proof_waiting", about: "submission:s1" })).toEqual({ name: "office-review", params: { id: "s1" } })
    expect(placeOf({ kind: "extension_asked", about: "problem:p1" })).toEqual({ name: "office-requests" })
  })

  it("of an unknown kind, or about something without a page, lead nowhere and are shown all the same", () => {
    expect(placeOf({ kind: "new_kind", about: "something:x" })).toBeNull()
    expect(placeOf({ kind: "new_kind", about: "" })).toBeNull()
  })
})
