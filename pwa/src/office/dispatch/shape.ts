/** Columns of the planned visits, what their address may say, and the colours of their steps. */
import type { Tone } from "../../ui/tones"
import { number, sortsOf, text, type Column } from "../parts/columns"
import type { TableShape } from "../tableQuery"
import type { Dispatch, PlannedVisit, Step } from "./wire"

export const COLUMNS: readonly Column[] = [
  text("code", { place: "lead" }),
  number("team_no"),
  text("district", { width: 5.5 }),
  text("site", { place: "full", width: 11, breaks: true }),
  text("enterprise", { place: "full", sort: null, width: 11, breaks: true }),
  text("planned_on"),
  text("step", { sort: null }),
  text("notice", { sort: null }),
]

export const STEPS: readonly Step[] = ["approval", "decision", "notice", "dispatch", "dispatched"]

export const PLANNED: TableShape = { filters: ["q", "step", "jurisdiction", "team"], sorts: sortsOf(COLUMNS), sort: "code", size: 50 }

const TONES: { readonly [step in Step]: { readonly tone: Tone; readonly icon?: string } } = {
  approval: { tone: "plain", icon: "edit" },
  decision: { tone: "waiting" },
  notice: { tone: "waiting", icon: "envelop-o" },
  dispatch: { tone: "accent", icon: "guide-o" },
  dispatched: { tone: "done" },
}
export const stepTone = (step: Step) => TONES[step]

/** Which of the three cards somebody has to look at now; 0 before there are days, 4 when all is done. */
export function standing({ total, steps }: Pick<Dispatch, "total" | "steps">): 0 | 1 | 2 | 3 | 4 {
  if (total === 0) return 0
  if (steps.approval + steps.decision > 0) return 1
  if (steps.notice > 0) return 2
  return steps.dispatch > 0 ? 3 : 4
}

/** A day can be changed until it stands on a form. */
export const isMovable = (visit: PlannedVisit) => visit.step === "approval"
