/** The colours of a draw's and a campaign's states; the word always stands beside them. */
import type { DrawState } from "./wire"

interface Shown {
  readonly tone: "done" | "waiting" | "danger" | "plain" | "accent"
  readonly icon?: string
}

const DRAWS: { readonly [state in DrawState]: Shown } = {
  frozen: { tone: "accent", icon: "lock" },
  committed: { tone: "accent" },
  valued: { tone: "accent" },
  revealed: { tone: "waiting" },
  sealed: { tone: "done" },
  void: { tone: "danger" },
  superseded: { tone: "plain", icon: "replay" },
}
const CAMPAIGNS: { readonly [state: string]: Shown } = {
  draft: { tone: "plain", icon: "edit" },
  frozen: { tone: "accent", icon: "lock" },
  drawn: { tone: "done" },
  closed: { tone: "plain" },
}
const PLANS: { readonly [state: string]: Shown } = { draft: { tone: "plain", icon: "edit" }, approved: { tone: "accent" }, published: { tone: "done" } }

export const drawTone = (state: DrawState): Shown => DRAWS[state]
export const campaignTone = (state: string): Shown => CAMPAIGNS[state] ?? { tone: "plain" }
export const planTone = (state: string): Shown => PLANS[state] ?? { tone: "plain" }
