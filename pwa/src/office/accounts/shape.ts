/** Columns of the list of accounts and what its address may say; names of devices. */
import type { Schemas } from "../../api/client"
import { sortsOf, text, type Column } from "../parts/columns"
import type { TableShape } from "../tableQuery"

export type Account = Schemas["ManagedAccountOut"]

export const COLUMNS: readonly Column[] = [
  text("username", { place: "lead" }), text("name", { place: "full" }), text("roles", { sort: null }), text("jurisdiction"), text("state", { sort: null }),
  text("last_signed_in_at"), text("created_at", { isExtra: true }), text("certificate_no", { sort: null, isExtra: true }),
]
export const ACCOUNT_STATES = ["active", "invited", "disabled"] as const
export const ACCOUNT_ROLES = ["officer", "leader", "expert", "office", "admin", "witness", "partner"] as const
/** Who has no row in the roster; everybody else is opened from there. */
export const DESK_ROLES = ["office", "witness", "partner", "admin"] as const

export const ACCOUNTS: TableShape = { filters: ["q", "role", "state", "jurisdiction"], sorts: sortsOf(COLUMNS), sort: "username", size: 50 }

export const STATE_TONES = {
  active: { tone: "done" },
  invited: { tone: "waiting" },
  disabled: { tone: "danger", icon: "lock" },
} as const

const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/iPad|Macintosh.*Mobile/, "iPad"], [/iPhone/, "iPhone"], [/HarmonyOS|OpenHarmony/, "HarmonyOS"], [/Android/, "Android"],
  [/Windows/, "Windows"], [/Macintosh/, "Mac"], [/Linux/, "Linux"],
]
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/wxwork/i, "企业微信"], [/MicroMessenger/i, "微信"], [/DingTalk/i, "钉钉"], [/Lark|Feishu/i, "飞书"],
  [/Edg/, "Edge"], [/Firefox/, "Firefox"], [/CriOS|Chrome/, "Chrome"], [/Safari/, "Safari"],
]

/** What a browser says of itself, as people would name the device; the bare text where it says something else. */
export function deviceWords(userAgent: string): string {
  const found = [SYSTEMS, BROWSERS].flatMap((table) => table.find(([sign]) => sign.test(userAgent))?.[1] ?? [])
  return found.join(" · ") || userAgent.slice(0, 40)
}
