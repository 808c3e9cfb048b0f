/** Theme, language and text size of this device. They are no one's data, so they live beside it. */
import { ref, watch } from "vue"
import { useLanguage as switchLanguage } from "./i18n"
import type { Language } from "../terms"

export type Theme = "system" | "light" | "dark"
export type TextSize = "100" | "125" | "150" | "200"
export const THEMES: readonly Theme[] = ["system", "light", "dark"]
export const TEXT_SIZES: readonly TextSize[] = ["100", "125", "150", "200"]
export const LANGUAGES: readonly Language[] = ["zh-CN", "en"]

const theme = ref<Theme>(stored("theme", THEMES, "system"))
const textSize = ref<TextSize>(stored("text-size", TEXT_SIZES, "100"))
const language = ref<Language>(stored("language", LANGUAGES, "zh-CN"))
const isDark = ref(false)

export function usePreferences() {
  return { theme, textSize, language, isDark, toggleDark: () => (theme.value = isDark.value ? "light" : "dark") }
}

/** Called once at start: applies what is stored and follows the system's theme. */
export function applyPreferences(): void {
  const system = matchMedia("(prefers-color-scheme: dark)")
  const showTheme = () => {
    isDark.value = theme.value === "dark" || (theme.value === "system" && system.matches)
    document.documentElement.classList.toggle("van-theme-dark", isDark.value)
    document.querySelector('meta[name="theme-color"]')?.setAttribute("content", isDark.value ? "#0f1216" : "#f3f5f8")
  }
  const showTextSize = (percent: TextSize) => {
    document.documentElement.style.fontSize = `${percent}%`
    document.documentElement.classList.toggle("big-text", Number(percent) >= 150)
  }
  system.addEventListener("change", showTheme)
  watch(theme, (value) => (keep("theme", value), showTheme()), { immediate: true })
  watch(textSize, (value) => (keep("text-size", value), showTextSize(value)), { immediate: true })
  watch(language, (value) => (keep("language", value), void switchLanguage(value)), { immediate: true })
}

function stored<T extends string>(name: string, allowed: readonly T[], otherwise: T): T {
  try {
    const value = localStorage.getItem(`suicha.${name}`)
    return allowed.find((candidate) => candidate === value) ?? otherwise
  } catch {
    return otherwise // a browser that forbids storage still shows the app
  }
}

function keep(name: string, value: string): void {
  try {
    localStorage.setItem(`suicha.${name}`, value)
  } catch {
    // the choice holds until the page is closed
  }
}
