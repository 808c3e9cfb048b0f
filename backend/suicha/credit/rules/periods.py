"""Periods of lists: a month (2026-10), a quarter (2026Q4) or a year (2026), by the calendar of China."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum

from suicha.credit.errors import CreditPeriodInvalid

_FORMS = {
    "month": re.compile(r"(20\d\d)-(0[1-9]|1[0-2])"),
    "quarter": re.compile(r"(20\d\d)Q([1-4])"),
    "year": re.compile(r"(20\d\d)"),
}
_MONTHS_A_YEAR = 12


class PeriodKind(StrEnum):
    """月, 季, 年."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


def days_of(kind: PeriodKind, name: str) -> tuple[date, date]:
    """The first and the last day of a period; raises CreditPeriodInvalid for a name of another form."""
    found = _FORMS[kind].fullmatch(name)
    if found is None:
        raise CreditPeriodInvalid(period=name)
    year = int(found[1])
    if kind is PeriodKind.YEAR:
        return date(year, 1, 1), date(year, 12, 31)
    length = 1 if kind is PeriodKind.MONTH else 3
    first = date(year, (int(found[2]) - 1) * length + 1, 1)
    return first, months_later(first, length) - timedelta(days=1)


def period_of(kind: PeriodKind, day: date) -> str:
    """The name of the period in which a day lies."""
    if kind is PeriodKind.YEAR:
        return str(day.year)
    if kind is PeriodKind.QUARTER:
        return f"{day.year}Q{(day.month + 2) // 3}"
    return f"{day.year}-{day.month:02d}"


def before(kind: PeriodKind, name: str) -> str:
    """The period before."""
    return period_of(kind, days_of(kind, name)[0] - timedelta(days=1))


def finished(kind: PeriodKind, *, first: date, today: date) -> Iterator[str]:
    """Every period from the one of `first` on that is over, the oldest first."""
    name = period_of(kind, first)
    while True:
        last = days_of(kind, name)[1]
        if last >= today:
            return
        yield name
        name = period_of(kind, last + timedelta(days=1))


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month (民法典 第二百零二条)."""
    at = day.year * _MONTHS_A_YEAR + day.month - 1 + months
    first = date(at // _MONTHS_A_YEAR, at % _MONTHS_A_YEAR + 1, 1)
    following = at + 1
    last = date(following // _MONTHS_A_YEAR, following % _MONTHS_A_YEAR + 1, 1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))
