import { describe, expect, it } from "vitest"
import { passwordWeakness } from "./passwords"

describe("a new password", () => {
  const said = { username: "officer01", old: "the old password" }

  it.each([
    ["kurz", "too_short"],
    ["x".repeat(201), "too_long"],
    ["the old password", "same_as_before"],
    ["my-Officer01-word", "contains_username"],
    ["20261122", "too_simple"],
    ["aaaabbbb", "too_simple"],
    ["水泵房检查通道钥匙", null],
    ["correct horse", null],
  ])("is weighed as the server does: %s", (fresh, why) => expect(passwordWeakness(fresh, said)).toBe(why))
})
