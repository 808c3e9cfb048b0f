/** Names for what the server tells of plans, campaigns and draws. */
import type { Schemas } from "../../api/client"
import type { paths } from "../../api/schema.gen"

export type Ceremony = Schemas["CeremonyOut"]
export type DrawBrief = Schemas["DrawBriefOut"]
export type DrawState = Schemas["DrawState"]
export type Official = Ceremony["officials"][number]
export type LedgerItem = Schemas["LedgerItemOut"]
export type Result = Schemas["ResultOut"]
export type Team = Result["teams"][number]
export type Member = Team["officers"][number]
export type DrawnSite = Result["districts"][number]["sites"][number]
export type Plan = Schemas["PlanOut"]
export type Campaign = paths["/api/campaigns/{campaign_id}"]["get"]["responses"][200]["content"]["application/json"]
export type CampaignSettings = Schemas["CampaignPart"]
export type Ratio = Schemas["RatioPart"]
export type Preview = Schemas["PreviewOut"]
export type Cause = Schemas["CauseOut"]
