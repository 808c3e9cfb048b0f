/** Codes -> official wording: the only place of labels that a law or a form names. English is a gloss. */

export type Language = "zh-CN" | "en"

type Label = readonly [zh: string, en: string]
type Labels = { readonly [code: string]: Label }

const RESULTS = { pass: ["符合", "Pass"], fail: ["不符合", "Fail"], fixed: ["当场改正", "Fixed on the spot"], na: ["不适用", "N/A"] } as const satisfies Labels
/** 复查: the same answers, asked of a problem that was found before; the recheck record prints these words. */
const RECHECK_RESULTS: Labels = { ...RESULTS, pass: ["已整改", "Put right"], fail: ["未整改", "Not put right"] }
const SEVERITIES: Labels = { minor: ["一般", "Minor"], serious: ["较重", "Serious"], major: ["重大", "Major"] }
const PROBLEM_STATES: Labels = {
  open: ["待整改", "To be put right"],
  submitted: ["待审核", "Proof handed in"],
  returned: ["退回补正", "Proof returned"],
  rechecking: ["复查中", "At recheck"],
  closed: ["已销号", "Closed"],
  referred: ["已移送", "Referred"],
  recorded: ["已记不良信息", "On the record"],
  withdrawn: ["已撤销", "Withdrawn"],
}
const ROLES: Labels = {
  leader: ["组长", "Team leader"],
  officer: ["执法人员", "Officer"],
  expert: ["行业专家", "Expert"],
  office: ["双随机办公室", "Office"],
  admin: ["系统管理员", "Administrator"],
  witness: ["监督人员", "Witness"],
  partner: ["协同部门", "Partner department"],
}
const SIGNERS: Labels = {
  leader: ["执法人员（组长）", "Officer (team leader)"],
  officer: ["执法人员", "Officer"],
  representative: ["被检查单位在场负责人", "Representative of the inspected company"],
  witness: ["见证人", "Witness"],
}
const UNITS: Labels = { working_days: ["个工作日", "working days"], calendar_days: ["日", "calendar days"] }
/** Where a public value of a draw comes from; the Chinese wording goes into the record, whatever language the page speaks. */
const VALUE_SOURCES = { dice: ["现场掷骰子", "Dice thrown here"], lottery: ["彩票开奖号码", "Lottery numbers"], beacon: ["公开随机信标", "Public random beacon"] } as const satisfies Labels
/** The eight categories in which results are published; an edition's own labels come first. */
const OUTCOMES: Labels = {
  no_problem_found: ["未发现问题", "No problem found"],
  required_information_not_disclosed: ["未按规定公示应当公示的信息", "Required information not disclosed"],
  disclosed_information_false: ["公示信息隐瞒真实情况、弄虚作假", "Disclosed information false"],
  cannot_be_contacted: ["通过登记的住所（经营场所）无法联系", "Cannot be contacted at the registered address"],
  ordered_to_correct: ["发现问题已责令改正", "Problems found, ordered to correct"],
  serious_non_cooperation: ["不配合检查情节严重", "Serious non-cooperation"],
  no_business_in_scope: ["未发现开展本次抽查涉及的经营活动", "No business in scope found"],
  problem_pending: ["发现问题待后续处理", "Problem pending further handling"],
}

export type Result = keyof typeof RESULTS
/** Which question an answer answers: does it comply, or was it put right? */
export type Wording = "visit" | "recheck"
export const RESULT_CODES: readonly Result[] = ["pass", "fail", "fixed", "na"]
export const VALUE_SOURCE_CODES = ["dice", "lottery", "beacon"] as const
export const SEVERITY_CODES = ["minor", "serious", "major"] as const

export function resultLabel(code: unknown, language: Language, wording: Wording = "visit"): string {
  return labelOf(wording === "recheck" ? RECHECK_RESULTS : RESULTS, code, language)
}
export function severityLabel(code: unknown, language: Language): string {
  return labelOf(SEVERITIES, code, language)
}
export function problemStateLabel(code: unknown, language: Language): string {
  return labelOf(PROBLEM_STATES, code, language)
}
export function roleLabel(code: unknown, language: Language): string {
  return labelOf(ROLES, code, language)
}
export function signerLabel(code: unknown, language: Language): string {
  return labelOf(SIGNERS, code, language)
}
export function unitLabel(code: unknown, language: Language): string {
  return labelOf(UNITS, code, language)
}
export function outcomeLabel(code: unknown, language: Language): string {
  return labelOf(OUTCOMES, code, language)
}
export function valueSourceLabel(code: unknown, language: Language): string {
  return labelOf(VALUE_SOURCES, code, language)
}
export function isResult(code: unknown): code is Result {
  return typeof code === "string" && code in RESULTS
}
export const outcomeCodes = (): readonly string[] => Object.keys(OUTCOMES)

/** An unknown code is shown as it is: better a strange word than none. */
function labelOf(labels: Labels, code: unknown, language: Language): string {
  const label = typeof code === "string" && Object.hasOwn(labels, code) ? labels[code] : undefined
  return label ? label[language === "en" ? 1 : 0] : String(code ?? "")
}
