/**
 * Multi-value registers: heads = admitted ops − ⋃ sup. Pure and free of order: the same set of ops
 * gives the same heads, whatever order they came in. Twin of inspections/rules/merge.py.
 */
import { canonicalJson, type Json } from "../kit/canonicalJson"
import { sha256Lines } from "../kit/sha256"
import { setsRegister, type Envelope } from "./ops"

export interface RegisterOp {
  readonly envelope: Envelope
}

export interface MergedRegister<T extends RegisterOp> {
  readonly item: string
  readonly field: string
  /** By op id. */
  readonly heads: readonly T[]
  /** Distinct head values in canonical form: more than one is a conflict; null is a value like any other. */
  readonly values: readonly string[]
}

export function registerKey(item: string, field: string): string {
  return `${item}/${field}`
}

export function valueOf(op: RegisterOp): Json {
  return op.envelope.body.v ?? null
}

/** The registers of a set of admitted ops, by `item/field`. Ops that set no register change nothing. */
export function mergeRegisters<T extends RegisterOp>(admitted: Iterable<T>): ReadonlyMap<string, MergedRegister<T>> {
  const writes = [...admitted].filter((op) => setsRegister(op.envelope.kind))
  const superseded = new Set(writes.flatMap((op) => op.envelope.sup))
  const byKey = new Map<string, T[]>()
  for (const op of writes) {
    if (superseded.has(op.envelope.op_id)) continue
    const key = registerKey(op.envelope.item ?? "", op.envelope.field ?? "")
    byKey.set(key, [...(byKey.get(key) ?? []), op])
  }
  return new Map([...byKey].map(([key, heads]) => [key, merged(heads)]))
}

function merged<T extends RegisterOp>(found: readonly T[]): MergedRegister<T> {
  const heads = [...found].sort((a, b) => (a.envelope.op_id < b.envelope.op_id ? -1 : 1))
  const first = heads[0]?.envelope
  const values = [...new Set(heads.map((head) => canonicalJson(valueOf(head))))].sort()
  return { item: first?.item ?? "", field: first?.field ?? "", heads, values }
}

/** The digest of all heads, by which phone and server find out that they differ. */
export function stateRoot(registers: Iterable<MergedRegister<RegisterOp>>): string {
  const lines = [...registers].map(
    ({ item, field, heads }) => `${item}/${field}=${heads.map((head) => head.envelope.op_id).sort().join(",")}`,
  )
  return sha256Lines(lines.sort())
}
