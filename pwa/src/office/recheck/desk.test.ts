import { describe, expect, it } from "vitest"
import { areaOf } from "./desk"

const nameOf = (code: string) => ({ "410102": "中原区" })[code] ?? code

describe("where a look-back looks", () => {
  it("is a district by its name", () => expect(areaOf("410102", nameOf)).toBe("中原区"))

  it("is no code where it is the whole city", () => {
    expect(areaOf("4101", nameOf)).toBeNull()
    expect(areaOf(null, nameOf)).toBeNull()
  })
})
