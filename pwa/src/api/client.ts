/** Typed requests of the desk pages. The session is the HttpOnly cookie, so that pictures load with it too. */
import createClient from "openapi-fetch"
import type { components, paths } from "./schema.gen"

export type Schemas = components["schemas"]
/** What a list may be asked. An address bar holds any text: the server has the last word on it. */
export type QueryOf<Path extends keyof paths> = paths[Path] extends { get: { parameters: { query?: infer Query } } } ? NonNullable<Query> : never

/** Why there is no answer: ours refused (`status` and `code`), or nothing of ours answered (`status` null). */
export class ApiProblem extends Error {
  constructor(
    readonly status: number | null,
    readonly code: string,
    readonly title: string,
    readonly retryAfterS: number | null = null,
    /** What else the answer says of the case. */
    readonly facts: { readonly [name: string]: unknown } = {},
  ) {
    super(`${code}: ${title}`)
  }
}

export const client = createClient<paths>({
  baseUrl: globalThis.location?.origin ?? "",
  credentials: "same-origin",
  cache: "no-store",
  headers: { Accept: "application/json" },
})

interface Reply<T> {
  readonly data?: T
  readonly error?: unknown
  readonly response: Response
}

/** The body of a 2xx answer; everything else is thrown as an ApiProblem. */
export async function bodyOf<T>(call: Promise<Reply<T>>): Promise<T> {
  const reply = await replyOf(call)
  if (!reply.response.ok) throw problemOf(reply.response, reply.error)
  // A page that says 200 is somebody else's: a hotel's or a proxy's.
  if (reply.response.status !== 204 && (typeof reply.data !== "object" || reply.data === null)) throw new ApiProblem(null, "captive", "")
  return reply.data as T
}

async function replyOf<T>(call: Promise<Reply<T>>): Promise<Reply<T>> {
  try {
    return await call
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error
    throw new ApiProblem(null, error instanceof SyntaxError ? "captive" : navigator.onLine ? "no_answer" : "offline", "")
  }
}

function problemOf(response: Response, error: unknown): ApiProblem {
  const facts = (typeof error === "object" ? error : null) as { readonly [name: string]: unknown } | null ?? {}
  const { code, title } = facts
  const retryAfter = Number(response.headers.get("retry-after")) || null
  return new ApiProblem(response.status, typeof code === "string" ? code : `http_${response.status}`, typeof title === "string" ? title : "", retryAfter, facts)
}
