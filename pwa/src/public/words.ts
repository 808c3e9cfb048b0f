/** What the public pages say. One language: these are official notices. */
import type { StepId } from "../draw/verify"
import type { DrawKind, DrawState } from "./publicDraws"

export const STEP_TITLES: { readonly [id in StepId]: string } = {
  file: "记录文件完整",
  pool: "名单未被改动",
  commitments: "各方承诺与公开的秘密一致",
  seed: "随机种子",
  sites: "抽取项目",
  teams: "组成检查组",
  visits: "分派检查组",
  replacement: "补抽检查人员",
  digest: "记录摘要",
}

/** What is done in a step, for somebody who has never heard of a hash. */
export const STEP_WORDS: { readonly [id in StepId]: string } = {
  file: "检查文件的每一个字节都合乎规定的写法，没有多出、缺少或重复的内容。",
  pool: "由名单和规则重新算出“摘要”，与抽取前公布的名单摘要比对。名单改动一个字，摘要就完全不同。",
  commitments: "每位人员先交出秘密的“摘要”作为承诺，公开数值产生后才公开秘密。这里核对秘密与承诺对得上，没有人事后更换。",
  seed: "由名单摘要、承诺、公开数值和全部秘密重新算出种子。此后的每一步只由种子决定，没有人能挑选。",
  sites: "按规则和种子，从名单里重新抽一遍检查对象，逐个比对。",
  teams: "按种子重新洗牌、组成检查组，逐人比对；应当回避的人不能去的地方不算在内。",
  visits: "按种子重新决定哪个组去哪个项目，逐项比对，并核对各组工作量是否均衡。",
  replacement: "在所有符合条件的人选中按种子重新抽一遍，与公布的人选比对。",
  digest: "由整份记录重新算出“摘要”，与记录所载的摘要比对。请把它与现场公布或纪要所印的摘要对照。",
}

export const STATES: { readonly [state in DrawState]: { readonly name: string; readonly tone: "done" | "waiting" | "danger" | "plain"; readonly words: string } } = {
  frozen: { name: "已冻结", tone: "waiting", words: "名单已经冻结并公布摘要，不能再改；正在等待各方提交承诺。" },
  committed: { name: "承诺已截止", tone: "waiting", words: "各方的承诺已经收齐，此后不再接受；正在等待现场产生的公开数值。" },
  valued: { name: "数值已确认", tone: "waiting", words: "公开数值已由两人录入一致；正在等待各方公开秘密。" },
  revealed: { name: "秘密已公开", tone: "waiting", words: "各方秘密均已公开，正在计算并封存结果。" },
  sealed: { name: "已封存", tone: "done", words: "结果已经封存。任何人都可以在自己的浏览器里重新核验。" },
  superseded: { name: "已被取代", tone: "plain", words: "这次的结果已被后一次抽取取代，不再执行；记录保留，仍可核验。" },
  void: { name: "作废", tone: "danger", words: "本次抽取已经作废，没有结果。作废的抽取同样公示，不删除。" },
}

/** Why something on the rosters was not in the hat. */
export const WHY: { readonly [why: string]: string } = {
  on_leave: "请假",
  certificate_expired: "证件已过期",
  checked_recently: "近期已检查",
  enterprise_limit: "所属企业本年度受检次数已到上限",
  other_kind: "不属于本次抽查范围",
}

export const CROSS = {
  off: "不要求跨区",
  district: "跨区交叉：检查人员不查本区项目",
  city: "跨市交叉：检查人员不查本市项目",
} as const

/** What the reason that was given is a reason for. */
export function reasonTitle(draw: { readonly state: DrawState; readonly kind: DrawKind }): string {
  if (draw.state === "void") return "作废原因"
  return draw.kind === "draw" ? "重新抽取的原因" : "补抽原因"
}

export function kindWords(kind: DrawKind): string {
  return kind === "draw" ? "双随机抽取" : "补抽检查人员"
}
