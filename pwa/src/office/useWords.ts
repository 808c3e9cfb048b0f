/** Translator and language of the words on screen, for labels out of terms.ts. */
import { computed } from "vue"
import { useI18n } from "vue-i18n"
import type { Language } from "../terms"

export function useWords() {
  const { t, te, locale } = useI18n()
  const language = computed<Language>(() => ((locale.value as string) === "en" ? "en" : "zh-CN"))
  return { t, te, language }
}
