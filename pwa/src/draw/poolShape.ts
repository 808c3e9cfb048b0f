/** What a pool must look like: docs/draw.md, sections 2.1 and 9. */
import type { Difference, Members } from "./difference"
import type { Pool, ReplacementPool } from "./model"
import { stratumKey } from "./sampling"
import { code, day, hash, id, listOf, members, oneOf, orNull, pattern, sorted, text, whole, type Shape } from "./shape"
import { byText } from "./tickets"

/** Null before any text. */
function by(...names: readonly string[]): (a: Members, b: Members) => number {
  const of = (item: Members, name: string) => (item[name] === null ? "" : `0${String(item[name])}`)
  return (a, b) => names.reduce((order, name) => order || byText(of(a, name), of(b, name)), 0)
}

const MOST = 10_000_000
const risk = pattern("1 至 12 位字母、数字、_ 或 -", /^[0-9A-Za-z_-]{1,12}$/)
const campaign = members({
  id,
  name: text,
  authority: orNull(text),
  from: day,
  until: day,
  edition: orNull(hash),
  departments: listOf(text),
})
const earlier = members({
  number: whole(0, MOST),
  kind: oneOf("draw", "replacement"),
  state: oneOf("sealed", "superseded", "void"),
  digest: hash,
  reason: orNull(text),
})
const kind = oneOf("officer", "expert")
const cross = oneOf("off", "district", "city")
const person = members({ id, kind, label: text, home: code })
const excluded = members({ id, label: text, why: oneOf("on_leave", "certificate_expired", "checked_recently", "enterprise_limit", "other_kind") })
const place = { id, code: text, name: text, jurisdiction: code, enterprise: id }
const recusal: Shape = (value, path) => {
  const fault = members({ inspector: id, enterprise: orNull(id), site: orNull(id) })(value, path)
  if (fault) return fault
  const { enterprise, site } = value as Members
  if ((enterprise === null) !== (site === null)) return null
  return { path, recorded: enterprise === null ? "两者均为空" : "两者均有", recomputed: "enterprise 与 site 恰有一项为空" }
}
const anyPool = {
  campaign,
  number: whole(0, MOST),
  earlier: listOf(earlier),
  as_of: day,
  software: text,
  jurisdictions: sorted(members({ code, name: text }), by("code")),
  recusals: sorted(recusal, by("inspector", "enterprise", "site")),
}
const rules = members({
  ratios: sorted(members({ jurisdiction: code, risk, basis_points: whole(0, 10_000) }), by("jurisdiction", "risk")),
  cross,
  officers: whole(1, 9),
  experts: whole(0, 9),
  teams: whole(1, 100_000),
  most_visits: orNull(whole(1, 1_000_000)),
  shuffles: whole(1, 10_000),
})

export const poolShape = members({
  ...anyPool,
  format: oneOf("suicha-pool/1"),
  enterprises: sorted(members({ id, name: text, limit: orNull(whole(0, MOST)) }), by("id")),
  sites: sorted(members({ ...place, risk }), by("id")),
  inspectors: sorted(person, by("id")),
  excluded: members({ sites: sorted(excluded, by("id")), inspectors: sorted(excluded, by("id")) }),
  rules,
})

export const replacementPoolShape = members({
  ...anyPool,
  format: oneOf("suicha-replacement-pool/1"),
  parent: hash,
  place: members({ team: whole(1), kind, seat: whole(1, 9) }),
  leaver: members({ id, label: text, why: text }),
  sites: sorted(members(place), by("id")),
  candidates: sorted(person, by("id")),
  rules: members({ cross }),
})

/** What is named stands in the pool: districts, enterprises, people; and every stratum that occurs has one ratio. */
export function referenceFault(pool: Pool): Difference | null {
  const districts = new Set(pool.jurisdictions.map((one) => one.code))
  const enterprises = new Set(pool.enterprises.map((one) => one.id))
  const sites = new Set(pool.sites.map((one) => one.id))
  const people = new Set(pool.inspectors.map((one) => one.id))
  const links: readonly Link[] = [
    ...pool.sites.flatMap((site, n): Link[] => [
      [`pool.sites[${n}].jurisdiction`, site.jurisdiction, districts],
      [`pool.sites[${n}].enterprise`, site.enterprise, enterprises],
    ]),
    ...pool.inspectors.map((person, n): Link => [`pool.inspectors[${n}].home`, person.home, districts]),
    ...pool.recusals.flatMap((row, n): Link[] => [
      [`pool.recusals[${n}].inspector`, row.inspector, people],
      [`pool.recusals[${n}].enterprise`, row.enterprise, enterprises],
      [`pool.recusals[${n}].site`, row.site, sites],
    ]),
  ]
  return strangerAmong(links) ?? ratioFault(pool)
}

/** The same for a replacement, whose candidates are of the kind that is missing and not the person who leaves. */
export function replacementReferenceFault(pool: ReplacementPool): Difference | null {
  const districts = new Set(pool.jurisdictions.map((one) => one.code))
  const people = new Set(pool.candidates.map((one) => one.id))
  const wrong = pool.candidates.findIndex((one) => one.kind !== pool.place.kind || one.id === pool.leaver.id)
  if (wrong >= 0) return { path: `pool.candidates[${wrong}]`, recorded: pool.candidates[wrong]?.id ?? "", recomputed: "与空缺同类，且不是退出者" }
  return strangerAmong([
    ...pool.sites.map((site, n): Link => [`pool.sites[${n}].jurisdiction`, site.jurisdiction, districts]),
    ...pool.candidates.map((person, n): Link => [`pool.candidates[${n}].home`, person.home, districts]),
    ...pool.recusals.map((row, n): Link => [`pool.recusals[${n}].inspector`, row.inspector, people]),
  ])
}

type Link = readonly [path: string, named: string | null, known: ReadonlySet<string>]

function strangerAmong(links: readonly Link[]): Difference | null {
  const wrong = links.find(([, named, known]) => named !== null && !known.has(named))
  return wrong === undefined ? null : { path: wrong[0], recorded: wrong[1] ?? "", recomputed: "名单所列之一" }
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
