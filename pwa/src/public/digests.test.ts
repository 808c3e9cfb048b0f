import { describe, expect, it } from "vitest"
import { compared, digestInAddress, inGroups } from "./digests"

const DIGEST = "0123456789abcdef".repeat(4)

describe("a digest", () => {
  it("is shown in sixteen groups of four", () => {
    expect(inGroups(DIGEST)).toHaveLength(16)
    expect(inGroups(DIGEST)[2]).toBe("89ab")
  })

  it.each([
    ["as printed", inGroups(DIGEST).join(" "), { is: "same" }],
    ["over several lines and in capitals", inGroups(DIGEST).join("\n").toUpperCase(), { is: "same" }],
    ["in full-width letters", "０１２３４５６７８９ａｂｃｄｅｆ", { is: "beginning", typed: 16, left: 48 }],
    ["not at all", "  ", { is: "empty" }],
    ["with a slip", "0123 4567 80", { is: "different", at: 10 }],
    ["too long", `${DIGEST}0`, { is: "different", at: 65 }],
    ["with the letter o", "o123", { is: "no_digest", sign: "o" }],
  ])("is compared when it was typed %s", (_, typed, outcome) => expect(compared(typed, DIGEST)).toEqual(outcome))

  it("comes along with a scanned code", () => {
    expect(digestInAddress(`#${DIGEST}`)).toBe(DIGEST)
    expect(digestInAddress("#main")).toBe("")
  })
})
