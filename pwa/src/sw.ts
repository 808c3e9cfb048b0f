/// <reference lib="webworker" />
/**
 * The service worker: keeps the app shell on the phone, so that it opens without a network.
 *
 * No business logic and no outbox in here: unsent work lives in IndexedDB and is sent by the page,
 * because iOS and Firefox never run a worker in the background for us.
 */
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from "workbox-precaching"
import { NavigationRoute, registerRoute } from "workbox-routing"

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: { url: string; revision: string | null }[] }

precacheAndRoute(self.__WB_MANIFEST)
cleanupOutdatedCaches()
registerRoute(new NavigationRoute(createHandlerBoundToURL("index.html"), { denylist: [/^\/api\//, /^\/public(\/|$)/, /^\/p\//] }))

// A new version waits until the page says that nothing is half typed: see src/shell/appUpdate.ts.
self.addEventListener("message", (event) => {
  if ((event.data as { type?: string } | null)?.type === "SKIP_WAITING") void self.skipWaiting()
})
