/**
 * Composition root: builds the one device object from database, network and engine. Screens get it from
 * here and see nothing behind it.
 */
import { ThisDevice } from "./device"

let device: ThisDevice | null = null

/** This page's device; the same one at every call. */
export function theDevice(): ThisDevice {
  device ??= new ThisDevice(__APP_VERSION__)
  return device
}
