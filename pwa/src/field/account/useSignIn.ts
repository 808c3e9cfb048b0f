import { computed, onScopeDispose, ref, shallowRef } from "vue"
import { useI18n } from "vue-i18n"
import { useRoute, useRouter } from "vue-router"
import { isOfficeOnly } from "../../shell/roles"
import type { Capabilities, DeviceAccount, SignInResult } from "../../sync/phone"
import { useAct } from "../useAct"
import { useSession } from "../useSession"

export function useSignIn() {
  const { t } = useI18n()
  const { device, signIn, replacePassword, open } = useSession()
  const { isBusy, act } = useAct()
  const router = useRouter()
  const route = useRoute()
  const accounts = shallowRef<readonly DeviceAccount[]>([])
  const can = shallowRef<Capabilities | null>(null)
  const [username, password, problem, waitS, mustChange] = [ref(""), ref(""), ref(""), ref(0), ref(false)]
  const countdown = setInterval(() => (waitS.value = Math.max(0, waitS.value - 1)), 1000)
  onScopeDispose(() => clearInterval(countdown))

  void act(async () => {
    accounts.value = await device.accounts()
    can.value = await device.capabilities()
    username.value ||= accounts.value[0]?.username ?? "" // never over what somebody has typed meanwhile
  })

  async function submit() {
    if (isBusy.value || waitS.value > 0) return
    problem.value = ""
    let result: SignInResult | null = null
    await act(async () => (result = await signIn(username.value.trim(), password.value)))
    if (result) await proceed(result)
  }

  async function change(fresh: string) {
    problem.value = ""
    let result: SignInResult | null = null
    await act(async () => (result = await replacePassword(password.value, fresh)))
    if (result) await proceed(result)
  }

  /** Back to the name and password: nothing was kept of the sign-in. */
  function startOver() {
    mustChange.value = false
    password.value = problem.value = ""
  }

  async function proceed(result: SignInResult) {
    if (result.ok && isOfficeOnly(result.account.roles)) return void (await router.replace({ name: "office-board" }))
    if (result.ok) return goOn()
    if (result.reason === "password_change_needed") return void (mustChange.value = true)
    waitS.value = result.retryAfterS ?? 0
    problem.value = t(`signIn.problems.${result.reason}`, { s: result.retryAfterS ?? 0 })
    if (result.reason !== "wrong_password") return
    password.value = ""
    mustChange.value = false
  }

  async function openKnown(account: DeviceAccount) {
    if (await act(() => open(account.id))) await goOn()
  }

  async function goOn() {
    const next = route.query.next
    await router.replace(typeof next === "string" && next.startsWith("/") ? next : { name: "today" })
  }

  return {
    accounts,
    username,
    password,
    problem,
    isBusy,
    waitS,
    mustChange,
    inApp: computed(() => can.value?.inApp ?? null),
    isUnsupported: computed(() => can.value !== null && !(can.value.storage && can.value.serviceWorker)),
    submit,
    change,
    startOver,
    openKnown,
  }
}
