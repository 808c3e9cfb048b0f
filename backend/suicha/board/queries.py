"""Lists and numbers over visits, problems and rechecks, always through what the caller may see."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Label, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts.queries import Caller
from suicha.accounts.tables import Account
from suicha.board.rules import Board, Decision, DecisionKind, DistrictCount, by_urgency, week_counts, week_of
from suicha.checklists import queries as checklists
from suicha.inspections.access import visible_inspections
from suicha.inspections.rules.facts import TeamRole
from suicha.inspections.rules.lifecycle import VisitState
from suicha.inspections.tables import GrantRow, Inspection
from suicha.kit.clock import SHANGHAI, local_date
from suicha.rectification.rules import ProblemState, RecheckState
from suicha.rectification.tables import Problem, Recheck
from suicha.registry import queries as registry
from suicha.registry.tables import Enterprise, Jurisdiction, Site


class Sort(StrEnum):
    """By what the list of visits can be sorted; a leading minus turns it round."""

    PLANNED_ON = "planned_on"
    CODE = "code"
    STATE = "state"
    DISTRICT = "district"
    SITE = "site"
    TEAM_NO = "team_no"
    ANSWERED = "answered"
    FAILED = "failed"
    CONFLICTS = "conflicts"
    LATE = "late"
    SEALED_AT = "sealed_at"
    PROBLEMS = "problems"
    RECHECK_ON = "recheck_on"


@dataclass(frozen=True)
class VisitFilter:
    """What the list of visits is narrowed to."""

    state: VisitState | None = None
    jurisdiction: str | None = None
    team: int | None = None
    q: str | None = None
    planned_on: date | None = None


def _problem_count() -> Label[int]:
    return (
        select(func.count())
        .select_from(Problem)
        .where(col(Problem.inspection_id) == col(Inspection.id))
        .correlate(Inspection)
        .scalar_subquery()
        .label("problems")
    )


def _next_recheck() -> Label[date]:
    return (
        select(func.min(col(Recheck.scheduled_on)))
        .where(col(Recheck.inspection_id) == col(Inspection.id), col(Recheck.state) != RecheckState.DONE.value)
        .correlate(Inspection)
        .scalar_subquery()
        .label("recheck_on")
    )


def _leader() -> Label[str]:
    return (
        select(func.min(col(Account.name)))
        .join(GrantRow, col(GrantRow.account_id) == col(Account.id))
        .where(
            col(GrantRow.inspection_id) == col(Inspection.id),
            col(GrantRow.role) == TeamRole.LEADER.value,
            col(GrantRow.revoked_pos).is_(None),
        )
        .correlate(Inspection)
        .scalar_subquery()
        .label("leader")
    )


async def visits(
    session: AsyncSession,
    caller: Caller,
    wanted: VisitFilter,
    *,
    sort: str = Sort.PLANNED_ON,
    page: int = 1,
    size: int = 200,
) -> tuple[list[dict[str, Any]], int]:
    """One page of the visits that the caller may see, as the list shows them; and how many there are in all."""
    where = _conditions(caller, wanted)
    total: int = await session.scalar(_placed(select(func.count(col(Inspection.id)))).where(*where)) or 0
    query = _placed(select(*_columns())).where(*where).order_by(*_order(sort)).limit(size).offset((page - 1) * size)
    rows: list[dict[str, Any]] = [dict(row) for row in (await session.execute(query)).mappings()]
    for row in rows:
        row["items_total"] = len(await checklists.item_codes(session, row.pop("edition_hash")))
    return rows, total


def _columns() -> list[Any]:
    return [
        col(Inspection.id),
        col(Inspection.code),
        col(Site.name).label("site"),
        col(Enterprise.name).label("enterprise"),
        col(Jurisdiction.name).label("district"),
        col(Inspection.jurisdiction),
        col(Inspection.team_no),
        _leader(),
        col(Inspection.planned_on),
        col(Inspection.state),
        col(Inspection.edition_hash),
        col(Inspection.answered_count).label("answered"),
        col(Inspection.failed_count).label("failed"),
        col(Inspection.conflict_count).label("conflicts"),
        col(Inspection.late_count).label("late"),
        col(Inspection.sealed_at),
        _problem_count(),
        _next_recheck(),
    ]


def _placed(query: Select[Any]) -> Select[Any]:
    return (
        query.select_from(Inspection)
        .join(Site, col(Site.id) == col(Inspection.site_id))
        .join(Enterprise, col(Enterprise.id) == col(Site.enterprise_id))
        .join(Jurisdiction, col(Jurisdiction.code) == col(Inspection.jurisdiction))
    )


def _conditions(caller: Caller, wanted: VisitFilter) -> list[ColumnElement[bool]]:
    found = [visible_inspections(caller)]
    if wanted.state is not None:
        found.append(col(Inspection.state) == wanted.state.value)
    if wanted.jurisdiction:
        found.append(col(Inspection.jurisdiction).startswith(wanted.jurisdiction, autoescape=True))
    if wanted.team is not None:
        found.append(col(Inspection.team_no) == wanted.team)
    if wanted.planned_on is not None:
        found.append(col(Inspection.planned_on) == wanted.planned_on)
    # No text in the database holds U+0000, and PostgreSQL refuses to look for it.
    words = (wanted.q or "").replace("\0", "").split()
    found += [
        or_(*(name.icontains(word, autoescape=True) for name in (
            col(Inspection.code), col(Site.name), col(Enterprise.name), col(Jurisdiction.name))))
        for word in words
    ]  # fmt: skip
    return found


def _order(sort: str) -> list[Any]:
    by = Sort(sort.removeprefix("-"))
    columns: dict[Sort, Any] = {
        Sort.PLANNED_ON: col(Inspection.planned_on),
        Sort.CODE: col(Inspection.code),
        Sort.STATE: col(Inspection.state),
        Sort.DISTRICT: col(Inspection.jurisdiction),
        Sort.SITE: col(Site.name),
        Sort.TEAM_NO: col(Inspection.team_no),
        Sort.ANSWERED: col(Inspection.answered_count),
        Sort.FAILED: col(Inspection.failed_count),
        Sort.CONFLICTS: col(Inspection.conflict_count),
        Sort.LATE: col(Inspection.late_count),
        Sort.SEALED_AT: col(Inspection.sealed_at),
        Sort.PROBLEMS: _problem_count(),
        Sort.RECHECK_ON: _next_recheck(),
    }
    column = columns[by]
    # The databases disagree on where nulls go; a list shows rows without a value last.
    return [(column.desc() if sort.startswith("-") else column.asc()).nulls_last(), col(Inspection.code)]


async def board(session: AsyncSession, caller: Caller, *, today: date) -> Board:
    """The numbers of the round in the caller's jurisdiction."""
    visit_counts = await _counts(session, caller, Inspection.jurisdiction, Inspection.state)
    problem_counts = await _counts(session, caller, Problem.jurisdiction, Problem.state, of=Problem)
    recheck_counts = await _counts(session, caller, Recheck.jurisdiction, Recheck.state, of=Recheck)
    return Board(
        today=today,
        visits=_summed(visit_counts, [state.value for state in VisitState]),
        problems=_summed(problem_counts, [state.value for state in ProblemState]),
        rechecks=_summed(recheck_counts, [state.value for state in RecheckState]),
        districts=await _districts(session, visit_counts, problem_counts, recheck_counts),
        decisions=await _decisions(session, caller),
        week=await _week(session, caller, today),
    )


