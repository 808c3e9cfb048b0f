/** What somebody might mean who begins to type an enterprise, a site or a person: asked for after a pause. */
import { onScopeDispose, shallowRef } from "vue"
import { said, type Row } from "./libraries"
import { listRows } from "./wire"

export interface Choice {
  readonly value: string
  readonly label: string
}
export type LookedUp = "enterprise" | "site" | "inspector"

const LOOKUPS = {
  enterprise: { library: "enterprises", sort: "name", choice: (row: Row) => ({ value: said(row.uscc), label: said(row.name) }) },
  site: { library: "sites", sort: "code", choice: (row: Row) => ({ value: said(row.code), label: `${said(row.name)} · ${said(row.enterprise_name)}` }) },
  inspector: { library: "inspectors", sort: "code", choice: (row: Row) => ({ value: said(row.code), label: [row.name, row.certificate_no, row.employer].filter(Boolean).join(" · ") }) },
} as const
const AT_ONCE = 20

export function useLookup(kind: LookedUp) {
  const choices = shallowRef<readonly Choice[]>([])
  let pause: ReturnType<typeof setTimeout> | undefined
  let latest: AbortController | null = null

  function typed(text: string) {
    clearTimeout(pause)
    if (text.trim() !== "" && !choices.value.some(({ value }) => value === text)) pause = setTimeout(() => void look(text.trim()), 300)
  }

  async function look(q: string) {
    latest?.abort()
    latest = new AbortController()
    const { library, sort, choice } = LOOKUPS[kind]
    // Suggestions only: where they do not come, the code can still be typed, and the server checks it.
    const found = await listRows(library, { page: 1, size: AT_ONCE, sort, filters: { q } }, latest.signal).catch(() => null)
    if (found) choices.value = found.items.map(choice)
  }
  onScopeDispose(() => {
    clearTimeout(pause)
    latest?.abort()
  })
  return { choices, typed }
}
