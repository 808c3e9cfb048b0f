// @vitest-environment happy-dom
/** The whole phone, from the facade to IndexedDB, with the fake server behind `fetch`. */
import "fake-indexeddb/auto"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { sha256Hex } from "../kit/sha256"
import type { Phone } from "../sync/phone"
import type { SyncStatus } from "../sync/status"
import type { FakeServer } from "../sync/testing/fakeServer"
import { aServer, LEADER, OFFICER, SCOPE } from "../sync/testing/rig"
import type { Visit } from "../sync/visit"
import { ThisDevice } from "./device"

const VISIT = SCOPE.slice("insp:".length)
const ITEM = { group: "A", title: "营业执照", check: "…", method: ["查阅资料"], legal_basis: [], severity: "minor", deadline: { value: 10, unit: "working_days", immediate_measures: false }, photo_required_on_fail: true, na_allowed: false, refer_to: null, quick_findings: [] }
const EDITION_TEXT = JSON.stringify({ id: "ref-2", name: "测试版", groups: [{ code: "A", name: "营业执照持有" }], items: [{ ...ITEM, code: "A01" }, { ...ITEM, code: "A02" }] })
const PEOPLE: Record<string, string> = { lead: LEADER, off: OFFICER }

let server: FakeServer
let network: "fine" | "none" | "captive" | "down" = "fine"
const phones: Phone[] = []

function answer(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(body === null ? null : JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } })
}

/** Bytes on the wire, in and out: everything that the adapters do is in the way. */
async function wire(path: string, init: RequestInit): Promise<Response> {
  if (network === "none") throw new TypeError("failed to fetch")
  if (network === "captive") return new Response("<html>请登录</html>", { status: 200, headers: { "content-type": "text/html" } })
  if (network === "down") return new Response("<html>502</html>", { status: 502, headers: { "content-type": "text/html" } })
  const headers = new Headers(init.headers)
  const account = headers.get("authorization")?.slice("Bearer ".length)
  if (path === "/api/auth/login") return login(JSON.parse(String(init.body)) as { username: string; password: string })
  if (!account) return answer(401, { code: "not_signed_in" })
  if (path === "/api/auth/password") return newPassword(JSON.parse(String(init.body)) as { old: string; new: string })
  const port = server.as(account)
  const body = typeof init.body === "string" ? JSON.parse(init.body) : null
  if (path.endsWith("/push")) return answer(200, valueOf(await port.push(body)))
  if (path.endsWith("/pull")) return answer(200, valueOf(await port.pull(body)))
  if (path.endsWith("/ping")) return answer(200, { suicha: "pong", server_time: "2026-11-22T03:17:11Z" })
  if (path.includes("/editions/")) return new Response(EDITION_TEXT, { status: 200, headers: { "content-type": "application/json" } })
  if (path.endsWith("/calendar")) return answer(200, { days_off: ["2026-10-01"], extra_workdays: [], known_years: [2026] })
  return blob(port, path.split("/").at(-1) ?? "", init, headers)
}

function login({ username, password }: { username: string; password: string }): Response {
  const id = PEOPLE[username]
  if (!id || (password !== "right" && password !== "first")) return answer(401, { code: "bad_credentials" })
  return answer(200, { access_token: id, account: { id, name: "执法员甲01", roles: ["leader"], must_change_password: password === "first" } })
}

function newPassword(said: { old: string; new: string }): Response {
  return said.old === "first" && said.new === "right" ? answer(204, null) : answer(422, { code: "password_too_weak" })
}

async function blob(port: ReturnType<FakeServer["as"]>, sha256: string, init: RequestInit, headers: Headers): Promise<Response> {
  if (init.method === "HEAD") {
    const head = valueOf(await port.blobHead(sha256)) as { state: string; offset?: number }
    return head.state === "absent" ? answer(404, null) : answer(200, null, { "Blob-State": head.state, "Upload-Offset": String(head.offset ?? 0) })
  }
  if (init.method !== "PATCH") return answer(404, { code: "blob_unknown" })
  const chunk = new Uint8Array(await new Response(init.body as ArrayBuffer).arrayBuffer())
  const value = valueOf(await port.blobChunk(sha256, Number(headers.get("upload-offset")), Number(headers.get("upload-length")), chunk)) as { kind: string; offset?: number }
  return answer(value.kind === "other_offset" ? 409 : 204, null, { "Upload-Offset": String(value.offset ?? 0) })
}

function valueOf(answered: { ok: boolean }): unknown {
  return (answered as { value?: unknown }).value
}

