"""Orders, requests, steps and referrals, each within what the caller may see or decide."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts.queries import Caller
from suicha.accounts.rules import Permission
from suicha.inspections.access import visible_inspections
from suicha.inspections.rules.facts import TeamRole
from suicha.inspections.tables import GrantRow, Inspection
from suicha.rectification.errors import NotYoursToDecide, OrderUnknown, ProblemUnknown, RequestUnknown
from suicha.rectification.rules import FINAL, OrderState, ReferralState, RequestState
from suicha.rectification.tables import (
    Extension,
    LadderStep,
    Objection,
    Order,
    Problem,
    RecheckOutcome,
    Referral,
    Reminder,
)
from suicha.registry.tables import Enterprise, Site


def may_decide(caller: Caller) -> ColumnElement[bool]:
    """The condition under which the caller decides about a visit's problems: the office, or its leader."""
    is_leader = col(Inspection.id).in_(
        select(col(GrantRow.inspection_id)).where(
            col(GrantRow.account_id) == caller.id,
            col(GrantRow.role) == TeamRole.LEADER.value,
            col(GrantRow.revoked_pos).is_(None),
        )
    )
    if not caller.may(Permission.MANAGE_RECTIFICATION):
        return is_leader
    return or_(is_leader, col(Inspection.jurisdiction).startswith(caller.jurisdiction, autoescape=True))


async def check_may_decide(session: AsyncSession, inspection_id: str, caller: Caller) -> None:
    """Raises NotYoursToDecide for somebody who may see the visit and no more."""
    found = await session.scalar(
        select(col(Inspection.id)).where(col(Inspection.id) == inspection_id, may_decide(caller))
    )
    if found is None:
        raise NotYoursToDecide


async def problem(session: AsyncSession, problem_id: str, caller: Caller, *, is_locked: bool = False) -> Problem:
    """A problem that the caller may see; raises ProblemUnknown."""
    query = (
        select(Problem)
        .join(Inspection, col(Inspection.id) == col(Problem.inspection_id))
        .where(col(Problem.id) == problem_id, visible_inspections(caller))
    )
    row = await session.scalar(query.with_for_update(of=Problem) if is_locked else query)
    if row is None:
        raise ProblemUnknown
    return row


async def problem_to_decide(session: AsyncSession, problem_id: str, caller: Caller) -> Problem:
    """A problem, locked, that the caller may decide about; raises ProblemUnknown or NotYoursToDecide."""
    row = await problem(session, problem_id, caller, is_locked=True)
    await check_may_decide(session, row.inspection_id, caller)
    return row


async def locked_problem(session: AsyncSession, problem_id: str) -> Problem:
    """A problem for whoever holds an id of it already, locked; raises ProblemUnknown."""
    row = await session.scalar(
        select(Problem).where(col(Problem.id) == problem_id).with_for_update().execution_options(populate_existing=True)
    )
    if row is None:
        raise ProblemUnknown
    return row


async def order(session: AsyncSession, order_id: str, caller: Caller) -> Order:
    """An order that the caller may see; raises OrderUnknown."""
    row = await session.scalar(
        select(Order)
        .join(Inspection, col(Inspection.id) == col(Order.inspection_id))
        .where(col(Order.id) == order_id, visible_inspections(caller))
    )
    if row is None:
        raise OrderUnknown
    return row


async def order_to_decide(session: AsyncSession, order_id: str, caller: Caller) -> Order:
    """An order, locked, that the caller may issue, serve or withdraw; raises OrderUnknown or NotYoursToDecide."""
    row = await order(session, order_id, caller)
    await check_may_decide(session, row.inspection_id, caller)
    locked = await session.scalar(
        select(Order).where(col(Order.id) == order_id).with_for_update().execution_options(populate_existing=True)
    )
    return locked or row


async def last_order_number(session: AsyncSession, inspection_id: str) -> int:
    """The number of the newest order of a visit; 0 before the first."""
    return await session.scalar(select(func.max(col(Order.n))).where(col(Order.inspection_id) == inspection_id)) or 0


