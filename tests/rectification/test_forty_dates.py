"""Forty deadlines of 2026, worked out by hand on the notice of the holidays, against orders that were really served.

春节 15–23 February (worked: Sat 14, Sat 28), 清明 4–6 April, 劳动节 1–5 May (worked: Sat 9), 端午 19–21 June,
中秋 25–27 September (worked: Sun 20), 国庆 1–7 October (worked: Sat 10), 元旦 1–3 January (worked: Sun 4). The day of
service is not counted; a term of days that ends on a day off ends on the next working day (民事诉讼法 第八十五条).
"""

from datetime import date, datetime
from itertools import groupby
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlmodel import col

from suicha.infra.policies import policy
from suicha.kit.workdays import add_working_days, deadline, first_working_day_after
from suicha.rectification.queries.policies import current_policy
from suicha.rectification.rules.deadlines import due_after_service, rungs_reached
from suicha.rectification.tables import Order, Problem
from tests.rectification.office import CALENDAR, Office, at_the_office

W, C = "working_days", "calendar_days"
FORTY = [
    # ── working days ──
    ("2026-01-01", 1, W, "2026-01-04"),  # Sunday the 4th is worked
    ("2026-01-02", 3, W, "2026-01-06"),  # 4, 5, 6
    ("2026-01-05", 5, W, "2026-01-12"),  # 6, 7, 8, 9, 12: an ordinary week
    ("2026-02-05", 20, W, "2026-03-11"),  # 6; 9–13; 14; 24–27; 28; 2–6, 9, 10, 11 March
    ("2026-02-09", 15, W, "2026-03-06"),  # 10–13; 14; 24–27; 28; 2–6 March
    ("2026-02-10", 10, W, "2026-03-02"),  # 11, 12, 13; 14; 24–27; 28; 2 March
    ("2026-02-12", 5, W, "2026-02-26"),  # 13; 14; 24, 25, 26
    ("2026-02-13", 1, W, "2026-02-14"),  # Saturday, worked
    ("2026-02-13", 2, W, "2026-02-24"),  # 14; 24
    ("2026-02-14", 5, W, "2026-02-28"),  # 24–27; 28, a Saturday, worked
    ("2026-02-27", 2, W, "2026-03-02"),  # 28; 2 March
    ("2026-04-01", 5, W, "2026-04-09"),  # 2, 3; 7, 8, 9
    ("2026-04-03", 1, W, "2026-04-07"),
    ("2026-04-20", 15, W, "2026-05-13"),  # 21–24; 27–30; 6–8; 9; 11, 12, 13 May
    ("2026-04-28", 7, W, "2026-05-11"),  # 29, 30; 6, 7, 8; 9; 11
    ("2026-04-29", 5, W, "2026-05-09"),  # 30; 6, 7, 8; 9, a Saturday, worked
    ("2026-04-30", 1, W, "2026-05-06"),
    ("2026-06-01", 20, W, "2026-06-30"),  # 2–5; 8–12; 15–18; 22–26; 29, 30
    ("2026-06-15", 5, W, "2026-06-23"),  # 16, 17, 18; 22, 23
    ("2026-09-15", 15, W, "2026-10-12"),  # 16–18; 20; 21–24; 28–30; 8, 9; 10; 12
    ("2026-09-18", 5, W, "2026-09-24"),  # 20, a Sunday, worked; 21–24
    ("2026-09-21", 20, W, "2026-10-26"),  # 22–24; 28–30; 8, 9; 10; 12–16; 19–23; 26
    ("2026-09-24", 5, W, "2026-10-09"),  # 28–30; 8, 9
    ("2026-09-30", 3, W, "2026-10-10"),  # 8, 9; 10, a Saturday, worked
    ("2026-12-24", 5, W, "2026-12-31"),  # 25; 28–31
    # ── days ──
    ("2026-01-05", 10, C, "2026-01-15"),  # a Thursday
    ("2026-01-07", 10, C, "2026-01-19"),  # the 17th is a Saturday
    ("2026-01-30", 15, C, "2026-02-14"),  # a Saturday, worked
    ("2026-02-05", 10, C, "2026-02-24"),  # the 15th begins the holiday
    ("2026-02-13", 15, C, "2026-02-28"),  # a Saturday, worked
    ("2026-02-20", 3, C, "2026-02-24"),  # served and ended within the holiday
    ("2026-03-25", 10, C, "2026-04-07"),  # 4 April
    ("2026-04-21", 10, C, "2026-05-06"),  # 1 May
    ("2026-04-24", 15, C, "2026-05-09"),  # a Saturday, worked
    ("2026-06-04", 15, C, "2026-06-22"),  # 19 June
    ("2026-07-01", 30, C, "2026-07-31"),  # a Friday
    ("2026-09-05", 15, C, "2026-09-20"),  # a Sunday, worked
    ("2026-09-10", 15, C, "2026-09-28"),  # 25 September
    ("2026-09-21", 10, C, "2026-10-08"),  # 1 October
    ("2026-09-25", 15, C, "2026-10-10"),  # a Saturday, worked
]


