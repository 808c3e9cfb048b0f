"""The calendar of visits, day by day."""

from collections import defaultdict
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts.queries import Caller
from suicha.board.queries.progress import planned_by_day, rechecks_by_day, sealed_days
from suicha.board.queries.visits import VisitFilter, conditions_of_rows, visits
from suicha.board.rules.days import CalendarDay, day_kind, days_between, is_detailed
from suicha.inspections.tables import Inspection
from suicha.kit.workdays import Calendar

# More than fit on a screen; the list of visits has the rest.
MOST_VISITS = 500


async def days_of(
    session: AsyncSession, caller: Caller, wanted: VisitFilter, *, first: date, last: date, calendar: Calendar
) -> list[CalendarDay]:
    """Every day from the first to the last with its numbers, up to a week with its visits too; raises RangeUnusable."""
    days = days_between(first, last)
    where = conditions_of_rows(caller, wanted)
    planned_on = col(Inspection.planned_on)
    planned = await planned_by_day(session, [*where, planned_on >= first, planned_on <= last])
    done = await sealed_days(session, where, first=first, last=last)
    rechecks = await rechecks_by_day(session, where, days)
    held = await _visits_by_day(session, caller, replace(wanted, planned_from=first, planned_to=last), days)
    return [
        CalendarDay(
            on=day,
            kind=day_kind(day, calendar),
            is_known=calendar.knows([day]),
            planned=planned.get(day, 0),
            done=done[day],
            rechecks=rechecks.get(day, 0),
            visits=tuple(held.get(day, ())),
        )
        for day in days
    ]


async def _visits_by_day(
    session: AsyncSession, caller: Caller, wanted: VisitFilter, days: list[date]
) -> dict[date, list[dict[str, Any]]]:
    found: dict[date, list[dict[str, Any]]] = defaultdict(list)
    if is_detailed(days):
        rows, _ = await visits(session, caller, wanted, size=MOST_VISITS)
        for row in rows:
            found[row["planned_on"]].append(row)
    return found
