import { describe, expect, it } from "vitest"
import { postedNotices, visitOf } from "./notices"

const row = (pos: number, type: string, body: object) => ({ scope: "user:a1", pos, hash: `h${pos}`, raw: JSON.stringify({ pos, prev: "0", type, at: "2026-11-23T02:00:00.000Z", body }) })
const said = { notice: "n1", kind: "visit_sent", about: "inspection:v1", title: "新的检查任务", text: "示例小区001", at: "2026-11-23T01:59:00.000Z" }

describe("a person's own feed", () => {
  it("gives the messages of the office, the newest first, and skips what it does not know", () => {
    const rows = [row(1, "grant.added", { scope: "insp:v1" }), row(2, "notice.posted", said), row(3, "something.new", {}), row(4, "notice.posted", { ...said, notice: "n2", title: "复查任务" })]
    expect(postedNotices(rows).map(({ id, title }) => [id, title])).toEqual([["n2", "复查任务"], ["n1", "新的检查任务"]])
    expect(postedNotices(rows)[1]).toEqual({ id: "n1", kind: "visit_sent", about: "inspection:v1", title: "新的检查任务", text: "示例小区001", at: "2026-11-23T01:59:00.000Z" })
  })

  it("takes the entry's own time where a notice tells none, and leaves out one without words", () => {
    expect(postedNotices([row(1, "notice.posted", { ...said, at: null }), row(2, "notice.posted", { notice: "x" })]).map(({ at }) => at)).toEqual(["2026-11-23T02:00:00.000Z"])
  })

  it("says which visit a message is about", () => {
    const [notice] = postedNotices([row(1, "notice.posted", said)])
    expect(notice && visitOf(notice)).toBe("v1")
    expect(notice && visitOf({ ...notice, about: "order:o1" })).toBeNull()
  })
})
