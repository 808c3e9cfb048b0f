/** Names of the groups of an edition, and what its items are worth. An edition never changes, so it is asked for once. */
import { shallowRef, watch } from "vue"
import { bodyOf, client } from "../../api/client"

interface Facts {
  readonly names: { readonly [group: string]: string }
  /** Of a scored edition: the most that an item can get. */
  readonly most: { readonly [item: string]: string }
}
const NOTHING: Facts = { names: {}, most: {} }
const known = new Map<string, Facts>()

export function useGroupNames(hash: () => string) {
  const facts = shallowRef<Facts>(NOTHING)
  watch(hash, async (wanted) => (facts.value = await factsOf(wanted).catch(() => NOTHING)), { immediate: true })
  // Without the edition the code stands for itself.
  const groupName = (group: string) => (facts.value.names[group] ? `${group} ${facts.value.names[group]}` : group)
  return { groupName, mostOf: (item: string): string | null => facts.value.most[item] ?? null }
}

async function factsOf(hash: string): Promise<Facts> {
  const found = known.get(hash)
  if (found) return found
  const edition = (await bodyOf<unknown>(client.GET("/api/checklists/editions/{edition_hash}", { params: { path: { edition_hash: hash } } }))) as { groups?: { code: string; name: string }[]; items?: { code: string; score?: { max: string } }[] }
  const names = Object.fromEntries((edition.groups ?? []).map(({ code, name }) => [code, name]))
  const most = Object.fromEntries((edition.items ?? []).flatMap(({ code, score }) => (score ? [[code, score.max]] : [])))
  const facts = { names, most }
  known.set(hash, facts)
  return facts
}
