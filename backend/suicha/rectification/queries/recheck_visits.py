"""Rechecks with their draws, visits and what they look at; look-backs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts.queries import Caller
from suicha.evidence.tables import Share
from suicha.infra.db import upsert_ignore
from suicha.inspections.access import visible_inspections
from suicha.inspections.tables import Inspection
from suicha.kit.clock import SHANGHAI
from suicha.rectification.errors import LookbackUnknown, RecheckUnknown
from suicha.rectification.rules import FINAL, ProblemState, RecheckKind
from suicha.rectification.tables import Lookback, Problem, Recheck, RecheckDraw, RecheckOutcome, RecheckProblem
from suicha.registry.tables import Enterprise, Inspector, Site


async def recheck(session: AsyncSession, recheck_id: str, caller: Caller, *, is_locked: bool = False) -> Recheck:
    """A recheck that the caller may see; raises RecheckUnknown."""
    query = (
        select(Recheck)
        .join(Inspection, col(Inspection.id) == col(Recheck.inspection_id))
        .where(col(Recheck.id) == recheck_id, visible_inspections(caller))
    )
    row = await session.scalar(query.with_for_update(of=Recheck) if is_locked else query)
    if row is None:
        raise RecheckUnknown
    return row


async def recheck_of_visit(session: AsyncSession, visit_id: str) -> Recheck | None:
    """The recheck that a visit was sent for."""
    return await session.scalar(select(Recheck).where(col(Recheck.visit_id) == visit_id))


async def problems_to_look_at(session: AsyncSession, row: Recheck) -> list[Problem]:
    """What is still to be looked at: open problems of that day; of a look-back, the drawn ones that stayed closed."""
    if row.kind == RecheckKind.LOOKBACK:
        query = (
            select(Problem)
            .join(RecheckProblem, col(RecheckProblem.problem_id) == col(Problem.id))
            .where(col(RecheckProblem.recheck_id) == row.id, col(Problem.state) == ProblemState.CLOSED.value)
        )
    else:
        query = select(Problem).where(col(Problem.recheck_id) == row.id, col(Problem.state).not_in(FINAL))
    return list(await session.scalars(query.order_by(col(Problem.code))))


async def problems_taken_along(session: AsyncSession, recheck_id: str) -> list[Problem]:
    """What the team was sent to look at."""
    rows = await session.scalars(
        select(Problem)
        .join(RecheckProblem, col(RecheckProblem.problem_id) == col(Problem.id))
        .where(col(RecheckProblem.recheck_id) == recheck_id)
        .order_by(col(Problem.code))
    )
    return list(rows)


async def draws_of(session: AsyncSession, recheck_id: str) -> list[RecheckDraw]:
    """The draws and replacements of a recheck, in order."""
    rows = await session.scalars(
        select(RecheckDraw).where(col(RecheckDraw.recheck_id) == recheck_id).order_by(col(RecheckDraw.n))
    )
    return list(rows)


async def last_draw(session: AsyncSession, recheck_id: str) -> RecheckDraw | None:
    """Who goes as it stands now."""
    found = await draws_of(session, recheck_id)
    return found[-1] if found else None


async def visits_from(session: AsyncSession, inspection_id: str) -> int:
    """How many visits looked again at what one visit found."""
    return (
        await session.scalar(
            select(func.count()).select_from(Inspection).where(col(Inspection.origin_id) == inspection_id)
        )
        or 0
    )


async def accounts_of(session: AsyncSession, inspector_ids: Sequence[str]) -> list[str]:
    """The accounts of people of the roster, in the order in which they are named."""
    rows = await session.execute(
        select(col(Inspector.id), col(Inspector.account_id)).where(col(Inspector.id).in_(inspector_ids))
    )
    found = {row[0]: str(row[1]) for row in rows}
    return [found[one] for one in inspector_ids]


async def names_of_people(session: AsyncSession, inspector_ids: Iterable[str]) -> dict[str, str]:
    """What people of the roster are called."""
    rows = await session.execute(
        select(col(Inspector.id), col(Inspector.name)).where(col(Inspector.id).in_(list(inspector_ids)))
    )
    return {row[0]: row[1] for row in rows}


async def share_evidence(session: AsyncSession, scope: str, sha256s: Iterable[str]) -> None:
    """Let the team of a visit look at evidence of others."""
    rows = [{"scope": scope, "sha256": sha256} for sha256 in dict.fromkeys(sha256s)]
    if rows:
        await session.execute(upsert_ignore(session, Share, rows))


async def closed_between(
    session: AsyncSession, caller: Caller, first_on: date, last_on: date, jurisdiction: str
) -> list[Problem]:
    """Problems that were put right in a period, in the caller's jurisdiction and the one that was asked for."""
    rows = await session.scalars(
        select(Problem)
        .join(Inspection, col(Inspection.id) == col(Problem.inspection_id))
        .where(
            visible_inspections(caller),
            col(Problem.jurisdiction).startswith(jurisdiction, autoescape=True),
            col(Problem.state) == ProblemState.CLOSED.value,
            col(Problem.closed_at) >= datetime.combine(first_on, time(0), SHANGHAI),
            col(Problem.closed_at) < datetime.combine(last_on + timedelta(days=1), time(0), SHANGHAI),
        )
        .order_by(col(Problem.code))
    )
    return list(rows)


