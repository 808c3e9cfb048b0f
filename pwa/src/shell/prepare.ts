/** 出发前准备: makes sure that a visit works without a network, and says for each step how it went. */
import type { Kept, PrepareStep, PrepareStepName } from "../sync/phone"
import type { Connection } from "../sync/status"
import type { Visit } from "../sync/visit"
import { keepAll, type Keeper } from "./briefingPictures"
import { askForPersistence, isInstalled, isIos, storageFacts, within } from "./browser"

export interface PrepareParts {
  readonly visit: () => Promise<Visit | null>
  readonly sendNow: () => Promise<void>
  readonly connection: () => Connection
  readonly fetchEditions: () => Promise<void>
  readonly keepThumb: (sha256: string) => Promise<boolean>
  /** Evidence of others that a recheck looks at. */
  readonly shared: Keeper
}

type Outcome = Pick<PrepareStep, "state" | "code" | "kept">

const DONE: Outcome = { state: "done", code: null }
const ENOUGH_BYTES = 300 * 1024 * 1024
const SHELL_TIMEOUT_MS = 10_000

export async function prepareVisit(parts: PrepareParts, onStep: (step: PrepareStep) => void): Promise<boolean> {
  const steps: readonly [PrepareStepName, (count: (kept: Kept) => void) => Promise<Outcome | null>][] = [
    ["storage", checkStorage],
    ["persist", persist],
    ["visit", () => fetchVisit(parts)],
    ["edition", () => fetchEdition(parts)],
    ["shell", checkShell],
    ["shared", (count) => fetchShared(parts, count)],
    ["photos", () => fetchPhotos(parts)],
  ]
  let isReady = true
  for (const [step, run] of steps) {
    const running = (kept?: Kept) => onStep({ step, state: "running", code: null, ...(kept ? { kept } : {}) })
    if (step !== "shared") running()
    const outcome = await run(running).catch((): Outcome => ({ state: "failed", code: "storage_failed" }))
    if (!outcome) continue
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

/** Null where the visit is no recheck. What is missing is said; without it one can still go. */
async function fetchShared(parts: PrepareParts, count: (kept: Kept) => void): Promise<Outcome | null> {
  const visit = await parts.visit()
  if (!visit?.briefing) return null
  const kept = await keepAll(visit, parts.shared, count)
  return { ...(kept.here < kept.total ? warning("shared_missing") : DONE), kept }
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