def test_there_are_forty() -> None:
    assert len(FORTY) == len({row[:3] for row in FORTY}) == 40


@pytest.mark.parametrize(("served_on", "value", "unit", "due_on"), FORTY)
def test_a_term_from_service(served_on: str, value: int, unit: str, due_on: str) -> None:
    found = due_after_service((value, unit), date.max, date.fromisoformat(served_on), CALENDAR)  # type: ignore[arg-type]
    assert (found.on.isoformat(), found.is_uncertain) == (due_on, False)


def test_orders_that_were_served_on_these_days(sqlite_url: str, tmp_path: Path) -> None:
    """The service of one order, put right again and again: each time its problems get their days from it."""

    async def story(office: Office) -> None:
        items = ("A01", "B02", "E03")
        await office.served(**dict.fromkeys(items, "fail"))
        office.at = datetime.fromisoformat("2026-12-31T18:00:00+08:00")
        for served_on, rows in groupby(sorted(FORTY), key=lambda row: row[0]):
            wanted = dict(zip(items, rows, strict=False))
            async with office.database.writing() as session:
                for order in await session.scalars(select(Order)):
                    order.issued_at = datetime.fromisoformat("2026-01-01T00:30:00+08:00")
                for problem in await session.scalars(select(Problem).where(col(Problem.item).in_(wanted))):
                    problem.term_value, problem.term_unit = wanted[problem.item][1], wanted[problem.item][2]
            await office.serve(served_on, reason="送达日期登记有误")
            found = await office.problems()
            assert {item: found[item].due_on.isoformat() for item in wanted} == {i: row[3] for i, row in wanted.items()}
            assert not any(found[item].is_due_provisional or found[item].is_due_uncertain for item in wanted)
            # Somebody comes back on the first working day after the deadline.
            for item in wanted:
                assert found[item].recheck_on == first_working_day_after(found[item].due_on, CALENDAR).on

    at_the_office(sqlite_url, tmp_path, story)


def test_a_year_whose_holidays_are_unknown_is_said_to_be_unknown() -> None:
    for served_on, value, unit in (("2026-12-02", 30, C), ("2026-12-28", 5, W), ("2027-02-01", 3, W)):
        assert deadline(date.fromisoformat(served_on), value, unit, CALENDAR).is_uncertain  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sealed_on", "due_on"),
    [
        ("2026-02-05", "2026-03-11"),
        ("2026-06-01", "2026-06-30"),
        ("2026-09-21", "2026-10-26"),
        ("2026-04-13", "2026-05-13"),  # 14–17; 20–24; 27–30; 6–8; 9; 11, 12, 13 May
    ],
)
def test_results_are_due_twenty_working_days_after_the_seal(sealed_on: str, due_on: str) -> None:
    found = add_working_days(date.fromisoformat(sealed_on), policy("publication")["due_working_days"], CALENDAR)
    assert found.on.isoformat() == due_on


@pytest.mark.parametrize(
    ("due_on", "rung", "day"),
    [
        # One, three, ten, fifteen and twenty working days late, over 国庆 with its worked Saturday.
        ("2026-09-30", "reminder", "2026-10-08"),
        ("2026-09-30", "talk", "2026-10-10"),
        ("2026-09-30", "circular", "2026-10-20"),
        ("2026-09-30", "referral", "2026-10-27"),
        ("2026-09-30", "bad_record", "2026-11-03"),
        # Over 春节 with both of its worked Saturdays.
        ("2026-02-13", "reminder", "2026-02-14"),
        ("2026-02-13", "talk", "2026-02-25"),
        ("2026-02-13", "circular", "2026-03-05"),
    ],
)
def test_a_rung_is_reached_on_its_working_day_and_not_before(due_on: str, rung: str, day: str) -> None:
    on = date.fromisoformat(day)

    def rungs(today: date) -> list[str]:
        found = rungs_reached(date.fromisoformat(due_on), today, 0, current_policy(), CALENDAR)
        return [one.code for one in found]

    assert rungs(on)[-1] == rung
    assert rung not in rungs(on.fromordinal(on.toordinal() - 1))
