import { describe, expect, it } from "vitest"
import { aLine, anItem, aSeal, aVisit, by, LEADER, OFFICER } from "../testing/builders"
import { rechecksOf } from "../recheck/rechecks"
import { messagesOf } from "./messages"

const disputed = [{ ...by(LEADER), value: "fail" }, { ...by(OFFICER), value: "pass" }]
const kinds = (visit: Parameters<typeof aVisit>[0]) => messagesOf([aVisit(visit)], "a2").map((message) => message.kind)

describe("消息", () => {
  it("puts what somebody has to decide first", () => {
    expect(kinds({ items: [anItem("A01", { result: disputed })] })).toEqual(["conflict", "dispatched"])
  })

  it("tells an officer what the leader settled, and the leader nothing that he did himself", () => {
    const history = [aLine("conflict.resolve@1", { fate: "server", receivedAt: "2026-11-22T12:00:00Z" })]
    expect(kinds({ history })).toContain("resolved")
    expect(messagesOf([aVisit({ history })], "a1").map((message) => message.kind)).not.toContain("resolved")
  })

  it("counts late records once", () => {
    const waiting = [aLine("note.add@1", { code: "late_after_seal" }), aLine("note.add@1", { code: "late_after_seal" }), aLine("x", { code: "unknown_kind" })]
    const late = waiting.filter((line) => line.code === "late_after_seal").map((line) => ({ line, why: "late_after_seal", isOpen: true, canInclude: true, decision: null, decidedBy: null, reason: null }))
    const message = messagesOf([aVisit({ waiting, late, seal: aSeal() })], "a2").find((one) => one.kind === "late")
    expect(message?.count).toBe(2)
  })

  it("says plainly that a visit was taken back", () => {
    expect(kinds({ readOnly: "revoked" })).toEqual(["revoked"])
  })
})

describe("复查", () => {
  const sealed = aVisit({ seal: aSeal({ sealedAt: "2026-11-02T17:00:00+08:00" }), items: [anItem("A01", { result: "fail" }), anItem("A02", { result: "fixed" })] })

  it("lists the failed items of sealed visits with their days", () => {
    const [recheck, ...rest] = rechecksOf([sealed, aVisit({ items: [anItem("A01", { result: "fail" })] })], "2026-11-20")
    expect(rest).toEqual([])
    expect(recheck).toMatchObject({ item: { code: "A01" }, due: { on: "2026-11-16", recheckOn: "2026-11-17" }, urgency: { kind: "overdue", days: 4 } })
  })
})
