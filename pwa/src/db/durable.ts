/**
 * Running a transaction on a database that the system may close under us.
 *
 * iOS kills the process that holds IndexedDB while the app is in the background; the next access then
 * fails with UnknownError or says that the database is closed. Opening again helps. A full disk does
 * not get better by trying again: that is told at once.
 */
import Dexie from "dexie"
import { PhoneError } from "../sync/phone"

const TRIES = 3
const LOST = new Set(["UnknownError", "DatabaseClosedError", "InvalidStateError", "OpenFailedError", "TimeoutError"])

/** Thrown by the caller's own code inside a transaction; passes through unchanged. */
export class Refusal extends Error {
  constructor(readonly reason: Error) {
    super(reason.message)
  }
}

export async function durable<T>(db: Dexie, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      if (!db.isOpen()) await db.open()
      return await work()
    } catch (error) {
      const problem = await diagnose(db, error, attempt)
      if (problem) throw problem
    }
  }
}

/** What to throw, or null to try once more. */
async function diagnose(db: Dexie, error: unknown, attempt: number): Promise<unknown> {
  if (error instanceof Refusal) return error.reason
  if (error instanceof PhoneError) return error
  if (isQuotaError(error)) return new PhoneError("storage_full", "the disk is full; nothing was saved", { cause: error })
  if (attempt >= TRIES || !(isLost(error) || isAbort(error))) {
    return error instanceof Dexie.DexieError || error instanceof DOMException
      ? new PhoneError("storage_failed", "the database did not answer; nothing was saved", { cause: error })
      : error
  }
  if (isLost(error)) db.close({ disableAutoOpen: false })
  await new Promise((resolve) => setTimeout(resolve, 50 * attempt))
  return null
}

export function isQuotaError(error: unknown): boolean {
  return namesOf(error).some((name) => name === "QuotaExceededError")
}

function isLost(error: unknown): boolean {
  return namesOf(error).some((name) => LOST.has(name))
}

function isAbort(error: unknown): boolean {
  return namesOf(error).includes("AbortError")
}

/** Dexie wraps: the name that matters may sit one or two levels down. */
function namesOf(error: unknown): string[] {
  const names: string[] = []
  for (let e: unknown = error, depth = 0; e instanceof Error || e instanceof DOMException; depth++) {
    names.push(e.name)
    if (depth > 3) break
    e = (e as { inner?: unknown }).inner ?? (e as { cause?: unknown }).cause
  }
  return names
}
