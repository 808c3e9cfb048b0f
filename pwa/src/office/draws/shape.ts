/** What the address of the list of campaigns may say. */
import type { TableShape } from "../tableQuery"

export const CAMPAIGN_STATES = ["draft", "frozen", "drawn", "closed"] as const
export const CAMPAIGNS: TableShape = { filters: ["q", "state", "plan"], sorts: ["name", "short_code", "from_on", "state"], sort: "-from_on", size: 50 }
