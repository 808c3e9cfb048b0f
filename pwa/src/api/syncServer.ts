/** The engine's Server port over HTTP: sync-protocol 0.1, 0.4, 0.6 and 0.8. */
import { sha256Base64 } from "../kit/sha256"
import type { Answer, BlobHead, ChunkAnswer, PullReply, PushReply, Server } from "../sync/ports"
import { request, requestJson } from "./http"

const BASE = "/api/sync/v1"
const CHUNK_TIMEOUT_MS = 120_000

export function syncServer(token: () => string | null): Server {
  const post = (path: string, body: object) => ({
    method: "POST",
    path: BASE + path,
    token: token(),
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ proto: 1, courier: null, ...body }),
  })
  return {
    ping: () => requestJson({ method: "GET", path: `${BASE}/ping`, timeoutMs: 8000 }, (value) => has(value, "suicha")),
    push: async (body) => (token() ? requestJson<PushReply>(post("/push", body), (value) => has(value, "results")) : signInNeeded()),
    pull: async (body) => (token() ? requestJson<PullReply>(post("/pull", body), (value) => has(value, "scopes")) : signInNeeded()),
    blobHead: (sha256) => blobHead(sha256, token()),
    blobChunk: (sha256, offset, length, chunk) => blobChunk(sha256, offset, length, chunk, token()),
  }
}

function signInNeeded(): Answer<never> {
  return { ok: false, trouble: { kind: "sign_in_needed" } }
}

async function blobHead(sha256: string, token: string | null): Promise<Answer<BlobHead>> {
  const answer = await request({ method: "HEAD", path: `${BASE}/blobs/${sha256}`, token, expected: [404] })
  if (!answer.ok) return answer
  const { status, headers } = answer.value
  if (status === 404) return { ok: true, value: { state: "absent" } }
  const state = headers.get("Blob-State")
  if (state === "verified") return { ok: true, value: { state } }
  const offset = offsetOf(answer.value)
  return offset === null ? { ok: false, trouble: { kind: "captive" } } : { ok: true, value: { state: "partial", offset } }
}

async function blobChunk(sha256: string, offset: number, length: number, chunk: Uint8Array<ArrayBuffer>, token: string | null): Promise<Answer<ChunkAnswer>> {
  const answer = await request({
    method: "PATCH",
    path: `${BASE}/blobs/${sha256}`,
    token,
    timeoutMs: CHUNK_TIMEOUT_MS,
    expected: [409, 413, 422, 460],
    headers: {
      "Content-Type": "application/offset+octet-stream",
      "Upload-Offset": String(offset),
      "Upload-Length": String(length),
      "Upload-Checksum": `sha256 ${sha256Base64(chunk)}`,
    },
    body: chunk,
  })
  return answer.ok ? chunkAnswer(answer.value) : answer
}

function chunkAnswer(response: Response): Answer<ChunkAnswer> {
  switch (response.status) {
    case 413:
      return { ok: true, value: { kind: "too_large" } }
    case 422:
      return { ok: true, value: { kind: "wrong_bytes" } }
    case 460:
      return { ok: true, value: { kind: "bad_chunk" } }
  }
  const offset = offsetOf(response)
  if (offset === null) return { ok: false, trouble: { kind: "captive" } }
  return { ok: true, value: { kind: response.status === 409 ? "other_offset" : "stored", offset } }
}

function offsetOf(response: Response): number | null {
  const text = response.headers.get("Upload-Offset")
  return text !== null && /^\d+$/.test(text) ? Number(text) : null
}

function has(value: unknown, member: string): boolean {
  return typeof value === "object" && value !== null && member in value
}
