/**
 * Uploads: photos and signature images, after all ops, the small ones first. Whatever happens on the
 * way, the server's offset is the truth and sending goes on from there.
 */
import { sha256Stream } from "../kit/sha256"
import type { BlobRow, Server, Store, Trouble } from "./ports"

const CHUNK = 1024 * 1024
const SMALL_CHUNK = 256 * 1024
const MOST_RESTARTS = 3
const MOST_BAD_CHUNKS = 5

export type UploadEnd = { readonly kind: "done"; readonly sent: number } | { readonly kind: "trouble"; readonly trouble: Trouble }

export interface UploadTools {
  readonly store: Store
  readonly server: Server
  /** True after a recent failure: smaller pieces lose less when the link breaks again. */
  readonly isLinkWeak: () => boolean
  readonly onProgress: () => void
  /** Stops between two chunks: a new op goes before the rest of a photo. */
  readonly shouldYield: () => Promise<boolean>
}

export async function uploadAll(tools: UploadTools): Promise<UploadEnd> {
  let sent = 0
  for (const blob of inOrder(await tools.store.pending())) {
    const end = await uploadOne(tools, blob)
    if (end === "yield") break
    if (end === "done") sent += 1
    if (typeof end === "object") return { kind: "trouble", trouble: end }
  }
  return { kind: "done", sent }
}

function inOrder(blobs: readonly BlobRow[]): readonly BlobRow[] {
  return [...blobs].sort((a, b) => Number(b.isAttached) - Number(a.isAttached) || a.size - b.size)
}

type OneEnd = "done" | "failed" | "yield" | Trouble

async function uploadOne(tools: UploadTools, blob: BlobRow): Promise<OneEnd> {
  // A fresh photo starts at 0 without asking; where the server has more already, it says so.
  const start = blob.state === "sending" ? await serverOffset(tools, blob) : 0
  if (typeof start === "object") return start
  let offset = start
  if (offset >= blob.size) return finish(tools, blob)
  // Written down first: after a lost reply the next attempt asks how far the server is.
  await tools.store.update(blob.sha256, { state: "sending", sent: offset })
  let [restarts, badChunks] = [0, 0]
  for (;;) {
    if (await tools.shouldYield()) return "yield"
    const size = tools.isLinkWeak() ? SMALL_CHUNK : CHUNK
    const chunk = await tools.store.read(blob.sha256, offset, Math.min(size, blob.size - offset))
    if (chunk.length === 0) return fail(tools, blob, "bytes_missing")
    const answer = await tools.server.blobChunk(blob.sha256, offset, blob.size, chunk)
    if (!answer.ok) return answer.trouble
    const { value } = answer
    if (value.kind === "too_large") return fail(tools, blob, "too_large")
    if (value.kind === "bad_chunk" && ++badChunks > MOST_BAD_CHUNKS) return { kind: "server_down", status: 460, retryAfterMs: null }
    if (value.kind === "wrong_bytes") {
      if (!(await isIntact(tools, blob))) return fail(tools, blob, "damaged_here")
      if (++restarts > MOST_RESTARTS) return fail(tools, blob, "blob_mismatch")
      offset = 0
    }
    if (value.kind === "stored" || value.kind === "other_offset") offset = value.offset
    if (value.kind === "other_offset" && ++badChunks > MOST_BAD_CHUNKS) return { kind: "server_down", status: 409, retryAfterMs: null }
    if (value.kind === "stored" && offset >= blob.size) return finish(tools, blob)
    if (offset >= blob.size) {
      const now = await serverOffset(tools, blob) // "other offset", and it is the end: verified by somebody else
      if (typeof now === "object") return now
      if (now >= blob.size) return finish(tools, blob)
      offset = now
    }
    await tools.store.update(blob.sha256, { state: "sending", sent: offset })
    tools.onProgress()
  }
}

/** How far the server is: all of it only where it has verified all of it. */
async function serverOffset(tools: UploadTools, blob: BlobRow): Promise<number | Trouble> {
  const head = await tools.server.blobHead(blob.sha256)
  if (!head.ok) return head.trouble
  if (head.value.state === "verified") return blob.size
  return head.value.state === "partial" ? Math.min(head.value.offset, blob.size - 1) : 0
}

async function finish(tools: UploadTools, blob: BlobRow): Promise<OneEnd> {
  await tools.store.update(blob.sha256, { state: "server", sent: blob.size, reason: null })
  tools.onProgress()
  return "done"
}

async function fail(tools: UploadTools, blob: BlobRow, reason: string): Promise<OneEnd> {
  await tools.store.update(blob.sha256, { state: "failed", reason })
  await tools.store.log("upload_failed", { sha256: blob.sha256, reason })
  tools.onProgress()
  return "failed"
}

/** Are the bytes that we hold still those that the photo's op names? */
async function isIntact(tools: UploadTools, blob: BlobRow): Promise<boolean> {
  const hash = sha256Stream()
  for (let offset = 0; offset < blob.size; offset += CHUNK) {
    hash.update(await tools.store.read(blob.sha256, offset, Math.min(CHUNK, blob.size - offset)))
  }
  return hash.hex() === blob.sha256
}
