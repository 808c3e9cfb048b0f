/** 信用榜单: what the public page asks. */
import type { components } from "../api/schema.gen"
import { answerOf } from "./inspected"

export type CreditPage = components["schemas"]["PublicCreditsOut"]
export type CreditLine = components["schemas"]["PublicCreditOut"]

function address(q: string, list: string, page?: number): string {
  const said = new URLSearchParams()
  if (q) said.set("q", q)
  if (list) said.set("list", list)
  if (page) said.set("page", String(page))
  return `/api/public/credit${said.size > 0 ? `?${said.toString()}` : ""}`
}

export async function readCredit(q: string, list: string, page: number): Promise<CreditPage> {
  return (await (await answerOf(address(q, list, page), "application/json")).json()) as CreditPage
}

/** The same rows as a file for a spreadsheet. */
export async function readCreditFile(q: string, list: string): Promise<Blob> {
  return (await answerOf(address(q, list), "text/csv")).blob()
}
