"""The numbers of a campaign, counted by the database."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts.queries import Caller
from suicha.board.queries import decisions
from suicha.board.queries.visits import FIRST_VISIT, VisitFilter, conditions_of_rows
from suicha.board.rules.progress import (
    Board,
    CampaignFacts,
    CurvePoint,
    DayCount,
    Numbers,
    Tally,
    curve_of,
    inspected_in,
    running_campaign,
    week_counts,
    week_of,
)
from suicha.inspections.access import visible_inspections
from suicha.inspections.rules.lifecycle import VisitState
from suicha.inspections.tables import Inspection
from suicha.kit.clock import SHANGHAI, local_date
from suicha.rectification.rules import FINAL, ProblemState, RecheckState
from suicha.rectification.tables import Problem, Recheck
from suicha.registry import queries as registry

Where = list[ColumnElement[bool]]
Counts = dict[tuple[str, int, str], int]


async def campaigns(session: AsyncSession, caller: Caller) -> list[CampaignFacts]:
    """The campaigns of which the caller may see visits, the newest first."""
    first = func.min(col(Inspection.planned_on))
    rows = await session.execute(
        select(col(Inspection.campaign), func.count(), first, func.max(col(Inspection.planned_on)))
        .where(visible_inspections(caller), col(Inspection.kind) == FIRST_VISIT)
        .group_by(col(Inspection.campaign))
        .order_by(first.desc(), col(Inspection.campaign))
    )
    return [CampaignFacts(*row) for row in rows]


async def board(session: AsyncSession, caller: Caller, *, campaign: str | None, today: date) -> Board:
    """The numbers of a campaign in the caller's jurisdiction; of the running one where none is named."""
    known = await campaigns(session, caller)
    campaign = campaign or running_campaign(known, today=today)
    where = conditions_of_rows(caller, VisitFilter(campaign=campaign))
    visits = await _counts(session, where, of=Inspection)
    problems = await _counts(session, where, of=Problem)
    rechecks = await _counts(session, where, of=Recheck)
    by_state = _summed(visits, [state.value for state in VisitState])
    found = _summed(problems, [state.value for state in ProblemState])
    return Board(
        today=today,
        campaign=campaign,
        campaigns=known,
        numbers=Numbers(
            drawn=sum(by_state.values()),
            inspected=inspected_in(by_state),
            problems=sum(found.values()),
            put_right=found[ProblemState.CLOSED],
            overdue=await _overdue(session, where, today),
        ),
        visits=by_state,
        problems=found,
        rechecks=_summed(rechecks, [state.value for state in RecheckState]),
        districts=_tallies(visits, problems, rechecks, at=0, names=await registry.jurisdiction_names(session)),
        teams=_tallies(visits, problems, rechecks, at=1, names={}),
        decisions=await decisions.waiting(session, caller),
        curve=await _curve(session, where, today),
        week=await _week(session, where, today),
    )


async def _counts(session: AsyncSession, where: Where, *, of: Any) -> Counts:
    """Rows of a table by their visit's district and team and their own state."""
    group = [col(Inspection.jurisdiction), col(Inspection.team_no), col(of.state)]
    query: Select[Any] = select(*group, func.count()).select_from(Inspection)
    if of is not Inspection:
        query = query.join(of, col(of.inspection_id) == col(Inspection.id))
    return {(row[0], row[1], row[2]): row[3] for row in await session.execute(query.where(*where).group_by(*group))}


def _summed(counts: Counts, states: list[str]) -> dict[str, int]:
    return {state: sum(count for (_, _, at), count in counts.items() if at == state) for state in states}


def _tallies(visits: Counts, problems: Counts, rechecks: Counts, *, at: int, names: Mapping[str, str]) -> list[Tally]:
    """One tally for each district (`at` 0) or team (`at` 1), in the order of their numbers."""
    keys = [str(key) for key in sorted({place[at] for place in visits})]
    found = {key: Tally(key, names.get(key, key)) for key in keys}
    for place, count in visits.items():
        found[str(place[at])].add_visits(place[2], count)
    for place, count in problems.items():
        found[str(place[at])].problems += count
        found[str(place[at])].open_problems += count if place[2] not in FINAL else 0
    for place, count in rechecks.items():
        found[str(place[at])].rechecks_due += count if place[2] == RecheckState.DUE else 0
        found[str(place[at])].rechecks_overdue += count if place[2] == RecheckState.OVERDUE else 0
    return list(found.values())


async def _overdue(session: AsyncSession, where: Where, today: date) -> int:
    query = (
        select(func.count())
        .select_from(Problem)
        .join(Inspection, col(Inspection.id) == col(Problem.inspection_id))
        .where(*where, col(Problem.state).not_in(FINAL), col(Problem.due_on) < today)
    )
    return await session.scalar(query) or 0


async def planned_by_day(session: AsyncSession, where: Where) -> dict[date, int]:
    """How many of the visits are planned for each day."""
    day = col(Inspection.planned_on)
    return {row[0]: row[1] for row in await session.execute(select(day, func.count()).where(*where).group_by(day))}


async def sealed_days(
    session: AsyncSession, where: Where, *, first: date | None = None, last: date | None = None
) -> Counter[date]:
    """How many of the visits were sealed on each day in China, from the first to the last of them."""
    at = col(Inspection.sealed_at)
    query = select(at).where(*where, at.is_not(None))
    if first is not None:
        query = query.where(at >= datetime.combine(first, time(0), SHANGHAI))
    if last is not None:
        query = query.where(at < datetime.combine(last + timedelta(days=1), time(0), SHANGHAI))
    return Counter(local_date(instant) for instant in await session.scalars(query) if instant is not None)


async def rechecks_by_day(session: AsyncSession, where: Where, days: list[date]) -> dict[date, int]:
    """How many rechecks of the visits are to be made on each of some days."""
    day = col(Recheck.scheduled_on)
    query = (
        select(day, func.count())
        .select_from(Recheck)
        .join(Inspection, col(Inspection.id) == col(Recheck.inspection_id))
        .where(*where, day >= days[0], day <= days[-1])
        .group_by(day)
    )
    return {row[0]: row[1] for row in await session.execute(query)}


async def _curve(session: AsyncSession, where: Where, today: date) -> list[CurvePoint]:
    return curve_of(await planned_by_day(session, where), await sealed_days(session, where), today=today)


async def _week(session: AsyncSession, where: Where, today: date) -> list[DayCount]:
    days = week_of(today)
    in_week = [col(Inspection.planned_on) >= days[0], col(Inspection.planned_on) <= days[-1]]
    return week_counts(
        today,
        planned=await planned_by_day(session, [*where, *in_week]),
        sealed=(await sealed_days(session, where, first=days[0], last=days[-1])).elements(),
        rechecks=await rechecks_by_day(session, where, days),
    )
