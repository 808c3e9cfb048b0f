import { describe, expect, it } from "vitest"
import { Refusal, type Owed, type Progress } from "./api"
import { linesOf, wrapped } from "./receipt"
import { PIECE_BYTES, upload, type Road } from "./upload"
import { isUrgent, leftWords, sorted } from "./words"

const owed = (more: Partial<Owed> = {}): Owed => ({
  id: "p", code: "X-A01", item: "A01", title: "亮照经营", severity: "一般", fact: "", demand: "", basis: [], due_on: "2026-12-08", is_due_provisional: false,
  is_due_uncertain: false, term: null, working_days_left: 3, days_left: 5, state: "open", photos: [], loose_files: [], submissions: [], extensions: [],
  objections: [], may_hand_in: true, may_ask: true, ...more,
})

describe("how long there is", () => {
  it("is said in ordinary words", () => {
    expect(leftWords(owed())).toBe("还剩 3 个工作日（5 天）")
    expect(leftWords(owed({ days_left: 0 }))).toBe("今天到期")
    expect(leftWords(owed({ days_left: -2 }))).toBe("已逾期 2 天")
    expect(leftWords(owed({ term: "自送达之日起 10 个工作日内" }))).toBe("自送达之日起 10 个工作日内")
    expect(leftWords(owed({ state: "closed" }))).toBe("")
    expect([isUrgent(owed()), isUrgent(owed({ days_left: 3 })), isUrgent(owed({ days_left: -9, state: "closed" }))]).toEqual([false, true, false])
  })

  it("puts what is to be done first, the nearest day before the others", () => {
    const order = sorted([owed({ id: "1", state: "closed" }), owed({ id: "2", due_on: "2026-12-20" }), owed({ id: "3", state: "submitted" }), owed({ id: "4" })])
    expect(order.map(({ id }) => id)).toEqual(["4", "2", "3", "1"])
  })
})

/** A server that keeps what it takes, and a road that breaks as often as the test says. */
function server(size: number, breaks: number[] = []) {
  let offset = 0
  let calls = 0
  const pauses: number[] = []
  const file = { id: "f", name: "a.jpg", content_type: "image/jpeg", size_bytes: size, received_at: "", is_handed_in: false }
  const told = (): Progress => ({ offset, length: size, file: offset === size ? file : null })
  const road: Road = {
    readProgress: () => Promise.resolve(told()),
    sendPiece: (form) => {
      if (breaks.includes(calls++)) return Promise.reject(new Refusal(0, "no_network", ""))
      const at = Number(form.get("offset"))
      if (at !== offset) return Promise.reject(new Refusal(409, "upload_out_of_step", "", { offset, length: size }))
      offset += (form.get("piece") as Blob).size
      return Promise.resolve(told())
    },
    pause: (ms) => (pauses.push(ms), Promise.resolve()),
  }
  return { road, pauses, at: (there: number) => (offset = there) }
}
const aFile = (size: number) => new File([new Uint8Array(size)], "a.jpg")

describe("an upload", () => {
  it("goes piece by piece and waits for a network that was lost", async () => {
    const size = 2 * PIECE_BYTES + 10
    const { road, pauses } = server(size, [1, 2])
    const states: string[] = []
    const end = await upload(aFile(size), "p", road, (_share, state) => void states.push(state))
    expect(end.file?.id).toBe("f")
    expect(pauses).toEqual([1000, 2000])
    expect(states).toContain("waiting")
  })

  it("goes on where the server stands", async () => {
    const size = 2 * PIECE_BYTES
    const { road, at } = server(size)
    at(PIECE_BYTES)
    const shares: number[] = []
    await upload(aFile(size), "p", road, (share, state) => void (state === "sending" && shares.push(share)))
    expect(shares[0]).toBe(0.5)
  })

  it("is given up when the file itself is refused", async () => {
    const { road } = server(10)
    const refusing: Road = { ...road, sendPiece: () => Promise.reject(new Refusal(422, "file_not_accepted", "只能上传照片")) }
    await expect(upload(aFile(10), "p", refusing, () => undefined)).rejects.toMatchObject({ code: "file_not_accepted" })
  })
})

describe("a receipt", () => {
  it("says what, of whom, when and how much", () => {
    const file = { id: "f", name: "a.jpg", content_type: "image/jpeg", size_bytes: 1_500_000, received_at: "", is_handed_in: true }
    const lines = linesOf({ receipt_no: "ZM1", submitted_at: "2026-12-01T01:00:00Z", problem_code: "X-A01", problem_title: "亮照", site: "示例小区", enterprise: "示例物业", files: [file], text: "" })
    expect(lines.map(([, text]) => text)).toEqual(["ZM1", "2026-12-01 09:00", "示例物业", "示例小区", "X-A01 亮照", "1 个，共 1.5 MB", "无"])
  })

  it("breaks long words into lines", () => {
    expect(wrapped("一二三四五\n六", 3, (text) => text.length)).toEqual(["一二三", "四五", "六"])
  })
})
