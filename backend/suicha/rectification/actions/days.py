"""Moving the days of problems: the deadline, and with it the recheck on the first working day after."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.feed import actions as feed
from suicha.kit.workdays import Calendar, Day
from suicha.rectification.actions.ending import cancel_empty_recheck
from suicha.rectification.actions.scheduling import recheck_on, scheduled_body
from suicha.rectification.rules import recheck_day
from suicha.rectification.tables import Problem, Recheck


async def set_deadline(session: AsyncSession, problem: Problem, due: Day, calendar: Calendar, *, now: datetime) -> None:
    """Give a problem its day; the recheck follows, shared with what else falls on that day."""
    problem.due_on, problem.is_due_uncertain, problem.is_due_provisional = due.on, due.is_uncertain, False
    await move_recheck(session, problem, recheck_day(due, calendar), calendar, now=now)


async def move_recheck(
    session: AsyncSession, problem: Problem, day: Day, calendar: Calendar, *, now: datetime
) -> Recheck:
    """Let a problem be looked at on another day; a recheck that loses its last problem is not made."""
    recheck = await recheck_on(session, problem, day, calendar, now=now)
    before = problem.recheck_id
    problem.recheck_on, problem.is_recheck_uncertain = recheck.scheduled_on, day.is_uncertain
    # One that was called off and is needed again counts from nothing.
    if recheck.id == before and recheck.problem_count:
        await session.flush()
        return recheck
    problem.recheck_id = recheck.id
    recheck.problem_count += 1
    recheck.is_uncertain = recheck.is_uncertain or day.is_uncertain
    if recheck.id != before:
        old = await session.get_one(Recheck, before)
        old.problem_count = max(0, old.problem_count - 1)
        await session.flush()
        await cancel_empty_recheck(session, before, now=now)
    await session.flush()
    await feed.append(session, problem.scope, "recheck.scheduled", scheduled_body(recheck, [problem]), at=now)
    return recheck
