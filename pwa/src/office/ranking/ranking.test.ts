import { describe, expect, it } from "vitest"
import { chosenCampaign, endsOf, percentOf, type RankedSite } from "./shape"

const site = (name: string, more: Partial<RankedSite>): RankedSite => ({ inspection: name, code: name, site: name, enterprise: "示例物业", rank: 1, is_first: false, is_last: false, total: "90.0", grade: "优秀", points: [], sealed_at: "2026-11-23T02:00:00Z", n: 1, ...more })

describe("考核排名", () => {
  it("draws points in percent of their maximum", () => {
    expect([percentOf("17.5", "20"), percentOf("0.0", "20"), percentOf("25.0", "25"), percentOf("1", "0")]).toEqual([87.5, 0, 100, 0])
  })

  it("names the first and the last, several where they are equal", () => {
    const sites = [site("甲", { is_first: true }), site("乙", { is_first: true }), site("丙", {}), site("丁", { is_last: true })]
    const { first, last } = endsOf({ jurisdiction: "410103", name: "示例区", waiting: 0, sites })
    expect([first.map((one) => one.site), last.map((one) => one.site)]).toEqual([["甲", "乙"], ["丁"]])
  })

  it("opens with the campaign of the address, else with one that has something to show", () => {
    const campaigns = [{ id: "new", name: "下半年", visits: 4, sealed: 0 }, { id: "old", name: "上半年", visits: 4, sealed: 2 }]
    expect([chosenCampaign("new", campaigns), chosenCampaign("", campaigns), chosenCampaign("gone", campaigns.slice(0, 1)), chosenCampaign("", [])]).toEqual(["new", "old", "new", null])
  })
})
