"""Opening problems, scheduling rechecks, and telling the phones when their days come."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.checklists.rules import Edition
from suicha.feed import actions as feed
from suicha.inspections.tables import Inspection
from suicha.journal import actions as journal
from suicha.kit.workdays import Calendar
from suicha.rectification import queries
from suicha.rectification.actions.scheduling import recheck_body, recheck_on, scheduled_body
from suicha.rectification.rules import (
    Answer,
    NewProblem,
    ProblemState,
    RecheckState,
    advanced,
    problem_code,
    problems_from,
    recheck_days,
)
from suicha.rectification.tables import Problem, Recheck


async def open_for(
    session: AsyncSession,
    inspection: Inspection,
    answers: Sequence[Answer],
    *,
    scope: str,
    manifest_n: int,
    edition: Edition,
    calendar: Calendar,
    found_on: date,
    now: datetime,
) -> list[Problem]:
    """Make the problems of a sealed record and schedule their rechecks; what exists already stays as it is."""
    known = await queries.items_of(session, inspection.id)
    new = [p for p in problems_from(answers, edition, found_on=found_on, calendar=calendar) if p.item not in known]
    opened: list[Problem] = []
    for day, problems in recheck_days(new).items():
        recheck = await recheck_on(session, inspection, day, calendar, now=now)
        rows = [_problem_row(inspection, p, recheck, found_on=found_on, n=manifest_n, now=now) for p in problems]
        recheck.problem_count += len(rows)
        recheck.is_uncertain = recheck.is_uncertain or day.is_uncertain
        session.add_all(rows)
        await feed.append(session, scope, "recheck.scheduled", scheduled_body(recheck, rows), at=now)
        opened += rows
    if opened:
        await session.flush()
        await journal.record(
            session,
            None,
            "opened_problems",
            f"inspection:{inspection.id}",
            at=now,
            problems=[row.code for row in opened],
        )
    return opened


def _problem_row(
    inspection: Inspection, problem: NewProblem, recheck: Recheck, *, found_on: date, n: int, now: datetime
) -> Problem:
    return Problem(
        code=problem_code(inspection.code, problem.item),
        inspection_id=inspection.id,
        scope=recheck.scope,
        site_id=inspection.site_id,
        jurisdiction=inspection.jurisdiction,
        item=problem.item,
        title=problem.title,
        severity=problem.severity.value,
        remark=problem.remark,
        op_id=problem.op_id,
        manifest_n=n,
        found_on=found_on,
        term_value=problem.term.value if problem.term else None,
        term_unit=problem.term.unit if problem.term else None,
        due_on=problem.due.on,
        is_due_uncertain=problem.due.is_uncertain,
        recheck_on=recheck.scheduled_on,
        is_recheck_uncertain=problem.recheck.is_uncertain,
        recheck_id=recheck.id,
        state=ProblemState.OPEN.value,
        opened_at=now,
    )


async def turn(session: AsyncSession, rechecks: Sequence[Recheck], to: RecheckState, *, now: datetime) -> None:
    """Move rechecks one step and say so in their visits' feeds, which the caller has locked."""
    said: Mapping[RecheckState, str] = {RecheckState.DUE: "recheck.due", RecheckState.OVERDUE: "recheck.overdue"}
    for recheck in rechecks:
        recheck.state = advanced(recheck.state, to).value
        recheck.turned_at = now
        await feed.append(session, recheck.scope, said[to], recheck_body(recheck), at=now)
        await journal.record(
            session,
            None,
            f"recheck_{to.value}",
            f"recheck:{recheck.id}",
            at=now,
            scheduled_on=recheck.scheduled_on.isoformat(),
        )
    await session.flush()
