/** The few words about a visit's data that a card shows, the most urgent first. */
import type { VisitCard } from "../../sync/visit"

export type CardState = "revoked" | "disputed" | "waiting" | "here" | "sealed" | "sealed_here" | "server" | "untouched"

export function cardStates(card: VisitCard): readonly CardState[] {
  const isHere = card.opsHere > 0 || card.bytesToGo > 0
  const urgent: CardState[] = []
  if (card.readOnly === "revoked" || card.readOnly === "not_in_team") urgent.push("revoked")
  if (card.seal?.state === "sealed_disputed") urgent.push("disputed")
  if (card.waiting > 0 || card.conflicts > 0) urgent.push("waiting")
  if (isHere) return [...urgent, card.seal ? "sealed_here" : "here"]
  if (card.seal) return urgent.includes("disputed") ? urgent : [...urgent, "sealed"]
  return urgent.length > 0 ? urgent : [card.answered > 0 ? "server" : "untouched"]
}
