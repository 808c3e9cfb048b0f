/** 出发前准备: makes sure that a visit works without a network, and says for each step how it went. */
import type { PrepareStep, PrepareStepName } from "../sync/phone"
import type { Connection } from "../sync/status"
import type { Visit } from "../sync/visit"
import { askForPersistence, isInstalled, isIos, storageFacts, within } from "./browser"

export interface PrepareParts {
  readonly visit: () => Promise<Visit | null>
  readonly sendNow: () => Promise<void>
  readonly connection: () => Connection
  readonly fetchEditions: () => Promise<void>
  readonly keepThumb: (sha256: string) => Promise<boolean>
}

type Outcome = Pick<PrepareStep, "state" | "code">

const DONE: Outcome = { state: "done", code: null }
const ENOUGH_BYTES = 300 * 1024 * 1024
const SHELL_TIMEOUT_MS = 10_000

export async function prepareVisit(parts: PrepareParts, onStep: (step: PrepareStep) => void): Promise<boolean> {
  const steps: readonly [PrepareStepName, () => Promise<Outcome>][] = [
    ["storage", checkStorage],
    ["persist", persist],
    ["visit", () => fetchVisit(parts)],
    ["edition", () => fetchEdition(parts)],
    ["shell", checkShell],
    ["photos", () => fetchPhotos(parts)],
  ]
  let isReady = true
  for (const [step, run] of steps) {
    onStep({ step, state: "running", code: null })
    const outcome = await run().catch((): Outcome => ({ state: "failed", code: "storage_failed" }))
    onStep({ step, ...outcome })
    isReady &&= outcome.state !== "failed"
  }
  return isReady
}

async function checkStorage(): Promise<Outcome> {
  const { freeBytes } = await storageFacts()
  return freeBytes !== null && freeBytes < ENOUGH_BYTES ? warning("storage_low") : DONE
}

async function persist(): Promise<Outcome> {
  // A Safari tab forgets after seven days; the app on the home screen does not.
  if (isIos() && !isInstalled()) return warning("not_installed_ios")
  return (await askForPersistence()) === true ? DONE : warning("not_persisted")
}

async function fetchVisit(parts: PrepareParts): Promise<Outcome> {
  await parts.sendNow()
  const visit = await parts.visit()
  const connection = parts.connection()
  if (!visit) return { state: "failed", code: connection === "online" ? "unknown_visit" : connection }
  return connection === "online" ? DONE : warning(connection)
}

async function fetchEdition(parts: PrepareParts): Promise<Outcome> {
  await parts.fetchEditions()
  const visit = await parts.visit()
  return visit?.edition ? DONE : { state: "failed", code: "no_edition" }
}

/** The app itself must be in the cache, or it will not open without a network. */
async function checkShell(): Promise<Outcome> {
  if (!("serviceWorker" in navigator)) return warning("no_service_worker")
  const ready = navigator.serviceWorker.ready.then(() => true)
  return (await within(SHELL_TIMEOUT_MS, ready, false)) ? DONE : warning("no_service_worker")
}

async function fetchPhotos(parts: PrepareParts): Promise<Outcome> {
  const photos = (await parts.visit())?.photos.filter((photo) => !photo.excluded) ?? []
  let isMissing = false
  for (const { sha256 } of photos) isMissing = !(await parts.keepThumb(sha256)) || isMissing
  return isMissing ? warning("photos_missing") : DONE
}

function warning(code: string): Outcome {
  return { state: "warning", code }
}
