/** Which half of the app an account belongs to. What it may do is the server's word; this only chooses the first page. */

const FIELD: readonly string[] = ["leader", "officer", "expert"]
const DESK: readonly string[] = ["office", "admin"]

export function isOffice(roles: readonly string[]): boolean {
  return roles.some((role) => DESK.includes(role))
}

/** An account without visits of its own needs no phone: nothing of it is kept on the device. */
export function isOfficeOnly(roles: readonly string[]): boolean {
  return isOffice(roles) && !roles.some((role) => FIELD.includes(role))
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
