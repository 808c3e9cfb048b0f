/**
 * Installing the service worker and letting a new version take over.
 *
 * A new version installs and waits. It takes over only when the page asks for it, and the page asks
 * only when nothing is half typed and no photo is on its way: a reload must never cost a sentence.
 */
import { registerSW } from "virtual:pwa-register"

type Listener = (isWaiting: boolean) => void

const listeners = new Set<Listener>()
let isWaiting = false
let activate: (reload?: boolean) => Promise<void> = () => Promise.resolve()

export function registerServiceWorker(): void {
  if (!("serviceWorker" in navigator)) return
  activate = registerSW({
    onNeedRefresh() {
      isWaiting = true
      for (const listener of listeners) listener(true)
    },
  })
}

/** Calls back now and whenever a new version starts to wait. */
export function watchAppUpdate(listener: Listener): () => void {
  listeners.add(listener)
  listener(isWaiting)
  return () => listeners.delete(listener)
}

/** Switches to the waiting version and reloads. The caller has made sure that nothing is half done. */
export async function switchToNewVersion(): Promise<void> {
  await activate(true)
}