async def problems_without_order(session: AsyncSession, inspection_id: str) -> list[Problem]:
    """Open problems of a visit that stand on no order, in the order of their numbers."""
    rows = await session.scalars(
        select(Problem)
        .where(
            col(Problem.inspection_id) == inspection_id,
            col(Problem.order_id).is_(None),
            col(Problem.state).not_in(FINAL),
        )
        .order_by(col(Problem.code))
    )
    return list(rows)


async def problems_of_order(session: AsyncSession, order_id: str, *, is_open: bool = False) -> list[Problem]:
    """The problems on an order, in the order of their numbers; only those that have not ended, if so wished."""
    query = select(Problem).where(col(Problem.order_id) == order_id).order_by(col(Problem.code))
    return list(await session.scalars(query.where(col(Problem.state).not_in(FINAL)) if is_open else query))


async def has_granted_extension(session: AsyncSession, order_id: str) -> bool:
    """True when a day of the order was extended."""
    found = await session.scalar(
        select(col(Extension.id))
        .where(col(Extension.order_id) == order_id, col(Extension.state) == RequestState.GRANTED.value)
        .limit(1)
    )
    return found is not None


async def pending_extension(session: AsyncSession, problem_id: str) -> Extension | None:
    """The extension that waits for an answer."""
    return await session.scalar(
        select(Extension).where(
            col(Extension.problem_id) == problem_id, col(Extension.state) == RequestState.ASKED.value
        )
    )


async def pending_objection(session: AsyncSession, problem_id: str) -> Objection | None:
    """The objection that waits for an answer."""
    return await session.scalar(
        select(Objection).where(
            col(Objection.problem_id) == problem_id, col(Objection.state) == RequestState.ASKED.value
        )
    )


Request = TypeVar("Request", Extension, Objection, LadderStep)


async def request_to_decide(session: AsyncSession, table: type[Request], row_id: str, caller: Caller) -> Request:
    """An extension, objection or step, locked, for who may decide it; raises RequestUnknown or NotYoursToDecide."""
    found = await session.execute(
        select(table, col(Problem.inspection_id))
        .join(Problem, col(Problem.id) == col(table.problem_id))
        .join(Inspection, col(Inspection.id) == col(Problem.inspection_id))
        .where(col(table.id) == row_id, visible_inspections(caller))
        .with_for_update(of=table)
    )
    first = found.first()
    if first is None:
        raise RequestUnknown
    await check_may_decide(session, first[1], caller)
    row: Request = first[0]
    return row


async def referral_to_decide(session: AsyncSession, referral_id: str, caller: Caller) -> Referral:
    """A referral, locked, for who may record its reply; raises RequestUnknown or NotYoursToDecide."""
    row = await session.scalar(
        select(Referral)
        .join(Inspection, col(Inspection.id) == col(Referral.inspection_id))
        .where(col(Referral.id) == referral_id, visible_inspections(caller))
        .with_for_update(of=Referral)
    )
    if row is None:
        raise RequestUnknown
    await check_may_decide(session, row.inspection_id, caller)
    return row


async def visible_referral(session: AsyncSession, referral_id: str, caller: Caller) -> Referral:
    """A referral of a visit that the caller may see; raises RequestUnknown."""
    row = await session.scalar(
        select(Referral)
        .join(Inspection, col(Inspection.id) == col(Referral.inspection_id))
        .where(col(Referral.id) == referral_id, visible_inspections(caller))
    )
    if row is None:
        raise RequestUnknown
    return row


async def reminders_of(session: AsyncSession, problem_ids: Sequence[str]) -> set[tuple[str, date, str]]:
    """The reminders that went out for some problems: problem, deadline, kind."""
    rows = await session.execute(
        select(col(Reminder.problem_id), col(Reminder.due_on), col(Reminder.kind)).where(
            col(Reminder.problem_id).in_(problem_ids)
        )
    )
    return {(row[0], row[1], row[2]) for row in rows}


