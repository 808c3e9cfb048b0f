"""Working days over a calendar that is passed in; the phone's twin is pwa/src/kit/workdays.ts.

Terms: the day from which a term runs is not counted, and a term that ends on a day off ends on the next working day.
Each answer says whether it is uncertain, which is so when a day that was looked at lies in a year without a calendar:
weekends are the only days off that can be known there.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, NamedTuple

TermUnit = Literal["working_days", "calendar_days"]

SATURDAY = 5
_ONE_DAY = timedelta(days=1)


class Day(NamedTuple):
    """A computed day, and whether it rests on a guess."""

    on: date
    is_uncertain: bool


@dataclass(frozen=True)
class Calendar:
    """Days off outside weekends, weekend days on which people work, and the years for which both are known."""

    days_off: frozenset[date]
    extra_workdays: frozenset[date]
    known_years: frozenset[int]

    def is_workday(self, day: date) -> bool:
        """True when people work on that day."""
        if day in self.extra_workdays:
            return True
        return day.weekday() < SATURDAY and day not in self.days_off

    def knows(self, days: Iterable[date]) -> bool:
        """True when all these days lie in known years."""
        return {day.year for day in days} <= self.known_years


WEEKENDS_ONLY = Calendar(frozenset(), frozenset(), frozenset())


def deadline(start: date, value: int, unit: TermUnit, calendar: Calendar) -> Day:
    """The last day of a term of `value` working or calendar days that runs from `start`."""
    if unit == "working_days":
        return add_working_days(start, value, calendar)
    if value < 0:
        raise ValueError("a term cannot be negative")
    end = start + timedelta(days=value)
    return _this_or_next_workday(end, calendar)


def add_working_days(start: date, count: int, calendar: Calendar) -> Day:
    """The `count`-th working day after `start`; for none, `start` itself or the next working day."""
    if count < 0:
        raise ValueError("a term cannot be negative")
    if count == 0:
        return _this_or_next_workday(start, calendar)
    day, is_uncertain = start, False
    for _ in range(count):
        day, was_guess = first_working_day_after(day, calendar)
        is_uncertain = is_uncertain or was_guess
    return Day(day, is_uncertain)


def first_working_day_after(day: date, calendar: Calendar) -> Day:
    """The next working day, not counting `day` itself."""
    return _this_or_next_workday(day + _ONE_DAY, calendar)


def working_days_between(start: date, end: date, calendar: Calendar) -> int:
    """How many working days lie after `start` up to and including `end`: 还剩 N 个工作日; none if `end` has passed."""
    return sum(calendar.is_workday(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def _this_or_next_workday(day: date, calendar: Calendar) -> Day:
    looked_at = [day]
    while not calendar.is_workday(looked_at[-1]):
        looked_at.append(looked_at[-1] + _ONE_DAY)
    return Day(looked_at[-1], not calendar.knows(looked_at))
