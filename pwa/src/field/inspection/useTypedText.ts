/**
 * A text that is typed on the spot. Every key is in the draft at once (and on disk 300 ms later), so a
 * killed page costs nothing; the op is made when the writer pauses or leaves, so that the record does
 * not fill with half sentences.
 */
import { onScopeDispose, ref, watch, type Ref } from "vue"
import type { Phone } from "../../sync/phone"

const PAUSE_MS = 4000

export type TypingState = "idle" | "typing" | "saving"

export function useTypedText(phone: Phone, key: Ref<string>, saved: () => string, save: (text: string) => Promise<boolean>) {
  const text = ref(saved())
  const state = ref<TypingState>("idle")
  let timer: ReturnType<typeof setTimeout> | undefined

  async function load() {
    const wanted = key.value
    const draft = await phone.getDraft(wanted)
    if (key.value !== wanted || state.value !== "idle") return
    text.value = draft ?? saved()
    if (draft !== null && draft !== saved()) type(draft)
  }

  function type(value: string) {
    text.value = value
    state.value = "typing"
    phone.setDraft(key.value, value)
    clearTimeout(timer)
    timer = setTimeout(() => void commit(), PAUSE_MS)
  }

  /** Makes the op; the draft goes only after the op is on disk. */
  async function commit(): Promise<void> {
    clearTimeout(timer)
    if (state.value !== "typing") return
    const [committed, draftKey] = [text.value, key.value]
    state.value = "saving"
    const isSaved = committed === saved() || (await save(committed))
    if (isSaved && text.value === committed) phone.setDraft(draftKey, null)
    state.value = isSaved && text.value === committed ? "idle" : "typing"
  }

  watch(saved, (value) => {
    if (state.value === "idle") text.value = value
  })
  onScopeDispose(() => void commit())
  void load()
  return { text, state, type, commit }
}
