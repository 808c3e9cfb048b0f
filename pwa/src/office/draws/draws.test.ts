import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { basisPoints, draftOf, emptyDraft, faultsOf, namesIn, settingsOf, type CampaignDraft } from "./campaignForm"
import { diceOf } from "./dice"
import { distinctCauses, fieldsOf, isAboutRecusal, rangeWords, rowsOf } from "./previewRows"
import { commitmentOf, inFours, newSecret, typedSecret } from "./secret"
import { forgetSecret, keepSecret, keptSecret, secretFor, type Shelf } from "./secretBox"
import { differenceOf, membersOf, mostVisits } from "./showing"
import { isOver, markOf, partOf } from "./steps"
import type { Cause, Ceremony, Preview, Result, Team } from "./wire"

const memory = (): Shelf => {
  const kept = new Map<string, string>()
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value), removeItem: (key) => void kept.delete(key) }
}
const forbidden: Shelf = {
  getItem: () => { throw new Error("forbidden") },
  setItem: () => { throw new Error("forbidden") },
  removeItem: () => { throw new Error("forbidden") },
}

describe("a secret", () => {
  it("is 128 bits as 32 digits", () => {
    expect(newSecret((count) => new Uint8Array(count).fill(10))).toBe("0a".repeat(16))
    expect(newSecret()).toMatch(/^[0-9a-f]{32}$/)
  })
  it("is read off paper with spaces, capitals and full-width digits", () => {
    expect(typedSecret(" 0A1B-2c3d 4E5F 6071\n")).toBe("0a1b2c3d4e5f6071")
    expect(typedSecret("０１２３４５６７８９ａｂｃｄｅｆ")).toBe("0123456789abcdef")
  })
  it("is none where digits are missing or strange", () => expect([typedSecret("0a1b"), typedSecret("x".repeat(16)), typedSecret("a".repeat(65))]).toEqual([null, null, null]))
  it("commits to pool, person and secret together", () => {
    // sha256 of "suicha-commitment/1\n" + 64 zeros + "\n监督员01\n0123456789abcdef", by another program
    expect(commitmentOf("0".repeat(64), "监督员01", "0123456789abcdef")).toBe("30ccc67b4479d1f8f2fcc8b0d93463c50c041293dfb0b3fe9ebb63e2be92fd7e")
  })
  it("is shown in groups of four", () => expect(inFours("0123456789")).toEqual(["0123", "4567", "89"]))
})

describe("the device's memory", () => {
  it("makes one secret for a draw and an account, and keeps it", () => {
    const shelf = memory()
    const made = secretFor(shelf, "draw", "one")
    expect(secretFor(shelf, "draw", "one")).toEqual(made)
    expect(made.isKept).toBe(true)
    expect(secretFor(shelf, "draw", "two").secret).not.toBe(made.secret)
    expect(secretFor(shelf, "other", "one").secret).not.toBe(made.secret)
  })
  it("keeps what is handed in, whatever another tab has made", () => {
    const shelf = memory()
    secretFor(shelf, "draw", "one")
    expect(keepSecret(shelf, "draw", "one", "0123456789abcdef")).toBe(true)
    expect(secretFor(shelf, "draw", "one").secret).toBe("0123456789abcdef")
  })
  it("forgets when asked", () => {
    const shelf = memory()
    secretFor(shelf, "draw", "one")
    forgetSecret(shelf, "draw", "one")
    expect(keptSecret(shelf, "draw", "one")).toBeNull()
  })
  it("says that nothing is kept where a browser forbids it", () => {
    expect(secretFor(forbidden, "draw", "one").isKept).toBe(false)
    expect(keptSecret(forbidden, "draw", "one")).toBeNull()
  })
})

describe("dice", () => {
  it("are read with anything between them", () => expect([diceOf("352614"), diceOf("3 5，2、6"), diceOf("３５")]).toEqual([[3, 5, 2, 6, 1, 4], [3, 5, 2, 6], [3, 5]]))
  it("are not seen in other numbers", () => expect([diceOf("07"), diceOf("2026110"), diceOf(""), diceOf("6".repeat(25))]).toEqual([null, null, null, null]))
})

