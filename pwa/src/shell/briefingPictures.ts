/** 复查资料: the earlier photos and the enterprise's proof, brought onto this phone before the network goes. */
import { picturesOf } from "../sync/briefing"
import type { Kept } from "../sync/phone"
import type { Visit } from "../sync/visit"

export interface Keeper {
  /** True where a small and a large copy are on this phone. */
  readonly isKept: (sha256: string) => Promise<boolean>
  /** Brings what is missing; true where both copies are here then. */
  readonly keep: (sha256: string) => Promise<boolean>
}

export async function countKept(visit: Visit, keeper: Keeper): Promise<Kept> {
  const wanted = wantedBy(visit)
  const found = await Promise.all(wanted.map((sha256) => keeper.isKept(sha256)))
  return { here: found.filter(Boolean).length, total: wanted.length }
}

/** One after the other: a field network carries no more. One that cannot be had does not stop the next. */
export async function keepAll(visit: Visit, keeper: Keeper, onKept: (kept: Kept) => void = () => undefined): Promise<Kept> {
  const wanted = wantedBy(visit)
  let here = 0
  onKept({ here, total: wanted.length })
  for (const sha256 of wanted) {
    if (await keeper.keep(sha256).catch(() => false)) here += 1
    onKept({ here, total: wanted.length })
  }
  return { here, total: wanted.length }
}

function wantedBy(visit: Visit): readonly string[] {
  return visit.briefing ? picturesOf(visit.briefing) : []
}
