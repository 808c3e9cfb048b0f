"""The facts behind the statistics and the ledger: narrow rows, counted by the rules."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts.queries import Caller
from suicha.accounts.tables import Account
from suicha.board.queries.visits import FIRST_VISIT
from suicha.board.rules.progress import INSPECTED_STATES
from suicha.board.rules.reports import Names, ProblemFact, Report, VisitFact, Workload, report_of
from suicha.checklists import queries as checklists
from suicha.checklists.rules import Severity
from suicha.inspections.access import visible_inspections
from suicha.inspections.tables import GrantRow, Inspection
from suicha.kit.clock import local_date
from suicha.rectification.sheets import SEVERITIES
from suicha.rectification.tables import Extension, Order, Problem, Recheck, RecheckOutcome, Referral, Submission
from suicha.registry import queries as registry
from suicha.registry.tables import Enterprise, Site


@dataclass(frozen=True)
class Period:
    """Which first visits a report is about: those of a campaign, a place, and planned from one day to another."""

    campaign: str | None = None
    jurisdiction: str | None = None
    first: date | None = None
    last: date | None = None


def _where(caller: Caller, wanted: Period, *, kinds: tuple[str, ...] = (FIRST_VISIT,)) -> list[ColumnElement[bool]]:
    found = [visible_inspections(caller), col(Inspection.kind).in_(kinds)]
    if wanted.campaign:
        # No text in the database holds U+0000, and PostgreSQL refuses to look for it.
        found.append(col(Inspection.campaign) == wanted.campaign.replace("\0", ""))
    if wanted.jurisdiction:
        found.append(col(Inspection.jurisdiction).startswith(wanted.jurisdiction, autoescape=True))
    if wanted.first is not None:
        found.append(col(Inspection.planned_on) >= wanted.first)
    if wanted.last is not None:
        found.append(col(Inspection.planned_on) <= wanted.last)
    return found


async def report(session: AsyncSession, caller: Caller, wanted: Period, *, today: date) -> Report:
    """All tables over the visits that the caller may see."""
    where = _where(caller, wanted)
    visits, enterprises = await _visits(session, where)
    problems = await _problems(session, where)
    names = Names(
        districts=await registry.jurisdiction_names(session),
        enterprises=enterprises,
        items=await _items(session, where),
        severities={severity.value: SEVERITIES[severity] for severity in Severity},
    )
    people = await _people(session, _where(caller, wanted, kinds=(FIRST_VISIT, "recheck", "lookback")))
    return report_of(visits, problems, people, names, today=today)


async def _visits(session: AsyncSession, where: list[ColumnElement[bool]]) -> tuple[list[VisitFact], dict[str, str]]:
    rows = await session.execute(
        select(
            col(Inspection.id),
            col(Inspection.jurisdiction),
            col(Enterprise.id),
            col(Inspection.site_id),
            col(Inspection.state),
            col(Enterprise.name),
        )
        .join(Site, col(Site.id) == col(Inspection.site_id))
        .join(Enterprise, col(Enterprise.id) == col(Site.enterprise_id))
        .where(*where)
        .order_by(col(Inspection.code))
    )
    found = list(rows)
    facts = [VisitFact(row[0], row[1], row[2], row[3], row[4] in INSPECTED_STATES) for row in found]
    return facts, {row[2]: row[5] for row in found}


async def _problems(session: AsyncSession, where: list[ColumnElement[bool]]) -> list[ProblemFact]:
    rows = await session.execute(
        select(
            col(Problem.inspection_id),
            col(Problem.jurisdiction),
            col(Site.enterprise_id),
            col(Problem.item),
            col(Problem.severity),
            col(Problem.state),
            col(Problem.found_on),
            col(Problem.due_on),
            col(Problem.closed_at),
        )
        .join(Inspection, col(Inspection.id) == col(Problem.inspection_id))
        .join(Site, col(Site.id) == col(Problem.site_id))
        .where(*where)
    )
    return [ProblemFact(*row[:8], local_date(row[8]) if row[8] else None) for row in rows]


async def _items(session: AsyncSession, where: list[ColumnElement[bool]]) -> dict[str, str]:
    """The items of the editions with which the visits were made, in their order."""
    hashes = await session.scalars(select(col(Inspection.edition_hash)).where(*where).distinct())
    found: dict[str, str] = {}
    for edition_hash in sorted(hashes):
        edition = await checklists.edition_facts(session, edition_hash)
        for item in edition.items:
            found.setdefault(item.code, item.title)
    return dict(sorted(found.items()))


async def _people(session: AsyncSession, where: list[ColumnElement[bool]]) -> list[Workload]:
    """What the members in force of the visits' teams have done; a day with several visits is one day."""
    problem_count = (
        select(func.count()).select_from(Problem).where(col(Problem.inspection_id) == col(Inspection.id))
    ).correlate(Inspection)
    rows = await session.execute(
        select(
            col(GrantRow.account_id),
            col(Account.name),
            col(GrantRow.role),
            col(Inspection.kind),
            col(Inspection.state),
            col(Inspection.sealed_at),
            problem_count.scalar_subquery(),
        )
        .join(Inspection, col(Inspection.id) == col(GrantRow.inspection_id))
        .join(Account, col(Account.id) == col(GrantRow.account_id))
        .where(col(GrantRow.revoked_pos).is_(None), *where)
    )
    people: dict[str, list[Any]] = {}
    for row in rows:
        people.setdefault(row[0], []).append(row)
    return [_workload(account, visits) for account, visits in people.items()]


