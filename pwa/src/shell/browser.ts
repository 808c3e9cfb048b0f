/** What the browser gives: timers, locks, storage, position. Every one of them may be missing or hang. */
import type { Capabilities, StorageFacts } from "../sync/phone"
import type { SenderLock, World } from "../sync/ports"
import type { Gps } from "../sync/visit"

const PERSIST_TIMEOUT_MS = 3000
const HEARTBEAT_LOST_MS = 30_000

export function browserWorld(heartbeat: Heartbeat): World {
  return {
    timers: {
      after(ms, run) {
        const timer = setTimeout(run, ms)
        return () => clearTimeout(timer)
      },
    },
    lock: webLock(heartbeat),
    dice: () => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32,
  }
}

/** When a tab last began to send, as all tabs can read it. */
export interface Heartbeat {
  read(): Promise<number>
  write(atMs: number): Promise<void>
  nowMs(): number
}

/**
 * One sender at a time, taken in the page (Safari keeps the locks of workers for ever). Where there are
 * no locks, or the holder shows no life, any tab sends: sending twice is harmless.
 */
function webLock(heartbeat: Heartbeat): SenderLock {
  return {
    async tryWith(name, work) {
      const locks = webLocks()
      if (!locks) return ran(heartbeat, work)
      const isOurs = await locks.request(name, { ifAvailable: true }, async (lock) => lock !== null && ran(heartbeat, work))
      if (isOurs || heartbeat.nowMs() - (await heartbeat.read()) < HEARTBEAT_LOST_MS) return isOurs
      return ran(heartbeat, work)
    },
  }
}

/** Missing on plain http and in some shells, whatever the type says. */
function webLocks(): LockManager | null {
  return (navigator as { locks?: LockManager | null }).locks ?? null
}

async function ran(heartbeat: Heartbeat, work: () => Promise<void>): Promise<true> {
  await heartbeat.write(heartbeat.nowMs())
  const beat = setInterval(() => void heartbeat.write(heartbeat.nowMs()).catch(() => undefined), HEARTBEAT_LOST_MS / 3)
  try {
    await work()
  } finally {
    clearInterval(beat)
  }
  return true
}

/** `value` after `ms`, where `promise` has not settled by then: some browsers leave a prompt open for ever. */
export function within<T>(ms: number, promise: Promise<T>, value: T): Promise<T> {
  return Promise.race([promise, new Promise<T>((resolve) => setTimeout(resolve, ms, value))])
}

export async function askForPersistence(): Promise<boolean | null> {
  if (!navigator.storage?.persist) return null
  return within<boolean | null>(PERSIST_TIMEOUT_MS, navigator.storage.persist().catch(() => null), null)
}

export async function storageFacts(): Promise<StorageFacts> {
  const unknown = { usedBytes: null, quotaBytes: null, freeBytes: null, isPersisted: null }
  if (!navigator.storage?.estimate) return unknown
  const estimate: StorageEstimate = await within(PERSIST_TIMEOUT_MS, navigator.storage.estimate().catch(() => ({})), {})
  const isPersisted = navigator.storage.persisted ? await within(PERSIST_TIMEOUT_MS, navigator.storage.persisted().catch(() => false), false) : null
  const { usage, quota } = estimate
  const freeBytes = usage === undefined || quota === undefined ? null : Math.max(0, quota - usage)
  return { usedBytes: usage ?? null, quotaBytes: quota ?? null, freeBytes, isPersisted }
}

/** Null when refused, not found in time, or not there. Decimals as text: floats have no canonical form. */
export function locate(timeoutMs: number): Promise<Gps | null> {
  if (!("geolocation" in navigator)) return Promise.resolve(null)
  const asked = new Promise<Gps | null>((resolve) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ lat: coords.latitude.toFixed(6), lon: coords.longitude.toFixed(6), accM: Math.round(coords.accuracy) }),
      () => resolve(null),
      { enableHighAccuracy: true, timeout: timeoutMs, maximumAge: 30_000 },
    )
  })
  return within(timeoutMs + 500, asked, null)
}

export async function capabilities(): Promise<Capabilities> {
  return {
    storage: await canStore(),
    serviceWorker: "serviceWorker" in navigator,
    locks: webLocks() !== null,
    camera: "mediaDevices" in navigator,
    isInstalled: isInstalled(),
    isIos: isIos(),
    inApp: inAppBrowser(navigator.userAgent),
  }
}

export function isInstalled(): boolean {
  return matchMedia("(display-mode: standalone)").matches || (navigator as { standalone?: boolean }).standalone === true
}

export function isIos(): boolean {
  // An iPad calls itself a Mac; a Mac has no touch screen.
  return /iPhone|iPad|iPod/.test(navigator.userAgent) || (navigator.userAgent.includes("Macintosh") && navigator.maxTouchPoints > 1)
}

export function inAppBrowser(userAgent: string): Capabilities["inApp"] {
  if (/wxwork/i.test(userAgent)) return "wecom"
  if (/DingTalk/i.test(userAgent)) return "dingtalk"
  if (/Lark|Feishu/i.test(userAgent)) return "feishu"
  return /MicroMessenger/i.test(userAgent) ? "wechat" : null
}

/** Written and read back: private windows offer a database that forgets or refuses. */
async function canStore(): Promise<boolean> {
  const probe = new Promise<boolean>((resolve) => {
    try {
      const opening = indexedDB.open("suicha_probe", 1)
      opening.onupgradeneeded = () => void opening.result.createObjectStore("probe")
      opening.onerror = () => resolve(false)
      opening.onsuccess = () => {
        opening.result.close()
        resolve(true)
      }
    } catch {
      resolve(false)
    }
  })
  return within(PERSIST_TIMEOUT_MS, probe, false)
}
