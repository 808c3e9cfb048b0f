/// <reference lib="webworker" />
/** The photo worker: hashing and drawing never hold up a tap. */
import type { PhotoAnswer, PhotoJob } from "./job"
import { makePhoto } from "./makePhoto"

declare const self: DedicatedWorkerGlobalScope

self.onmessage = async (event: MessageEvent<PhotoJob>) => {
  const answer: PhotoAnswer = await makePhoto(event.data)
  const buffers = answer.ok ? [answer.bytes, answer.made.view, answer.made.thumb].filter((buffer): buffer is ArrayBuffer => buffer !== null) : []
  self.postMessage(answer, buffers)
}
