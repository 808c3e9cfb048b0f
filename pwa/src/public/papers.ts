/** 文书核验: what a code and a file are compared with, and what came of it. */
import type { components } from "../api/schema.gen"
import { Unreachable } from "./publicDraws"

export type PublicPaper = components["schemas"]["GenuineOut"]

export const CODE_SIGNS = 20

/** The code as it stands on paper: what is easily confused is put right; null where it cannot be one. */
export function readCode(typed: string): string | null {
  const signs = typed.normalize("NFKC").toUpperCase().replace(/[^0-9A-Z]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1")
  return signs.length === CODE_SIGNS && !signs.includes("U") ? (signs.match(/.{4}/g) ?? []).join("-") : null
}

/** What a camera read: the code itself, or the address that the QR code leads to. */
export function codeInScan(text: string): string | null {
  const last = /\/public\/documents\/([^/?#]+)/.exec(text)?.[1]
  return readCode(last ?? text)
}

export function paperAddress(code: string): string {
  return `/public/documents/${encodeURIComponent(code)}`
}

/** Null where no paper carries the code. */
export async function readPaper(code: string): Promise<PublicPaper | null> {
  const answer = await fetch(`/api/public/documents/${encodeURIComponent(code)}`).catch(() => {
    throw new Unreachable("no_network")
  })
  if (answer.status === 404) return null
  if (!answer.ok) throw new Unreachable("server")
  return (await answer.json()) as PublicPaper
}

export type Standing = "newest" | "replaced" | "withdrawn"

export function standingOf(paper: Pick<PublicPaper, "is_withdrawn" | "revision" | "newest_revision">): Standing {
  if (paper.is_withdrawn) return "withdrawn"
  return paper.revision < paper.newest_revision ? "replaced" : "newest"
}

export const STANDING: { readonly [standing in Standing]: { readonly title: string; readonly text: string; readonly tone: "sound" | "waiting" | "unsound" } } = {
  newest: { title: "系统中有这份文书", text: "核验码由本系统生成，是目前的最新版本。请核对下面的文书名称、文号、机关和日期与手里的纸质件是否一致。", tone: "sound" },
  replaced: { title: "这份文书已有新版本", text: "核验码由本系统生成，但同一文号后来又制作了新版本，请以最新版本为准。", tone: "waiting" },
  withdrawn: { title: "这份文书已经撤销", text: "核验码由本系统生成，但该文书已被制作机关撤销，不再有效。", tone: "unsound" },
}
