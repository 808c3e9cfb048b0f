"""Moving the days of problems: the deadline, and with it the recheck on the first working day after."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.feed import actions as feed
from suicha.kit.ids import new_id
from suicha.kit.workdays import Calendar, Day, first_working_day_after
from suicha.rectification import queries
from suicha.rectification.actions.ending import cancel_empty_recheck
from suicha.rectification.actions.opening import scheduled_body
from suicha.rectification.rules import NEXT_RECHECK, RecheckKind, RecheckState, recheck_day, stepped
from suicha.rectification.tables import Problem, Recheck

_TAKEN = (RecheckState.SENT.value, RecheckState.DONE.value)


async def set_deadline(session: AsyncSession, problem: Problem, due: Day, calendar: Calendar, *, now: datetime) -> None:
    """Give a problem its day; the recheck follows, shared with what else falls on that day."""
    problem.due_on, problem.is_due_uncertain, problem.is_due_provisional = due.on, due.is_uncertain, False
    await move_recheck(session, problem, recheck_day(due, calendar), calendar, now=now)


async def move_recheck(
    session: AsyncSession, problem: Problem, day: Day, calendar: Calendar, *, now: datetime
) -> Recheck:
    """Let a problem be looked at on another day; a recheck that loses its last problem is not made."""
    recheck = await _recheck_on(session, problem, day, calendar, now=now)
    before = problem.recheck_id
    problem.recheck_on, problem.is_recheck_uncertain = recheck.scheduled_on, day.is_uncertain
    if recheck.id == before:
        await session.flush()
        return recheck
    problem.recheck_id = recheck.id
    recheck.problem_count += 1
    recheck.is_uncertain = recheck.is_uncertain or day.is_uncertain
    old = await session.get_one(Recheck, before)
    old.problem_count = max(0, old.problem_count - 1)
    await session.flush()
    await cancel_empty_recheck(session, before, now=now)
    await feed.append(session, problem.scope, "recheck.scheduled", scheduled_body(recheck, [problem]), at=now)
    return recheck


async def _recheck_on(
    session: AsyncSession, problem: Problem, day: Day, calendar: Calendar, *, now: datetime
) -> Recheck:
    """The recheck of the visit on that day; where one was made or sent already, on the next day without."""
    on = day.on
    found = await queries.recheck_of(session, problem.inspection_id, on)
    while found is not None and found.state in _TAKEN:
        on = first_working_day_after(on, calendar).on
        found = await queries.recheck_of(session, problem.inspection_id, on)
    if found is not None:
        if found.state == RecheckState.CANCELLED:
            found.state = stepped(NEXT_RECHECK, found.state, RecheckState.SCHEDULED).value
            found.problem_count, found.turned_at = 0, now
        return found
    recheck = Recheck(
        id=new_id(),
        inspection_id=problem.inspection_id,
        kind=RecheckKind.RECHECK.value,
        scope=problem.scope,
        site_id=problem.site_id,
        jurisdiction=problem.jurisdiction,
        scheduled_on=on,
        is_uncertain=day.is_uncertain,
        state=RecheckState.SCHEDULED.value,
        problem_count=0,
        turned_at=now,
    )
    session.add(recheck)
    await session.flush()
    return recheck
