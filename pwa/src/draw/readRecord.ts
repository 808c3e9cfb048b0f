/** From bytes to a record: docs/draw.md, sections 1 and 2. Whatever the bytes are, the answer is a record or a sentence. */
import { canonicalJson } from "../kit/canonicalJson"
import { isObject, type Difference, type Members } from "./difference"
import { poolShape, replacementPoolShape } from "./poolShape"
import { anything, hash, members, oneOf } from "./shape"

/** A hundred thousand sites are about 40 MB. */
const MOST_BYTES = 100_000_000
/** A record is 5 deep. Deeper ones would only exhaust the reader. */
const MOST_LEVELS = 32

export type Reading = { readonly text: string; readonly record: Members } | { readonly fault: Difference }

export function readRecord(bytes: Uint8Array): Reading {
  if (bytes.length === 0) return fault("空文件", "一份抽取记录")
  if (bytes.length > MOST_BYTES) return fault(`${bytes.length} 字节`, `不超过 ${MOST_BYTES} 字节`)
  const text = decoded(bytes)
  if (text === null) return fault("不是 UTF-8 文字", "UTF-8 编码")
  if (levels(text) > MOST_LEVELS) return fault(`超过 ${MOST_LEVELS} 层嵌套`, "抽取记录的结构")
  return parsed(text)
}

function parsed(text: string): Reading {
  let canonical: string
  let value: unknown
  try {
    value = JSON.parse(text)
    canonical = canonicalJson(value)
  } catch {
    return fault("不是规范的 JSON", "规范 JSON（RFC 8785，仅整数，NFC）")
  }
  if (canonical !== text) return { fault: byteDifference(text, canonical) }
  if (!isObject(value)) return fault("不是一组成员", "一份抽取记录")
  return { text, record: value }
}

function decoded(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

/** How deep the brackets go outside of texts; stops counting where it is too deep anyway. */
function levels(text: string): number {
  let deepest = 0
  let level = 0
  for (let at = 0; at < text.length && deepest <= MOST_LEVELS; at += 1) {
    const char = text.charAt(at)
    if (char === '"') at = endOfText(text, at)
    else if (char === "[" || char === "{") deepest = Math.max(deepest, (level += 1))
    else if (char === "]" || char === "}") level -= 1
  }
  return deepest
}

function endOfText(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && text.charAt(at) !== '"') at += text.charAt(at) === "\\" ? 2 : 1
  return at
}

function byteDifference(text: string, canonical: string): Difference {
  let at = 0
  while (text.charAt(at) === canonical.charAt(at)) at += 1
  const near = (whole: string) => whole.slice(Math.max(0, at - 12), at + 24)
  return { path: `第 ${at + 1} 个字符`, recorded: near(text), recomputed: near(canonical) }
}

function fault(recorded: string, recomputed: string): Reading {
  return { fault: { path: "文件", recorded, recomputed } }
}

const rest = {
  purpose: oneOf("official", "rehearsal"),
  pool: anything,
  pool_digest: hash,
  randomness: anything,
  seed: hash,
  result: anything,
  digest: hash,
}

/** The members of the record itself. */
export function recordFault(record: Members): Difference | null {
  return members({ format: oneOf("suicha-draw/1", "suicha-replacement/1"), ...rest })(record, "record")
}

export function poolFault(record: Members): Difference | null {
  const shape = record.format === "suicha-draw/1" ? poolShape : replacementPoolShape
  return shape(record.pool, "pool")
}
