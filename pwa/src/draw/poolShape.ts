/** What a pool must look like: docs/draw.md, sections 2.1 and 9. */
import type { Difference, Members } from "./difference"
import type { Pool } from "./model"
import { stratumKey } from "./sampling"
import { anything, day, hash, listOf, members, oneOf, orNull, sorted, text, whole, words, type Shape } from "./shape"
import { byText } from "./tickets"

/** Null before any text. */
function by(...names: readonly string[]): (a: Members, b: Members) => number {
  const of = (item: Members, name: string) => (item[name] === null ? "" : `0${String(item[name])}`)
  return (a, b) => names.reduce((order, name) => order || byText(of(a, name), of(b, name)), 0)
}

const campaign = members({
  id: words,
  name: text,
  authority: orNull(text),
  from: day,
  until: day,
  edition: orNull(text),
  departments: listOf(text),
})
const earlier = members({
  number: whole(1),
  kind: oneOf("draw", "replacement"),
  state: oneOf("sealed", "superseded", "void"),
  digest: hash,
  reason: orNull(text),
})
const kind = oneOf("officer", "expert")
const cross = oneOf("off", "district", "city")
const person = members({ id: words, kind, label: text, home: words })
const excluded = members({ id: words, label: text, why: words })
const place = { id: words, code: text, name: text, jurisdiction: words, enterprise: words }
const recusal: Shape = (value, path) => {
  const fault = members({ inspector: words, enterprise: orNull(words), site: orNull(words) })(value, path)
  if (fault) return fault
  const { enterprise, site } = value as Members
  if ((enterprise === null) !== (site === null)) return null
  return { path, recorded: enterprise === null ? "两者均为空" : "两者均有", recomputed: "enterprise 与 site 恰有一项为空" }
}
const anyPool = {
  campaign,
  number: whole(0),
  earlier: listOf(earlier),
  as_of: day,
  software: anything,
  jurisdictions: sorted(members({ code: words, name: text }), by("code")),
  recusals: sorted(recusal, by("inspector", "enterprise", "site")),
}
const rules = members({
  ratios: sorted(members({ jurisdiction: words, risk: text, basis_points: whole(0, 10_000) }), by("jurisdiction", "risk")),
  cross,
  officers: whole(0),
  experts: whole(0),
  teams: whole(1),
  most_visits: orNull(whole(0)),
  shuffles: whole(1),
})

export const poolShape = members({
  ...anyPool,
  format: oneOf("suicha-pool/1"),
  enterprises: sorted(members({ id: words, name: text, limit: orNull(whole(0)) }), by("id")),
  sites: sorted(members({ ...place, risk: text }), by("id")),
  inspectors: sorted(person, by("id")),
  excluded: members({ sites: sorted(excluded, by("id")), inspectors: sorted(excluded, by("id")) }),
  rules,
})

export const replacementPoolShape = members({
  ...anyPool,
  format: oneOf("suicha-replacement-pool/1"),
  parent: hash,
  place: members({ team: whole(1), kind, seat: whole(1) }),
  leaver: excluded,
  sites: sorted(members(place), by("id")),
  candidates: sorted(person, by("id")),
  rules: members({ cross }),
})

/** Every site names a district and an enterprise of the pool, and every stratum that occurs has one ratio. */
export function referenceFault(pool: Pool): Difference | null {
  const districts = new Set(pool.jurisdictions.map((one) => one.code))
  const enterprises = new Set(pool.enterprises.map((one) => one.id))
  for (const [n, site] of pool.sites.entries()) {
    const at = `pool.sites[${n}]`
    if (!districts.has(site.jurisdiction)) return { path: `${at}.jurisdiction`, recorded: site.jurisdiction, recomputed: "名单所列的区" }
    if (!enterprises.has(site.enterprise)) return { path: `${at}.enterprise`, recorded: site.enterprise, recomputed: "名单所列的企业" }
  }
  return ratioFault(pool)
}

function ratioFault(pool: Pool): Difference | null {
  const occurring = new Set(pool.sites.map(stratumKey))
  const given = new Set(pool.rules.ratios.map(stratumKey))
  const told = (key: string) => key.replace("\n", " ")
  const missing = [...occurring].find((key) => !given.has(key))
  if (missing !== undefined) return { path: "pool.rules.ratios", recorded: "缺少", recomputed: told(missing) }
  const needless = [...given].find((key) => !occurring.has(key))
  return needless === undefined ? null : { path: "pool.rules.ratios", recorded: told(needless), recomputed: "名单中没有这一类" }
}
