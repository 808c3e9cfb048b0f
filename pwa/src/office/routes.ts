/** The desk pages' addresses. Everything behind them is one chunk, fetched when somebody opens the office. */
import OfficeUnavailable from "./OfficeUnavailable.vue"

type Office = typeof import("./office")

// Without a network, or after a new version took the old chunk away, the page says so instead of staying blank.
const page = (name: keyof Office) => () => import("./office").then((office) => office[name], () => OfficeUnavailable)

export const officeRoutes = [
  { path: "/office/sign-in", name: "office-sign-in", component: page("OfficeSignIn"), meta: { open: true, bare: true } },
  {
    path: "/office",
    component: page("OfficeFrame"),
    meta: { open: true, bare: true, frame: "office" },
    children: [
      { path: "", name: "office-board", component: page("BoardView") },
      { path: "inspections", name: "office-visits", component: page("VisitsView") },
      { path: "inspections/:id", name: "office-record", component: page("RecordView"), props: true, meta: { part: "team" as const } },
      { path: "calendar", name: "office-calendar", component: page("CalendarView") },
      { path: "team", name: "office-team", component: page("TeamView"), meta: { part: "team" as const } },
      { path: "draws", name: "office-draws", component: page("DrawsView") },
      { path: "campaigns/:id", name: "office-campaign", component: page("CampaignView"), props: true },
      { path: "campaigns/:id/dispatch", name: "office-dispatch", component: page("DispatchView"), props: true },
      { path: "campaigns/:id/draws", name: "office-ledger", component: page("LedgerView"), props: true },
      { path: "draws/:id", name: "office-draw", component: page("DrawView"), props: true },
      { path: "draws/:id/ceremony", name: "office-ceremony", component: page("CeremonyView"), props: true, meta: { wholeScreen: true } },
      { path: "draws/:id/part", name: "office-part", component: page("PartView"), props: true, meta: { part: "official" as const } },
      { path: "my-draws", name: "office-my-draws", component: page("MyDrawsView"), meta: { part: "official" as const } },
      { path: "problems", name: "office-problems", component: page("ProblemsView") },
      { path: "orders", name: "office-orders", component: page("OrdersView"), meta: { part: "team" as const } },
      { path: "orders/:id", name: "office-order", component: page("OrderView"), props: true, meta: { part: "team" as const } },
      { path: "requests", name: "office-requests", component: page("RequestsView"), meta: { part: "team" as const } },
      { path: "ladder", name: "office-ladder", component: page("LadderView"), meta: { part: "team" as const } },
      { path: "referrals", name: "office-referrals", component: page("ReferralsView"), meta: { part: "team" as const } },
      { path: "rechecks", name: "office-rechecks", component: page("RechecksView") },
      { path: "rechecks/:id", name: "office-recheck", component: page("RecheckView"), props: true, meta: { part: "team" as const } },
      { path: "lookbacks", name: "office-lookbacks", component: page("LookbacksView") },
      { path: "lookbacks/:id", name: "office-lookback", component: page("LookbackView"), props: true },
      { path: "partner", name: "office-partner", component: page("PartnerView"), meta: { part: "partner" as const } },
      { path: "partner/:id", name: "office-letter", component: page("LetterView"), props: true, meta: { part: "partner" as const } },
      { path: "reviews", name: "office-reviews", component: page("ReviewsView"), meta: { part: "team" as const } },
      { path: "reviews/:id", name: "office-review", component: page("ReviewView"), props: true, meta: { part: "team" as const } },
      { path: "publications", name: "office-publications", component: page("PublicationsView") },
      { path: "publications/:id", name: "office-publication", component: page("PublicationView"), props: true },
      { path: "ranking", name: "office-ranking", component: page("RankingView") },
      { path: "credit", name: "office-credit", component: page("CreditView") },
      { path: "credit/entries/:id", name: "office-credit-entry", component: page("CreditEntryView"), props: true },
      { path: "credit/rounds/:id", name: "office-credit-round", component: page("CreditRoundView"), props: true },
      { path: "reports", name: "office-reports", component: page("ReportsView") },
      { path: "notices", name: "office-notices", component: page("NoticesView"), meta: { part: "inbox" as const } },
      { path: "registry", redirect: { name: "office-registry", params: { library: "sites" } } },
      { path: "registry/imports", name: "office-imports", component: page("ImportsView") },
      { path: "registry/imports/:id", name: "office-import", component: page("ImportView"), props: true },
      { path: "registry/:library(enterprises|sites|inspectors|recusals|leaves)", name: "office-registry", component: page("LibraryView"), props: true },
      { path: "accounts", name: "office-accounts", component: page("AccountsView") },
      { path: ":rest(.*)*", redirect: { name: "office-board" } },
    ],
  },
]
