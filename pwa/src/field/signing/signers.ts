/** Who still has to sign, and what each of them agrees to. */
import type { Signature, SignatureRole, TeamMember, Visit } from "../../sync/visit"

export interface Signer {
  readonly role: SignatureRole
  /** Account id of an officer; name of a representative, or null while nobody has given one. */
  readonly person: string | null
  readonly name: string | null
  readonly signature: Signature | null
  /** A signature on an older version of the record: kept, but it does not count for this one. */
  readonly stale: Signature | null
}

export interface Representative {
  readonly name: string
  readonly title: string
}

export function representativeOf(visit: Visit): Representative | null {
  const value = visit.siteRep.value
  if (typeof value === "string" && value !== "") return { name: value, title: "" }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null
  const { name, title } = value as { name?: unknown; title?: unknown }
  return typeof name === "string" && name !== "" ? { name, title: typeof title === "string" ? title : "" } : null
}

/** The representative, then the officers of the team, the leader first. Experts do not sign. */
export function signersOf(visit: Visit): readonly Signer[] {
  const representative = representativeOf(visit)
  const officers = visit.team.filter((member) => member.role !== "expert").sort(leaderFirst)
  return [
    { role: "representative", person: representative?.name ?? null, name: representative?.name ?? null, ...found(visit, (s) => s.signatureRole === "representative") },
    ...officers.map((member): Signer => ({
      role: member.role === "leader" ? "leader" : "officer",
      person: member.account,
      name: member.name,
      ...found(visit, (s) => s.person === member.account && s.signatureRole !== "representative"),
    })),
  ]
}

/** The representative or his refusal, and two officers: the same rule as the server's. */
export function isSignedEnough(signers: readonly Signer[]): boolean {
  const representative = signers.some((signer) => signer.role === "representative" && signer.signature)
  return representative && signers.filter((signer) => signer.role !== "representative" && signer.signature).length >= 2
}

/** Name of the text in the edition that a signer agrees to. */
export function consentName(role: SignatureRole): string {
  return { officer: "officer_consent", leader: "officer_consent", representative: "representative_consent", witness: "witness_consent" }[role]
}

function found(visit: Visit, is: (signature: Signature) => boolean): Pick<Signer, "signature" | "stale"> {
  const signatures = visit.signatures.filter(is)
  const signature = signatures.find((s) => s.isCurrent) ?? null
  return { signature, stale: signature ? null : (signatures.at(-1) ?? null) }
}

function leaderFirst(a: TeamMember, b: TeamMember): number {
  return Number(b.role === "leader") - Number(a.role === "leader")
}
