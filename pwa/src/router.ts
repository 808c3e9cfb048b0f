import { createRouter, createWebHistory, type RouteRecordRaw } from "vue-router"
import { landing } from "./field/landing"
import SignInView from "./field/account/SignInView.vue"
import TodayView from "./field/tasks/TodayView.vue"
import { useSession } from "./field/useSession"
import { officeRoutes } from "./office/routes"
import { wasAtDesk, type OfficePart } from "./shell/roles"

declare module "vue-router" {
  interface RouteMeta {
    /** Needs no phone: the sign-in, the office. */
    open?: boolean
    /** No status strip on top. */
    bare?: boolean
    /** Tabs at the bottom. */
    tab?: boolean
    /** Pages with the same frame keep it while their inside changes. */
    frame?: string
    /** Which part of the office a page belongs to; the desk where nothing is said. */
    part?: OfficePart
    /** For a projector: no rail beside it. */
    wholeScreen?: boolean
  }
}

// Pages of one visit are fetched on their own; the service worker has them before anybody goes offline.
const routes: RouteRecordRaw[] = [
  { path: "/", redirect: { name: "today" } },
  { path: "/sign-in", name: "sign-in", component: SignInView, meta: { open: true, bare: true } },
  { path: "/today", name: "today", component: TodayView, meta: { tab: true } },
  { path: "/recheck", name: "recheck", component: () => import("./field/recheck/RecheckView.vue"), meta: { tab: true } },
  { path: "/messages", name: "messages", component: () => import("./field/messages/MessagesView.vue"), meta: { tab: true } },
  { path: "/me", name: "me", component: () => import("./field/me/MeView.vue"), meta: { tab: true } },
  { path: "/status", name: "status", component: () => import("./field/status/StatusView.vue") },
  { path: "/visits/:id", name: "visit", component: () => import("./field/inspection/CoverView.vue"), props: true },
  { path: "/visits/:id/certificate", name: "certificate", component: () => import("./field/inspection/CertificateView.vue"), props: true },
  { path: "/visits/:id/checklist", name: "checklist", component: () => import("./field/inspection/ChecklistView.vue"), props: true },
  { path: "/visits/:id/items/:code", name: "item", component: () => import("./field/inspection/ItemView.vue"), props: true },
  { path: "/visits/:id/summary", name: "summary", component: () => import("./field/inspection/SummaryView.vue"), props: true },
  { path: "/visits/:id/close", name: "close", component: () => import("./field/signing/CloseView.vue"), props: true },
  { path: "/visits/:id/record", name: "record", component: () => import("./field/signing/RecordView.vue"), props: true },
  { path: "/visits/:id/late", name: "late", component: () => import("./field/late/LateView.vue"), props: true },
  ...officeRoutes,
  { path: "/:rest(.*)*", redirect: { name: "today" } },
]

export const router = createRouter({
  history: createWebHistory(),
  routes,
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
})

router.beforeEach(async (to, from) => {
  if (to.meta.open) return true
  const session = useSession()
  if (!(await session.resume())) return to.name === "today" && wasAtDesk() ? { name: "office-board" } : { name: "sign-in", query: to.name === "today" ? {} : { next: to.fullPath } }
  const isFirstPage = from.matched.length === 0
  return isFirstPage && to.name === "today" ? ((await landing()) ?? true) : true
})
