/** 复查 and 回头看 ask whether something was put right: the same answers in other words, all over their record. */
import { computed, inject, provide, type ComputedRef, type InjectionKey } from "vue"
import type { Wording } from "../../terms"
import type { InspectionRecord } from "./recordWords"

const WORDING: InjectionKey<ComputedRef<Wording>> = Symbol("wording")

export const wordingOf = ({ kind }: Pick<InspectionRecord, "kind">): Wording => (kind === "inspection" ? "visit" : "recheck")

/** For the page: everything below it speaks of this record. */
export function provideWording(record: () => InspectionRecord | null | undefined): void {
  provide(WORDING, computed(() => wordingOf(record() ?? { kind: "inspection" })))
}

export function useWording(): ComputedRef<Wording> {
  return inject(WORDING, () => computed<Wording>(() => "visit"), true)
}
