/** Commitments, secrets and the seed that they make: docs/draw.md, section 3. */
import { canonicalJson } from "../kit/canonicalJson"
import { sha256Hex } from "../kit/sha256"
import { firstDifference, isObject, type Difference, type Members } from "./difference"
import type { Ceremony } from "./model"
import { hash, members, official, oneOf, pattern, sorted, text } from "./shape"
import { byText } from "./tickets"

const FEWEST_OFFICIALS = 2

const byOfficial = (a: Members, b: Members) => byText(String(a.official), String(b.official))
const ceremonyShape = members({
  method: oneOf("ceremony"),
  commitments: sorted(members({ official, commitment: hash }), byOfficial),
  public: members({ source: text, value: text }),
  secrets: sorted(members({ official, secret: pattern("16 至 64 位小写十六进制数", /^[0-9a-f]{16,64}$/) }), byOfficial),
})
const textShape = members({ method: oneOf("text"), text })

/** What an official hands in before the public value exists. */
export function commitmentOf(poolDigest: string, official: string, secret: string): string {
  return sha256Hex(["suicha-commitment/1", poolDigest, official, secret].join("\n"))
}

export function seedOf(poolDigest: unknown, randomness: unknown): string {
  return sha256Hex(canonicalJson({ pool: poolDigest, randomness }))
}

/** A text that somebody typed is for rehearsals; an official draw needs at least two officials who kept their word. */
export function randomnessFault(record: Members): Difference | null {
  const { randomness, purpose } = record
  const isText = isObject(randomness) && randomness.method === "text"
  if (isText !== (purpose === "rehearsal")) {
    return { path: "randomness.method", recorded: isText ? "text" : "ceremony", recomputed: isText ? "正式抽取须有 ceremony" : "试抽须为 text" }
  }
  const { number } = record.pool as { readonly number: number }
  if ((number > 0) === isText) return { path: "pool.number", recorded: String(number), recomputed: isText ? "试抽为 0" : "正式抽取从 1 起" }
  if (isText) return textShape(randomness, "randomness")
  return ceremonyShape(randomness, "randomness") ?? brokenWord(String(record.pool_digest), randomness as unknown as Ceremony)
}

function brokenWord(poolDigest: string, { commitments, secrets }: Ceremony): Difference | null {
  if (commitments.length < FEWEST_OFFICIALS) {
    return { path: "randomness.commitments", recorded: `${commitments.length} 人`, recomputed: `至少 ${FEWEST_OFFICIALS} 人` }
  }
  const recomputed = secrets.map(({ official, secret }) => ({ commitment: commitmentOf(poolDigest, official, secret), official }))
  return firstDifference("randomness.commitments", commitments, recomputed)
}
