/** A phone in memory, for tests of screens and for `vite --mode fake`. It keeps no promise of the real one. */
import type { Json } from "../../kit/canonicalJson"
import { systemClock } from "../../kit/clock"
import { picturesOf } from "../../sync/briefing"
import type { Device, DeviceAccount, Kept, Phone, Place } from "../../sync/phone"
import { PhoneError } from "../../sync/phone"
import type { SyncStatus } from "../../sync/status"
import type { Head, Item, Visit, VisitCard } from "../../sync/visit"
import { aCard, anItem, aPhoto, aRegister, aSeal, aSignature, aVisit, by, LEADER } from "./builders"
import { fakeVisits, GROUPS } from "./fakeWorld"
import { DIMENSIONS } from "./scoredWorld"

const clock = systemClock("fake")
const nowText = () => new Date(clock.wallMs()).toISOString()
const mine = () => by(LEADER, { at: nowText() })

export function fakeDevice(visits: readonly Visit[] = fakeVisits(), isSignedIn = true): Device {
  const account: DeviceAccount = { id: LEADER.account, name: LEADER.name, roles: ["leader"], username: "leader01", isSignedIn, unsentOps: 12, unsentPhotos: 5, lastUsedAt: nowText() }
  const other: DeviceAccount = { ...account, id: "a9", name: "行业专家丙01", roles: ["expert"], username: "expert01", isSignedIn: false, unsentOps: 0, unsentPhotos: 0 }
  return {
    accounts: async () => [account, other],
    current: async () => (account.isSignedIn && !location.search.includes("signed-out") ? account : null),
    signIn: async (_username, password) => (password === "first" ? { ok: false, reason: "password_change_needed", retryAfterS: null } : password === "demo" ? { ok: true, account } : password === "slow" ? { ok: false, reason: "throttled", retryAfterS: 30 } : { ok: false, reason: "wrong_password", retryAfterS: null }),
    replacePassword: async () => ({ ok: true, account }),
    signOut: async () => undefined,
    openPhone: async () => fakePhone(visits),
    capabilities: async () => ({ storage: true, serviceWorker: true, locks: true, camera: true, isInstalled: false, isIos: false, inApp: null }),
  }
}

function keptOf({ briefing }: Visit, missing: number): Kept {
  const total = briefing ? picturesOf(briefing).length : 0
  return { here: Math.max(0, total - missing), total }
}