const you = { label: "监督员01", has_committed: false, has_revealed: false, has_entered_value: false, is_barred: false, may: [] as string[] }
const draw = (said: object, mine: object = {}) => ({ state: "frozen", officials: [], public: null, closed_at: null, ...said, you: { ...you, ...mine } }) as unknown as Ceremony

describe("a ceremony", () => {
  it("marks what is done, what is being done and what is ahead", () => {
    const marks = (one: Ceremony) => (["freeze", "commit", "value", "reveal"] as const).map((step) => markOf(one, step))
    expect(marks(draw({}))).toEqual(["done", "now", "ahead", "ahead"])
    expect(marks(draw({ state: "committed" }))).toEqual(["done", "done", "now", "ahead"])
    expect(marks(draw({ state: "revealed" }))).toEqual(["done", "done", "done", "now"])
    expect(marks(draw({ state: "sealed" }))).toEqual(["done", "done", "done", "done"])
  })
  it("that is void never got further than it got", () => {
    expect(markOf(draw({ state: "void" }), "commit")).toBe("ahead")
    expect([markOf(draw({ state: "void", closed_at: "x" }), "commit"), markOf(draw({ state: "void", closed_at: "x" }), "value")]).toEqual(["done", "ahead"])
    expect(markOf(draw({ state: "void", public: { source: "a", value: "b" } }), "reveal")).toBe("ahead")
  })
  it("asks of everybody what is his to do", () => {
    expect(partOf(draw({}, { may: ["commit"] }))).toBe("commit")
    expect(partOf(draw({}, { has_committed: true }))).toBe("wait_close")
    expect(partOf(draw({}, { is_barred: true }))).toBe("looking_on")
    expect(partOf(draw({ state: "committed" }))).toBe("value")
    expect(partOf(draw({ state: "valued" }, { has_committed: true }))).toBe("reveal")
    expect(partOf(draw({ state: "valued" }, { has_committed: true, has_revealed: true }))).toBe("wait_seal")
    expect(partOf(draw({ state: "valued" }))).toBe("looking_on")
    expect(partOf(draw({ state: "void" }))).toBe("over")
  })
  it("knows when it is over", () => {
    expect((["frozen", "committed", "valued", "revealed", "sealed", "superseded", "void"] as const).map(isOver)).toEqual([false, false, false, false, true, true, true])
  })
})

const FULL: CampaignDraft = {
  ...emptyDraft(), name: " 抽查 ", short_code: "zz26b", from_on: "2026-12-01", until_on: "2026-12-31", edition_hash: "e", jurisdictions: ["410105", "410102"],
  ratios: { A: "1", B: "12.5", C: "0.25", D: "100" }, overrides: { "410105": { A: "2", B: "" }, "410199": { A: "3" } }, teams: "30", departments: "消防、城管；街道",
}

describe("the campaign's form", () => {
  it("says on the wire what stands in the boxes", () => {
    expect(settingsOf(FULL)).toMatchObject({
      name: "抽查", short_code: "ZZ26B", jurisdictions: ["410102", "410105"], ratios: { A: 100, B: 1250, C: 25, D: 10_000 },
      overrides: [{ jurisdiction: "410105", risk: "A", basis_points: 200 }], teams: 30, most_visits: null, departments: ["消防", "城管", "街道"], authority: null,
    })
  })
  it("comes back as it went", () => {
    const again = draftOf(settingsOf(FULL))
    expect(settingsOf(again)).toEqual(settingsOf(FULL))
    expect(again.ratios).toEqual(FULL.ratios)
  })
  it("has no fault when all is said", () => expect(faultsOf(FULL)).toEqual({}))
  it("names what is missing or cannot be", () => {
    expect(Object.keys(faultsOf(emptyDraft())).sort()).toEqual(["edition_hash", "from_on", "jurisdictions", "name", "short_code", "until_on"])
    expect(faultsOf({ ...FULL, until_on: "2026-11-30" })).toEqual({ until_on: "backwards" })
    expect(faultsOf({ ...FULL, cross: "district" })).toEqual({ authority: "authority" })
    expect(faultsOf({ ...FULL, teams: "0", officers: "", experts: "x" })).toEqual({ teams: "number", officers: "number", experts: "number" })
    expect(faultsOf({ ...FULL, experts: "0" })).toEqual({})
    expect(faultsOf({ ...FULL, overrides: { "410105": { C: "101" } } })).toEqual({ "ratio-410105-C": "percent" })
  })
  it("reads percentages to the hundredth", () => expect(["5", "5.5%", "０．０１", "100", "100.01", "5.555", "", "-1"].map(basisPoints)).toEqual([500, 550, 1, 10_000, null, null, null, null]))
  it("parts names at what people put between them", () => expect(namesIn("甲、乙，丙; 丁\n")).toEqual(["甲", "乙", "丙", "丁"]))
})

