/** Sends a file and tells how far it is: `fetch` cannot say how much of a body has left. */
import { ApiProblem } from "./client"

export function uploadFile<T>(path: string, file: File, tell: (share: number) => void, signal?: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const form = new FormData()
    form.append("file", file)
    request.open("POST", path)
    request.setRequestHeader("Accept", "application/json")
    request.responseType = "text"
    request.upload.onprogress = (event) => tell(event.lengthComputable && event.total > 0 ? event.loaded / event.total : 0)
    request.onload = () => answered<T>(request, resolve, reject)
    request.onerror = () => reject(new ApiProblem(null, navigator.onLine ? "no_answer" : "offline", ""))
    request.onabort = () => reject(new DOMException("", "AbortError"))
    signal?.addEventListener("abort", () => request.abort())
    request.send(form)
  })
}

function answered<T>(request: XMLHttpRequest, resolve: (body: T) => void, reject: (problem: ApiProblem) => void): void {
  const body = jsonOf(request.responseText)
  if (request.status >= 200 && request.status < 300 && body) return resolve(body as T)
  // A proxy says 413 with a page of its own; any other page is somebody else's.
  if (!body) return reject(new ApiProblem(request.status === 413 ? 413 : null, request.status === 413 ? "too_large" : "captive", ""))
  const { code, title } = body
  const retryAfter = Number(request.getResponseHeader("retry-after")) || null
  reject(new ApiProblem(request.status, typeof code === "string" ? code : `http_${request.status}`, typeof title === "string" ? title : "", retryAfter, body))
}

function jsonOf(text: string): { readonly [name: string]: unknown } | null {
  try {
    const body: unknown = JSON.parse(text)
    return typeof body === "object" && body !== null ? (body as { readonly [name: string]: unknown }) : null
  } catch {
    return null
  }
}