Counts = dict[tuple[Any, str], int]


async def _counts(session: AsyncSession, caller: Caller, group: Any, state: Any, *, of: Any = None) -> Counts:
    query = select(col(group), col(state), func.count()).select_from(of or Inspection)
    if of is not None:
        query = query.join(Inspection, col(Inspection.id) == col(of.inspection_id))
    rows = await session.execute(query.where(visible_inspections(caller)).group_by(col(group), col(state)))
    return {(row[0], row[1]): row[2] for row in rows}


def _summed(counts: Counts, states: list[str]) -> dict[str, int]:
    return {state: sum(count for (_, at), count in counts.items() if at == state) for state in states}


async def _districts(
    session: AsyncSession, visit_counts: Counts, problem_counts: Counts, recheck_counts: Counts
) -> list[DistrictCount]:
    names = await registry.jurisdiction_names(session)
    districts = {
        code: DistrictCount(code, names.get(code, code)) for code in sorted({code for code, _ in visit_counts})
    }
    for (code, state), count in visit_counts.items():
        districts[code].add_visits(state, count)
    for (code, state), count in problem_counts.items():
        districts[code].problems += count
        districts[code].open_problems += count if state != ProblemState.CLOSED else 0
    for (code, state), count in recheck_counts.items():
        districts[code].rechecks_due += count if state == RecheckState.DUE else 0
        districts[code].rechecks_overdue += count if state == RecheckState.OVERDUE else 0
    return list(districts.values())


