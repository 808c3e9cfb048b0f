/**
 * The manifest that a seal binds to (sync-protocol 0.9): made here on the leader's phone, recomputed
 * by the server from the ops that it names. Twin of inspections/rules/manifest.py.
 */
import { canonicalJson } from "../kit/canonicalJson"
import { sha256Hex, sha256Lines } from "../kit/sha256"
import { mergeRegisters, registerKey, type MergedRegister } from "./merge"
import { firstHash, isRecordKind, type Envelope } from "./ops"

export interface ManifestOp {
  readonly envelope: Envelope
  readonly hash: string
}

export interface ManifestFrame {
  readonly scope: string
  readonly n: number
  readonly editionHash: string
  readonly prevManifest: string | null
}

export interface Manifest {
  readonly text: string
  readonly hash: string
  readonly conflicts: number
}

/** The manifest over the record ops among `ops`, all of which count as admitted. */
export function buildManifest(ops: Iterable<ManifestOp>, frame: ManifestFrame): Manifest {
  const record = [...ops].filter((op) => isRecordKind(op.envelope.kind)).sort((a, b) => (a.envelope.op_id < b.envelope.op_id ? -1 : 1))
  const registers = [...mergeRegisters(record).values()]
  const conflicts = registers.filter((register) => register.values.length > 1).length
  const text = canonicalJson({
    scope: frame.scope,
    n: frame.n,
    edition: frame.editionHash,
    ops: record.map((op) => op.envelope.op_id),
    ops_root: sha256Lines(record.map(firstHash)),
    registers: registerLines(registers),
    photos: photoLines(record),
    conflicts,
    prev_manifest: frame.prevManifest,
  })
  return { text, hash: sha256Hex(text), conflicts }
}

function registerLines(registers: readonly MergedRegister<ManifestOp>[]): readonly (readonly [string, string, readonly string[]])[] {
  const lines: [string, string, string[]][] = []
  for (const { item, field, heads, values } of registers) {
    const value = values.find((text) => text !== "null")
    if (value !== undefined) lines.push([registerKey(item, field), sha256Hex(value), heads.map((head) => head.envelope.op_id)])
  }
  return lines.sort((a, b) => (a[0] < b[0] ? -1 : 1))
}

function photoLines(record: readonly ManifestOp[]): readonly (readonly [string, string, number])[] {
  const bodies = (kind: string) => record.filter((op) => op.envelope.kind === kind).map((op) => op.envelope.body)
  const excluded = new Set(bodies("photo.exclude@1").map((body) => String(body.photo_id)))
  const lines = bodies("photo.add@1")
    .filter((body) => !excluded.has(String(body.photo_id)))
    .map((body) => [String(body.photo_id), String(body.sha256), Number(body.size)] as const)
  return lines.sort((a, b) => (`${a[0]} ${a[1]}` < `${b[0]} ${b[1]}` ? -1 : 1))
}
