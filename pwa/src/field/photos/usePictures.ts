/** Several pictures to look at closely: the large copy of each, else the small one; given back when nobody looks. */
import { onScopeDispose, ref, watch, type Ref } from "vue"
import { usePhone } from "../useSession"

export interface ShownPicture {
  readonly sha256: string
  readonly url: string
}

/** Null while reading; pictures that are not on this phone and cannot be fetched now are left out. */
export function usePictures(sha256s: Ref<readonly string[]>) {
  const phone = usePhone()
  const pictures = ref<readonly ShownPicture[] | null>(null)
  let turn = 0

  function giveBack(shown: readonly ShownPicture[] | null) {
    for (const { url } of shown ?? []) phone.releaseUrl(url)
  }

  async function load(wanted: readonly string[]) {
    const mine = ++turn
    giveBack(pictures.value)
    pictures.value = null
    const found: ShownPicture[] = []
    for (const sha256 of wanted) {
      const url = (await phone.photoUrl(sha256, "view").catch(() => null)) ?? (await phone.photoUrl(sha256, "thumb").catch(() => null))
      if (url) found.push({ sha256, url })
    }
    if (mine !== turn) return giveBack(found)
    pictures.value = found
  }

  watch(sha256s, (wanted) => void load(wanted), { immediate: true })
  onScopeDispose(() => {
    turn += 1
    giveBack(pictures.value)
  })
  return pictures
}
