/** Words and small arithmetic of the page. */
import type { Owed } from "./api"

export const STATES: { readonly [state in Owed["state"]]: string } = {
  open: "待整改", submitted: "审核中", returned: "已退回，请补正", rechecking: "等待现场复查",
  closed: "已认可", referred: "已移送其他部门", recorded: "已记入不良信息", withdrawn: "已撤销",
}
export const TONES: { readonly [state in Owed["state"]]: string } = {
  open: "waiting", submitted: "accent", returned: "danger", rechecking: "accent", closed: "done", referred: "plain", recorded: "danger", withdrawn: "plain",
}
export const SUBMISSION_STATES = { waiting: "审核中", accepted: "已认可", returned: "已退回", to_recheck: "转现场复查" } as const
export const REQUEST_STATES = { asked: "等待答复", granted: "同意", refused: "不同意" } as const
const ENDED = new Set<Owed["state"]>(["closed", "referred", "recorded", "withdrawn"])

export const isEnded = (owed: Owed) => ENDED.has(owed.state)

/** How long there is, in ordinary words. */
export function leftWords(owed: Owed): string {
  if (isEnded(owed)) return ""
  if (owed.term) return owed.term
  if (owed.days_left < 0) return `已逾期 ${-owed.days_left} 天`
  if (owed.days_left === 0) return "今天到期"
  return `还剩 ${owed.working_days_left} 个工作日（${owed.days_left} 天）`
}

export function isUrgent(owed: Owed): boolean {
  return !isEnded(owed) && !owed.term && owed.days_left <= 3
}

export function dayWords(day: string): string {
  const weekday = "日一二三四五六"[new Date(`${day}T00:00:00Z`).getUTCDay()] ?? ""
  return `${day}（周${weekday}）`
}

export function momentWords(instant: string): string {
  const at = new Date(new Date(instant).getTime() + 8 * 3_600_000).toISOString()
  return `${at.slice(0, 10)} ${at.slice(11, 16)}`
}

export function sizeWords(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}

/** Last first: what is to be done comes before what is done; the nearest day first. */
export function sorted(problems: readonly Owed[]): readonly Owed[] {
  const rank = (owed: Owed) => (isEnded(owed) ? 2 : owed.state === "submitted" || owed.state === "rechecking" ? 1 : 0)
  return [...problems].sort((a, b) => rank(a) - rank(b) || (a.due_on < b.due_on ? -1 : a.due_on > b.due_on ? 1 : 0) || (a.code < b.code ? -1 : 1))
}

/** Half-typed words stay on this phone until they are handed in. */
export const drafts = {
  read(key: string): string {
    try {
      return localStorage.getItem(`suicha-portal-${key}`) ?? ""
    } catch {
      return ""
    }
  },
  write(key: string, text: string): void {
    try {
      if (text) localStorage.setItem(`suicha-portal-${key}`, text)
      else localStorage.removeItem(`suicha-portal-${key}`)
    } catch {
      // a browser that forbids storage: the words stay while the page is open
    }
  },
}