const cause = (said: Partial<Cause>): Cause => ({ code: "too_few_officers", sentence: "", constraints: [], jurisdictions: [], sites: 0, officers: 0, officers_needed: 0, experts: 0, experts_needed: 0, ...said })

describe("the preview", () => {
  const preview = {
    districts: [{ jurisdiction: "410105", name: "金水区", sites: 40, least: 4, most: 6, officers: 12, experts: 5 }],
    strata: [{ jurisdiction: "410105", risk: "A", sites: 30, basis_points: 1000, least: 3, most: 3 }, { jurisdiction: "410105", risk: "D", sites: 10, basis_points: 1500, least: 1, most: 2 }],
    causes: [cause({ sentence: "一", constraints: ["most_visits"] }), cause({ sentence: "二", constraints: ["most_visits"] }), cause({ sentence: "三", constraints: ["cross"] })],
  } as unknown as Preview

  it("has a row for each district", () => expect(rowsOf(preview)).toEqual([{ jurisdiction: "410105", name: "金水区", cells: { A: "3", D: "1–2" }, sites: 40, drawn: "4–6", officers: 12, experts: 5 }]))
  it("says a number once", () => expect([rangeWords(3, 3), rangeWords(3, 4)]).toEqual(["3", "3–4"]))
  it("tells one cause of each kind", () => expect(distinctCauses(preview).map(({ sentence }) => sentence)).toEqual(["一", "三"]))
  it("leads to the settings that can be loosened", () => {
    expect(fieldsOf(cause({ constraints: ["cross", "recusal", "teams"] }))).toEqual(["cross", "teams"])
    expect(fieldsOf(cause({ code: "no_sites" }))).toEqual(["ratios", "jurisdictions"])
    expect([isAboutRecusal(cause({ constraints: ["recusal"] })), isAboutRecusal(cause({}))]).toEqual([true, false])
  })
})

describe("a result", () => {
  const site = (id: string) => ({ id, code: id, name: id, enterprise: "", risk: "A", ticket: "", team: 1 })
  const result = (...ids: string[]) => ({ districts: [{ sites: ids.map(site) }], teams: [{ visits: 2 }, { visits: 5 }] }) as unknown as Result

  it("is compared by its sites", () => {
    const { stayed, came, left } = differenceOf(result("a", "b"), result("b", "c"))
    expect([stayed, came, left].map((sites) => sites.map(({ id }) => id))).toEqual([["b"], ["c"], ["a"]])
  })
  it("measures its bars by the longest", () => expect([mostVisits(result()), mostVisits({ teams: [] } as unknown as Result)]).toEqual([5, 1]))
  it("names the leader first", () => {
    const team = { officers: [{ name: "组长", seat: 1 }, { name: "执法员", seat: 2 }], experts: [{ name: "专家", seat: 1 }] } as unknown as Team
    expect(membersOf(team).map(({ name, kind, seat }) => [name, kind, seat])).toEqual([["组长", "officer", 1], ["执法员", "officer", 2], ["专家", "expert", 1]])
  })
})

type Tree = { readonly [key: string]: string | Tree }
const flat = (tree: Tree, prefix = ""): [string, string][] => Object.entries(tree).flatMap(([key, value]) => (typeof value === "string" ? [[prefix + key, value] as [string, string]] : flat(value, `${prefix}${key}.`)))
const blanks = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort()

const words = (language: string) => flat(JSON.parse(readFileSync(join(import.meta.dirname, `../../locales/office/draws.${language}.json`), "utf8")) as Tree)

describe("the words of these pages", () => {
  it("are the same messages with the same blanks in both languages", () => {
    const other = new Map(words("en"))
    for (const [key, text] of words("zh-CN")) expect([key, blanks(other.get(key) ?? "missing")]).toEqual([key, blanks(text)])
    expect(other.size).toBe(words("zh-CN").length)
  })
})
