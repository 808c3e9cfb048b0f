/** True while the page is put on paper: then everything is unfolded, and dark stays on the screen. */
import { onUnmounted, readonly, ref, watchEffect } from "vue"

export function usePrinting() {
  const print = matchMedia("print")
  const isPrinting = ref(print.matches)
  const look = () => (isPrinting.value = print.matches)
  print.addEventListener("change", look)
  onUnmounted(() => print.removeEventListener("change", look))
  return readonly(isPrinting)
}

/** Light or dark, as the system has it. */
export function useTheme(isPrinting: { readonly value: boolean }): void {
  const dark = matchMedia("(prefers-color-scheme: dark)")
  const isDark = ref(dark.matches)
  const look = () => (isDark.value = dark.matches)
  dark.addEventListener("change", look)
  onUnmounted(() => dark.removeEventListener("change", look))
  watchEffect(() => document.documentElement.classList.toggle("van-theme-dark", isDark.value && !isPrinting.value))
}
