"""The recheck on a day: found, called for again, or made; and what phones are told of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.feed.rules import visit_scope
from suicha.inspections.tables import Inspection
from suicha.kit.ids import new_id
from suicha.kit.workdays import Calendar, Day, first_working_day_after
from suicha.rectification import queries
from suicha.rectification.rules import NEXT_RECHECK, RecheckKind, RecheckState, stepped
from suicha.rectification.tables import Problem, Recheck

_TAKEN = (RecheckState.SENT.value, RecheckState.DONE.value)


async def recheck_on(
    session: AsyncSession, at: Inspection | Problem, day: Day, calendar: Calendar, *, now: datetime
) -> Recheck:
    """The recheck of a visit on that day; where one was made or sent already, on the next day without.

    One that nobody needed any more is needed again, and begins to count its problems anew.
    """
    inspection_id = at.id if isinstance(at, Inspection) else at.inspection_id
    on = day.on
    found = await queries.recheck_of(session, inspection_id, on)
    while found is not None and found.state in _TAKEN:
        on = first_working_day_after(on, calendar).on
        found = await queries.recheck_of(session, inspection_id, on)
    if found is not None:
        if found.state == RecheckState.CANCELLED:
            found.state = stepped(NEXT_RECHECK, found.state, RecheckState.SCHEDULED).value
            found.problem_count, found.turned_at = 0, now
        return found
    recheck = Recheck(
        id=new_id(),
        inspection_id=inspection_id,
        kind=RecheckKind.RECHECK.value,
        scope=visit_scope(inspection_id),
        site_id=at.site_id,
        jurisdiction=at.jurisdiction,
        scheduled_on=on,
        is_uncertain=day.is_uncertain,
        state=RecheckState.SCHEDULED.value,
        problem_count=0,
        turned_at=now,
    )
    session.add(recheck)
    await session.flush()
    return recheck


def scheduled_body(recheck: Recheck, problems: Sequence[Problem]) -> dict[str, Any]:
    """What a phone shows under 复查 without asking again."""
    return recheck_body(recheck) | {
        "problems": [
            {
                "code": p.code,
                "item": p.item,
                "title": p.title,
                "severity": p.severity,
                "remark": p.remark,
                "due_on": p.due_on.isoformat(),
                "is_due_provisional": p.is_due_provisional,
                "is_due_uncertain": p.is_due_uncertain,
            }
            for p in problems
        ]
    }


def recheck_body(recheck: Recheck) -> dict[str, Any]:
    """What all news of a recheck say."""
    return {
        "recheck": recheck.id,
        "scheduled_on": recheck.scheduled_on.isoformat(),
        "is_uncertain": recheck.is_uncertain,
    }
