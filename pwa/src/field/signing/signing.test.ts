import { describe, expect, it } from "vitest"
import { aRegister, aSignature, aVisit, by, LEADER, OFFICER } from "../testing/builders"
import { consentName, isSignedEnough, representativeOf, signersOf } from "./signers"
import { drawStrokes, isSignature } from "./strokes"

const rep = aRegister("_", "site_rep", [{ ...by(LEADER), value: { name: "样本负责人", title: "项目经理" } }])

describe("who signs", () => {
  it("asks the representative first, then the leader and the officers, never the expert", () => {
    const signers = signersOf(aVisit({ siteRep: rep }))
    expect(signers.map(({ role, name }) => [role, name])).toEqual([["representative", "样本负责人"], ["leader", "执法员甲01"], ["officer", "执法员乙01"]])
  })

  it("is enough with the representative or a refusal and two officers", () => {
    const refusal = aSignature("样本负责人", { refused: { reason: "不同意", witness: "见证人01" } })
    const enough = (...signatures: ReturnType<typeof aSignature>[]) => isSignedEnough(signersOf(aVisit({ signatures })))
    expect(enough(refusal, aSignature(LEADER), aSignature(OFFICER))).toBe(true)
    expect(enough(aSignature(LEADER), aSignature(OFFICER))).toBe(false)
    expect(enough(refusal, aSignature(LEADER))).toBe(false)
  })

  it("shows a signature on an older version as stale, and asks again", () => {
    const [, leader] = signersOf(aVisit({ signatures: [aSignature(LEADER, { isCurrent: false })] }))
    expect(leader?.signature).toBeNull()
    expect(leader?.stale?.personName).toBe("执法员甲01")
  })

  it("reads the representative as facts or as a plain name", () => {
    expect(representativeOf(aVisit({ siteRep: rep }))).toEqual({ name: "样本负责人", title: "项目经理" })
    expect(representativeOf(aVisit({ siteRep: aRegister("_", "site_rep", [{ ...by(LEADER), value: "某人" }]) }))).toEqual({ name: "某人", title: "" })
    expect(representativeOf(aVisit())).toBeNull()
  })

  it("has a text for every role", () => {
    expect([consentName("leader"), consentName("representative"), consentName("witness")]).toEqual(["officer_consent", "representative_consent", "witness_consent"])
  })
})

describe("a signature on glass", () => {
  const line = [{ x: 0, y: 0 }, { x: 80, y: 0 }]

  it("is more than a dot or a slip", () => {
    expect([isSignature([]), isSignature([[{ x: 5, y: 5 }]]), isSignature([line.slice(0, 1), line])]).toEqual([false, false, true])
  })

  it("is drawn at the scale of the screen, a lone dot included", () => {
    const calls: string[] = []
    const note = (name: string) => (...at: number[]) => void calls.push(`${name} ${at.join(",")}`)
    const pen = { beginPath: note("begin"), moveTo: note("move"), lineTo: note("line"), quadraticCurveTo: note("curve"), stroke: note("stroke") }
    drawStrokes(pen, [line, [{ x: 1, y: 1 }]], 2)
    expect(calls).toEqual(["begin ", "move 0,0", "curve 160,0,160,0", "stroke ", "begin ", "move 2,2", "line 2.1,2", "stroke "])
  })
})
