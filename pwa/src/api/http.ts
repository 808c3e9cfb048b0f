/**
 * One request to our server, whatever the network does on the way. Never throws: the caller gets an
 * answer of ours or the kind of trouble there was.
 */
import type { Answer, Trouble } from "../sync/ports"

export interface HttpOptions {
  readonly method: string
  readonly path: string
  readonly token?: string | null
  readonly headers?: Record<string, string>
  readonly body?: BodyInit
  readonly timeoutMs?: number
  /** Statuses that are answers to this request, beyond 2xx. */
  readonly expected?: readonly number[]
  readonly credentials?: RequestCredentials
}

const TIMEOUT_MS = 30_000

export async function request(options: HttpOptions): Promise<Answer<Response>> {
  let response: Response
  try {
    response = await fetch(options.path, {
      method: options.method,
      headers: { Accept: "application/json", ...(options.token ? { Authorization: `Bearer ${options.token}` } : {}), ...options.headers },
      // Never somebody else's cookie: what goes out goes under the bearer's name or under none.
      credentials: options.credentials ?? "omit",
      cache: "no-store",
      signal: AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS),
      ...(options.body === undefined ? {} : { body: options.body }),
    })
  } catch {
    return { ok: false, trouble: noAnswer() }
  }
  const trouble = await troubleIn(response, options.expected ?? [])
  return trouble ? { ok: false, trouble } : { ok: true, value: response }
}

/** The JSON of a 2xx answer; anything else that says 200 is a captive portal's page. */
export async function requestJson<T>(options: HttpOptions, isOurs: (value: unknown) => boolean): Promise<Answer<T>> {
  const answer = await request(options)
  if (!answer.ok) return answer
  try {
    const value: unknown = await answer.value.json()
    return isOurs(value) ? { ok: true, value: value as T } : { ok: false, trouble: { kind: "captive" } }
  } catch {
    return { ok: false, trouble: { kind: "captive" } }
  }
}

function noAnswer(): Trouble {
  return navigator.onLine ? { kind: "server_down", status: null, retryAfterMs: null } : { kind: "offline" }
}

async function troubleIn(response: Response, expected: readonly number[]): Promise<Trouble | null> {
  const { status } = response
  if (expected.includes(status)) return null
  if (response.ok) return isPage(response) ? { kind: "captive" } : null
  if (status === 401) return { kind: "sign_in_needed" }
  if (status === 429 || status >= 500) return { kind: "server_down", status, retryAfterMs: retryAfter(response) }
  // A proxy may answer 413 with a page of its own; any other refusal of ours is problem+json.
  if (isPage(response)) return status === 413 ? { kind: "refused", status, code: "too_large" } : { kind: "captive" }
  return { kind: "refused", status, code: await codeOf(response) }
}

function isPage(response: Response): boolean {
  return (response.headers.get("content-type") ?? "").includes("text/html")
}

function retryAfter(response: Response): number | null {
  const seconds = Number(response.headers.get("retry-after"))
  return seconds > 0 ? seconds * 1000 : null
}

async function codeOf(response: Response): Promise<string> {
  try {
    const problem = (await response.json()) as { code?: unknown }
    return typeof problem.code === "string" ? problem.code : `http_${response.status}`
  } catch {
    return `http_${response.status}`
  }
}
