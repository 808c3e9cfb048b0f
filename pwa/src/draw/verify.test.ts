import { describe, expect, it } from "vitest"
import { canonicalJson } from "../kit/canonicalJson"
import { aPool, aRecord, aRehearsal, aReplacementPool, sealed } from "./testing/records"
import { verifyRecord, type Report } from "./verify"

const utf8 = new TextEncoder()

function check(text: string): Report {
  return verifyRecord(utf8.encode(text))
}

/** The steps that turn red. */
function broken(report: Report): string[] {
  return report.steps.filter((step) => step.ok === false).map((step) => step.id)
}

type Loose = { [name: string]: any } // eslint-disable-line @typescript-eslint/no-explicit-any

/** A sound record in which something was changed; with a new digest, as somebody who knows the format would do it. */
function changed(change: (record: Loose) => void, original = aRecord()): string {
  const { digest: _, ...record } = JSON.parse(original) as Loose
  change(record)
  return sealed(record)
}

describe("a sound record", () => {
  it("agrees in every step", () => {
    const report = check(aRecord())
    expect(report.steps.map(({ id, ok }) => [id, ok])).toEqual(["file", "pool", "commitments", "seed", "sites", "teams", "visits", "digest"].map((id) => [id, true]))
    expect(report.isSound).toBe(true)
    expect(report.record?.format).toBe("suicha-draw/1")
  })

  it("agrees where a person was replaced", () => {
    const report = check(aRecord(aReplacementPool()))
    expect(report.steps.map(({ id, ok }) => [id, ok])).toEqual(["file", "pool", "commitments", "seed", "replacement", "digest"].map((id) => [id, true]))
  })

  it("agrees where it was only rehearsed", () => {
    expect(broken(check(aRehearsal()))).toEqual([])
  })

  it("tells every step as it is done", () => {
    const told: string[] = []
    verifyRecord(utf8.encode(aRecord()), { step: ({ id }) => told.push(id), progress: (id, share) => told.push(`${id} ${share}`) })
    expect(told.filter((one) => !one.includes(" "))).toEqual(["file", "pool", "commitments", "seed", "sites", "teams", "visits", "digest"])
    expect(told.filter((one) => one.startsWith("visits "))).toEqual(["visits 0"])
  })
})

