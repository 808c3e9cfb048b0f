/** The districts that the caller may see, by their codes: asked for once, for all forms and filters. */
import { shallowRef } from "vue"
import { useWords } from "../useWords"
import { bodyOf, client, type Schemas } from "../../api/client"

export type Jurisdiction = Schemas["JurisdictionOut"]
const jurisdictions = shallowRef<readonly Jurisdiction[]>([])
let asked: Promise<void> | null = null

export function useJurisdictions() {
  const { t } = useWords()
  asked ??= read().catch(() => {
    asked = null
  })
  /** A district's name; a code that only holds others (a city's) is said as it is. */
  const nameOf = (code: string) => jurisdictions.value.find((one) => one.code === code)?.name ?? (code === "" ? t("registry.everywhere") : t("registry.within", { code }))
  return { jurisdictions, nameOf }
}

async function read(): Promise<void> {
  jurisdictions.value = (await bodyOf(client.GET("/api/registry/jurisdictions"))).items
}
