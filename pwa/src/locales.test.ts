import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { outcomeLabel, resultLabel, roleLabel } from "./terms"

const SOURCE = import.meta.dirname
const load = (name: string) => flat(JSON.parse(readFileSync(join(SOURCE, "locales", name), "utf8")) as Tree)
type Tree = { readonly [key: string]: string | Tree }

function flat(tree: Tree, prefix = ""): Map<string, string> {
  return new Map(Object.entries(tree).flatMap(([key, value]) => (typeof value === "string" ? [[prefix + key, value] as const] : [...flat(value, `${prefix}${key}.`)])))
}

const chinese = load("zh-CN.json")
const english = load("en.json")
// The office brings its own words with its own chunk.
const isSource = (path: string) => /\.(vue|ts)$/.test(path) && !/\.test\.ts$|testing|^office/.test(path)
const sources = readdirSync(SOURCE, { recursive: true, encoding: "utf8" }).filter(isSource)
const code = sources.map((path) => readFileSync(join(SOURCE, path), "utf8")).join("\n")
const params = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort()

describe("the words of the app", () => {
  it("are the same messages with the same facts in both languages", () => {
    expect([...english.keys()].sort()).toEqual([...chinese.keys()].sort())
    for (const [key, text] of chinese) expect([key, params(english.get(key) ?? "")]).toEqual([key, params(text)])
  })

  it("exist for every key that a screen names", () => {
    const named = [...code.matchAll(/\bt\(\s*["']([\w.]+)["']/g)].map((match) => match[1] ?? "")
    expect(named.filter((key) => !chinese.has(key))).toEqual([])
  })

  it("have no English left in Chinese, apart from names and units", () => {
    const strange = [...chinese.values()].filter((text) => /[A-Za-z]{3,}/.test(text.replace(/\{\w+\}|Safari/g, "")))
    expect(strange).toEqual([])
  })
})

describe("terms", () => {
  it("give the official label, the gloss, and an unknown code as it is", () => {
    expect([resultLabel("fixed", "zh-CN"), resultLabel("fixed", "en"), roleLabel("leader", "zh-CN")]).toEqual(["当场改正", "Fixed on the spot", "组长"])
    expect([outcomeLabel("brand_new", "zh-CN"), resultLabel("constructor", "zh-CN"), resultLabel(null, "zh-CN")]).toEqual(["brand_new", "constructor", ""])
  })
})
