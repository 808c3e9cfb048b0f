"""Finding problems and rechecks. Lists are scoped: an officer sees his teams' visits, an office its jurisdiction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts.queries import Caller
from suicha.checklists.rules import Severity
from suicha.infra.db import ranked
from suicha.inspections.access import visible_inspections
from suicha.inspections.tables import Inspection
from suicha.rectification.rules import FINAL, ProblemState, RecheckKind, RecheckState
from suicha.rectification.tables import Problem, Recheck
from suicha.registry.tables import Enterprise, Site


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to; `overdue_on` leaves only problems whose day had passed by then and that are open."""

    inspection: str | None = None
    state: str | None = None
    jurisdiction: str | None = None
    campaign: str | None = None
    team: int | None = None
    overdue_on: date | None = None


ALL = Wanted()


@dataclass(frozen=True)
class Found:
    """A row with the visit and the place that it belongs to."""

    row: Any
    visit_code: str
    site_name: str
    enterprise_name: str


async def items_of(session: AsyncSession, inspection_id: str) -> set[str]:
    """The items of a visit for which there is a problem already."""
    return set(await session.scalars(select(col(Problem.item)).where(col(Problem.inspection_id) == inspection_id)))


async def recheck_of(
    session: AsyncSession, inspection_id: str, scheduled_on: date, *, kind: RecheckKind = RecheckKind.RECHECK
) -> Recheck | None:
    """The recheck of a visit on a day."""
    return await session.scalar(
        select(Recheck).where(
            col(Recheck.inspection_id) == inspection_id,
            col(Recheck.scheduled_on) == scheduled_on,
            col(Recheck.kind) == kind.value,
        )
    )


async def scopes_of_rechecks_to_turn(session: AsyncSession, state: RecheckState, *, today: date) -> list[str]:
    """The visits whose rechecks are to be turned today."""
    return list(await session.scalars(_to_turn(select(col(Recheck.scope)).distinct(), state, today)))


async def rechecks_to_turn(session: AsyncSession, state: RecheckState, *, today: date) -> list[Recheck]:
    """Rechecks whose next step is due, in the order of their feeds."""
    query = _to_turn(select(Recheck), state, today).order_by(col(Recheck.scope), col(Recheck.scheduled_on))
    return list(await session.scalars(query.execution_options(populate_existing=True)))


def _to_turn(query: Select[Any], state: RecheckState, today: date) -> Select[Any]:
    """A scheduled recheck turns due on its day, a due one turns overdue on the day after."""
    day = col(Recheck.scheduled_on)
    has_come = day < today if state is RecheckState.DUE else day <= today
    return query.where(col(Recheck.state) == state.value, has_come)


async def problems_at_sites(session: AsyncSession, site_ids: Sequence[str]) -> list[Problem]:
    """All problems that were ever found at some sites, the newest first."""
    rows = await session.scalars(
        select(Problem)
        .where(col(Problem.site_id).in_(list(site_ids)))
        .order_by(col(Problem.found_on).desc(), col(Problem.code))
    )
    return list(rows)


async def problems(
    session: AsyncSession, caller: Caller, wanted: Wanted = ALL, *, sort: str = "due_on", page: int = 1, size: int = 50
) -> tuple[list[Found], int]:
    """Problems that the caller may see, by default first due first; and how many there are in all."""
    query = _with_place(select(Problem), Problem, caller, wanted)
    return await _paged(session, query.order_by(*_order(PROBLEM_SORTS, sort, col(Problem.code))), page, size)


async def rechecks(
    session: AsyncSession,
    caller: Caller,
    wanted: Wanted = ALL,
    *,
    sort: str = "scheduled_on",
    page: int = 1,
    size: int = 50,
) -> tuple[list[Found], int]:
    """Rechecks that the caller may see, by default first day first; and how many there are in all."""
    query = _with_place(select(Recheck), Recheck, caller, wanted)
    return await _paged(session, query.order_by(*_order(RECHECK_SORTS, sort, col(Recheck.id))), page, size)


