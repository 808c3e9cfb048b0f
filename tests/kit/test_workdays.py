"""Terms over the real calendar of 2026, worked out by hand on a wall calendar."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suicha.checklists.loader import read_calendar
from suicha.kit.workdays import (
    WEEKENDS_ONLY,
    Calendar,
    Day,
    add_working_days,
    deadline,
    first_working_day_after,
    working_days_between,
)

CHECKLISTS = Path(__file__).parents[2] / "checklists"


@pytest.fixture(scope="module")
def calendar() -> Calendar:
    return read_calendar(CHECKLISTS)


WORKING_DAYS = [
    # 元旦: 1 to 3 January off, Sunday the 4th is worked.
    ("2026-01-01", 1, "2026-01-04"),
    ("2026-01-01", 2, "2026-01-05"),
    # 春节: 15 to 23 February off; Saturdays the 14th and 28th are worked.
    ("2026-02-12", 1, "2026-02-13"),
    ("2026-02-12", 2, "2026-02-14"),
    ("2026-02-12", 3, "2026-02-24"),
    ("2026-02-12", 7, "2026-02-28"),
    ("2026-02-12", 8, "2026-03-02"),
    ("2026-02-14", 1, "2026-02-24"),
    ("2026-02-18", 1, "2026-02-24"),
    # 劳动节: 1 to 5 May off, Saturday the 9th is worked.
    ("2026-04-30", 1, "2026-05-06"),
    ("2026-04-30", 4, "2026-05-09"),
    ("2026-04-30", 5, "2026-05-11"),
    # 中秋 and 国庆: 25 to 27 September and 1 to 7 October off; 20 September and 10 October are worked.
    ("2026-09-18", 1, "2026-09-20"),
    ("2026-09-18", 5, "2026-09-24"),
    ("2026-09-18", 6, "2026-09-28"),
    ("2026-09-18", 9, "2026-10-08"),
    ("2026-09-18", 11, "2026-10-10"),
    ("2026-09-18", 12, "2026-10-12"),
    ("2026-09-24", 7, "2026-10-12"),
    # Plain weeks.
    ("2026-11-20", 1, "2026-11-23"),
    ("2026-11-20", 15, "2026-12-11"),
    ("2026-12-25", 4, "2026-12-31"),
    # A term of none ends at once, or on the next working day.
    ("2026-11-20", 0, "2026-11-20"),
    ("2026-11-22", 0, "2026-11-23"),
]

CALENDAR_DAYS = [
    ("2026-02-12", 3, "2026-02-24"),
    ("2026-02-13", 1, "2026-02-14"),
    ("2026-09-20", 7, "2026-09-28"),
    ("2026-09-24", 7, "2026-10-08"),
    ("2026-10-03", 7, "2026-10-10"),
    ("2026-11-20", 1, "2026-11-23"),
    ("2026-11-22", 30, "2026-12-22"),
    ("2026-11-27", 30, "2026-12-28"),
    ("2026-11-30", 30, "2026-12-30"),
]

# Weekends only, and said to be uncertain: nobody knows the holidays of 2027 and 2025 here.
INTO_AN_UNKNOWN_YEAR = [
    ("2026-12-25", 5, "working_days", "2027-01-01"),
    ("2026-12-25", 7, "working_days", "2027-01-05"),
    ("2026-12-30", 15, "working_days", "2027-01-20"),
    ("2026-12-02", 30, "calendar_days", "2027-01-01"),
    ("2026-12-26", 7, "calendar_days", "2027-01-04"),
    ("2025-12-30", 2, "working_days", "2026-01-04"),
]


@pytest.mark.parametrize(("start", "count", "end"), WORKING_DAYS)
def test_working_days_skip_holidays_and_count_shifted_weekends(
    calendar: Calendar, start: str, count: int, end: str
) -> None:
    assert deadline(date.fromisoformat(start), count, "working_days", calendar) == Day(date.fromisoformat(end), False)


@pytest.mark.parametrize(("start", "count", "end"), CALENDAR_DAYS)
def test_a_term_in_calendar_days_that_ends_on_a_day_off_rolls_forward(
    calendar: Calendar, start: str, count: int, end: str
) -> None:
    assert deadline(date.fromisoformat(start), count, "calendar_days", calendar) == Day(date.fromisoformat(end), False)


@pytest.mark.parametrize(("start", "count", "unit", "end"), INTO_AN_UNKNOWN_YEAR)
def test_a_term_that_touches_an_unknown_year_is_uncertain(
    calendar: Calendar, start: str, count: int, unit: str, end: str
) -> None:
    found = deadline(date.fromisoformat(start), count, unit, calendar)  # type: ignore[arg-type]
    assert found == Day(date.fromisoformat(end), True)


def test_calendar_days_over_an_unknown_new_year_are_certain_when_the_end_is_known(calendar: Calendar) -> None:
    assert deadline(date(2025, 12, 29), 3, "calendar_days", calendar) == Day(date(2026, 1, 4), False)


def test_the_recheck_is_on_the_first_working_day_after(calendar: Calendar) -> None:
    assert first_working_day_after(date(2026, 9, 30), calendar) == Day(date(2026, 10, 8), False)
    assert first_working_day_after(date(2026, 12, 31), calendar) == Day(date(2027, 1, 1), True)


def test_working_days_left(calendar: Calendar) -> None:
    assert working_days_between(date(2026, 9, 30), date(2026, 10, 12), calendar) == 4
    assert working_days_between(date(2026, 11, 20), date(2026, 11, 22), calendar) == 0
    assert working_days_between(date(2026, 11, 20), date(2026, 11, 1), calendar) == 0


@pytest.mark.parametrize("unit", ["working_days", "calendar_days"])
def test_a_negative_term_is_refused(unit: str) -> None:
    with pytest.raises(ValueError, match="negative"):
        deadline(date(2026, 1, 1), -1, unit, WEEKENDS_ONLY)  # type: ignore[arg-type]


@given(start=st.dates(date(2026, 1, 1), date(2026, 6, 30)), count=st.integers(1, 60))
def test_the_end_is_a_working_day_and_the_term_is_counted_back(start: date, count: int) -> None:
    calendar = read_calendar(CHECKLISTS)
    end = add_working_days(start, count, calendar).on
    assert calendar.is_workday(end)
    assert working_days_between(start, end, calendar) == count
