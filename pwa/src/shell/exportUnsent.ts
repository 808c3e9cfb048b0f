/** Everything that is only on this phone, as one file: the way out when nothing else works. */
import { nowText, type Clock } from "../kit/clock"
import type { PhoneStore } from "../db/phoneStore"
import type { Account } from "../sync/phone"
import { isWanted, type BlobRow } from "../sync/ports"

/** A phone never holds nearly as many; IndexedDB takes no larger number than 2^32. */
const MOST_OPS = 1_000_000
const PART = 768 * 1024 // divisible by three, so that base64 parts can be joined

export async function exportUnsent(store: PhoneStore, account: Account, clock: Clock, withPhotos: boolean): Promise<Blob> {
  const ops = await store.queued(1, MOST_OPS)
  const blobs = (await store.blobs()).filter((blob) => blob.state !== "server" && isWanted(blob))
  const head = {
    format: "suicha-unsent",
    version: 1,
    account: { id: account.id, name: account.name },
    exported_at: nowText(clock),
    ops: ops.map(({ raw, hash }) => ({ raw, hash })),
    quarantined: (await store.quarantined()).map(({ raw, hash, code, at }) => ({ raw, hash, code, at })),
  }
  const parts: string[] = [JSON.stringify(head).slice(0, -1), ',"photos":[']
  for (const [i, blob] of blobs.entries()) parts.push(i > 0 ? "," : "", ...(await photoParts(store, blob, withPhotos)))
  parts.push("]}")
  return new Blob(parts, { type: "application/json" })
}

async function photoParts(store: PhoneStore, blob: BlobRow, withBytes: boolean): Promise<string[]> {
  const { sha256, scope, item, kind, size, mime } = blob
  const facts = JSON.stringify({ sha256, scope, item, kind, size, mime }).slice(0, -1)
  if (!withBytes) return [facts, "}"]
  const parts = [facts, ',"base64":"']
  for (let offset = 0; offset < size; offset += PART) parts.push(base64(await store.read(sha256, offset, Math.min(PART, size - offset))))
  return [...parts, '"}']
}

function base64(bytes: Uint8Array): string {
  let text = ""
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192))
  return btoa(text)
}