def _workload(account: str, visits: list[Any]) -> Workload:
    first = [visit for visit in visits if visit[3] == FIRST_VISIT]
    done = [visit for visit in visits if visit[4] in INSPECTED_STATES]
    roles = {visit[2] for visit in visits}
    role = next(role for role in ("leader", "officer", "expert") if role in roles)
    return Workload(
        account=account,
        name=visits[0][1],
        role=role,
        visits=len(first),
        inspected=sum(visit[3] == FIRST_VISIT for visit in done),
        rechecks=len(visits) - len(first),
        problems=sum(visit[6] for visit in first),
        days=len({local_date(visit[5]) for visit in done if visit[5]}),
    )


def _count_of(table: Any, *more: ColumnElement[bool]) -> Any:
    query = select(func.count()).select_from(table).where(col(table.problem_id) == col(Problem.id), *more)
    return query.correlate(Problem).scalar_subquery()


def _ledger_query(caller: Caller, wanted: Period) -> Select[Any]:
    columns: list[Any] = [
        col(Problem.code),
        col(Inspection.campaign),
        col(Problem.jurisdiction).label("jurisdiction"),
        col(Site.name).label("site"),
        col(Enterprise.name).label("enterprise"),
        col(Problem.item),
        col(Problem.title),
        col(Problem.severity),
        col(Problem.remark),
        col(Problem.found_on),
        col(Order.number).label("order_number"),
        col(Order.served_on),
        col(Problem.due_on),
        col(Problem.is_due_provisional),
        col(Problem.is_due_uncertain),
        _count_of(Extension).label("extensions"),
        _count_of(Submission).label("submissions"),
        _count_of(RecheckOutcome).label("rechecks"),
        col(Referral.department),
        col(Problem.state),
        col(Problem.closed_at),
        col(Problem.inspection_id).label("inspection"),
        col(Problem.id).label("id"),
    ]
    return (
        select(*columns)
        .join(Inspection, col(Inspection.id) == col(Problem.inspection_id))
        .join(Site, col(Site.id) == col(Problem.site_id))
        .join(Enterprise, col(Enterprise.id) == col(Site.enterprise_id))
        .outerjoin(Order, and_(col(Order.id) == col(Problem.order_id)))
        .outerjoin(Referral, col(Referral.id) == col(Problem.referral_id))
        .where(*_where(caller, wanted))
    )


async def ledger(
    session: AsyncSession, caller: Caller, wanted: Period, *, page: int = 1, size: int = 200
) -> tuple[list[dict[str, Any]], int]:
    """台账: every problem with all that became of it, by its code; and how many there are."""
    query = _ledger_query(caller, wanted)
    total = await session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = await session.execute(query.order_by(col(Problem.code)).limit(size).offset((page - 1) * size))
    return [dict(row) for row in rows.mappings()], total


async def recheck_counts(session: AsyncSession, caller: Caller, wanted: Period) -> dict[str, int]:
    """Rechecks of the visits by state."""
    rows = await session.execute(
        select(col(Recheck.state), func.count())
        .join(Inspection, col(Inspection.id) == col(Recheck.inspection_id))
        .where(*_where(caller, wanted))
        .group_by(col(Recheck.state))
    )
    return {row[0]: row[1] for row in rows}
