import { expect, it } from "vitest"
import { codeInScan, readCode, standingOf } from "./papers"

it.each([
  ["0123-4567-89AB-CDEF-GHJK", "0123-4567-89AB-CDEF-GHJK"],
  [" 0123 4567 89ab cdef ghjk ", "0123-4567-89AB-CDEF-GHJK"],
  ["oI23-4567-89AB-CDEF-GHJL", "0123-4567-89AB-CDEF-GHJ1"],
  ["０１２３４５６７８９ＡＢＣＤＥＦＧＨＪＫ", "0123-4567-89AB-CDEF-GHJK"],
  ["0123-4567-89AB-CDEF-GHJ", null],
  ["UUUU-4567-89AB-CDEF-GHJK", null],
  ["", null],
])("reads the code %s", (typed, code) => expect(readCode(typed)).toBe(code))

it("reads the code out of the address behind a QR code", () => {
  expect(codeInScan("https://suicha.example/public/documents/0123-4567-89AB-CDEF-GHJK")).toBe("0123-4567-89AB-CDEF-GHJK")
  expect(codeInScan("https://suicha.example/p/abc")).toBeNull()
})

it("says whether a newer form counts", () => {
  expect(standingOf({ is_withdrawn: false, revision: 2, newest_revision: 2 })).toBe("newest")
  expect(standingOf({ is_withdrawn: false, revision: 1, newest_revision: 2 })).toBe("replaced")
  expect(standingOf({ is_withdrawn: true, revision: 2, newest_revision: 2 })).toBe("withdrawn")
})