beforeEach(() => {
  network = "fine"
  server = aServer()
  for (const visit of server.visits.values()) Object.assign(visit.edition, { id: "ref-2", hash: sha256Hex(EDITION_TEXT) })
  // The dispatch was told with the old hash: tell it again with the right one.
  server = rebuilt(server)
  vi.stubGlobal("fetch", wire)
})

function rebuilt(old: FakeServer): FakeServer {
  const fresh = aServer([])
  for (const [scope, visit] of old.visits) fresh.visits.set(scope, new (visit.constructor as new (...args: unknown[]) => typeof visit)(scope, visit.team, visit.edition))
  return fresh
}

afterEach(async () => {
  for (const phone of phones.splice(0)) await phone.close()
  for (const { name } of await indexedDB.databases()) if (name) indexedDB.deleteDatabase(name)
  vi.unstubAllGlobals()
})

async function signedIn(username = "lead"): Promise<{ device: ThisDevice; phone: Phone }> {
  const device = new ThisDevice("test")
  const result = await device.signIn(username, "right")
  if (!result.ok) throw new Error(result.reason)
  const phone = await device.openPhone(result.account.id)
  phones.push(phone)
  return { device, phone }
}

/** The first visit, or status, that satisfies. */
function visitWhere(phone: Phone, isIt: (visit: Visit) => boolean): Promise<Visit> {
  return vi.waitUntil(() => new Promise<Visit | null>((resolve) => {
    const stop = phone.watchVisit(VISIT, (visit) => {
      queueMicrotask(() => stop())
      resolve(visit && isIt(visit) ? visit : null)
    })
  }), { timeout: 20_000, interval: 30 }) as Promise<Visit>
}

function statusWhere(phone: Phone, isIt: (status: SyncStatus) => boolean): Promise<SyncStatus> {
  return new Promise((resolve) => {
    const stop = phone.watchStatus((status) => {
      if (!isIt(status)) return
      queueMicrotask(() => stop())
      resolve(status)
    })
  })
}

describe("signing in", () => {
  it("tells a wrong password from a missing network, a captive portal and a server that is down", async () => {
    const device = new ThisDevice("test")
    expect(await device.signIn("lead", "wrong")).toMatchObject({ ok: false, reason: "wrong_password" })
    network = "captive"
    expect(await device.signIn("lead", "right")).toMatchObject({ ok: false, reason: "captive" })
    network = "down"
    expect(await device.signIn("lead", "right")).toMatchObject({ ok: false, reason: "server_down" })
  })

  it("keeps nothing of a sign-in whose password somebody else has seen, until it is changed", async () => {
    const device = new ThisDevice("test")
    expect(await device.signIn("lead", "first")).toMatchObject({ ok: false, reason: "password_change_needed" })
    expect(await device.current()).toBeNull()
    expect(await device.replacePassword("first", "weak")).toMatchObject({ ok: false, reason: "password_too_weak" })
    network = "none"
    expect(await device.replacePassword("first", "right")).toMatchObject({ ok: false })
    network = "fine"
    expect(await device.replacePassword("first", "right")).toMatchObject({ ok: true, account: { id: LEADER } })
    expect((await device.current())?.username).toBe("lead")
    expect(await device.replacePassword("first", "right")).toMatchObject({ ok: false })
  })

  it("keeps the data after signing out, and opens offline while signed in", async () => {
    const { device, phone } = await signedIn()
    await visitWhere(phone, (visit) => visit.items.length === 2)
    network = "none"
    await phone.setRegister(VISIT, "A01", "result", "pass")
    await phone.close()
    phones.length = 0
    const later = new ThisDevice("test")
    expect(await later.current()).toMatchObject({ id: LEADER, isSignedIn: true })
    const again = await later.openPhone(LEADER)
    phones.push(again)
    expect((await visitWhere(again, (visit) => visit.answered === 1)).items[0]?.result).toMatchObject({ value: "pass" })
    await device.signOut(LEADER)
    expect(await device.current()).toBeNull()
    expect(await device.accounts()).toMatchObject([{ id: LEADER, isSignedIn: false }])
  })
})

