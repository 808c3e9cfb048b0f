/** How far a photo has come. */
import type { Photo } from "../../sync/visit"

/** Whole percent of its bytes on the server; 100 only when the server has verified them all. */
export function percentOf(photo: Pick<Photo, "bytes" | "sentBytes" | "size">): number {
  if (photo.bytes === "server") return 100
  return photo.size > 0 ? Math.min(99, Math.floor((photo.sentBytes / photo.size) * 100)) : 0
}
