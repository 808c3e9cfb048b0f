/** The few requests of the phone that are not ops: signing in, editions, the calendar, pictures. */
import type { CalendarData } from "../kit/workdays"
import { sha256Hex } from "../kit/sha256"
import type { Account } from "../sync/phone"
import type { Answer } from "../sync/ports"
import { request, requestJson } from "./http"

export interface SignedIn {
  readonly access_token: string
  readonly account: Account & { readonly roles: readonly string[]; readonly must_change_password?: boolean }
}

export function signIn(username: string, password: string): Promise<Answer<SignedIn>> {
  const body = JSON.stringify({ username, password })
  const headers = { "Content-Type": "application/json" }
  const isOurs = (value: unknown) => typeof (value as Partial<SignedIn> | null)?.access_token === "string"
  // The cookie that comes with the answer is for the office pages of the same person.
  return requestJson({ method: "POST", path: "/api/auth/login", headers, body, credentials: "same-origin" }, isOurs)
}

/** The password of whoever holds the token; every other session of the account ends. */
export async function changePassword(token: string, old: string, fresh: string): Promise<Answer<void>> {
  const headers = { "Content-Type": "application/json" }
  const answer = await request({ method: "POST", path: "/api/auth/password", token, headers, body: JSON.stringify({ old, new: fresh }) })
  return answer.ok ? { ok: true, value: undefined } : answer
}

/** Best effort: without a network the session ends on this device only. */
export async function signOut(token: string): Promise<void> {
  await request({ method: "POST", path: "/api/auth/logout", token, credentials: "same-origin", timeoutMs: 5000 })
}

/** The exact bytes of an edition, checked against their name. */
export async function fetchEdition(hash: string, token: string | null): Promise<Answer<string>> {
  const answer = await request({ method: "GET", path: `/api/checklists/editions/${hash}`, token })
  if (!answer.ok) return answer
  try {
    const raw = await answer.value.text()
    return sha256Hex(raw) === hash ? { ok: true, value: raw } : { ok: false, trouble: { kind: "captive" } }
  } catch {
    return { ok: false, trouble: { kind: "server_down", status: null, retryAfterMs: null } }
  }
}

export function fetchCalendar(token: string | null): Promise<Answer<CalendarData>> {
  const isOurs = (value: unknown) => Array.isArray((value as Partial<CalendarData> | null)?.known_years)
  return requestJson({ method: "GET", path: "/api/checklists/calendar", token }, isOurs)
}

export async function fetchPicture(sha256: string, size: "thumb" | "view" | "original", token: string | null): Promise<Answer<Blob>> {
  const answer = await request({ method: "GET", path: `/api/sync/v1/blobs/${sha256}?size=${size}`, token, headers: { Accept: "*/*" }, timeoutMs: 120_000 })
  if (!answer.ok) return answer
  try {
    return { ok: true, value: await answer.value.blob() }
  } catch {
    return { ok: false, trouble: { kind: "server_down", status: null, retryAfterMs: null } }
  }
}
