/** Who may go where: docs/draw.md, section 5. */
import type { CrossMode, Inspector, Place, Recusal } from "./model"

const CITY_DIGITS = 4

interface Barred { readonly enterprises: Set<string>; readonly sites: Set<string> }

export class Eligibility {
  private readonly barred = new Map<string, Barred>()
  private readonly named: Barred = { enterprises: new Set<string>(), sites: new Set<string>() }

  constructor(private readonly cross: CrossMode, recusals: readonly Recusal[]) {
    for (const { inspector, enterprise, site } of recusals) {
      const barred = this.barred.get(inspector) ?? { enterprises: new Set(), sites: new Set() }
      this.barred.set(inspector, barred)
      for (const one of [barred, this.named]) {
        if (enterprise !== null) one.enterprises.add(enterprise)
        if (site !== null) one.sites.add(site)
      }
    }
  }

  mayGo(person: Inspector, site: Place): boolean {
    const barred = this.barred.get(person.id)
    if (barred && (barred.enterprises.has(site.enterprise) || barred.sites.has(site.id))) return false
    return !this.isTooNear(person.home, site.jurisdiction)
  }

  /** Two sites with the same key may be visited by exactly the same people. */
  keyOf(site: Place): string {
    const enterprise = this.named.enterprises.has(site.enterprise) ? site.enterprise : ""
    const own = this.named.sites.has(site.id) ? site.id : ""
    return `${site.jurisdiction}\n${enterprise}\n${own}`
  }

  private isTooNear(home: string, jurisdiction: string): boolean {
    switch (this.cross) {
      case "off":
        return false
      case "district":
        return home === jurisdiction
      case "city":
        return home.slice(0, CITY_DIGITS) === jurisdiction.slice(0, CITY_DIGITS)
    }
  }
}