describe("a changed record", () => {
  it("is told by the step that it breaks, and where", () => {
    const report = check(changed((record) => (record.pool.sites[2].name = "别的小区")))
    expect(broken(report)).toEqual(["pool"])
    expect(report.steps[1]?.difference?.path).toBe("pool_digest")
    expect(report.isSound).toBe(false)
    expect(report.record).toBeNull()
  })

  it.each<[string, string, (record: Loose) => void, string]>([
    ["a secret", "commitments", (r) => (r.randomness.secrets[1].secret = "9".repeat(32)), "randomness.commitments[1].commitment"],
    ["a secret that is missing", "commitments", (r) => r.randomness.secrets.pop(), "randomness.commitments[1]"],
    ["one official alone", "commitments", (r) => (r.randomness.secrets.pop(), r.randomness.commitments.pop()), "randomness.commitments"],
    ["officials out of order", "commitments", (r) => r.randomness.secrets.reverse(), "randomness.secrets[1]"],
    ["a typed text in an official draw", "commitments", (r) => (r.randomness = { method: "text", text: "1" }), "randomness.method"],
    ["the public value", "seed", (r) => (r.randomness.public.value = "1 1 1 1 1"), "seed"],
    ["a drawn site", "sites", (r) => (r.result.drawn[0].site = "s0x"), "result.drawn[0].site"],
    ["a place more", "sites", (r) => (r.result.strata[0].places += 1), "result.strata[0].places"],
    ["a member nobody knows", "sites", (r) => (r.result.constructor = 1), "result.constructor"],
    ["a leader", "teams", (r) => r.result.teams[1].officers.reverse(), "result.teams[1].officers[0]"],
    ["the team of a site", "visits", (r) => (r.result.visits[0].team = (r.result.visits[0].team % 3) + 1), "result.visits[0].team"],
    ["a visit less", "visits", (r) => r.result.visits.pop(), "result.visits[5]"],
    ["pool that is no pool", "pool", (r) => (r.pool = []), "pool"],
    ["a site without a ratio", "pool", (r) => r.pool.rules.ratios.pop(), "pool.rules.ratios"],
    ["a site twice", "pool", (r) => (r.pool.sites[1] = r.pool.sites[0]), "pool.sites[1]"],
    ["a limit that is a text", "pool", (r) => (r.pool.enterprises[0].limit = "2"), "pool.enterprises[0].limit"],
    ["a recusal of nothing", "pool", (r) => (r.pool.recusals[0].enterprise = null), "pool.recusals[0]"],
    ["a result that is null", "sites", (r) => (r.result = null), "result"],
    ["a seed that is none", "file", (r) => (r.seed = "x"), "record.seed"],
    ["a member too many", "file", (r) => (r.note = ""), "record.note"],
  ])("tells of %s", (_, id, change, path) => {
    const report = check(changed(change))
    expect(broken(report)).toContain(id)
    expect(report.steps.find((step) => step.id === id)?.difference?.path).toBe(path)
  })

  it("does not check a draw out of a pool that cannot be read", () => {
    const report = check(changed((record) => (record.pool.rules.teams = 0)))
    expect(report.steps.filter((step) => step.ok === null).map((step) => step.id)).toEqual(["sites", "teams", "visits"])
  })

  it("says so where the pool gives no result at all", () => {
    const report = check(changed((record) => (record.pool.rules.teams = 9)))
    expect(report.steps.find((step) => step.id === "teams")?.difference?.recomputed).toContain("作废")
  })

  it("is not taken for sound by its new digest alone, nor by the old one", () => {
    const record = JSON.parse(aRecord()) as Loose
    record.digest = "0".repeat(64)
    expect(broken(check(canonicalJson(record)))).toEqual(["digest"])
  })

  it("is found wherever one byte differs", () => {
    const bytes = utf8.encode(aRecord(aReplacementPool()))
    for (let at = 0; at < bytes.length; at += 1) {
      const flipped = bytes.slice()
      flipped[at] = (flipped[at] ?? 0) ^ (1 << at % 8)
      expect(verifyRecord(flipped).isSound, `byte ${at}`).toBe(false)
    }
  })
})

describe("a file that is no record", () => {
  it.each([
    ["nothing", ""],
    ["no JSON", "随查"],
    ["a number", "1"],
    ["null", "null"],
    ["a list", "[]"],
    ["an empty object", "{}"],
    ["a float", '{"a":1.5}'],
    ["a huge number", '{"a":9007199254740993}'],
    ["a member twice", '{"a":1,"a":1}'],
    ["a lone surrogate", '{"a":"\\ud800"}'],
    ["deep nesting", "[".repeat(200_000) + "]".repeat(200_000)],
    ["nesting inside a text", `{"a":"${"[".repeat(100)}"}`],
    ["white space", `${aRecord(aPool())}\n`],
    ["a byte order mark", `\ufeff${aRecord(aPool())}`],
    ["a prototype", '{"__proto__":{"format":"suicha-draw/1"}}'],
  ])("%s is refused with a sentence", (_, text) => {
    const report = check(text)
    expect(report.isSound).toBe(false)
    expect(report.steps[0]?.ok).toBe(false)
    expect(report.steps[0]?.difference?.recomputed).toBeTruthy()
    expect(report.steps.slice(1).every((step) => step.ok === null)).toBe(true)
  })

  it("refuses bytes that are no text", () => {
    expect(verifyRecord(new Uint8Array([0xff, 0xfe, 0])).steps[0]?.difference?.recorded).toBe("不是 UTF-8 文字")
  })

  it("accepts only texts in NFC", () => {
    expect(check(aRecord().replace("幸福小区0", "e\u0301")).steps[0]?.ok).toBe(false)
  })
})
