import { describe, expect, it } from "vitest"
import { aCard, aDispatched, aSeal, aVisit } from "../testing/builders"
import { cardStates } from "./cardState"
import { agendaOf } from "./days"

const card = (plannedOn: string, more: Partial<ReturnType<typeof aCard>> = {}) => aCard(aVisit(), { plannedOn, code: plannedOn, ...more })
const codes = (cards: readonly { code: string }[]) => cards.map((one) => one.code)

describe("今日检查", () => {
  const agenda = agendaOf([card("2026-11-24"), card("2026-11-22"), card("2026-11-20"), card("2026-11-19", { seal: aSeal() }), card("2026-11-30")], "2026-11-22")

  it("keeps open what an earlier day left, before today's", () => {
    expect(codes(agenda.today)).toEqual(["2026-11-20", "2026-11-22"])
  })

  it("tells when the next visit is", () => {
    expect(agenda.next?.code).toBe("2026-11-24")
    expect(agenda.upcoming.map((day) => day.day)).toEqual(["2026-11-24", "2026-11-30"])
  })

  it("puts sealed visits aside, but those of today stay in sight", () => {
    expect(codes(agenda.done.flatMap((day) => day.cards))).toEqual(["2026-11-19"])
    expect(codes(agendaOf([card("2026-11-22", { seal: aSeal() })], "2026-11-22").today)).toEqual(["2026-11-22"])
  })

  it("shows a visit that was taken back only among the others", () => {
    const { today, done } = agendaOf([card("2026-11-22", { readOnly: "revoked" })], "2026-11-22")
    expect([today.length, done.length]).toEqual([0, 1])
  })
})

describe("the words on a card", () => {
  const visit = aVisit({ dispatched: aDispatched() })

  it("tells what is only here beside what waits for a decision", () => {
    expect(cardStates(aCard(visit, { conflicts: 1, opsHere: 3 }))).toEqual(["waiting", "here"])
  })

  it("never says sealed and sent while something is still here", () => {
    expect(cardStates(aCard(visit, { seal: aSeal(), bytesToGo: 5 }))).toEqual(["sealed_here"])
    expect(cardStates(aCard(visit, { seal: aSeal() }))).toEqual(["sealed"])
    expect(cardStates(aCard(visit, { seal: aSeal({ state: "sealed_disputed" }) }))).toEqual(["disputed"])
  })

  it("tells an untouched visit from one that is on the server", () => {
    expect([cardStates(aCard(visit)), cardStates(aCard(visit, { answered: 3 }))]).toEqual([["untouched"], ["server"]])
  })
})
