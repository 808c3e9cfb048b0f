"""Proposal, approval, notice and dispatch on the wire."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from suicha.documents.schemas import DocumentOut
from suicha.inspections.plans import Overview, Planned
from suicha.inspections.rules.before import Delivery, DispatchStep, NoticeState, step_of
from suicha.inspections.tables import Approval

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
VisitIds = Annotated[list[Annotated[str, StringConstraints(max_length=36)]], Field(min_length=1, max_length=2000)]
AT_ONCE = 25


class MoveVisitRequest(BaseModel):
    """Another day."""

    planned_on: date


class RequestApprovalRequest(BaseModel):
    """With a reason the form is urgent: visits may be sent, approval follows."""

    urgent_reason: Words | None = None


class ApproveRequest(BaseModel):
    """批准意见."""

    opinion: Words = "同意。"


class ReturnApprovalRequest(BaseModel):
    """退回理由."""

    reason: Words


class MakeNoticesRequest(BaseModel):
    """Which visits (all that wait, when none are named), and how many of them at once."""

    visits: VisitIds | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = AT_ONCE


class SentNoticesRequest(BaseModel):
    """How and when notices went out; all that are made and not sent, when none are named."""

    visits: VisitIds | None = None
    sent_at: AwareDatetime
    how: Delivery
    recipient: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)] | None = None


class WithholdNoticesRequest(BaseModel):
    """Why these enterprises are not told beforehand."""

    visits: VisitIds
    reason: Words


class DispatchRequest(BaseModel):
    """How many visits to send at once."""

    limit: Annotated[int, Field(ge=1, le=500)] = AT_ONCE


class NoticesMadeOut(BaseModel):
    """How many were made, how many wait."""

    made: int
    left: int


class ChangedOut(BaseModel):
    """How many visits this concerned."""

    changed: int


class DispatchedOut(BaseModel):
    """Sent now, sent in all, ready and not sent yet."""

    dispatched: int
    in_all: int
    left: int


class ApprovalOut(BaseModel):
    """One approval form."""

    id: str
    number: str
    document: str
    visit_count: int
    is_urgent: bool
    urgent_reason: str | None
    requested_by: str
    requested_at: datetime
    decided_by: str | None
    approved_at: datetime | None
    opinion: str | None
    returned_at: datetime | None
    returned_because: str | None
    is_own: bool

    @classmethod
    def of(cls, row: Approval, asked: str, decided: str | None, *, caller_id: str) -> Self:
        """Show a form; `is_own` tells the caller that somebody else has to decide."""
        return cls(
            id=row.id,
            number=row.number,
            document=row.document_id,
            visit_count=row.visit_count,
            is_urgent=row.is_urgent,
            urgent_reason=row.urgent_reason,
            requested_by=asked,
            requested_at=row.requested_at,
            decided_by=decided,
            approved_at=row.approved_at,
            opinion=row.opinion,
            returned_at=row.returned_at,
            returned_because=row.returned_because,
            is_own=row.requested_by == caller_id,
        )


class StepCountsOut(BaseModel):
    """How many visits wait for which step."""

    approval: int = 0
    decision: int = 0
    notice: int = 0
    dispatch: int = 0
    dispatched: int = 0


class NoticeCountsOut(BaseModel):
    """How many notices are in which state."""

    none: int = 0
    made: int = 0
    sent: int = 0
    withheld: int = 0


class DistrictNameOut(BaseModel):
    """A district in which there are visits."""

    code: str
    name: str


class DispatchOut(BaseModel):
    """A campaign on its way to the phones; `draw` is null before one is sealed, `total` 0 before there are days."""

    campaign: str
    campaign_name: str
    short_code: str
    from_on: date
    until_on: date
    draw: str | None
    draw_number: int | None
    digest: str | None
    drawn: int | None
    total: int
    uncertain: int
    steps: StepCountsOut
    notices: NoticeCountsOut
    districts: list[DistrictNameOut]
    team_numbers: list[int]
    without_account: list[str]
    outdated_notices: list[str]
    approvals: list[ApprovalOut]
    documents: list[DocumentOut]

    @classmethod
    def of(cls, found: Overview, *, caller_id: str) -> Self:
        """Show it to the caller."""
        return cls(
            campaign=found.campaign.id,
            campaign_name=found.campaign.name,
            short_code=found.campaign.short_code,
            from_on=found.campaign.from_on,
            until_on=found.campaign.until_on,
            draw=found.draw.id if found.draw else None,
            draw_number=found.draw.number if found.draw else None,
            digest=found.draw.digest if found.draw else None,
            drawn=found.draw.drawn_count if found.draw else None,
            total=found.total,
            uncertain=found.uncertain,
            steps=StepCountsOut(**found.steps),
            notices=NoticeCountsOut(**found.notices),
            districts=[DistrictNameOut(code=code, name=name) for code, name in found.districts.items()],
            team_numbers=list(found.team_numbers),
            without_account=list(found.without_account),
            outdated_notices=list(found.outdated_notices),
            approvals=[ApprovalOut.of(*row, caller_id=caller_id) for row in found.approvals],
            documents=[DocumentOut.model_validate(row) for row in found.documents],
        )


class PlannedVisitOut(BaseModel):
    """One planned visit; it is `/api/inspections/{id}` once it is dispatched."""

    id: str
    code: str
    team_no: int
    site: str
    enterprise: str
    jurisdiction: str
    district: str
    planned_on: date
    is_uncertain: bool
    is_moved: bool
    step: DispatchStep
    approval: str | None
    is_urgent: bool
    notice: NoticeState
    notice_number: str | None
    notice_document: str | None
    sent_at: datetime | None
    how: Delivery | None
    recipient: str | None
    withheld_because: str | None
    dispatched_at: datetime | None

    @classmethod
    def of(cls, one: Planned, districts: Mapping[str, str]) -> Self:
        """Show one."""
        row, notice, readiness = one.row, one.notice, one.readiness
        return cls(
            id=row.id,
            code=row.code,
            team_no=row.team_no,
            site=one.site.name,
            enterprise=one.enterprise.name,
            jurisdiction=row.jurisdiction,
            district=districts.get(row.jurisdiction, row.jurisdiction),
            planned_on=row.planned_on,
            is_uncertain=row.is_uncertain,
            is_moved=row.is_moved,
            step=step_of(readiness),
            approval=one.approval.number if one.approval else None,
            is_urgent=readiness.is_urgent,
            notice=readiness.notice,
            notice_number=notice.number if notice else None,
            notice_document=notice.document_id if notice else None,
            sent_at=notice.sent_at if notice else None,
            how=Delivery(notice.how) if notice and notice.how else None,
            recipient=notice.recipient if notice else None,
            withheld_because=notice.withheld_because if notice else None,
            dispatched_at=row.dispatched_at,
        )


class PlannedVisitListOut(BaseModel):
    """One page of planned visits."""

    items: list[PlannedVisitOut]
    total: int

    @classmethod
    def of(cls, found: Iterable[Planned], total: int, districts: Mapping[str, str]) -> Self:
        """Show a page."""
        return cls(items=[PlannedVisitOut.of(one, districts) for one in found], total=total)
