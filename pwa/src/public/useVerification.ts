/** One verification at a time, in a worker that is there from the start: once the page is loaded it needs no network. */
import { onUnmounted, reactive, readonly } from "vue"
import type { Report, Step, StepId } from "../draw/verify"

export interface ToWorker { readonly job: number; readonly bytes: Uint8Array<ArrayBuffer> }
export type FromWorker = { readonly job: number } & (
  | { readonly is: "step"; readonly step: Step }
  | { readonly is: "progress"; readonly id: StepId; readonly share: number }
  | { readonly is: "report"; readonly report: Report }
)

export interface Verification {
  phase: "waiting" | "running" | "done" | "failed"
  steps: Step[]
  running: { id: StepId; share: number } | null
  report: Report | null
}

export function useVerification() {
  const worker = new Worker(new URL("./recompute.worker.ts", import.meta.url), { type: "module", name: "recompute" })
  const state = reactive<Verification>({ phase: "waiting", steps: [], running: null, report: null })
  let job = 0

  worker.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => {
    if (data.job === job) take(data)
  })
  worker.addEventListener("error", () => {
    state.phase = "failed"
  })
  onUnmounted(() => worker.terminate())

  function take(message: FromWorker): void {
    if (message.is === "step") state.steps.push(message.step)
    else if (message.is === "progress") state.running = { id: message.id, share: message.share }
    else Object.assign(state, { phase: "done", running: null, report: Object.freeze(message.report) })
  }

  function verify(bytes: Uint8Array<ArrayBuffer>): void {
    job += 1
    if (state.phase !== "failed") Object.assign(state, { phase: "running", steps: [], running: null, report: null })
    worker.postMessage({ job, bytes } satisfies ToWorker)
  }

  return { state: readonly(state) as Readonly<Verification>, verify }
}
