/** Taking photos in: the place is written down before the camera opens, because the system may kill the page meanwhile. */
import { ref, type Ref } from "vue"
import { useI18n } from "vue-i18n"
import type { Gps } from "../../sync/visit"
import type { PhotoAdded } from "../../sync/phone"
import { useAct } from "../useAct"
import { usePhone } from "../useSession"
import { wallMs } from "../useNow"

const LOCATE_MS = 15_000
const WAIT_MS = 1500
const FRESH_MS = 120_000

let lastFix: { gps: Gps; at: number } | null = null

export function useTakePhotos(visitId: Ref<string>, item: Ref<string>) {
  const phone = usePhone()
  const { t } = useI18n()
  const { tell, showFailure } = useAct()
  const working = ref(0)
  let locating: Promise<Gps | null> | null = null

  /** Before the camera or the gallery opens: by the time the picture is there, the position mostly is, too. */
  function prepare() {
    void phone.rememberPlace({ visitId: visitId.value, item: item.value, intent: "photo" })
    locating = locate()
  }

  async function locate(): Promise<Gps | null> {
    const gps = await phone.locate(LOCATE_MS).catch(() => null)
    if (gps) lastFix = { gps, at: wallMs() }
    return gps
  }

  /** Bytes must not wait long for a position: until they are stored, a killed page would lose them. */
  async function position(): Promise<Gps | null> {
    locating ??= locate() // a picture that was dropped or pasted in
    const gps = await Promise.race([locating, new Promise<null>((done) => setTimeout(done, WAIT_MS, null))])
    return gps ?? (lastFix && wallMs() - lastFix.at < FRESH_MS ? lastFix.gps : null)
  }

  async function take(files: readonly File[], source: "camera" | "gallery"): Promise<PhotoAdded | null> {
    let last: PhotoAdded | null = null
    for (const file of files) last = (await takeOne(file, source)) ?? last
    locating = null
    void phone.rememberPlace({ visitId: visitId.value, item: item.value, intent: "typing" })
    return last
  }

  async function takeOne(file: File, source: "camera" | "gallery"): Promise<PhotoAdded | null> {
    working.value += 1
    const gps = await position()
    try {
      const added = await phone.addPhoto(visitId.value, item.value, file, { gps, source })
      tell(t(noticeOf(added, gps)))
      return added
    } catch (error) {
      void showFailure(error)
      return null
    } finally {
      working.value -= 1
    }
  }

  return { working, prepare, take }
}

function noticeOf(added: PhotoAdded, gps: Gps | null): string {
  if (added.needsServerView) return "photo.savedNoPreview"
  return gps ? "photo.saved" : "photo.savedNoPosition"
}
