/** Which half of the app an account belongs to. What it may do is the server's word; this only chooses the first page. */

/** Parts of the office and the roles that find something there. */
const PARTS = {
  desk: ["office", "admin"],
  official: ["office", "admin", "witness"],
  partner: ["partner"],
  field: ["leader", "officer", "expert"],
  team: ["leader", "officer", "expert", "office", "admin"],
  inbox: ["leader", "officer", "expert", "office", "admin", "partner"],
} as const satisfies { readonly [part: string]: readonly string[] }

export type OfficePart = keyof typeof PARTS

export function mayOpen(roles: readonly string[], part: OfficePart): boolean {
  const allowed: readonly string[] = PARTS[part]
  return roles.some((role) => allowed.includes(role))
}

export function isOffice(roles: readonly string[]): boolean {
  return mayOpen(roles, "official") || mayOpen(roles, "partner")
}

/** The office page that an account begins with: a witness has no board, another department its letters, who goes out has his team. */
export function officeHome(roles: readonly string[]): string {
  if (mayOpen(roles, "desk")) return "office-board"
  if (mayOpen(roles, "partner")) return "office-partner"
  return mayOpen(roles, "official") ? "office-my-draws" : "office-team"
}

/** An account without visits of its own needs no phone: nothing of it is kept on the device. */
export function isOfficeOnly(roles: readonly string[]): boolean {
  return isOffice(roles) && !mayOpen(roles, "field")
}

const LAST_AT_DESK = "suicha.at-desk"

/** The cookie cannot be seen from here: this only decides where an opened app goes first. */
export function noteDesk(isAtDesk: boolean): void {
  try {
    if (isAtDesk) localStorage.setItem(LAST_AT_DESK, "1")
    else localStorage.removeItem(LAST_AT_DESK)
  } catch {
    // a browser that forbids storage begins at the field app's sign-in
  }
}

export function wasAtDesk(): boolean {
  try {
    return localStorage.getItem(LAST_AT_DESK) !== null
  } catch {
    return false
  }
}
