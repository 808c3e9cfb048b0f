/** Where an opened app lands: a page that the system killed in mid-work comes back to the same item. */
import { usePhone } from "./useSession"

export interface Landing {
  readonly name: "item"
  readonly params: { readonly id: string; readonly code: string }
}

export async function landing(): Promise<Landing | null> {
  const place = await usePhone().recallPlace()
  if (!place?.intent || !place.item || place.item === "_") return null
  return { name: "item", params: { id: place.visitId, code: place.item } }
}
