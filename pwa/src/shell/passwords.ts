/** Whether a new password will do, told while it is typed: the twin of the server's rule, which has the last word. */

export type Weakness = "too_short" | "too_long" | "same_as_before" | "contains_username" | "too_simple"

export const PASSWORD_AT_LEAST = 8
const PASSWORD_AT_MOST = 200
const LEAST_DIFFERENT = 5

export function passwordWeakness(fresh: string, said: { readonly username: string; readonly old: string }): Weakness | null {
  const signs = [...fresh]
  if (signs.length < PASSWORD_AT_LEAST) return "too_short"
  if (signs.length > PASSWORD_AT_MOST) return "too_long"
  if (fresh === said.old) return "same_as_before"
  if (said.username !== "" && fresh.toLowerCase().includes(said.username.toLowerCase())) return "contains_username"
  return /^\d+$/.test(fresh) || new Set(signs).size < LEAST_DIFFERENT ? "too_simple" : null
}
