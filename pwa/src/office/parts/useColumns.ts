/** Which columns of a table are shown, remembered in this browser. */
import { computed, ref } from "vue"
import { keptChoice, shownColumns, switched, type Column } from "./columns"

export function useColumns(table: string, columns: readonly Column[]) {
  const key = `suicha.columns.${table}`
  const kept = ref(keptChoice(read(key)))
  const shown = computed(() => shownColumns(columns, kept.value))

  function toggle(name: string) {
    kept.value = switched(columns, kept.value, name)
    write(key, kept.value && JSON.stringify(kept.value))
  }
  function reset() {
    kept.value = null
    write(key, null)
  }
  return { shown, kept, toggle, reset }
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key)
  } catch {
    return null
  }
}

function write(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(key)
    else localStorage.setItem(key, value)
  } catch {
    // a browser that forbids storage shows the usual columns next time
  }
}
