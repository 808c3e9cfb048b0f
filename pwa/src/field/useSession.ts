/** Whose phone this is now. One per page: every screen talks to the phone that is open here. */
import { computed, shallowRef } from "vue"
import { isOfficeOnly } from "../shell/roles"
import type { Account, Device, Phone, SignInResult } from "../sync/phone"

const device = shallowRef<Device | null>(null)
const phone = shallowRef<Phone | null>(null)

/** Called once, before the first page is shown. */
export function startSession(theDevice: Device): void {
  device.value = theDevice
}

export function useSession() {
  return { device: theDevice(), phone, account: computed<Account | null>(() => phone.value?.account ?? null), resume, open, signIn, replacePassword, signOut, lock }
}

/** The phone that is open here. Pages behind the sign-in may rely on it. */
export function usePhone(): Phone {
  if (!phone.value) throw new Error("no phone is open: this page must stand behind the sign-in")
  return phone.value
}

/** Opens the last account's data without a network; false where nobody is signed in here. */
async function resume(): Promise<boolean> {
  if (phone.value) return true
  const last = await theDevice().current()
  if (last) await open(last.id)
  return last !== null
}

async function open(accountId: string): Promise<void> {
  await lock()
  phone.value = await theDevice().openPhone(accountId)
}

async function signIn(username: string, password: string): Promise<SignInResult> {
  return entered(await theDevice().signIn(username, password))
}

async function replacePassword(old: string, fresh: string): Promise<SignInResult> {
  return entered(await theDevice().replacePassword(old, fresh))
}

async function entered(result: SignInResult): Promise<SignInResult> {
  if (result.ok && !isOfficeOnly(result.account.roles)) await open(result.account.id)
  return result
}

async function signOut(): Promise<void> {
  const accountId = phone.value?.account.id
  await lock()
  if (accountId) await theDevice().signOut(accountId)
}

/** Closes what is open here. Nothing is deleted. */
async function lock(): Promise<void> {
  const open = phone.value
  phone.value = null
  await open?.flushDrafts()
  await open?.close()
}

function theDevice(): Device {
  if (!device.value) throw new Error("startSession was not called")
  return device.value
}