async def lookbacks(session: AsyncSession, jurisdiction: str) -> list[Lookback]:
    """The samples that were drawn in the caller's jurisdiction, the newest first."""
    rows = await session.scalars(
        select(Lookback)
        .where(col(Lookback.jurisdiction).startswith(jurisdiction, autoescape=True))
        .order_by(col(Lookback.id).desc())
        .limit(200)
    )
    return list(rows)


async def lookback(session: AsyncSession, lookback_id: str, jurisdiction: str) -> Lookback:
    """A sample that was drawn in a jurisdiction; raises LookbackUnknown."""
    row = await session.get(Lookback, lookback_id)
    if row is None or not row.jurisdiction.startswith(jurisdiction):
        raise LookbackUnknown
    return row


@dataclass(frozen=True)
class LookbackProblem:
    """A problem of a sample, the visit that looks at it, and what that found."""

    problem: Problem
    recheck: Recheck | None
    outcome: RecheckOutcome | None
    site: str
    enterprise: str


async def lookback_problems(session: AsyncSession, row: Lookback) -> list[LookbackProblem]:
    """The problems of a sample; one that another sample sends the same visit to has no visit of its own here."""
    rows = await session.execute(
        select(Problem, Recheck, RecheckOutcome, col(Site.name), col(Enterprise.name))
        .join(Site, col(Site.id) == col(Problem.site_id))
        .join(Enterprise, col(Enterprise.id) == col(Site.enterprise_id))
        .outerjoin(
            RecheckProblem,
            (col(RecheckProblem.problem_id) == col(Problem.id)) & (col(RecheckProblem.lookback_id) == row.id),
        )
        .outerjoin(Recheck, col(Recheck.id) == col(RecheckProblem.recheck_id))
        .outerjoin(
            RecheckOutcome,
            (col(RecheckOutcome.recheck_id) == col(Recheck.id)) & (col(RecheckOutcome.problem_id) == col(Problem.id)),
        )
        .where(col(Problem.id).in_(row.record["taken"]))
        .order_by(col(Problem.code))
    )
    return [LookbackProblem(*found) for found in rows]


async def lookback_progress(session: AsyncSession, lookback_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
    """Of each sample: how many problems were looked at, and how many of those had come back."""
    rows = await session.execute(
        select(
            col(RecheckProblem.lookback_id),
            func.count(),
            func.sum(case((col(RecheckOutcome.result) == "not_fixed", 1), else_=0)),
        )
        .join(
            RecheckOutcome,
            (col(RecheckOutcome.recheck_id) == col(RecheckProblem.recheck_id))
            & (col(RecheckOutcome.problem_id) == col(RecheckProblem.problem_id)),
        )
        .where(col(RecheckProblem.lookback_id).in_(lookback_ids))
        .group_by(col(RecheckProblem.lookback_id))
    )
    return {str(row[0]): (row[1], int(row[2])) for row in rows}
