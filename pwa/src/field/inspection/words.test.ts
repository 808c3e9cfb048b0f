import { describe, expect, it } from "vitest"
import { aLine } from "../testing/builders"
import { historyWords, valueWords } from "./historyWords"
import { withPhrase } from "./phrases"
import { asDecimal } from "./readings"

describe("history in plain words", () => {
  it("names a result by its official label", () => {
    expect(historyWords(aLine("reg.set@1", { field: "result", body: { v: "fixed" } }), "zh-CN")).toEqual({ key: "history.setResult", params: { value: "当场改正", field: "result" } })
  })

  it("tells a cleared answer, a settled conflict and a refusal apart", () => {
    expect(historyWords(aLine("reg.set@1", { field: "result", body: { v: null } }), "zh-CN").key).toBe("history.cleared")
    expect(historyWords(aLine("conflict.resolve@1", { field: "result", body: { v: "pass", reason: "复核" } }), "zh-CN").params).toEqual({ value: "符合", reason: "复核" })
    expect(historyWords(aLine("sig.add@1", { body: { role: "representative", refused: { reason: "x" } } }), "zh-CN").key).toBe("history.refused")
  })

  it("shows a kind of the future by its name instead of hiding it", () => {
    expect(historyWords(aLine("thing.do@9"), "zh-CN")).toEqual({ key: "history.other", params: { kind: "thing.do@9" } })
  })

  it("shows values of every shape", () => {
    expect(valueWords("remark", "脏", "zh-CN")).toBe("脏")
    expect(valueWords("result", null, "zh-CN")).toBe("未作答")
    expect(valueWords("site_rep", { name: "样本负责人", title: "经理" }, "zh-CN")).toBe("样本负责人 经理")
  })
})

describe("typing helpers", () => {
  it("appends a phrase as its own clause and never twice", () => {
    expect(withPhrase("", "器材缺失")).toBe("器材缺失。")
    expect(withPhrase("3号楼", "器材缺失")).toBe("3号楼；器材缺失。")
    expect(withPhrase("已检查。", "器材缺失")).toBe("已检查。器材缺失。")
    expect(withPhrase("器材缺失。", "器材缺失")).toBe("器材缺失。")
  })

  it("keeps a reading exactly as typed and refuses what is no decimal", () => {
    expect(asDecimal(" 0.30 ")).toBe("0.30")
    expect(asDecimal("０．３５")).toBe("0.35")
    expect(asDecimal("-2")).toBe("-2")
    for (const wrong of ["", "3e5", "1.", "约3", "1 2"]) expect(asDecimal(wrong)).toBeNull()
  })
})
