import { expect, it } from "vitest"
import { sha256Hex } from "../kit/sha256"
import { checked, searchOf, wantedIn } from "./inspected"

it("keeps what was asked for in the address and nothing else", () => {
  const wanted = wantedIn("?q=%20示例 小区&district=示例区&page=3&evil=1")
  expect(wanted).toEqual({ q: "示例 小区", district: "示例区", campaign: "", category: "", from: "", to: "" })
  expect(wantedIn(searchOf(wanted))).toEqual(wanted)
  expect(searchOf(wantedIn(""))).toBe("")
})

it("shows a text only when it is the one that the digest stands for", () => {
  const text = '{"site":"示例小区"}'
  expect(checked(text, sha256Hex(text))).toEqual({ site: "示例小区" })
  expect(checked(text.replace("示例", "别的"), sha256Hex(text))).toBeNull()
})
