/** The few requests of the page, and what can go wrong on the way. */
import type { components } from "../api/schema.gen"

type Schemas = components["schemas"]
export type Page = Schemas["PageOut"]
export type Owed = Schemas["OwedOut"]
export type ProofFile = Schemas["FileOut"]
export type HandedIn = Schemas["HandedInOut"]
export type Receipt = Schemas["ReceiptOut"]
export type Progress = Schemas["ProgressOut"]

/** Why there is no answer: refused with a code and words of its own, or nothing came back (`status` 0). */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly words: string,
    readonly facts: { readonly [name: string]: unknown } = {},
  ) {
    super(code)
  }
}

export const NO_NETWORK = "连不上网络。已经提交的内容不会丢，请检查网络后再试。"
const BUSY = "服务器暂时没有回应。已经提交的内容不会丢，请稍后再试。"

async function ask(method: string, path: string, body?: unknown): Promise<Response> {
  const isForm = body instanceof FormData
  const answer = await fetch(`/api/portal${path}`, {
    method,
    credentials: "same-origin",
    cache: "no-store",
    headers: body !== undefined && !isForm ? { "Content-Type": "application/json" } : {},
    body: body === undefined ? null : isForm ? body : JSON.stringify(body),
  }).catch(() => {
    throw new Refusal(0, "no_network", NO_NETWORK)
  })
  if (answer.ok) return answer
  const facts = (await answer.json().catch(() => ({}))) as { readonly [name: string]: unknown }
  const words = answer.status >= 500 ? BUSY : String(facts.detail ?? facts.title ?? BUSY)
  throw new Refusal(answer.status, String(facts.code ?? `http_${answer.status}`), words, facts)
}

const bodyOf = async <T>(answer: Promise<Response>): Promise<T> => (await (await answer).json()) as T

export const peek = (token: string) => ask("GET", `/links/${encodeURIComponent(token)}`)
export const open = (token: string, digits: string) => ask("POST", `/links/${encodeURIComponent(token)}/open`, { digits })
export const readPage = () => bodyOf<Page>(ask("GET", "/page"))
export const readProgress = (problem: string, sha256: string) => bodyOf<Progress>(ask("GET", `/uploads?problem=${problem}&sha256=${sha256}`))
export const sendPiece = (form: FormData) => bodyOf<Progress>(ask("POST", "/uploads", form))
export const removeFile = (id: string) => ask("DELETE", `/files/${id}`)
export const handIn = (problem: string, text: string) => bodyOf<Receipt>(ask("POST", `/problems/${problem}/submissions`, { text }))
export const askExtension = (problem: string, wanted_on: string, reason: string) => ask("POST", `/problems/${problem}/extensions`, { wanted_on, reason })
export const object = (problem: string, text: string) => ask("POST", `/problems/${problem}/objections`, { text })
export const photoAddress = (sha256: string, size: "thumb" | "view") => `/api/portal/photos/${sha256}?size=${size}`
export const fileAddress = (id: string, size: "thumb" | "view") => `/api/portal/files/${id}?size=${size}`
