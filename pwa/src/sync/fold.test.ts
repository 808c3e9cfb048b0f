import { describe, expect, it } from "vitest"
import { ScopeFold } from "./fold"

const entry = (pos: number, type: string, body: object) => ({ pos, raw: JSON.stringify({ pos, prev: "", type, at: "2026-11-23T01:00:00.000Z", body }), hash: `h${pos}` })

describe("a scope's feed, folded", () => {
  const dispatched = entry(1, "inspection.dispatched", { inspection: { id: "i" }, team: [], approval: { number: "检审〔2026〕1号", approved_at: null, is_urgent: true }, notice: null })
  const approval = { number: "检审〔2026〕1号", approved_at: "2026-11-23T01:00:00.000Z", is_urgent: true }

  it("shows papers that came after the dispatch in the place of those that it had", () => {
    const fold = new ScopeFold("insp:i").apply([dispatched as never, entry(2, "inspection.approved", approval) as never, entry(3, "inspection.notified", { number: "检通〔2026〕1号" }) as never])
    expect(fold.dispatched).toMatchObject({ inspection: { id: "i" }, approval, notice: { number: "检通〔2026〕1号" } })
  })
  it("skips what it does not know, and takes its place in the count", () => {
    expect(new ScopeFold("insp:i").apply([dispatched as never, entry(2, "inspection.blessed", {}) as never]).pos).toBe(2)
  })
})
