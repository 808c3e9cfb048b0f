/** What the office chunk holds; its words come with it, so that the phone does not carry them. */
import { i18n } from "../shell/i18n"
import english from "../locales/office/en.json"
import chinese from "../locales/office/zh-CN.json"

i18n.global.mergeLocaleMessage("zh-CN", chinese)
i18n.global.mergeLocaleMessage("en", english)

export { default as OfficeFrame } from "./OfficeFrame.vue"
export { default as OfficeSignIn } from "./OfficeSignIn.vue"
export { default as BoardView } from "./board/BoardView.vue"
export { default as VisitsView } from "./visits/VisitsView.vue"
export { default as RecordView } from "./record/RecordView.vue"
export { default as ProblemsView } from "./rectification/ProblemsView.vue"
export { default as RechecksView } from "./rectification/RechecksView.vue"