export function fakePhone(initial: readonly Visit[]): Phone {
  const visits = new Map(initial.map((visit) => [visit.visitId, visit]))
  const drafts = new Map<string, string>()
  const files = new Map<string, Blob>()
  const listeners = new Set<() => void>()
  let place: Place | null = null
  const changed = () => listeners.forEach((listener) => listener())
  const watch = (tell: () => void) => {
    tell()
    listeners.add(tell)
    return () => void listeners.delete(tell)
  }
  const visitOf = (id: string): Visit => {
    const visit = visits.get(id)
    if (!visit) throw new PhoneError("unknown_visit", id)
    return visit
  }
  const put = (visit: Visit) => {
    visits.set(visit.visitId, rebuilt(visit))
    changed()
  }
  const setItem = (id: string, code: string, edit: (item: Item) => Partial<Item>) => {
    const visit = visitOf(id)
    put({ ...visit, items: visit.items.map((item) => (item.code === code ? { ...item, ...edit(item) } : item)) })
  }
  const setRegister = async (id: string, item: string, field: string, value: Json) => {
    const visit = visitOf(id)
    if (visit.readOnly) throw new PhoneError("read_only", id)
    const heads: Head[] = value === null ? [] : [{ ...mine(), value }]
    const register = aRegister(item, field, heads)
    if (item === "_") return put({ ...visit, [camel(field)]: register })
    if (field.startsWith("caption:")) return setItem(id, item, ({ photos }) => ({ photos: photos.map((photo) => (field.endsWith(photo.photoId) ? { ...photo, caption: register } : photo)) }))
    setItem(id, item, () => ({ [camel(field)]: register }))
  }

  return {
    account: { id: LEADER.account, name: LEADER.name, roles: ["leader"] },
    watchVisits: (listener) => watch(() => listener([...visits.values()].map(cardOf))),
    watchVisit: (id, listener) => watch(() => listener(visits.get(id) ?? null)),
    watchNotices: (listener) => watch(() => listener([])),
    watchStatus: (listener) => watch(() => listener(statusOf([...visits.values()]))),
    setRegister,
    setRegisters: async (id, item, values) => void (await Promise.all(Object.entries(values).map(([field, value]) => setRegister(id, item, field, value)))),
    resolveConflict: async (id, item, field, { value }) => setRegister(id, item, field, value),
    settleTogether: async (id, item, values) => void (await Promise.all(Object.entries(values).map(([field, { value }]) => setRegister(id, item, field, value)))),
    addNote: async (id, item, text) => setItem(id, item ?? "", ({ notes }) => ({ notes: [...notes, { ...mine(), item, text, retracted: null }] })),
    retractNote: async (id, opId, reason) => visitOf(id).items.forEach((item) => setItem(id, item.code, ({ notes }) => ({ notes: notes.map((note) => (note.opId === opId ? { ...note, retracted: { ...mine(), reason } } : note)) }))),
    addReading: async (id, item, reading) => (setItem(id, item, ({ readings }) => ({ readings: [...readings, { ...mine(), ...reading, item, readingId: `m${readings.length}`, voided: null, isAdopted: false }] })), `m`),
    voidReading: async (id, readingId, reason) => visitOf(id).items.forEach((item) => setItem(id, item.code, ({ readings }) => ({ readings: readings.map((one) => (one.readingId === readingId ? { ...one, voided: { ...mine(), reason } } : one)) }))),
    addPhoto: async (id, item, file, { gps }) => {
      if (file.size === 0) throw new PhoneError("photo_broken", "empty")
      const photo = aPhoto({ ...mine(), item, size: file.size, gps, taken: nowText() })
      files.set(photo.sha256, file)
      setItem(id, item, ({ photos }) => ({ photos: [...photos, photo] }))
      return { photoId: photo.photoId, sha256: photo.sha256, needsServerView: false }
    },
    excludePhoto: async (id, photoId, reason) => visitOf(id).items.forEach((item) => setItem(id, item.code, ({ photos }) => ({ photos: photos.map((photo) => (photo.photoId === photoId ? { ...photo, excluded: { ...mine(), reason } } : photo)) }))),
    photoUrl: async (sha256) => (files.has(sha256) ? URL.createObjectURL(files.get(sha256) as Blob) : "/icons/icon-512.png"),
    briefingPictures: async (id) => keptOf(visitOf(id), 1),
    keepBriefingPictures: async (id) => keptOf(visitOf(id), 0),
    releaseUrl: (url) => URL.revokeObjectURL(url),
    orphanPhotos: async () => [],
    attachOrphan: async (sha256) => ({ photoId: sha256, sha256, needsServerView: false }),
    dismissOrphan: async () => undefined,
    locate: async () => ({ lat: "34.7503", lon: "113.6004", accM: 15 }),
    getDraft: async (key) => drafts.get(key) ?? null,
    setDraft: (key, text) => void (text === null ? drafts.delete(key) : drafts.set(key, text)),
    flushDrafts: async () => undefined,
    rememberPlace: async (now) => void (place = now),
    recallPlace: async () => place,
    prepareOffline: async (id, onStep) => {
      for (const step of ["storage", "persist", "visit", "edition", "shell", "photos"] as const) onStep({ step, state: step === "persist" ? "warning" : "done", code: step === "persist" ? "not_persisted" : null })
      put({ ...visitOf(id), isPrepared: true })
      return true
    },
    readiness: async (id) => {
      const visit = visitOf(id)
      const items = visit.items.filter((item) => item.gaps.length > 0).map(({ code, gaps }) => ({ item: code, gaps }))
      const canSeal = visit.items.every((item) => item.isAnswered && !item.hasConflict)
      return { canSeal, items, conflicts: [], photosElsewhere: [], unsettledMembers: [{ account: "a3", name: "行业专家丙01", lastReceivedAt: null }], isLeader: true }
    },
    seal: async (id) => (put({ ...visitOf(id), seal: aSeal({ state: "here", sealedAt: nowText() }), readOnly: "sealed" }), { n: 1, manifestHash: "ab".repeat(32) }),
    sign: async (id, { role, person, refused }) => {
      const visit = visitOf(id)
      const member = visit.team.find((one) => one.account === person)
      put({ ...visit, signatures: [...visit.signatures, aSignature(member ?? person, { signatureRole: role, refused })] })
    },
    finishMyPart: async () => undefined,
    openAddendum: async (id, reason) => put({ ...visitOf(id), readOnly: null, addendum: { n: (visitOf(id).seal?.n ?? 0) + 1, reason, by: mine(), changes: [], added: [] } }),
    decideLate: async (id, opId, decision, reason) => put({ ...visitOf(id), late: visitOf(id).late.map((one) => (one.line.opId === opId ? { ...one, isOpen: false, canInclude: false, decision, decidedBy: mine(), reason } : one)) }),
    sendNow: async () => undefined,
    exportUnsent: async () => new Blob(["{}"], { type: "application/json" }),
    storage: async () => ({ usedBytes: 182_000_000, quotaBytes: 6_000_000_000, freeBytes: 5_800_000_000, isPersisted: false }),
    close: async () => undefined,
  }
}

function rebuilt(visit: Visit): Visit {
  const items = visit.items.map((item) => {
    const fresh = anItem(item.code, { definition: item.definition, result: item.result.heads, fields: { score: item.score.heads, remark: item.remark.heads, severity: item.severity.heads, due_override: item.dueOverride.heads }, photos: item.photos, notes: item.notes, readings: item.readings })
    return { ...fresh, history: item.history }
  })
  const { groups: _groups, answered: _answered, conflicts: _conflicts, photos: _photos, edition, marks: _marks, ...rest } = visit
  return aVisit({ ...rest, items, groupNames: { ...GROUPS, ...DIMENSIONS }, scoring: edition?.scoring })
}

function cardOf(visit: Visit): VisitCard {
  return aCard(visit, visit.visitId === "v2" ? { opsHere: 12, bytesToGo: 8_400_000 } : {})
}

function statusOf(visits: readonly Visit[]): SyncStatus {
  const photos = visits.flatMap((visit) => visit.photos.map((photo) => ({ sha256: photo.sha256, scope: visit.scope, size: photo.size, sent: photo.sentBytes, state: photo.bytes === "elsewhere" ? ("here" as const) : photo.bytes, reason: null })))
  const line = { opsHere: 0, opsOnServer: 31, opsWaiting: 0, opsFailed: 0, photosHere: 0, photosOnServer: 4, bytesToGo: 0 }
  return {
    connection: "offline", isSending: false, lastContactAt: nowText(), nextTryAt: nowText(),
    visits: { "insp:v2": { ...line, scope: "insp:v2", opsHere: 12, photosHere: 5, bytesToGo: 8_400_000 }, "insp:v3": { ...line, scope: "insp:v3", opsWaiting: 1 } },
    photos, failures: [], opsHere: 12, photosHere: 5, bytesToGo: 8_400_000, waiting: 1, failed: 0,
  }
}

function camel(field: string): string {
  return field.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
}
