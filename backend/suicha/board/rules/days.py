"""The calendar of visits: which days people work, and what each day holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from suicha.board.errors import RangeUnusable
from suicha.kit.workdays import SATURDAY, Calendar

MOST_DAYS = 62
# A week is shown visit by visit, a month in numbers.
DETAILED_DAYS = 7


class DayKind(StrEnum):
    """工作日, 周末, 放假, 调休上班."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    EXTRA_WORKDAY = "extra_workday"


@dataclass(frozen=True)
class CalendarDay:
    """One day: `is_known` is false in a year without a calendar, where only weekends can be told."""

    on: date
    kind: DayKind
    is_known: bool
    planned: int
    done: int
    rechecks: int
    visits: tuple[dict[str, Any], ...] = ()


def days_between(first: date, last: date) -> list[date]:
    """Every day from the first to the last; raises RangeUnusable for a range that is backwards or too long."""
    count = (last - first).days + 1
    if not 1 <= count <= MOST_DAYS:
        raise RangeUnusable(days=count, most=MOST_DAYS)
    return [first + timedelta(days=n) for n in range(count)]


def is_detailed(days: Iterable[date]) -> bool:
    """True when the range is short enough to be told visit by visit."""
    return len(list(days)) <= DETAILED_DAYS


def day_kind(day: date, calendar: Calendar) -> DayKind:
    """What kind of day it is, as far as the calendar knows."""
    if day in calendar.extra_workdays:
        return DayKind.EXTRA_WORKDAY
    if day in calendar.days_off:
        return DayKind.HOLIDAY
    return DayKind.WEEKEND if day.weekday() >= SATURDAY else DayKind.WORKDAY
