/** The numbers behind each step of a sound record. */
import type { DrawRecord, Record } from "../draw/model"
import type { StepId } from "../draw/verify"
import { peopleIn } from "./results"
import { CROSS } from "./words"

export interface Fact { readonly name: string; readonly value: string; readonly isCode?: boolean }

export function factsOf(id: StepId, record: Record): Fact[] {
  switch (id) {
    case "file":
      return []
    case "pool":
      return [...(record.format === "suicha-draw/1" ? poolFacts(record) : []), code("名单摘要", record.pool_digest)]
    case "commitments":
      return commitmentFacts(record)
    case "seed":
      return [...valueFacts(record), code("种子", record.seed)]
    case "digest":
      return [code("记录摘要", record.digest)]
    case "replacement":
      return record.format === "suicha-replacement/1" ? [fact("符合条件", `${record.result.able.length} 人（共 ${record.pool.candidates.length} 名人选）`)] : []
    default:
      return record.format === "suicha-draw/1" ? resultFacts(id, record) : []
  }
}

function poolFacts({ pool }: DrawRecord): Fact[] {
  const people = peopleIn(pool)
  return [
    fact("检查对象", `${pool.sites.length} 个项目，${pool.enterprises.length} 家企业`),
    fact("检查人员", `执法人员 ${people.officers} 名，行业专家 ${people.experts} 名`),
    fact("回避关系", `${pool.recusals.length} 条`),
    fact("未进入名单", `项目 ${pool.excluded.sites.length} 个，人员 ${pool.excluded.inspectors.length} 名（均注明原因）`),
  ]
}

function commitmentFacts({ randomness }: Record): Fact[] {
  if (randomness.method === "text") return [fact("试抽", "没有承诺")]
  return randomness.secrets.map(({ official, secret }) => code(official, secret))
}

function valueFacts({ randomness }: Record): Fact[] {
  if (randomness.method === "text") return [fact("试抽文字", randomness.text)]
  return [fact(`公开数值（${randomness.public.source}）`, randomness.public.value)]
}

function resultFacts(id: StepId, { pool, result }: DrawRecord): Fact[] {
  const { rules } = pool
  if (id === "sites") {
    return [fact("抽中", `${result.drawn.length} 个项目（按区和风险等级分 ${result.strata.length} 层）`), ...(result.set_aside.length ? [fact("因企业受检次数上限未参加", `${result.set_aside.length} 个项目`)] : [])]
  }
  if (id === "teams") {
    return [
      fact("检查组", `${rules.teams} 个，每组执法人员 ${rules.officers} 名、行业专家 ${rules.experts} 名；首名抽出的执法人员任组长`),
      fact("交叉与回避", CROSS[rules.cross]),
      fact("采用", `第 ${result.shuffle + 1} 次洗牌`),
    ]
  }
  return [fact("每组项目数", `最少 ${Math.min(...result.loads)} 个，最多 ${Math.max(...result.loads)} 个`)]
}

function fact(name: string, value: string): Fact {
  return { name, value }
}

function code(name: string, value: string): Fact {
  return { name, value, isCode: true }
}