async def steps_known(session: AsyncSession, problem_ids: Sequence[str]) -> set[tuple[str, str, date]]:
    """The rungs that some problems have reached: problem, rung, deadline."""
    rows = await session.execute(
        select(col(LadderStep.problem_id), col(LadderStep.rung), col(LadderStep.due_on)).where(
            col(LadderStep.problem_id).in_(problem_ids)
        )
    )
    return {(row[0], row[1], row[2]) for row in rows}


async def problems_due(session: AsyncSession, *, last: date, after: str = "", limit: int = 200) -> list[Problem]:
    """Open problems with a deadline that counts, due by `last`, by their id after `after`; locked."""
    rows = await session.scalars(
        select(Problem)
        .where(
            col(Problem.state).not_in(FINAL),
            col(Problem.is_due_provisional).is_(False),
            col(Problem.due_on) <= last,
            col(Problem.id) > after,
        )
        .order_by(col(Problem.id))
        .limit(limit)
        .with_for_update()
    )
    return list(rows)


async def referrals_late(session: AsyncSession, *, today: date) -> list[Referral]:
    """Referrals whose reply should have come before today."""
    rows = await session.scalars(
        select(Referral)
        .where(col(Referral.state) == ReferralState.SENT.value, col(Referral.reply_due_on) < today)
        .order_by(col(Referral.id))
    )
    return list(rows)


@dataclass(frozen=True)
class OrdersWanted:
    """What the list of orders is narrowed to."""

    state: str | None = None
    jurisdiction: str | None = None
    campaign: str | None = None
    inspection: str | None = None
    q: str | None = None


@dataclass(frozen=True)
class OrderRow:
    """An order with its place and how its problems stand."""

    row: Order
    visit_code: str
    campaign: str
    site: str
    enterprise: str
    problems: int
    open_problems: int
    first_due_on: date | None


def _problems_of(*more: ColumnElement[bool], what: Any = None) -> Any:
    query = select(func.count() if what is None else what).select_from(Problem)
    return query.where(col(Problem.order_id) == col(Order.id), *more).correlate(Order).scalar_subquery()


async def orders(
    session: AsyncSession, caller: Caller, wanted: OrdersWanted, *, page: int = 1, size: int = 50
) -> tuple[list[OrderRow], int]:
    """Orders that the caller may see, what waits longest first; and how many there are."""
    is_open = col(Problem.state).not_in(FINAL)
    query: Select[Any] = (
        select(
            Order,
            col(Inspection.code),
            col(Inspection.campaign),
            col(Site.name),
            col(Enterprise.name),
            _problems_of(),
            _problems_of(is_open),
            _problems_of(is_open, what=func.min(col(Problem.due_on))),
        )
        .join(Inspection, col(Inspection.id) == col(Order.inspection_id))
        .join(Site, col(Site.id) == col(Order.site_id))
        .join(Enterprise, col(Enterprise.id) == col(Order.enterprise_id))
        .where(visible_inspections(caller), *_order_conditions(wanted))
    )
    total = await session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = await session.execute(
        query.order_by(col(Order.drafted_at), col(Order.id)).limit(size).offset((page - 1) * size)
    )
    return [OrderRow(*row) for row in rows], total


