/** The road between phone and server: loses requests, loses replies, doubles, cuts, damages. Seeded, so reproducible. */
import type { Answer, Server, Trouble } from "../ports"

export type Weather = "fine" | "no_way" | "reply_lost" | "twice" | "half" | "damaged"

const OFFLINE: { ok: false; trouble: Trouble } = { ok: false, trouble: { kind: "offline" } }

export function road(server: Server, weather: () => Weather): Server {
  async function travel<T>(send: () => Promise<Answer<T>>): Promise<Answer<T>> {
    const now = weather()
    if (now === "no_way") return OFFLINE
    if (now === "twice") await send()
    const answer = await send()
    return now === "reply_lost" ? OFFLINE : answer
  }
  return {
    ping: () => travel(() => server.ping()),
    pull: (body) => travel(() => server.pull({ ...body, limit: Math.min(body.limit, 3) })),
    blobHead: (sha256) => travel(() => server.blobHead(sha256)),
    blobChunk: (sha256, offset, length, chunk) => travel(() => server.blobChunk(sha256, offset, length, chunk)),
    push: async (body) => {
      const now = weather()
      if (now === "no_way") return OFFLINE
      const half = { ...body, ops: body.ops.slice(0, Math.ceil(body.ops.length / 2)) }
      const damaged = { ...body, ops: body.ops.map((op, i) => (i === 0 ? { ...op, raw: `${op.raw} ` } : op)) }
      if (now === "twice") await server.push(body)
      const answer = await server.push(now === "half" ? half : now === "damaged" ? damaged : body)
      return now === "reply_lost" ? OFFLINE : answer
    },
  }
}
