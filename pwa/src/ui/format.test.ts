import { describe, expect, it } from "vitest"
import { bytesWords, dayOf, dayWords, distanceWords, exactMoment, momentWords } from "./format"

describe("dates and sizes as people read them", () => {
  it("shows every instant in China's time, wherever the device is", () => {
    expect(dayOf("2026-11-21T16:30:00Z")).toBe("2026-11-22")
    expect(exactMoment("2026-11-22T03:04:05.600Z")).toBe("2026-11-22 11:04:05")
  })

  it("names the weekday", () => {
    expect([dayWords("2026-12-08"), dayWords("2026-12-08", "en")]).toEqual(["2026-12-08（周二）", "2026-12-08 (Tue)"])
  })

  it("leaves out what is plain from today", () => {
    expect(momentWords("2026-11-22T03:04:00Z", "2026-11-22")).toBe("11:04")
    expect(momentWords("2026-11-20T03:04:00Z", "2026-11-22")).toBe("11-20 11:04")
    expect(momentWords("2025-11-20T03:04:00Z", "2026-11-22")).toBe("2025-11-20 11:04")
  })

  it("keeps number and unit together on one line", () => {
    const plain = (text: string) => text.replace("\u00a0", " ")
    expect(bytesWords(8_400_000)).toBe("8.4\u00a0MB")
    expect([0, 999, 8_400_000, 182_000_000, 5_800_000_000].map((size) => plain(bytesWords(size)))).toEqual(["0 B", "999 B", "8.4 MB", "182 MB", "5.8 GB"])
    expect([distanceWords(85), distanceWords(1234), distanceWords(23_400)].map(plain)).toEqual(["85 m", "1.2 km", "23 km"])
  })
})
