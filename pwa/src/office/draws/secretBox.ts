/** Where a secret waits on this device between commitment and reveal: under its draw and account, in nobody else's reach. */
import type { RandomBytes } from "../../kit/ids"
import { newSecret, typedSecret } from "./secret"

/** The part of Storage that is needed; a browser may forbid even that. */
export interface Shelf {
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
}

const NOWHERE: Shelf = { getItem: () => null, setItem: () => undefined, removeItem: () => undefined }

/** This device's own; a browser that forbids storage throws at the mere name. */
export function deviceShelf(): Shelf {
  try {
    return localStorage
  } catch {
    return NOWHERE
  }
}

const keyOf = (draw: string, account: string) => `suicha.draw-secret.${draw}.${account}`

export function keptSecret(shelf: Shelf, draw: string, account: string): string | null {
  try {
    return typedSecret(shelf.getItem(keyOf(draw, account)) ?? "")
  } catch {
    return null
  }
}

/** The secret of this draw and whether the device will still know it later; made once, the same at every call. */
export function secretFor(shelf: Shelf, draw: string, account: string, random?: RandomBytes): { readonly secret: string; readonly isKept: boolean } {
  const kept = keptSecret(shelf, draw, account)
  if (kept !== null) return { secret: kept, isKept: true }
  const secret = newSecret(random)
  return { secret, isKept: keepSecret(shelf, draw, account, secret) }
}

export function forgetSecret(shelf: Shelf, draw: string, account: string): void {
  try {
    shelf.removeItem(keyOf(draw, account))
  } catch {
    // nothing was kept where nothing may be kept
  }
}

/** True when the device will know it later. Also before handing in: another tab may have made another one meanwhile. */
export function keepSecret(shelf: Shelf, draw: string, account: string, secret: string): boolean {
  try {
    shelf.setItem(keyOf(draw, account), secret)
    return shelf.getItem(keyOf(draw, account)) === secret
  } catch {
    return false
  }
}
