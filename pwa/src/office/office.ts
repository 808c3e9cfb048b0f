/** What the office chunk holds; its words come with it, so that the phone does not carry them. */
import { i18n } from "../shell/i18n"
import englishCredit from "../locales/office/credit.en.json"
import chineseCredit from "../locales/office/credit.zh-CN.json"
import englishDispatch from "../locales/office/dispatch.en.json"
import chineseDispatch from "../locales/office/dispatch.zh-CN.json"
import englishDocuments from "../locales/office/documents.en.json"
import chineseDocuments from "../locales/office/documents.zh-CN.json"
import englishDraws from "../locales/office/draws.en.json"
import chineseDraws from "../locales/office/draws.zh-CN.json"
import english from "../locales/office/en.json"
import englishNotices from "../locales/office/notices.en.json"
import chineseNotices from "../locales/office/notices.zh-CN.json"
import englishPartner from "../locales/office/partner.en.json"
import chinesePartner from "../locales/office/partner.zh-CN.json"
import englishPublication from "../locales/office/publication.en.json"
import chinesePublication from "../locales/office/publication.zh-CN.json"
import englishRecheck from "../locales/office/recheck.en.json"
import chineseRecheck from "../locales/office/recheck.zh-CN.json"
import englishRectification from "../locales/office/rectification.en.json"
import chineseRectification from "../locales/office/rectification.zh-CN.json"
import englishRanking from "../locales/office/ranking.en.json"
import chineseRanking from "../locales/office/ranking.zh-CN.json"
import englishReports from "../locales/office/reports.en.json"
import chineseReports from "../locales/office/reports.zh-CN.json"
import englishReview from "../locales/office/review.en.json"
import chineseReview from "../locales/office/review.zh-CN.json"
import englishRegistry from "../locales/office/registry.en.json"
import chineseRegistry from "../locales/office/registry.zh-CN.json"
import chinese from "../locales/office/zh-CN.json"

i18n.global.mergeLocaleMessage("zh-CN", chinese)
i18n.global.mergeLocaleMessage("en", english)
i18n.global.mergeLocaleMessage("zh-CN", chineseDraws)
i18n.global.mergeLocaleMessage("en", englishDraws)
i18n.global.mergeLocaleMessage("zh-CN", chineseDispatch)
i18n.global.mergeLocaleMessage("en", englishDispatch)
i18n.global.mergeLocaleMessage("zh-CN", chineseRegistry)
i18n.global.mergeLocaleMessage("en", englishRegistry)
i18n.global.mergeLocaleMessage("zh-CN", chineseRectification)
i18n.global.mergeLocaleMessage("en", englishRectification)
i18n.global.mergeLocaleMessage("zh-CN", chinesePartner)
i18n.global.mergeLocaleMessage("en", englishPartner)
i18n.global.mergeLocaleMessage("zh-CN", chineseRecheck)
i18n.global.mergeLocaleMessage("en", englishRecheck)
i18n.global.mergeLocaleMessage("zh-CN", chinesePublication)
i18n.global.mergeLocaleMessage("en", englishPublication)
i18n.global.mergeLocaleMessage("zh-CN", chineseRanking)
i18n.global.mergeLocaleMessage("en", englishRanking)
i18n.global.mergeLocaleMessage("zh-CN", chineseCredit)
i18n.global.mergeLocaleMessage("en", englishCredit)
i18n.global.mergeLocaleMessage("zh-CN", chineseReports)
i18n.global.mergeLocaleMessage("en", englishReports)
i18n.global.mergeLocaleMessage("zh-CN", chineseReview)
i18n.global.mergeLocaleMessage("en", englishReview)
i18n.global.mergeLocaleMessage("zh-CN", chineseNotices)
i18n.global.mergeLocaleMessage("en", englishNotices)
i18n.global.mergeLocaleMessage("zh-CN", chineseDocuments)
i18n.global.mergeLocaleMessage("en", englishDocuments)

export { default as OfficeFrame } from "./OfficeFrame.vue"
export { default as OfficeSignIn } from "./OfficeSignIn.vue"
export { default as AccountsView } from "./accounts/AccountsView.vue"
export { default as BoardView } from "./board/BoardView.vue"
export { default as CreditEntryView } from "./credit/EntryView.vue"
export { default as CreditRoundView } from "./credit/RoundView.vue"
export { default as CreditView } from "./credit/CreditView.vue"
export { default as DispatchView } from "./dispatch/DispatchView.vue"
export { default as CampaignView } from "./draws/CampaignView.vue"
export { default as CeremonyView } from "./draws/CeremonyView.vue"
export { default as DrawsView } from "./draws/DrawsView.vue"
export { default as DrawView } from "./draws/DrawView.vue"
export { default as LedgerView } from "./draws/LedgerView.vue"
export { default as MyDrawsView } from "./draws/MyDrawsView.vue"
export { default as PartView } from "./draws/PartView.vue"
export { default as CalendarView } from "./calendar/CalendarView.vue"
export { default as TeamView } from "./team/TeamView.vue"
export { default as VisitsView } from "./visits/VisitsView.vue"
export { default as ImportsView } from "./registry/ImportsView.vue"
export { default as ImportView } from "./registry/ImportView.vue"
export { default as LibraryView } from "./registry/LibraryView.vue"
export { default as RecordView } from "./record/RecordView.vue"
export { default as NoticesView } from "./notices/NoticesView.vue"
export { default as PublicationsView } from "./publication/PublicationsView.vue"
export { default as PublicationView } from "./publication/PublicationView.vue"
export { default as LadderView } from "./rectification/LadderView.vue"
export { default as OrdersView } from "./rectification/OrdersView.vue"
export { default as OrderView } from "./rectification/OrderView.vue"
export { default as ReferralsView } from "./rectification/ReferralsView.vue"
export { default as RequestsView } from "./rectification/RequestsView.vue"
export { default as ProblemsView } from "./rectification/ProblemsView.vue"
export { default as RankingView } from "./ranking/RankingView.vue"
export { default as ReportsView } from "./reports/ReportsView.vue"
export { default as RechecksView } from "./rectification/RechecksView.vue"
export { default as PartnerView } from "./partner/PartnerView.vue"
export { default as LetterView } from "./partner/LetterView.vue"
export { default as RecheckView } from "./recheck/RecheckView.vue"
export { default as LookbacksView } from "./recheck/LookbacksView.vue"
export { default as LookbackView } from "./recheck/LookbackView.vue"
export { default as ReviewsView } from "./review/ReviewsView.vue"
export { default as ReviewView } from "./review/ReviewView.vue"
