/// <reference lib="webworker" />
/** Recomputes a record beside the page, so that a large draw does not freeze it. */
import { verifyRecord } from "../draw/verify"
import type { FromWorker, ToWorker } from "./useVerification"

declare const self: DedicatedWorkerGlobalScope

const tell = (message: FromWorker) => self.postMessage(message)

self.addEventListener("message", ({ data: { job, bytes } }: MessageEvent<ToWorker>) => {
  const report = verifyRecord(bytes, {
    step: (step) => tell({ job, is: "step", step }),
    progress: (id, share) => tell({ job, is: "progress", id, share }),
  })
  tell({ job, is: "report", report })
})