async def _decisions(session: AsyncSession, caller: Caller) -> list[Decision]:
    """What waits for somebody: disagreements, disputed seals, late records, rechecks that nobody made."""
    rows = await session.execute(
        select(Inspection, col(Site.name))
        .join(Site, col(Site.id) == col(Inspection.site_id))
        .where(
            visible_inspections(caller),
            or_(
                col(Inspection.conflict_count) > 0,
                col(Inspection.late_count) > 0,
                col(Inspection.state) == VisitState.DISPUTED.value,
            ),
        )
    )
    found = [decision for visit, site in rows for decision in _decisions_of(visit, site)]
    overdue = await session.execute(
        select(Inspection, col(Site.name), func.count(), func.min(col(Recheck.scheduled_on)))
        .join(Recheck, col(Recheck.inspection_id) == col(Inspection.id))
        .join(Site, col(Site.id) == col(Inspection.site_id))
        .where(visible_inspections(caller), col(Recheck.state) == RecheckState.OVERDUE.value)
        .group_by(col(Inspection.id), col(Site.name))
    )
    found += [_decision(DecisionKind.RECHECK_OVERDUE, visit, site, n, since) for visit, site, n, since in overdue]
    return by_urgency(found)


def _decisions_of(visit: Inspection, site: str) -> list[Decision]:
    is_disputed = visit.state == VisitState.DISPUTED
    counts = {
        DecisionKind.DISPUTED: int(is_disputed),
        DecisionKind.CONFLICT: visit.conflict_count,
        DecisionKind.LATE: visit.late_count,
    }
    since = local_date(visit.sealed_at or visit.begun_at or visit.dispatched_at)
    return [_decision(kind, visit, site, count, since) for kind, count in counts.items() if count]


def _decision(kind: DecisionKind, visit: Inspection, site: str, count: int, since: date | None) -> Decision:
    return Decision(kind, visit.id, visit.code, site, visit.jurisdiction, count, since)


async def _week(session: AsyncSession, caller: Caller, today: date) -> list[Any]:
    days = week_of(today)
    planned = await session.execute(
        select(col(Inspection.planned_on), func.count())
        .where(visible_inspections(caller), col(Inspection.planned_on).in_(days))
        .group_by(col(Inspection.planned_on))
    )
    begins = datetime.combine(days[0], time(0), SHANGHAI)
    sealed = await session.scalars(
        select(col(Inspection.sealed_at)).where(
            visible_inspections(caller),
            col(Inspection.sealed_at) >= begins,
            col(Inspection.sealed_at) < begins + timedelta(days=7),
        )
    )
    rechecks = await session.execute(
        select(col(Recheck.scheduled_on), func.count())
        .join(Inspection, col(Inspection.id) == col(Recheck.inspection_id))
        .where(visible_inspections(caller), col(Recheck.scheduled_on).in_(days))
        .group_by(col(Recheck.scheduled_on))
    )
    return week_counts(
        today,
        planned={row[0]: row[1] for row in planned},
        sealed=[local_date(at) for at in sealed if at is not None],
        rechecks={row[0]: row[1] for row in rechecks},
    )
