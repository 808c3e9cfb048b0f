"""Reads what stands between a draw and its visits: planned visits, people, approvals, notices."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, func, not_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts.queries import Caller
from suicha.accounts.tables import Account
from suicha.checklists import queries as checklists
from suicha.documents import queries as documents
from suicha.documents.tables import Document
from suicha.draws import queries as draws
from suicha.draws.errors import DrawNotSealed
from suicha.draws.queries.teams import replacements_of
from suicha.draws.rules.ceremony import DrawKind, DrawState
from suicha.draws.tables import Campaign, Draw
from suicha.infra.settings import settings_from_environment
from suicha.inspections.errors import ApprovalUnknown, PlannedVisitUnknown, ProposalMissing
from suicha.inspections.rules.before import ApprovalState, DispatchStep, NoticeState, Readiness
from suicha.inspections.rules.facts import TeamRole
from suicha.inspections.rules.lifecycle import VisitState
from suicha.inspections.rules.papers import Line, Person, Round
from suicha.inspections.tables import Approval, Inspection, Notice, PlannedVisit
from suicha.registry import queries as registry
from suicha.registry.tables import Enterprise, Inspector, Jurisdiction, Site


@dataclass(frozen=True)
class DrawInForce:
    """A sealed draw that nothing has superseded, with its campaign."""

    row: Draw
    campaign: Campaign


@dataclass(frozen=True)
class Planned:
    """A planned visit with its place and how far it is."""

    row: PlannedVisit
    site: Site
    enterprise: Enterprise
    approval: Approval | None
    notice: Notice | None

    @property
    def readiness(self) -> Readiness:
        """How far it is, as the rules see it."""
        approved = self.approval is not None and self.approval.approved_at is not None
        pending = ApprovalState.PENDING if self.approval else ApprovalState.NONE
        return Readiness(
            visit=self.row.id,
            approval=ApprovalState.APPROVED if approved else pending,
            is_urgent=self.approval is not None and self.approval.is_urgent,
            notice=notice_state(self.notice),
            is_dispatched=self.row.dispatched_at is not None,
        )

    def line(self, districts: Mapping[str, str]) -> Line:
        """The visit as a line on paper."""
        return Line(
            site=self.site.name,
            address=self.site.address,
            enterprise=self.enterprise.name,
            uscc=self.enterprise.uscc,
            district=districts.get(self.row.jurisdiction, self.row.jurisdiction),
            team_no=self.row.team_no,
            on=self.row.planned_on,
            is_uncertain=self.row.is_uncertain,
            withheld=self.notice.withheld_because if self.notice else None,
        )


def notice_state(notice: Notice | None) -> NoticeState:
    """What became of a notice; one that was handed over later counts as sent."""
    if notice is None:
        return NoticeState.NONE
    if notice.sent_at:
        return NoticeState.SENT
    return NoticeState.WITHHELD if notice.withheld_at else NoticeState.MADE


async def draw_in_force(session: AsyncSession, draw_id: str, caller: Caller, *, is_locked: bool = False) -> DrawInForce:
    """The draw that visits may be made from; raises DrawUnknown or DrawNotSealed.

    Everything before dispatch locks the draw first, so that two desks do one thing after the other.
    """
    row, campaign = await draws.draw_row(session, draw_id, caller)
    if is_locked:
        row = await draws.locked_draw(session, draw_id)
    if row.kind != DrawKind.DRAW or row.state != DrawState.SEALED:
        raise DrawNotSealed
    return DrawInForce(row, campaign)


async def planned(session: AsyncSession, draw_id: str) -> list[Planned]:
    """All planned visits of a draw by their code; raises ProposalMissing where there are none yet."""
    rows = await session.execute(
        _joined()
        .where(col(PlannedVisit.draw_id) == draw_id)
        .order_by(col(PlannedVisit.code))
        .execution_options(populate_existing=True)
    )
    found = [Planned(*row) for row in rows]
    if not found:
        raise ProposalMissing
    return found


async def has_proposal(session: AsyncSession, draw_id: str) -> bool:
    """Do the drawn sites have days?"""
    found = await session.scalar(select(col(PlannedVisit.id)).where(col(PlannedVisit.draw_id) == draw_id).limit(1))
    return found is not None


def chosen(found: Iterable[Planned], visits: Sequence[str] | None) -> list[Planned]:
    """Those with these ids, or all; raises PlannedVisitUnknown for an id that is not among them."""
    by_id = {one.row.id: one for one in found}
    unknown = [visit for visit in visits or () if visit not in by_id]
    if unknown:
        raise PlannedVisitUnknown(visit=unknown[0])
    return list(by_id.values()) if visits is None else [by_id[visit] for visit in dict.fromkeys(visits)]


async def approval(session: AsyncSession, draw_id: str, approval_id: str) -> Approval:
    """One form of a draw; raises ApprovalUnknown."""
    row = await session.get(Approval, approval_id, populate_existing=True)
    if row is None or row.draw_id != draw_id:
        raise ApprovalUnknown
    return row


async def approvals(session: AsyncSession, draw_id: str) -> list[tuple[Approval, str, str | None]]:
    """All forms of a draw, oldest first, with the names of who asked and who approved."""
    asked, gave = Account.__table__.alias("asked"), Account.__table__.alias("gave")  # type: ignore[attr-defined]
    rows = await session.execute(
        select(Approval, asked.c.name, gave.c.name)
        .join(asked, asked.c.id == col(Approval.requested_by))
        .outerjoin(gave, gave.c.id == func.coalesce(col(Approval.approved_by), col(Approval.returned_by)))
        .where(col(Approval.draw_id) == draw_id)
        .order_by(col(Approval.requested_at), col(Approval.id))
    )
    return [(row[0], row[1], row[2]) for row in rows]


async def teams(session: AsyncSession, campaign_id: str) -> dict[int, list[Person]]:
    """The teams in force, the leader first; replacements are applied."""
    seated = await draws.teams_now(session, campaign_id)
    ids = [member for team in seated for member in team.members]
    rows = await session.execute(
        select(Inspector, Account)
        .outerjoin(Account, and_(col(Account.id) == col(Inspector.account_id), col(Account.is_disabled).is_(False)))
        .where(col(Inspector.id).in_(ids))
    )
    people = {person.id: (person, account.id if account else None) for person, account in rows}
    return {
        team.number: [
            _person(*people[member], TeamRole.LEADER if place == 0 else TeamRole.OFFICER)
            for place, member in enumerate(team.officers)
        ]
        + [_person(*people[member], TeamRole.EXPERT) for member in team.experts]
        for team in seated
    }


def _person(person: Inspector, account: str | None, role: TeamRole) -> Person:
    return Person(person.id, person.name, role.value, person.certificate_no, account)


def without_account(teams_: Mapping[int, Sequence[Person]], sent: Iterable[int]) -> list[str]:
    """The names of those in the teams `sent` who cannot sign in, each once."""
    names = [person.name for no in sorted(set(sent)) for person in teams_[no] if person.account is None]
    return list(dict.fromkeys(names))


async def round_of(session: AsyncSession, draw: DrawInForce) -> Round:
    """What the documents of a draw share."""
    return Round(
        campaign=draw.campaign.name,
        agency=draw.campaign.lead_department or settings_from_environment().agency,
        authority=draw.campaign.authority,
        digest=draw.row.digest or "",
        teams=await teams(session, draw.campaign.id),
        edition=await checklists.edition_facts(session, draw.campaign.edition_hash),
    )


async def lines(session: AsyncSession, found: Iterable[Planned]) -> list[Line]:
    """Planned visits as lines on paper."""
    districts = await registry.jurisdiction_names(session)
    return [one.line(districts) for one in found]


@dataclass(frozen=True)
class Wanted:
    """What the list is narrowed to, and its order."""

    q: str | None = None
    team: int | None = None
    jurisdiction: str | None = None
    step: DispatchStep | None = None
    sort: str = "code"
    page: int = 1
    size: int = 50


_ORDERS: dict[str, Any] = {
    "code": col(PlannedVisit.code),
    "team_no": col(PlannedVisit.team_no),
    "planned_on": col(PlannedVisit.planned_on),
    "site": col(Site.name),
    "district": col(PlannedVisit.jurisdiction),
}
SORTS = (*_ORDERS, *(f"-{name}" for name in _ORDERS))
_IS_APPROVED = or_(col(Approval.approved_at).is_not(None), col(Approval.is_urgent).is_(True))
_IS_TOLD = or_(col(Notice.sent_at).is_not(None), col(Notice.withheld_at).is_not(None))
_IS_SENT = col(PlannedVisit.dispatched_at).is_not(None)
# rules.before.step_of, for the database.
_STEP = case(
    (_IS_SENT, DispatchStep.DISPATCHED.value),
    (col(Approval.id).is_(None), DispatchStep.APPROVAL.value),
    (not_(_IS_APPROVED), DispatchStep.DECISION.value),
    (not_(_IS_TOLD), DispatchStep.NOTICE.value),
    else_=DispatchStep.DISPATCH.value,
)


async def planned_page(session: AsyncSession, draw_id: str, wanted: Wanted) -> tuple[list[Planned], int]:
    """One page of the planned visits; ties are broken by code."""
    found = _joined().where(col(PlannedVisit.draw_id) == draw_id)
    if wanted.q:
        found = found.where(
            or_(
                *(
                    column.icontains(wanted.q, autoescape=True)
                    for column in (col(PlannedVisit.code), col(Site.name), col(Enterprise.name), col(Jurisdiction.name))
                )
            )
        )
    if wanted.team is not None:
        found = found.where(col(PlannedVisit.team_no) == wanted.team)
    if wanted.jurisdiction:
        found = found.where(col(PlannedVisit.jurisdiction).startswith(wanted.jurisdiction, autoescape=True))
    if wanted.step:
        found = found.where(_STEP.in_([wanted.step.value]))
    total = (
        await session.scalar(select(func.count()).select_from(found.with_only_columns(col(PlannedVisit.id)).subquery()))
        or 0
    )
    order = _ORDERS[wanted.sort.removeprefix("-")]
    ordered = found.order_by(order.desc() if wanted.sort.startswith("-") else order.asc(), col(PlannedVisit.code))
    rows = await session.execute(ordered.limit(wanted.size).offset((wanted.page - 1) * wanted.size))
    return [Planned(*row) for row in rows], total


async def step_counts(session: AsyncSession, draw_id: str) -> dict[str, int]:
    """How many visits wait for each step."""
    steps = _joined().where(col(PlannedVisit.draw_id) == draw_id).with_only_columns(_STEP.label("step")).subquery()
    rows = await session.execute(select(steps.c.step, func.count()).group_by(steps.c.step))
    return dict.fromkeys((step.value for step in DispatchStep), 0) | {row[0]: row[1] for row in rows}


def _joined() -> Any:
    return (
        select(PlannedVisit, Site, Enterprise, Approval, Notice)
        .join(Site, col(Site.id) == col(PlannedVisit.site_id))
        .join(Enterprise, col(Enterprise.id) == col(Site.enterprise_id))
        .outerjoin(Jurisdiction, col(Jurisdiction.code) == col(PlannedVisit.jurisdiction))
        .outerjoin(Approval, col(Approval.id) == col(PlannedVisit.approval_id))
        .outerjoin(Notice, col(Notice.visit_id) == col(PlannedVisit.id))
    )


@dataclass(frozen=True)
class Overview:
    """How far a draw is on its way to the phones."""

    campaign: Campaign
    draw: Draw | None
    steps: Mapping[str, int]
    notices: Mapping[str, int]
    uncertain: int
    districts: Mapping[str, str]
    team_numbers: Sequence[int]
    without_account: Sequence[str]
    outdated_notices: Sequence[str]
    approvals: Sequence[tuple[Approval, str, str | None]]
    documents: Sequence[Document]

    @property
    def total(self) -> int:
        """All planned visits."""
        return sum(self.steps.values())


async def overview(session: AsyncSession, campaign_id: str, caller: Caller) -> Overview:
    """Everything that the page about a campaign's dispatch shows above its table; raises CampaignUnknown."""
    campaign = (await draws.campaign(session, campaign_id, caller)).row
    draw = await draws.draw_in_force(session, campaign_id)
    if draw is None:
        return Overview(campaign, None, {}, {}, 0, {}, [], [], [], [], [])
    rows = await session.execute(
        select(PlannedVisit, Notice)
        .outerjoin(Notice, col(Notice.visit_id) == col(PlannedVisit.id))
        .where(col(PlannedVisit.draw_id) == draw.id)
    )
    visits = [(row[0], row[1]) for row in rows]
    people = await teams(session, campaign_id)
    names = await registry.jurisdiction_names(session)
    return Overview(
        campaign=campaign,
        draw=draw,
        steps=await step_counts(session, draw.id),
        notices=Counter(notice_state(notice).value for _, notice in visits),
        uncertain=sum(visit.is_uncertain for visit, _ in visits),
        districts={code: names.get(code, code) for code in sorted({visit.jurisdiction for visit, _ in visits})},
        team_numbers=sorted({visit.team_no for visit, _ in visits}),
        without_account=without_account(people, people),
        outdated_notices=await _outdated_notices(session, draw.id),
        approvals=await approvals(session, draw.id),
        documents=await documents.documents_about(session, [f"draw:{draw.id}"], caller.jurisdiction),
    )


async def _outdated_notices(session: AsyncSession, draw_id: str) -> list[str]:
    """Visits still to be made whose notice names somebody who has been replaced since it was made."""
    changed = {row.team: row.sealed_at for row in await replacements_of(session, draw_id) if row.sealed_at}
    rows = await session.execute(
        select(PlannedVisit, Notice)
        .join(Notice, col(Notice.visit_id) == col(PlannedVisit.id))
        .outerjoin(Inspection, col(Inspection.id) == col(PlannedVisit.id))
        .where(
            col(PlannedVisit.draw_id) == draw_id,
            col(PlannedVisit.team_no).in_(list(changed)),
            or_(col(Inspection.id).is_(None), col(Inspection.state) == VisitState.ASSIGNED.value),
        )
        .order_by(col(PlannedVisit.code))
    )
    return [visit.id for visit, notice in rows if notice.made_at and notice.made_at < changed[visit.team_no]]