# By what the lists can be sorted; a leading minus turns it round.
PROBLEM_SORTS: dict[str, Any] = {
    "due_on": col(Problem.due_on),
    "code": col(Problem.code),
    "site": col(Site.name),
    "state": ranked(col(Problem.state), list(ProblemState)),
    "severity": ranked(col(Problem.severity), list(Severity)),
    "recheck_on": col(Problem.recheck_on),
    "found_on": col(Problem.found_on),
}
RECHECK_SORTS: dict[str, Any] = {
    "scheduled_on": col(Recheck.scheduled_on),
    "state": ranked(col(Recheck.state), list(RecheckState)),
    "visit": col(Inspection.code),
    "site": col(Site.name),
}


def _order(sorts: dict[str, Any], sort: str, tie: Any) -> list[Any]:
    column = sorts[sort.removeprefix("-")]
    return [column.desc() if sort.startswith("-") else column.asc(), tie]


def _with_place(
    query: Select[Any], table: type[Problem] | type[Recheck], caller: Caller, wanted: Wanted
) -> Select[Any]:
    query = (
        query.add_columns(col(Inspection.code), col(Site.name), col(Enterprise.name))
        .join(Inspection, col(Inspection.id) == col(table.inspection_id))
        .join(Site, col(Site.id) == col(table.site_id))
        .join(Enterprise, col(Enterprise.id) == col(Site.enterprise_id))
        .where(visible_inspections(caller))
    )
    return query.where(*_conditions(table, wanted))


def _conditions(table: type[Problem] | type[Recheck], wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.inspection is not None:
        found.append(col(table.inspection_id) == wanted.inspection)
    if wanted.state is not None:
        found.append(col(table.state) == wanted.state)
    if wanted.jurisdiction:
        found.append(col(table.jurisdiction).startswith(wanted.jurisdiction, autoescape=True))
    if wanted.campaign:
        # No text in the database holds U+0000, and PostgreSQL refuses to look for it.
        found.append(col(Inspection.campaign) == wanted.campaign.replace("\0", ""))
    if wanted.team is not None:
        found.append(col(Inspection.team_no) == wanted.team)
    if wanted.overdue_on is not None and table is Problem:
        found += [col(Problem.state).not_in(FINAL), col(Problem.due_on) < wanted.overdue_on]
    return found


async def _paged(session: AsyncSession, query: Select[Any], page: int, size: int) -> tuple[list[Found], int]:
    total = await session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    rows = await session.execute(query.limit(size).offset((page - 1) * size))
    return [Found(*row) for row in rows], total


async def problems_of_rechecks(session: AsyncSession, recheck_ids: Sequence[str]) -> dict[str, list[Problem]]:
    """What is to be looked at in each recheck, by its id."""
    rows = await session.scalars(
        select(Problem).where(col(Problem.recheck_id).in_(list(recheck_ids))).order_by(col(Problem.code))
    )
    found: dict[str, list[Problem]] = {}
    for row in rows:
        found.setdefault(row.recheck_id, []).append(row)
    return found


async def summaries(session: AsyncSession, inspection_ids: Sequence[str]) -> dict[str, tuple[int, date | None]]:
    """For each visit: how many problems, and the next day on which somebody comes back."""
    rows = await session.execute(
        select(col(Problem.inspection_id), func.count())
        .where(col(Problem.inspection_id).in_(list(inspection_ids)))
        .group_by(col(Problem.inspection_id))
    )
    counts = {row[0]: row[1] for row in rows}
    days = await session.execute(
        select(col(Recheck.inspection_id), func.min(col(Recheck.scheduled_on)))
        .where(col(Recheck.inspection_id).in_(list(inspection_ids)), col(Recheck.state) != RecheckState.DONE.value)
        .group_by(col(Recheck.inspection_id))
    )
    next_days = {row[0]: row[1] for row in days}
    return {inspection_id: (count, next_days.get(inspection_id)) for inspection_id, count in counts.items()}