def _order_conditions(wanted: OrdersWanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.state:
        found.append(col(Order.state) == wanted.state)
    if wanted.jurisdiction:
        found.append(col(Order.jurisdiction).startswith(wanted.jurisdiction, autoescape=True))
    if wanted.campaign:
        found.append(col(Inspection.campaign) == wanted.campaign.replace("\0", ""))
    if wanted.inspection:
        found.append(col(Order.inspection_id) == wanted.inspection)
    for word in (wanted.q or "").replace("\0", "").split():
        names = (col(Order.number), col(Inspection.code), col(Site.name), col(Enterprise.name))
        found.append(or_(*(name.icontains(word, autoescape=True) for name in names)))
    return found


@dataclass(frozen=True)
class Waiting:
    """A request, step or referral with what it is about."""

    row: Any
    problem: Problem | None
    visit: str
    visit_code: str
    site: str
    enterprise: str


async def requests(
    session: AsyncSession, caller: Caller, table: type[Request], *, state: str | None, page: int = 1, size: int = 50
) -> tuple[list[Waiting], int]:
    """Extensions, objections or steps that the caller may see, the oldest first; and how many there are."""
    query: Any = (
        select(table, Problem, col(Inspection.id), col(Inspection.code), col(Site.name), col(Enterprise.name))
        .join(Problem, col(Problem.id) == col(table.problem_id))
        .join(Inspection, col(Inspection.id) == col(Problem.inspection_id))
        .join(Site, col(Site.id) == col(Problem.site_id))
        .join(Enterprise, col(Enterprise.id) == col(Site.enterprise_id))
        .where(visible_inspections(caller))
    )
    if state:
        query = query.where(col(table.state) == state)
    total = await session.scalar(select(func.count()).select_from(query.with_only_columns(col(table.id)).subquery()))
    rows = await session.execute(query.order_by(col(table.id)).limit(size).offset((page - 1) * size))
    return [Waiting(*row) for row in rows], total or 0


async def referrals(
    session: AsyncSession, caller: Caller, *, state: str | None = None, page: int = 1, size: int = 50
) -> tuple[list[Waiting], int]:
    """Referrals that the caller may see, the newest first; and how many there are."""
    return await some_referrals(session, visible_inspections(caller), state=state, page=page, size=size)


async def some_referrals(
    session: AsyncSession, whose: ColumnElement[bool], *, state: str | None, page: int, size: int
) -> tuple[list[Waiting], int]:
    """One page of the referrals that a condition lets through, the newest first; and how many there are."""
    query: Any = (
        select(Referral, col(Inspection.id), col(Inspection.code), col(Site.name), col(Enterprise.name))
        .join(Inspection, col(Inspection.id) == col(Referral.inspection_id))
        .join(Site, col(Site.id) == col(Inspection.site_id))
        .join(Enterprise, col(Enterprise.id) == col(Site.enterprise_id))
        .where(whose)
    )
    if state:
        query = query.where(col(Referral.state) == state)
    total = await session.scalar(select(func.count()).select_from(query.with_only_columns(col(Referral.id)).subquery()))
    rows = await session.execute(query.order_by(col(Referral.id).desc()).limit(size).offset((page - 1) * size))
    return [Waiting(row[0], None, row[1], row[2], row[3], row[4]) for row in rows], total or 0


async def problems_of_referral(session: AsyncSession, referral_id: str) -> list[Problem]:
    """What was handed over by a referral."""
    rows = await session.scalars(
        select(Problem).where(and_(col(Problem.referral_id) == referral_id)).order_by(col(Problem.code))
    )
    return list(rows)


async def orders_to_serve(session: AsyncSession, caller: Caller) -> dict[str, int]:
    """How many orders wait to be issued and to be served."""
    rows = await session.execute(
        select(col(Order.state), func.count())
        .join(Inspection, col(Inspection.id) == col(Order.inspection_id))
        .where(
            visible_inspections(caller),
            col(Order.state).in_([OrderState.DRAFT.value, OrderState.ISSUED.value]),
        )
        .group_by(col(Order.state))
    )
    return {row[0]: row[1] for row in rows}


async def outcomes_of(session: AsyncSession, recheck_id: str) -> list[RecheckOutcome]:
    """What a recheck has found, in the order of the problems."""
    rows = await session.scalars(
        select(RecheckOutcome)
        .join(Problem, col(Problem.id) == col(RecheckOutcome.problem_id))
        .where(col(RecheckOutcome.recheck_id) == recheck_id)
        .order_by(col(Problem.code))
    )
    return list(rows)
