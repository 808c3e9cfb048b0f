/** The addresses that these pages read, and what can go wrong on the way. */

import type { components } from "../api/schema.gen"

export type PublicDraw = components["schemas"]["PublicDrawOut"]
export type DrawState = PublicDraw["state"]
export type DrawKind = PublicDraw["kind"]

export type Trouble = "no_network" | "not_found" | "server"
export class Unreachable extends Error {
  constructor(readonly trouble: Trouble) {
    super(trouble)
  }
}

const LIST = "/api/public/draws"

/** One page of the list, newest first, counted from 1. */
export async function readDraws(page: number): Promise<components["schemas"]["PublicDrawListOut"]> {
  const answer = await ask(`${LIST}?page=${page}`)
  return (await answer.json()) as components["schemas"]["PublicDrawListOut"]
}

export async function readDraw(id: string): Promise<PublicDraw> {
  const answer = await ask(`${LIST}/${encodeURIComponent(id)}`)
  return (await answer.json()) as PublicDraw
}

/** What changed the teams of a draw that still stands. Nobody goes without the record because this list did not come. */
export async function replacementsAfter({ campaign, number, kind }: PublicDraw): Promise<PublicDraw[]> {
  if (kind === "replacement") return []
  const { items } = await readDraws(1).catch(() => ({ items: [] }))
  return items.filter((one) => one.kind === "replacement" && one.state === "sealed" && one.campaign === campaign && one.number > number)
}

export function isUnderWay({ state }: PublicDraw): boolean {
  return !["sealed", "superseded", "void"].includes(state)
}

/** A superseded draw keeps its record. */
export function hasRecord({ state }: PublicDraw): boolean {
  return state === "sealed" || state === "superseded"
}

export function recordAddress(id: string): string {
  return `${LIST}/${encodeURIComponent(id)}/record`
}
export const VERIFIER_ADDRESS = `${LIST}/verifier`

/** The exact bytes of a record; `received` hears how many of how many bytes are here (0: unknown). */
export async function readRecordBytes(id: string, received: (bytes: number, total: number) => void): Promise<Uint8Array<ArrayBuffer>> {
  const answer = await ask(recordAddress(id))
  const total = answer.headers.has("content-encoding") ? 0 : Number(answer.headers.get("content-length") ?? 0)
  const parts: Uint8Array<ArrayBuffer>[] = []
  let bytes = 0
  try {
    for (const reader = answer.body?.getReader(); reader; ) {
      const { done, value } = await reader.read()
      if (done) break
      parts.push(value)
      received((bytes += value.length), total)
    }
  } catch {
    throw new Unreachable("no_network")
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer())
}

async function ask(address: string): Promise<Response> {
  const answer = await fetch(address).catch(() => {
    throw new Unreachable("no_network")
  })
  if (answer.ok) return answer
  throw new Unreachable(answer.status === 404 ? "not_found" : "server")
}
