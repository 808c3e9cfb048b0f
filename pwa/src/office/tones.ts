/** The colour that goes with a state; the word always stands beside it. */
import type { Tone } from "../ui/tones"

const TONES: { readonly [kind: string]: { readonly [state: string]: Tone } } = {
  visits: { assigned: "plain", under_way: "accent", sealed: "done", disputed: "danger", signed: "done", closed: "plain", archived: "plain" },
  problems: { open: "waiting", submitted: "accent", returned: "waiting", rechecking: "accent", closed: "done", referred: "plain", recorded: "danger", withdrawn: "plain" },
  rechecks: { scheduled: "plain", due: "waiting", overdue: "danger", sent: "accent", done: "done", cancelled: "plain" },
  submissions: { waiting: "waiting", accepted: "done", returned: "danger", to_recheck: "accent" },
  seals: { sealed_pending_ops: "waiting", sealed_pending_blobs: "waiting", sealed_disputed: "danger", sealed: "done" },
  results: { pass: "done", fail: "danger", fixed: "accent", na: "plain" },
  severities: { minor: "plain", serious: "waiting", major: "danger" },
}

/** Where the tone's own picture would mislead; the field app shows the same. */
const ICONS: { readonly [state: string]: string } = { fixed: "replay", under_way: "edit", disputed: "warning-o" }

export function toneOf(kind: "visits" | "problems" | "rechecks" | "submissions" | "seals" | "results" | "severities", state: string): { readonly tone: Tone; readonly icon?: string } {
  const icon = kind === "visits" || kind === "results" ? ICONS[state] : undefined
  return { tone: TONES[kind]?.[state] ?? "plain", ...(icon ? { icon } : {}) }
}
