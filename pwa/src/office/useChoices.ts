/** By what the lists can be narrowed: asked for when a page opens, and one answer serves all filters for a minute. */
import { shallowRef } from "vue"
import { bodyOf, client, type Schemas } from "../api/client"
import { useOfficeSession } from "./useOfficeSession"

export type Choices = Schemas["ChoicesOut"]

const NONE: Choices = { campaigns: [], districts: [], teams: [] }
const GOOD_FOR_MS = 60_000
const choices = shallowRef<Choices>(NONE)
let asked: { readonly by: string; readonly at: number } | null = null

export function useChoices() {
  const by = useOfficeSession().account.value?.id ?? ""
  if (asked?.by !== by) choices.value = NONE
  if (asked?.by !== by || performance.now() - asked.at > GOOD_FOR_MS) void ask(by)
  const nameOf = (code: string) => choices.value.districts.find((district) => district.code === code)?.name ?? code
  return { choices, nameOf }
}

async function ask(by: string) {
  const mine = (asked = { by, at: performance.now() })
  try {
    const answer = await bodyOf(client.GET("/api/choices"))
    if (asked === mine) choices.value = answer
  } catch {
    // the page's own request tells what is wrong; the filters ask again next time
    if (asked === mine) asked = null
  }
}
