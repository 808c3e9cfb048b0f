/** Object URLs of photos that are given back as soon as nobody looks: iOS runs out of memory otherwise. */
import { onScopeDispose, ref, watch, type Ref } from "vue"
import type { PhotoSize } from "../../sync/phone"
import { usePhone } from "../useSession"

export type PhotoUrlState = "loading" | "shown" | "missing"

/** `version` changes when the bytes may have arrived since. */
export function usePhotoUrl(sha256: Ref<string | null>, size: PhotoSize, version: () => unknown = () => null) {
  const phone = usePhone()
  const url = ref<string | null>(null)
  const state = ref<PhotoUrlState>("loading")
  let turn = 0

  function giveBack() {
    if (url.value) phone.releaseUrl(url.value)
    url.value = null
  }

  async function load(wanted: string | null) {
    const mine = ++turn
    giveBack()
    state.value = "loading"
    const found = wanted ? await phone.photoUrl(wanted, size).catch(() => null) : null
    if (mine !== turn) return void (found && phone.releaseUrl(found))
    url.value = found
    state.value = found ? "shown" : "missing"
  }

  watch(sha256, (wanted) => void load(wanted), { immediate: true })
  watch(version, () => {
    if (state.value === "missing") void load(sha256.value)
  })
  onScopeDispose(() => {
    turn += 1
    giveBack()
  })
  return { url, state }
}
