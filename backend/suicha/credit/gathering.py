"""Gathers what sealed records of a period say of each enterprise. Nothing else counts."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.credit.rules.policy import CreditRules, rules_of
from suicha.credit.rules.score import Conduct
from suicha.infra.policies import policy
from suicha.inspections.tables import Inspection
from suicha.kit.clock import SHANGHAI, local_date
from suicha.publication.tables import Category, Publication
from suicha.rectification.rules.states import ProblemState
from suicha.rectification.tables import Problem
from suicha.registry.tables import Enterprise, Site

FIRST_VISIT = "inspection"


def current_rules() -> CreditRules:
    """The rules of this bureau; raises PolicyInvalid."""
    return rules_of(policy("credit"))


_NON_COOPERATION = "serious_non_cooperation"


async def conduct_in(session: AsyncSession, first: date, last: date, *, today: date) -> list[Conduct]:
    """What the first visits sealed on these days say, and what has become of the problems they found by `today`."""
    visits = await _visits(session, first, last)
    problems = await _problems(session, list(visits))
    refusals = await _refusals(session, list(visits))
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    references: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    seen: Counter[str] = Counter()
    places: dict[str, str] = {}
    with_problems = {problem.inspection_id for problem in problems}
    for visit_id, (code, enterprise, jurisdiction) in visits.items():
        seen[enterprise] += 1
        places[enterprise] = jurisdiction
        told = [("clean_visit", 1)] if visit_id not in with_problems and visit_id not in refusals else []
        told += [("non_cooperation", 1)] if visit_id in refusals else []
        for rule, count in told:
            counts[enterprise][rule] += count
            references[enterprise][rule].append(code)
    for problem in problems:
        enterprise = visits[problem.inspection_id][1]
        for rule, count in _counted(problem, today=today):
            counts[enterprise][rule] += count
            references[enterprise][rule].append(problem.code)
    return [
        Conduct(enterprise, places[enterprise], number, counts[enterprise], references[enterprise])
        for enterprise, number in sorted(seen.items())
    ]


def _counted(problem: Problem, *, today: date) -> Iterator[tuple[str, int]]:
    yield problem.severity, 1
    ended_on = local_date(problem.closed_at) if problem.closed_at else today
    # A day that only a served order makes binding is missed by nobody before it.
    if not problem.is_due_provisional and ended_on > problem.due_on:
        yield "overdue", 1
    if problem.failed_rechecks:
        yield "failed_recheck", problem.failed_rechecks
    if problem.state == ProblemState.REFERRED:
        yield "referred", 1
    if problem.state == ProblemState.RECORDED:
        yield "recorded", 1


async def _visits(session: AsyncSession, first: date, last: date) -> dict[str, tuple[str, str, str]]:
    begins = datetime.combine(first, time(), SHANGHAI).astimezone(UTC)
    ends = datetime.combine(last + timedelta(days=1), time(), SHANGHAI).astimezone(UTC)
    rows = await session.execute(
        select(col(Inspection.id), col(Inspection.code), col(Enterprise.id), col(Enterprise.jurisdiction))
        .join(Site, col(Site.id) == col(Inspection.site_id))
        .join(Enterprise, col(Enterprise.id) == col(Site.enterprise_id))
        .where(
            col(Inspection.kind) == FIRST_VISIT,
            col(Inspection.sealed_at) >= begins,
            col(Inspection.sealed_at) < ends,
        )
    )
    return {id_: (code, enterprise, jurisdiction) for id_, code, enterprise, jurisdiction in rows}


async def _problems(session: AsyncSession, visits: list[str]) -> list[Problem]:
    found: list[Problem] = []
    for at in range(0, len(visits), 500):
        rows = await session.scalars(
            select(Problem).where(
                col(Problem.inspection_id).in_(visits[at : at + 500]),
                col(Problem.state) != ProblemState.WITHDRAWN.value,
            )
        )
        found += rows
    return found


async def _refusals(session: AsyncSession, visits: list[str]) -> set[str]:
    rows = await session.scalars(
        select(col(Publication.inspection_id))
        .join(Category, col(Category.publication_id) == col(Publication.id))
        .where(col(Category.code) == _NON_COOPERATION)
    )
    return {*rows} & {*visits}


async def first_sealed_on(session: AsyncSession) -> date | None:
    """The day of the first sealed visit that there is: lists begin with its period."""
    at = await session.scalar(
        select(col(Inspection.sealed_at))
        .where(col(Inspection.kind) == FIRST_VISIT, col(Inspection.sealed_at).is_not(None))
        .order_by(col(Inspection.sealed_at))
        .limit(1)
    )
    return local_date(at) if at else None


async def recorded_problems(session: AsyncSession) -> list[tuple[Problem, str, str]]:
    """Problems that ended on the ladder's last rung, with the enterprise and its jurisdiction."""
    rows = await session.execute(
        select(Problem, col(Enterprise.id), col(Enterprise.jurisdiction))
        .join(Site, col(Site.id) == col(Problem.site_id))
        .join(Enterprise, col(Enterprise.id) == col(Site.enterprise_id))
        .where(col(Problem.state) == ProblemState.RECORDED.value)
        .order_by(col(Problem.code))
    )
    return [(problem, enterprise, jurisdiction) for problem, enterprise, jurisdiction in rows]


__all__ = ["conduct_in", "current_rules", "first_sealed_on", "recorded_problems"]
