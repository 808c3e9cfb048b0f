/** 复查 answers another question than an inspection: the same codes, other words on every screen of the visit. */
import type { Visit } from "../../sync/visit"
import { RESULT_CODES, type Result, type Wording } from "../../terms"

export function wordingOf({ briefing }: Pick<Visit, "briefing">): Wording {
  return briefing ? "recheck" : "visit"
}

/** Answers that are offered. At a recheck it is put right or it is not; 当场改正 stays visible where somebody said so. */
export function offeredResults(wording: Wording, mayBeNa: boolean, current: unknown): readonly Result[] {
  return RESULT_CODES.filter((code) => {
    if (code === "na") return mayBeNa
    return code !== "fixed" || wording === "visit" || current === "fixed"
  })
}

/** Answers that are counted on a summary. */
export function countedResults(wording: Wording, counts: { readonly fixed: number }): readonly Result[] {
  return RESULT_CODES.filter((code) => code !== "fixed" || wording === "visit" || counts.fixed > 0)
}
