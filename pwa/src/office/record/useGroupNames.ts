/** Names of the groups of an edition. An edition never changes, so it is asked for once. */
import { shallowRef, watch } from "vue"
import { bodyOf, client } from "../../api/client"

type Names = { readonly [group: string]: string }
const known = new Map<string, Names>()

export function useGroupNames(hash: () => string) {
  const names = shallowRef<Names>({})
  watch(hash, async (wanted) => (names.value = await namesOf(wanted).catch(() => ({}))), { immediate: true })
  // Without the edition the code stands for itself.
  return { groupName: (group: string) => (names.value[group] ? `${group} ${names.value[group]}` : group) }
}

async function namesOf(hash: string): Promise<Names> {
  const found = known.get(hash)
  if (found) return found
  const edition = (await bodyOf<unknown>(client.GET("/api/checklists/editions/{edition_hash}", { params: { path: { edition_hash: hash } } }))) as { groups?: { code: string; name: string }[] }
  const names = Object.fromEntries((edition.groups ?? []).map(({ code, name }) => [code, name]))
  known.set(hash, names)
  return names
}
