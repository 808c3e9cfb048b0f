/** What 出发前准备 has come to, visit by visit. */
import type { PrepareStep } from "../../sync/phone"

export interface PrepareLine {
  readonly visitId: string
  readonly siteName: string
  steps: PrepareStep[]
}

const LAST_STEP = "photos"

/** Through all its steps, none of them failed: what the phone is warned of is the same for every visit. */
export function isReady({ steps }: PrepareLine): boolean {
  return steps.some(({ step, state }) => step === LAST_STEP && state !== "running") && steps.every(({ state }) => state !== "failed")
}

/** Pictures of rechecks that could not be had: one can go without them, but should know. */
export function missingIn(lines: readonly PrepareLine[]): number {
  const kept = lines.flatMap(({ steps }) => steps.flatMap((step) => (step.state !== "running" && step.kept ? [step.kept] : [])))
  return kept.reduce((sum, { here, total }) => sum + total - here, 0)
}
