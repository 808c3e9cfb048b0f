"""回头看: a drawn sample of closed problems is looked at again, each site in one visit of its own."""

import os
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.queries import Caller
from suicha.feed.rules import visit_scope
from suicha.infra.db import upsert_ignore
from suicha.journal import actions as journal
from suicha.kit.ids import new_id
from suicha.rectification import queries
from suicha.rectification.errors import NothingClosed
from suicha.rectification.rules import RecheckKind, RecheckState
from suicha.rectification.rules.rechecks import lookback_record
from suicha.rectification.tables import Lookback, Problem, Recheck, RecheckProblem


async def draw_lookback(
    session: AsyncSession,
    caller: Caller,
    *,
    first_on: date,
    last_on: date,
    percent: int,
    on: date,
    jurisdiction: str,
    now: datetime,
) -> Lookback:
    """Draw the sample and schedule its visits on a day; raises NothingClosed."""
    found = await queries.closed_between(session, caller, first_on, last_on, jurisdiction)
    if not found:
        raise NothingClosed
    by_district: dict[str, list[str]] = {}
    for problem in found:
        by_district.setdefault(problem.jurisdiction, []).append(problem.id)
    asked = {"from": first_on.isoformat(), "to": last_on.isoformat(), "jurisdiction": jurisdiction}
    record = lookback_record(by_district, percent=percent, asked=asked, nonce=os.urandom(32).hex())
    row = Lookback(
        id=new_id(),
        jurisdiction=jurisdiction,
        first_on=first_on,
        last_on=last_on,
        percent=percent,
        scheduled_on=on,
        pool_size=len(found),
        taken=len(record["taken"]),
        record=record,
        at=now,
        by=caller.id,
    )
    session.add(row)
    await session.flush()
    taken = {problem.id: problem for problem in found if problem.id in set(record["taken"])}
    visits: dict[str, list[Problem]] = {}
    for problem in taken.values():
        visits.setdefault(problem.inspection_id, []).append(problem)
    for problems in visits.values():
        await _schedule(session, row.id, problems, on, now=now)
    await journal.record(
        session,
        caller.id,
        "drew_lookback",
        f"lookback:{row.id}",
        at=now,
        seed=record["seed"],
        pool=len(found),
        taken=len(taken),
    )
    return row


async def _schedule(
    session: AsyncSession, lookback_id: str, problems: list[Problem], on: date, *, now: datetime
) -> None:
    first = problems[0]
    recheck = await queries.recheck_of(session, first.inspection_id, on, kind=RecheckKind.LOOKBACK)
    if recheck is None:
        recheck = Recheck(
            id=new_id(),
            inspection_id=first.inspection_id,
            kind=RecheckKind.LOOKBACK.value,
            scope=visit_scope(first.inspection_id),
            site_id=first.site_id,
            jurisdiction=first.jurisdiction,
            scheduled_on=on,
            is_uncertain=False,
            state=RecheckState.SCHEDULED.value,
            problem_count=0,
            turned_at=now,
        )
        session.add(recheck)
        await session.flush()
    recheck.problem_count += len(problems)
    rows = [{"recheck_id": recheck.id, "problem_id": problem.id, "lookback_id": lookback_id} for problem in problems]
    await session.execute(upsert_ignore(session, RecheckProblem, rows))
    await session.flush()
