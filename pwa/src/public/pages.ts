/** Which page an address means. Every link is a plain one: there is nothing to keep between pages. */

export type Page = { readonly name: "home" } | { readonly name: "results" } | { readonly name: "result"; readonly id: string } | { readonly name: "credit" } | { readonly name: "draws" } | { readonly name: "draw"; readonly id: string } | { readonly name: "papers"; readonly code: string | null } | { readonly name: "unknown" }

export function pageOf(path: string): Page {
  const [, , second, id, ...more] = path.split("/").filter((part, n) => n === 0 || part !== "")
  if (second === "documents" && more.length === 0) return { name: "papers", code: id === undefined ? null : decoded(id) }
  if (second === undefined) return { name: "home" }
  if (second === "results" && more.length === 0) return id === undefined ? { name: "results" } : { name: "result", id }
  if (second === "credit" && id === undefined) return { name: "credit" }
  if (more.length > 0 || second !== "draws") return { name: "unknown" }
  return id === undefined ? { name: "draws" } : { name: "draw", id }
}

export function addressOf(id: string): string {
  return `/public/draws/${encodeURIComponent(id)}`
}

/** An address bar holds any text, also such as cannot be decoded. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
