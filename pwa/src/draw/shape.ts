/** A small language for what a value must look like. What is not as it must be is told with its place. */
import { isObject, NOTHING, inWords, own, type Difference, type Members } from "./difference"

/** Null if the value is as it must be. */
export type Shape = (value: unknown, path: string) => Difference | null

function must(expected: string, holds: (value: unknown) => boolean): Shape {
  return (value, path) => (holds(value) ? null : { path, recorded: inWords(value), recomputed: expected })
}

const LONGEST = 2000

export const anything: Shape = must("有内容", (value) => value !== undefined)
export const text: Shape = must("至多 2000 字的文字", (value) => typeof value === "string" && (value.length <= LONGEST || [...value].length <= LONGEST))
export const words: Shape = must("不为空的文字", (value) => typeof value === "string" && value !== "")
/** An identifier: docs/draw.md, section 1. */
export const id: Shape = pattern("1 至 64 个可见的 ASCII 字符", /^[!-~]{1,64}$/)
export const code: Shape = pattern("1 至 12 位字母或数字", /^[0-9A-Za-z]{1,12}$/)
export const official: Shape = pattern("一行文字，至多 200 字", /^[^\n]{1,200}$/u)
export const hash: Shape = pattern("64 位小写十六进制数", /^[0-9a-f]{64}$/)
export const day: Shape = pattern("日期，如 2026-11-22", /^\d{4}-\d{2}-\d{2}$/)

export function pattern(expected: string, form: RegExp): Shape {
  return must(expected, (value) => typeof value === "string" && form.test(value))
}

export function whole(from: number, to = Number.MAX_SAFE_INTEGER): Shape {
  return must(`不小于 ${from} 的整数`, (value) => Number.isSafeInteger(value) && Number(value) >= from && Number(value) <= to)
}

export function oneOf(...values: readonly string[]): Shape {
  return must(values.join(" 或 "), (value) => typeof value === "string" && values.includes(value))
}

export function orNull(shape: Shape): Shape {
  return (value, path) => (value === null ? null : shape(value, path))
}

/** These members, all of them and no others. */
export function members(shapes: { readonly [name: string]: Shape }): Shape {
  return (value, path) => {
    if (!isObject(value)) return { path, recorded: inWords(value), recomputed: "一组成员" }
    const strange = Object.keys(value).find((name) => !Object.hasOwn(shapes, name))
    if (strange !== undefined) return { path: `${path}.${strange}`, recorded: inWords(own(value, strange)), recomputed: NOTHING }
    return firstOf(Object.entries(shapes), ([name, shape]) => shape(own(value, name), `${path}.${name}`))
  }
}

export function listOf(shape: Shape): Shape {
  return (value, path) => {
    if (!Array.isArray(value)) return { path, recorded: inWords(value), recomputed: "列表" }
    return firstOf(value.entries(), ([n, item]) => shape(item, `${path}[${n}]`))
  }
}

/** A list in strictly ascending order of what `inOrder` compares: so nothing is in it twice. */
export function sorted(shape: Shape, compare: (a: Members, b: Members) => number): Shape {
  return (value, path) => {
    const fault = listOf(shape)(value, path)
    if (fault) return fault
    const items = value as readonly Members[]
    const wrong = items.findIndex((item, n) => n > 0 && compare(items[n - 1] ?? item, item) >= 0)
    return wrong < 0 ? null : { path: `${path}[${wrong}]`, recorded: inWords(items[wrong]), recomputed: "按次序排列且不重复" }
  }
}

function firstOf<T>(items: Iterable<T>, find: (item: T) => Difference | null): Difference | null {
  for (const item of items) {
    const found = find(item)
    if (found) return found
  }
  return null
}
