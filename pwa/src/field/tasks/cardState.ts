/** The one word about a visit's data that a card shows. */
import type { VisitCard } from "../../sync/visit"

export type CardState = "revoked" | "waiting" | "here" | "sealed" | "sealed_here" | "disputed" | "server" | "untouched"

export function cardState(card: VisitCard): CardState {
  if (card.readOnly === "revoked" || card.readOnly === "not_in_team") return "revoked"
  if (card.seal?.state === "sealed_disputed") return "disputed"
  if (card.waiting > 0 || card.conflicts > 0) return "waiting"
  if (card.opsHere > 0 || card.bytesToGo > 0) return card.seal ? "sealed_here" : "here"
  if (card.seal) return "sealed"
  return card.answered > 0 ? "server" : "untouched"
}
