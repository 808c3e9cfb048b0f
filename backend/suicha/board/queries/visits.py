"""The list of visits: scoped, narrowed, sorted and paged by the database."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Label, Select, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts.queries import Caller
from suicha.accounts.tables import Account
from suicha.board.rules.progress import INSPECTED_STATES
from suicha.checklists import queries as checklists
from suicha.evidence.rules import BlobState
from suicha.evidence.tables import Blob, Link
from suicha.feed.rules import VISIT_PREFIX
from suicha.infra.db import ranked
from suicha.inspections.access import own_inspections, visible_inspections
from suicha.inspections.rules.facts import TeamRole
from suicha.inspections.rules.lifecycle import VisitState
from suicha.inspections.tables import GrantRow, Inspection
from suicha.rectification.rules import FINAL, RecheckState
from suicha.rectification.tables import Problem, Recheck
from suicha.registry.tables import Enterprise, Jurisdiction, Site

FIRST_VISIT = "inspection"


class Sort(StrEnum):
    """By what the list of visits can be sorted; a leading minus turns it round."""

    PLANNED_ON = "planned_on"
    CODE = "code"
    STATE = "state"
    DISTRICT = "district"
    SITE = "site"
    RISK_CLASS = "risk_class"
    TEAM_NO = "team_no"
    ANSWERED = "answered"
    FAILED = "failed"
    CONFLICTS = "conflicts"
    LATE = "late"
    SEALED_AT = "sealed_at"
    PROBLEMS = "problems"
    OPEN_PROBLEMS = "open_problems"
    PHOTOS_OWED = "photos_owed"
    RECHECK_ON = "recheck_on"


@dataclass(frozen=True)
class VisitFilter:
    """What the list of visits is narrowed to; `is_own` leaves only those in which the caller has a part himself."""

    campaign: str | None = None
    state: VisitState | None = None
    jurisdiction: str | None = None
    team: int | None = None
    q: str | None = None
    planned_on: date | None = None
    planned_from: date | None = None
    planned_to: date | None = None
    has_problems: bool | None = None
    is_inspected: bool | None = None
    is_own: bool = False


def _problem_count(name: str = "problems", *, is_open: bool = False) -> Label[int]:
    query = select(func.count()).select_from(Problem).where(col(Problem.inspection_id) == col(Inspection.id))
    if is_open:
        query = query.where(col(Problem.state).not_in(FINAL))
    return query.correlate(Inspection).scalar_subquery().label(name)


def _open_problems() -> Label[int]:
    return _problem_count("open_problems", is_open=True)


def _photos_owed() -> Label[int]:
    """Pictures that a record names and whose bytes are not here: photos, and signatures drawn on the phone."""
    return (
        select(func.count(col(Link.sha256).distinct()))
        .join(Blob, col(Blob.sha256) == col(Link.sha256))
        .where(
            col(Link.scope) == literal(VISIT_PREFIX).concat(col(Inspection.id)),
            col(Blob.state) != BlobState.VERIFIED.value,
        )
        .correlate(Inspection)
        .scalar_subquery()
        .label("photos_owed")
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


async def districts(session: AsyncSession, caller: Caller) -> list[Jurisdiction]:
    """The districts of the visits that the caller may see, in the order of their codes."""
    seen = select(col(Inspection.jurisdiction)).where(visible_inspections(caller))
    rows = await session.scalars(
        select(Jurisdiction).where(col(Jurisdiction.code).in_(seen)).order_by(col(Jurisdiction.code))
    )
    return list(rows)


async def count(session: AsyncSession, caller: Caller, wanted: VisitFilter) -> int:
    """How many visits fit."""
    return (
        await session.scalar(_placed(select(func.count(col(Inspection.id)))).where(*_conditions(caller, wanted))) or 0
    )


def _columns() -> list[Any]:
    return [
        col(Inspection.id),
        col(Inspection.code),
        col(Inspection.campaign),
        col(Site.name).label("site"),
        col(Enterprise.name).label("enterprise"),
        col(Site.risk_class),
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
        _open_problems(),
        _photos_owed(),
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
    return [*conditions_of_rows(caller, wanted), *_words(wanted.q or "")]


def conditions_of_rows(caller: Caller, wanted: VisitFilter) -> list[ColumnElement[bool]]:
    """What a visit must fulfil as far as its own row can tell: all but `q`, which looks at its place too."""
    found = [own_inspections(caller) if wanted.is_own else visible_inspections(caller)]
    if not wanted.is_own:
        # The numbers of a round are those of its first visits; rechecks have their own lists. A team sees all it has.
        found.append(col(Inspection.kind) == FIRST_VISIT)
    if wanted.campaign:
        found.append(col(Inspection.campaign) == _searchable(wanted.campaign))
    if wanted.state is not None:
        found.append(col(Inspection.state) == wanted.state.value)
    if wanted.is_inspected is not None:
        is_inspected = col(Inspection.state).in_([state.value for state in INSPECTED_STATES])
        found.append(is_inspected if wanted.is_inspected else ~is_inspected)
    if wanted.jurisdiction:
        found.append(col(Inspection.jurisdiction).startswith(wanted.jurisdiction, autoescape=True))
    if wanted.team is not None:
        found.append(col(Inspection.team_no) == wanted.team)
    if wanted.has_problems is not None:
        has_some = select(col(Problem.id)).where(col(Problem.inspection_id) == col(Inspection.id)).exists()
        found.append(has_some if wanted.has_problems else ~has_some)
    return [*found, *_planned(wanted)]


def _planned(wanted: VisitFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.planned_on is not None:
        found.append(col(Inspection.planned_on) == wanted.planned_on)
    if wanted.planned_from is not None:
        found.append(col(Inspection.planned_on) >= wanted.planned_from)
    if wanted.planned_to is not None:
        found.append(col(Inspection.planned_on) <= wanted.planned_to)
    return found


def _words(q: str) -> list[ColumnElement[bool]]:
    places = (col(Inspection.code), col(Site.name), col(Enterprise.name), col(Jurisdiction.name))
    return [or_(*(name.icontains(word, autoescape=True) for name in places)) for word in _searchable(q).split()]


def _searchable(text: str) -> str:
    # No text in the database holds U+0000, and PostgreSQL refuses to look for it.
    return text.replace("\0", "")


def _order(sort: str) -> list[Any]:
    by = Sort(sort.removeprefix("-"))
    columns: dict[Sort, Any] = {
        Sort.PLANNED_ON: col(Inspection.planned_on),
        Sort.CODE: col(Inspection.code),
        Sort.STATE: ranked(col(Inspection.state), list(VisitState)),
        Sort.DISTRICT: col(Inspection.jurisdiction),
        Sort.SITE: col(Site.name),
        Sort.RISK_CLASS: col(Site.risk_class),
        Sort.TEAM_NO: col(Inspection.team_no),
        Sort.ANSWERED: col(Inspection.answered_count),
        Sort.FAILED: col(Inspection.failed_count),
        Sort.CONFLICTS: col(Inspection.conflict_count),
        Sort.LATE: col(Inspection.late_count),
        Sort.SEALED_AT: col(Inspection.sealed_at),
        Sort.PROBLEMS: _problem_count(),
        Sort.OPEN_PROBLEMS: _open_problems(),
        Sort.PHOTOS_OWED: _photos_owed(),
        Sort.RECHECK_ON: _next_recheck(),
    }
    column = columns[by]
    # The databases disagree on where nulls go; a list shows rows without a value last.
    return [(column.desc() if sort.startswith("-") else column.asc()).nulls_last(), col(Inspection.code)]
