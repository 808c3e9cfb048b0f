/** Who sits at the desk: the cookie's account, asked for once per page load. */
import { shallowRef } from "vue"
import { useRoute, useRouter } from "vue-router"
import { isOffice, isOfficeOnly, mayOpen, noteDesk } from "../shell/roles"
import { bodyOf, client, type ApiProblem, type Schemas } from "../api/client"

export type OfficeAccount = Schemas["AccountOut"]

const account = shallowRef<OfficeAccount | null>(null)
/** Just typed at the sign-in, so that changing it need not ask again; forgotten with the page. */
const typedPassword = shallowRef("")

export function useOfficeSession() {
  const router = useRouter()
  const route = useRoute()

  /** Back to the sign-in, and from there back to this very page. */
  async function askToSignIn() {
    account.value = null
    if (route.name === "office-sign-in") return
    await router.replace({ name: "office-sign-in", query: route.fullPath === "/office" ? {} : { next: route.fullPath } })
  }

  async function signOut() {
    noteDesk(false)
    await client.POST("/api/auth/logout").catch(() => undefined)
    await askToSignIn()
  }

  return { account, typedPassword, resume, signIn, changePassword, signOut, askToSignIn }
}

export function isSessionOver(problem: ApiProblem): boolean {
  return problem.status === 401
}

async function resume(): Promise<OfficeAccount> {
  account.value ??= await bodyOf(client.GET("/api/auth/me"))
  if (isOfficeOnly(account.value.roles)) noteDesk(true)
  return account.value
}

async function signIn(username: string, password: string): Promise<OfficeAccount> {
  const { account: who } = await bodyOf(client.POST("/api/auth/login", { body: { username, password } }))
  account.value = isOffice(who.roles) || mayOpen(who.roles, "team") ? who : null
  typedPassword.value = who.must_change_password ? password : ""
  return who
}

async function changePassword(old: string, fresh: string): Promise<void> {
  await bodyOf(client.POST("/api/auth/password", { body: { old, new: fresh } }))
  typedPassword.value = ""
  if (account.value) account.value = { ...account.value, must_change_password: false }
}