describe("a visit", () => {
  it("comes with its edition and calendar, and goes out by itself", async () => {
    const { phone } = await signedIn()
    const visit = await visitWhere(phone, (seen) => seen.items.length === 2 && seen.dispatched.calendar !== undefined)
    expect(visit.groups).toMatchObject([{ code: "A", answered: 0 }])
    await phone.setRegister(VISIT, "A01", "result", "fail")
    const here = await visitWhere(phone, (seen) => seen.answered === 1)
    expect(here.items[0]?.gaps).toEqual(["remark", "photo"])
    await phone.sendNow()
    expect((await visitWhere(phone, (seen) => seen.items[0]?.result.heads[0]?.fate === "server")).answered).toBe(1)
    expect(server.visits.get(SCOPE)?.registers().get("A01/result")?.values).toEqual(['"fail"'])
  })

  it("is on a card with what is only here", async () => {
    const { phone } = await signedIn()
    await visitWhere(phone, (visit) => visit.items.length === 2)
    network = "none"
    await phone.setRegister(VISIT, "A01", "result", "fail")
    await phone.sendNow()
    const cards = await vi.waitUntil(() => new Promise<readonly { opsHere: number; answered: number }[] | null>((resolve) => {
      const stop = phone.watchVisits((seen) => {
        queueMicrotask(() => stop())
        resolve(seen[0]?.opsHere === 1 ? seen : null)
      })
    }), { timeout: 20_000, interval: 30 })
    expect(cards).toMatchObject([{ siteName: "示例小区", itemCount: 2, answered: 1, failedItems: 1, opsHere: 1, role: "leader" }])
  })

  it("is sealed only when all is answered and every colleague accounted for, then signed and sent", async () => {
    const { phone } = await signedIn()
    await visitWhere(phone, (visit) => visit.items.length === 2)
    await phone.setRegister(VISIT, "A01", "result", "pass")
    await expect(phone.seal(VISIT, [])).rejects.toMatchObject({ code: "not_ready" })
    await phone.setRegister(VISIT, "A02", "result", "na")
    const { unsettledMembers, canSeal } = await phone.readiness(VISIT)
    expect([canSeal, unsettledMembers.length]).toEqual([true, 2])
    await expect(phone.seal(VISIT, [])).rejects.toMatchObject({ code: "not_ready" })
    const { manifestHash } = await phone.seal(VISIT, unsettledMembers.map(({ account }) => ({ replica: null, account, reason: "已口头确认" })))
    const image = new Blob([new Uint8Array([1, 2, 3])], { type: "image/png" })
    await phone.sign(VISIT, { role: "representative", person: "王某（项目经理）", image, consentText: "已阅", refused: null })
    await phone.sendNow()
    await statusWhere(phone, (status) => status.opsHere === 0 && status.bytesToGo === 0)
    const visit = await visitWhere(phone, (seen) => seen.seal?.state === "sealed")
    expect(visit.signatures).toMatchObject([{ person: "王某（项目经理）", isCurrent: true, manifestHash }])
    expect(server.blobs.get(visit.signatures[0]?.imageSha256 ?? "")?.verified).toBe(true)
  })
})

describe("what goes wrong", () => {
  it("is told as what it is, and nothing is lost", async () => {
    const { phone } = await signedIn()
    await visitWhere(phone, (visit) => visit.items.length === 2)
    for (const [weather, connection] of [["captive", "captive"], ["down", "server_down"]] as const) {
      network = weather
      await phone.setRegister(VISIT, "A01", "remark", weather)
      await phone.sendNow()
      expect(await statusWhere(phone, (status) => status.connection === connection)).toMatchObject({ connection, failed: 0 })
    }
    network = "fine"
    await phone.sendNow()
    expect(await statusWhere(phone, (status) => status.opsHere === 0)).toMatchObject({ connection: "online", failures: [] })
  })

  it("can be carried away as a file", async () => {
    const { phone } = await signedIn()
    await visitWhere(phone, (visit) => visit.items.length === 2)
    network = "none"
    await phone.addNote(VISIT, "A01", "墙面开裂")
    const file = JSON.parse(await (await phone.exportUnsent(true)).text()) as { ops: { raw: string; hash: string }[] }
    expect(file.ops).toHaveLength(1)
    expect(sha256Hex(file.ops[0]?.raw ?? "")).toBe(file.ops[0]?.hash)
  })
})

describe("half a sentence", () => {
  it("is there after the app was killed", async () => {
    const { phone } = await signedIn()
    phone.setDraft("visit/A01/remark", "墙面开")
    phone.setDraft("visit/A01/remark", "墙面开裂")
    await phone.flushDrafts()
    await phone.close()
    phones.length = 0
    const again = await new ThisDevice("test").openPhone(LEADER)
    phones.push(again)
    expect(await again.getDraft("visit/A01/remark")).toBe("墙面开裂")
    again.setDraft("visit/A01/remark", null)
    expect(await again.getDraft("visit/A01/remark")).toBeNull()
  })
})
