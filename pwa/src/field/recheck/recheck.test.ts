import { describe, expect, it } from "vitest"
import { changeWords } from "../../changeWords"
import { opWords } from "../../opWords"
import { briefingOf, findingsOf, picturesOf } from "../../sync/briefing"
import { resultLabel } from "../../terms"
import { aCard, aDispatched, anItem, aSeal, aVisit } from "../testing/builders"
import { cardsOfKind, hasBothKinds } from "../tasks/days"
import { missingIn } from "../tasks/prepareLines"
import { rechecksOf } from "./rechecks"
import { countedResults, offeredResults, wordingOf } from "./wording"

const [BEFORE, PROOF, PDF] = ["a", "b", "c"].map((digit) => digit.repeat(64)) as [string, string, string]
const SENT = {
  id: "r1", kind: "recheck", partner: null,
  origin: { inspection: "v0", code: "ZZ-001", sealed_on: "2026-11-23", manifest_hash: "d".repeat(64) },
  problems: [
    {
      code: "ZZ-001-A01", item: "A01", title: "营业执照", severity: "minor", remark: "未悬挂", found_on: "2026-11-23", due_on: "2026-12-07", failed_rechecks: 1, photos: [BEFORE],
      submissions: [{ receipt_no: "ZM1", text: "已悬挂", submitted_at: "2026-12-01T02:00:00Z", files: [{ sha256: PROOF, name: "大厅.jpg", content_type: "image/jpeg" }, { sha256: PDF, name: "报告.pdf", content_type: "application/pdf" }, { sha256: BEFORE, name: "旧.jpg", content_type: "image/jpeg" }] }],
    },
    { code: "ZZ-001-B02", item: "B02", title: "公示", severity: null, remark: "", found_on: "2026-11-23", due_on: "2026-12-07", failed_rechecks: 0, photos: [], submissions: [] },
  ],
}
const recheck = (more: object = {}) => aVisit({ dispatched: aDispatched({ recheck: { ...SENT, ...more } }), items: [anItem("A01", { result: "fail" }), anItem("B02")] })

describe("what a recheck brings along", () => {
  it("is read as it was sent", () => {
    const briefing = briefingOf(SENT)
    expect(briefing?.origin).toEqual({ code: "ZZ-001", sealedOn: "2026-11-23" })
    const [finding] = findingsOf(briefing, "A01")
    expect([finding?.remark, finding?.failedRechecks, finding?.photos, finding?.submissions[0]?.receiptNo]).toEqual(["未悬挂", 1, [BEFORE], "ZM1"])
    expect(finding?.submissions[0]?.files.map((file) => file.isPicture)).toEqual([true, false, true])
    expect(findingsOf(briefing, "C01")).toEqual([])
  })

  it("names every picture once, and no PDF", () => {
    const briefing = briefingOf(SENT)
    expect(briefing && picturesOf(briefing)).toEqual([BEFORE, PROOF])
  })

  it("is nothing in any other visit", () => {
    expect([briefingOf(undefined), briefingOf(null), briefingOf("recheck"), aVisit().briefing]).toEqual([null, null, null, null])
  })

  it("breaks no screen where members are missing or strange", () => {
    const briefing = briefingOf({ problems: [{ item: "A01", photos: ["../etc", 7], submissions: [{ files: [{ sha256: "x" }] }, null] }, { code: "no item" }, 3] })
    expect(briefing).toEqual({
      kind: "recheck", partner: null, origin: { code: "", sealedOn: null },
      findings: [{ code: "A01", item: "A01", title: "", severity: null, remark: "", foundOn: null, dueOn: null, failedRechecks: 0, photos: [], submissions: [{ receiptNo: "", text: "", submittedAt: null, files: [] }] }],
    })
  })

  it("is a joint one with a partner, a look-back stays one, an unknown kind is a recheck", () => {
    const kinds = [{}, { partner: "城管局" }, { kind: "lookback", partner: "城管局" }, { kind: "someday" }, { kind: "joint" }]
    expect(kinds.map((more) => briefingOf({ ...SENT, ...more })?.kind)).toEqual(["recheck", "joint", "lookback", "recheck", "joint"])
  })
})

describe("the words of a recheck", () => {
  it("ask whether it was put right, with the same codes", () => {
    expect([wordingOf(recheck()), wordingOf(aVisit())]).toEqual(["recheck", "visit"])
    expect(["pass", "fail", "fixed", "na"].map((code) => resultLabel(code, "zh-CN", "recheck"))).toEqual(["已整改", "未整改", "当场改正", "不适用"])
    expect(resultLabel("pass", "zh-CN")).toBe("符合")
  })

  it("offer 不适用 only where it is allowed, and 当场改正 only where somebody has said it", () => {
    expect(offeredResults("recheck", false, null)).toEqual(["pass", "fail"])
    expect(offeredResults("recheck", true, "fixed")).toEqual(["pass", "fail", "fixed", "na"])
    expect(offeredResults("visit", true, null)).toEqual(["pass", "fail", "fixed", "na"])
    expect([countedResults("recheck", { fixed: 0 }), countedResults("recheck", { fixed: 1 })]).toEqual([["pass", "fail", "na"], ["pass", "fail", "fixed", "na"]])
  })

  it("are the same in history, corrections and conflicts", () => {
    const set = { kind: "reg.set@1", field: "result", said: { v: "fail" } }
    expect(opWords(set, "zh-CN", "recheck").params.value).toBe("未整改")
    expect(opWords(set, "zh-CN").params.value).toBe("不符合")
    expect(changeWords({ field: "result", was: "fail", now: "pass" }, "zh-CN", "recheck").params).toEqual({ was: "未整改", now: "已整改" })
  })
})

describe("rechecks among the visits", () => {
  const cards = [aCard(recheck()), aCard(aVisit())]

  it("can be told apart, where there are both", () => {
    expect([cardsOfKind(cards, "again").map((card) => card.recheck), cardsOfKind(cards, "first").length, cardsOfKind(cards, "all").length]).toEqual([["recheck"], 1, 2])
    expect([hasBothKinds(cards), hasBothKinds(cards.slice(0, 1)), hasBothKinds([])]).toEqual([true, false, false])
  })

  it("set no days of their own for what was not put right", () => {
    const sealed = aSeal({ sealedAt: "2026-11-20T16:00:00.000+08:00" })
    expect(rechecksOf([{ ...recheck(), seal: sealed }], "2026-11-27")).toEqual([])
    expect(rechecksOf([aVisit({ items: [anItem("A01", { result: "fail" })], seal: sealed })], "2026-11-27")).toHaveLength(1)
  })

  it("count what is still missing only after the step has ended", () => {
    const step = (state: "running" | "warning" | "done", here: number) => ({ step: "shared" as const, state, code: null, kept: { here, total: 5 } })
    const line = (one: ReturnType<typeof step>) => ({ visitId: "v", siteName: "s", steps: [one] })
    expect([missingIn([line(step("running", 1))]), missingIn([line(step("warning", 3)), line(step("warning", 4))]), missingIn([line(step("done", 5))])]).toEqual([0, 3, 0])
  })
})
