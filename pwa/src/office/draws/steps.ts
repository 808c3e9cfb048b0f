/** Where a ceremony stands: which of its four steps is being done, and who is still awaited. */
import type { Ceremony, DrawState } from "./wire"

export const STEPS = ["freeze", "commit", "value", "reveal"] as const
export type Step = (typeof STEPS)[number]

/** The step on the stage; null once there is nothing left to do. */
export function stepOf(draw: Pick<Ceremony, "state">): Step | null {
  return STEP_OF[draw.state]
}

const STEP_OF: { readonly [state in DrawState]: Step | null } = {
  frozen: "commit",
  committed: "value",
  valued: "reveal",
  revealed: "reveal",
  sealed: null,
  superseded: null,
  void: null,
}

/** How a step looks in the row of four: done, being done, or still to come. A void draw never got further than it got. */
export function markOf(draw: Ceremony, step: Step): "done" | "now" | "ahead" {
  const reached = draw.state === "void" ? reachedBeforeVoid(draw) : stepOf(draw)
  if (reached === null) return "done"
  const [at, here] = [STEPS.indexOf(step), STEPS.indexOf(reached)]
  if (at < here) return "done"
  return at === here && draw.state !== "void" ? "now" : "ahead"
}

function reachedBeforeVoid(draw: Ceremony): Step {
  if (draw.public) return "reveal"
  return draw.closed_at ? "value" : "commit"
}

export function isOver(state: DrawState): boolean {
  return STEP_OF[state] === null
}

export function hasResult(state: DrawState): boolean {
  return state === "sealed" || state === "superseded"
}

export type Part = "commit" | "wait_close" | "value" | "reveal" | "wait_seal" | "looking_on" | "over"

/** What the person who looks has to do, or waits for. */
export function partOf(draw: Ceremony): Part {
  if (isOver(draw.state)) return "over"
  switch (draw.state) {
    case "frozen":
      if (draw.you.has_committed) return "wait_close"
      return draw.you.may.includes("commit") ? "commit" : "looking_on"
    case "committed":
      return "value"
    case "valued":
      if (!draw.you.has_committed) return "looking_on"
      return draw.you.has_revealed ? "wait_seal" : "reveal"
    default:
      return draw.you.has_committed ? "wait_seal" : "looking_on"
  }
}
