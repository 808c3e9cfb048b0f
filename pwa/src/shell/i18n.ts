/** Words of the app. Chinese is bundled; English is fetched (and precached) only when chosen. */
import { createI18n } from "vue-i18n"
import zhCN from "../locales/zh-CN.json"

export const i18n = createI18n({ legacy: false, locale: "zh-CN", fallbackLocale: "zh-CN", messages: { "zh-CN": zhCN } })

export async function useLanguage(language: "zh-CN" | "en"): Promise<void> {
  if (language === "en") {
    const english = await import("../locales/en.json")
    // Merged, not set: the office brings words of its own.
    i18n.global.mergeLocaleMessage("en", english.default as never)
  }
  i18n.global.locale.value = language as "zh-CN"
  document.documentElement.lang = language
}
