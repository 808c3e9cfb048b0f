/** Sends a file piece by piece and goes on where the server stands: after a lost network, and after the page was left. */
import { sha256Stream } from "../kit/sha256"
import { Refusal, type Progress } from "./api"

export const PIECE_BYTES = 512 * 1024

export interface Road {
  readProgress(problem: string, sha256: string): Promise<Progress>
  sendPiece(form: FormData): Promise<Progress>
  /** Resolves after so many milliseconds, or earlier when the network is back. */
  pause(ms: number): Promise<void>
}

export interface Told {
  (share: number, state: "reading" | "sending" | "waiting"): void
}

/** The digest of a file, read part by part so that a big one is never in memory twice. */
export async function digestOf(file: Blob, told: Told): Promise<string> {
  const digest = sha256Stream()
  for (let at = 0; at < file.size; at += PIECE_BYTES) {
    digest.update(new Uint8Array(await file.slice(at, at + PIECE_BYTES).arrayBuffer()))
    told(at / file.size, "reading")
  }
  return digest.hex()
}

/** Brings the file to the server; refusals about the file itself are thrown, a lost network is waited for. */
export async function upload(file: File, problem: string, road: Road, told: Told): Promise<Progress> {
  const sha256 = await digestOf(file, told)
  let here = await patiently(() => road.readProgress(problem, sha256), road, told, 0)
  while (!here.file) {
    const at = here.offset
    told(at / file.size, "sending")
    here = await patiently(() => road.sendPiece(pieceOf(file, problem, sha256, at)), road, told, at / file.size)
  }
  told(1, "sending")
  return here
}

function pieceOf(file: File, problem: string, sha256: string, at: number): FormData {
  const form = new FormData()
  form.append("problem", problem)
  form.append("name", file.name)
  form.append("sha256", sha256)
  form.append("length", String(file.size))
  form.append("offset", String(at))
  form.append("piece", file.slice(at, at + PIECE_BYTES), "piece")
  return form
}

/** Again and again while nothing comes back or the server is busy; where it stands elsewhere, from there. */
async function patiently(step: () => Promise<Progress>, road: Road, told: Told, share: number): Promise<Progress> {
  for (let failures = 0; ; failures++) {
    try {
      return await step()
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      if (error.code === "upload_out_of_step") return { offset: Number(error.facts.offset), length: Number(error.facts.length), file: null }
      if (error.status !== 0 && error.status < 500 && error.status !== 429) throw error
      told(share, "waiting")
      await road.pause(Math.min(30_000, 1000 * 2 ** failures))
    }
  }
}

/** For the browser: wakes up early when the network comes back. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      removeEventListener("online", done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    addEventListener("online", done)
  })
}
