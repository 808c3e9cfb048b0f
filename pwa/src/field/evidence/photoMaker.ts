/**
 * Hands photos to the worker, one at a time. The worker is ended after each photo of note: that is the
 * only sure way to get the memory of a large picture back on iOS.
 */
import type { PhotoAnswer, PhotoJob } from "./job"
import { keepOriginal } from "./keepOriginal"

const TIMEOUT_MS = 60_000

let queue: Promise<unknown> = Promise.resolve()

export function makePhotoAside(job: PhotoJob): Promise<PhotoAnswer> {
  const turn = queue.then(() => make(job))
  queue = turn.catch(() => undefined)
  return turn
}

async function make(job: PhotoJob): Promise<PhotoAnswer> {
  // The bytes are copied to the worker, not moved: should it die, they are still here.
  const answer = typeof Worker === "undefined" ? null : await inWorker(job)
  if (answer) return answer
  try {
    const { makePhoto } = await import("./makePhoto")
    return await makePhoto(job)
  } catch {
    return keepOriginal(job)
  }
}

/** Null where the worker could not start, died or hung. */
function inWorker(job: PhotoJob): Promise<PhotoAnswer | null> {
  return new Promise((resolve) => {
    const worker = new Worker(new URL("./photo.worker.ts", import.meta.url), { type: "module" })
    const end = (answer: PhotoAnswer | null) => {
      clearTimeout(timer)
      worker.terminate()
      resolve(answer)
    }
    const timer = setTimeout(end, TIMEOUT_MS, null)
    worker.onmessage = (event: MessageEvent<PhotoAnswer>) => end(event.data)
    worker.onerror = () => end(null)
    worker.onmessageerror = () => end(null)
    worker.postMessage(job)
  })
}
