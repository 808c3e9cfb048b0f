/**
 * Reads JSON that a canonical document may hold and refuses what sync-protocol 0.2 calls malformed.
 *
 * `JSON.parse` is not enough: it reads 2^53+1 as another number and takes the last of two members
 * with one name. Twin of `strict_json` in backend/suicha/kit/canonical.py.
 */
import { canonicalJson, NotCanonical, type Json } from "./canonicalJson"

export function strictJson(text: string): Json {
  let value: Json
  try {
    value = JSON.parse(text) as Json
  } catch (cause) {
    throw new NotCanonical("not JSON", { cause })
  }
  new TokenCheck(text).run()
  canonicalJson(value) // refuses U+0000, lone surrogates and numbers that are not safe integers
  return value
}

/** Walks over text that is known to be JSON, to see what parsing hides: how numbers and names were written. */
class TokenCheck {
  private at = 0
  private readonly names: (Set<string> | null)[] = []

  constructor(private readonly text: string) {}

  run(): void {
    while (this.at < this.text.length) this.step()
  }

  private step(): void {
    const char = this.text.charAt(this.at)
    if (char === '"') return this.string()
    if (char === "-" || (char >= "0" && char <= "9")) return this.number()
    if (char === "{") this.names.push(new Set())
    else if (char === "[") this.names.push(null)
    else if (char === "}" || char === "]") this.names.pop()
    this.at += 1
  }

  private number(): void {
    const token = /^[-+0-9.eE]+/.exec(this.text.slice(this.at, this.at + 400))?.[0] ?? ""
    if (/[.eE]/.test(token)) throw new NotCanonical("a number that is not an integer")
    if (token.length > 17) throw new NotCanonical("an integer of magnitude 2^53 or more")
    this.at += token.length
  }

  private string(): void {
    const start = this.at
    this.at += 1
    while (this.text.charAt(this.at) !== '"') this.at += this.text.charAt(this.at) === "\\" ? 2 : 1
    this.at += 1
    if (/^\s*:/.test(this.text.slice(this.at, this.at + 20))) this.name(JSON.parse(this.text.slice(start, this.at)) as string)
  }

  private name(name: string): void {
    const names = this.names.at(-1)
    if (names?.has(name)) throw new NotCanonical("duplicate keys")
    names?.add(name)
  }
}
