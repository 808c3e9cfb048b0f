"""复查: problems go to a recheck, and what its sealed record says ends them or opens them again."""

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.checklists.loader import read_calendar
from suicha.infra.settings import settings_from_environment
from suicha.kit.clock import local_date
from suicha.kit.workdays import Day, first_working_day_after
from suicha.rectification.actions.days import move_recheck
from suicha.rectification.actions.ending import move_problem
from suicha.rectification.rules import ProblemState
from suicha.rectification.tables import Problem


async def send_to_recheck(
    session: AsyncSession, problem: Problem, *, on: date | None, reason: str, by: str, now: datetime
) -> None:
    """Let somebody look on the spot, on a day or on the next working day; raises IllegalStep."""
    calendar = read_calendar(settings_from_environment().checklists_dir)
    day = Day(on, not calendar.knows([on])) if on else first_working_day_after(local_date(now), calendar)
    await move_problem(
        session,
        problem,
        ProblemState.RECHECKING,
        verb="sent_to_recheck",
        by=by,
        now=now,
        on=day.on.isoformat(),
        reason=reason,
    )
    await move_recheck(session, problem, day, calendar, now=now)
