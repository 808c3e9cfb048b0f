/** Names for what the server tells of a draw on its way to the phones. */
import type { Schemas } from "../../api/client"

export type Dispatch = Schemas["DispatchOut"]
export type PlannedVisit = Schemas["PlannedVisitOut"]
export type Approval = Schemas["ApprovalOut"]
export type Step = Schemas["DispatchStep"]
export type Delivery = Schemas["Delivery"]
export type Printed = "draw_record" | "draw_list"

export const DELIVERIES: readonly Delivery[] = ["in_person", "mail", "electronic", "telephone"]
