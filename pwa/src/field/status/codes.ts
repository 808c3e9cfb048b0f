/** Words for the server's codes: what happened, what is safe, what to do next. */
const KNOWN = new Set([
  "late_after_seal", "grant_revoked_unseen", "edition_mismatch", "unknown_kind", "scope_closed", "sup_unknown", "internal_error",
  "malformed", "hash_mismatch", "actor_mismatch", "op_id_reused", "replica_fork", "prev_mismatch", "not_granted", "not_authorised_seen",
  "bad_body", "not_permitted_role", "sup_not_permitted", "not_sealable", "blob_too_large", "blob_mismatch", "mismatch", "missing_bytes",
  "feed_diverges", "unknown_outcome", "replica_revoked", "replica_not_yours", "divergence",
])

export function codeKey(code: string): string {
  return `codes.${KNOWN.has(code) ? code : "other"}`
}
