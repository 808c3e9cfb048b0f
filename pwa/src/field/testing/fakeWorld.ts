/** A made-up day of a team leader: one visit to start, one under way with a conflict, one sealed. */
import { dayOf } from "../../ui/format"
import { systemClock } from "../../kit/clock"
import { plusDays } from "../../kit/workdays"
import type { Item, Visit } from "../../sync/visit"
import { aDispatched, aLine, anItem, aPhoto, aRegister, aSeal, aSignature, aVisit, by, LEADER, OFFICER, type ItemParts } from "./builders"

import { scoredVisit } from "./scoredWorld"

export const GROUPS = { A: "营业执照持有", B: "信息公示", C: "信息备案", D: "经营行为", E: "消防设施设备管理", F: "共用设施设备与电梯", G: "环境与秩序", H: "维修资金与公共收益", I: "整改与投诉" }
const TITLES = ["持证情况与实际一致", "公示栏内容完整、位置醒目并按期更新", "台账、合同与现场逐项核对一致"]
const PHRASES = ["未悬挂营业执照", "公示内容超过三个月未更新", "疏散通道堆放杂物、占用安全出口", "消火栓箱内器材缺失"]

export const today = dayOf(systemClock("fake").wallMs())

export function checklist(parts: { readonly [code: string]: ItemParts } = {}): readonly Item[] {
  return Object.keys(GROUPS).flatMap((group) =>
    TITLES.map((title, i) => {
      const code = `${group}0${i + 1}`
      const definition = {
        title: `${title}（${group}）`,
        check: "核对公示栏、服务中心醒目位置及线上平台是否公示服务内容、服务标准、收费项目和收费标准，内容与合同一致并注明更新日期。",
        method: ["现场查看", "查阅资料"],
        quick_findings: PHRASES,
        refer_to: group === "E" ? "消防" : null,
        legal_basis: [
          { law: "《物业管理条例》（国务院令，2018年修订）", article: "第三十二条", verified: true },
          { law: "《河南省物业管理条例》", article: "第三十九条（推算）", verified: i !== 1 },
        ],
        readings: group === "E" ? [{ name: "室内消火栓静水压力", unit: "MPa" }, { name: "过期或失效灭火器", unit: "具" }] : [],
      }
      return anItem(code, { ...parts[code], definition })
    }),
  )
}

const texts = {
  certificate: "请核对执法人员的姓名、执法证号和证件有效期。执法人员不少于两人。",
  opening_statement: "您好。我们是本次检查派出机关的行政执法人员，这是我们的行政执法证件，请核对。现依据已经批准的“双随机、一公开”抽查任务，对贵单位在本项目的物业服务活动进行监督检查，检查事项见清单。认为检查人员与本次检查有利害关系的，可以申请回避；对检查情况可以陈述、申辩，我们会如实记录。",
  representative_consent: "我是被检查单位在场负责人。本次检查的事项、发现的情况和处理意见已经向我说明，我已阅读检查记录并有陈述、申辩的机会。",
  officer_consent: "我是本次检查的行政执法人员。记录内容与现场情况一致。",
  witness_consent: "我见证了被检查单位在场负责人拒绝签名或者不在场的情形。",
  refusal_note: "被检查单位在场负责人拒绝签名的，由执法人员注明情况和理由，并由见证人签名。",
}

function dispatched(id: string, name: string, plannedOn: string, earlier: readonly { [name: string]: string }[] = []) {
  const base = aDispatched()
  return aDispatched({
    inspection: { ...base.inspection, id, code: `DEMO-2026-${id.slice(1).padStart(3, "0")}`, planned_on: plannedOn },
    site: { ...base.site, name, contact_name: "项目经理（示例）", contact_phone: "0371-00000001" },
    enterprise: { ...base.enterprise, name: "河南示例中原绿色家园物业服务集团有限公司郑州第三分公司" },
    earlier_problems: earlier,
    texts,
  })
}

export function fakeVisits(): Visit[] {
  const fresh = aVisit({
    dispatched: dispatched("v1", "示范金水河畔国际花园二期（高层组团）", today, [{ code: "P1", item: "E02", title: "消防控制室值班人员未持证上岗", found_on: "2025-12-30", state: "整改完成" }]),
    items: checklist(),
    groupNames: GROUPS,
    isPrepared: false,
  })
  const sides = [
    { ...by(LEADER, { fate: "server", receivedAt: "2026-11-22T11:20:00.000+08:00" }), value: "fail" },
    { ...by(OFFICER, { fate: "server", receivedAt: "2026-11-22T11:21:10.000+08:00" }), value: "fixed" },
  ]
  const underWay = aVisit({
    dispatched: dispatched("v2", "演示阳光里小区", today),
    items: checklist({
      A01: { result: "pass" }, A02: { result: "pass" }, A03: { result: "na" }, B01: { result: "pass" },
      B02: { result: "fail", fields: { remark: "公示栏内容超过三个月未更新。" }, photos: [aPhoto({ item: "B02", bytes: "sending", sentBytes: 2_100_000 })], history: [aLine("reg.set@1", { item: "B02", field: "result", body: { v: "fail" } })] },
      C01: { result: sides, photos: [aPhoto({ item: "C01", bytes: "server" }), aPhoto({ ...by(OFFICER), item: "C01", bytes: "elsewhere" })] },
      E01: { result: "fail" }, E02: { result: "fixed" },
    }),
    groupNames: GROUPS,
    arrival: aRegister("_", "arrival", [{ ...by(LEADER), value: { gps: { lat: "34.7512", lon: "113.6012", acc_m: 12 }, distance_m: 170 } }]),
    openingStatement: aRegister("_", "opening_statement", [{ ...by(LEADER), value: { shown: true } }]),
    members: [{ account: "a2", lastReceivedAt: "2026-11-22T11:21:10.000+08:00", lastSeq: 9, isFlushed: true }],
  })
  const done = plusDays(today, -9)
  const sealed = aVisit({
    dispatched: dispatched("v3", "样板和谐家园", done),
    items: checklist(Object.fromEntries(Object.keys(GROUPS).flatMap((g) => [1, 2, 3].map((n) => [`${g}0${n}`, { result: g === "E" && n < 3 ? "fail" : "pass", fields: { remark: "疏散通道堆放杂物。" } }])))),
    groupNames: GROUPS,
    seal: aSeal({ state: "sealed_pending_blobs", sealedAt: `${done}T16:30:00.000+08:00` }),
    readOnly: "sealed",
    signatures: [aSignature("样本负责人"), aSignature(LEADER)],
    siteRep: aRegister("_", "site_rep", [{ ...by(LEADER), value: { name: "样本负责人", title: "项目经理" } }]),
    waiting: [aLine("note.add@1", { ...by(OFFICER), code: "late_after_seal", fate: "waiting", body: { text: "补充" } })],
  })
  const later = aVisit({ dispatched: dispatched("v4", "示例书香苑", plusDays(today, 2)), items: checklist(), groupNames: GROUPS })
  return [fresh, underWay, scoredVisit(dispatched("v5", "示例翠湖雅苑（考核）", today)), sealed, later]
}
