/** How many messages wait for the person at the desk; asked for now and then, and when the page comes to the front. */
import { onScopeDispose, ref, watch, type Ref } from "vue"
import { mayOpen } from "../../shell/roles"
import type { OfficeAccount } from "../useOfficeSession"
import { readInbox } from "./desk"

const EVERY_MS = 60_000
const unread = ref(0)

/** Reading the inbox tells the bell, whoever reads. */
export async function readAndCount(...asked: Parameters<typeof readInbox>): ReturnType<typeof readInbox> {
  const inbox = await readInbox(...asked)
  unread.value = inbox.unread
  return inbox
}

export function useBell(account: Readonly<Ref<OfficeAccount | null>>) {
  // The bell is no reason to interrupt anybody: what goes wrong here shows on the pages themselves.
  const ask = () => account.value && mayOpen(account.value.roles, "inbox") && !account.value.must_change_password && document.visibilityState === "visible" && void readAndCount({ size: 1 }).catch(() => undefined)
  watch(account, (who) => (who ? ask() : (unread.value = 0)), { immediate: true })
  const timer = setInterval(ask, EVERY_MS)
  document.addEventListener("visibilitychange", ask)
  onScopeDispose(() => {
    clearInterval(timer)
    document.removeEventListener("visibilitychange", ask)
  })
  return unread
}
