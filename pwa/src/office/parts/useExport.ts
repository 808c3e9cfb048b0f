/** Fetches a file and hands it to the browser: a refusal is told on the page instead of being saved as a file. */
import { ref, shallowRef } from "vue"
import { ApiProblem, bodyOf, client } from "../../api/client"
import { isSessionOver, useOfficeSession } from "../useOfficeSession"

type RosterExport = `/api/registry/${"enterprises" | "sites" | "inspectors" | "recusals" | "leaves"}/export.xlsx`
/** With its id in place: the only file whose path names a row. */
type RankingExport = `/api/campaigns/${string}/ranking/export.xlsx`
export type ExportPath = RankingExport | "/api/inspections/export.xlsx" | "/api/problems/export.xlsx" | "/api/rechecks/export.xlsx" | "/api/credit/entries.xlsx" | "/api/reports/export.xlsx" | RosterExport

export function useExport(path: ExportPath) {
  const { askToSignIn } = useOfficeSession()
  const isBusy = ref(false)
  const problem = shallowRef<ApiProblem | null>(null)

  async function save(query: { readonly [name: string]: string }, name: string) {
    if (isBusy.value) return
    isBusy.value = true
    problem.value = null
    try {
      handOver(await bodyOf(client.GET(path as Exclude<ExportPath, RankingExport>, { params: { query }, parseAs: "blob" })) as Blob, name)
    } catch (error) {
      problem.value = error instanceof ApiProblem ? error : new ApiProblem(null, "unexpected", "")
      if (isSessionOver(problem.value)) await askToSignIn()
    } finally {
      isBusy.value = false
    }
  }
  return { isBusy, problem, save }
}

function handOver(file: Blob, name: string) {
  const url = URL.createObjectURL(file)
  const link = Object.assign(document.createElement("a"), { href: url, download: name })
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
