"""Which answers become problems, and on which days."""

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from suicha.checklists.loader import read_calendar, read_editions
from suicha.checklists.rules import Edition, edition_of
from suicha.kit.workdays import WEEKENDS_ONLY, Day
from suicha.rectification.errors import IllegalStep
from suicha.rectification.rules import (
    Answer,
    RecheckState,
    advanced,
    answers_from,
    problem_code,
    problems_from,
    recheck_days,
)

CHECKLISTS = Path(__file__).parents[2] / "checklists"
CALENDAR = read_calendar(CHECKLISTS)
SEALED_ON = date(2026, 11, 23)


@cache
def the_edition() -> Edition:
    return next(edition_of(e.raw) for e in read_editions(CHECKLISTS) if e.checklist == "property-service-ref-27")


def failed(item: str, **said: object) -> Answer:
    return Answer(item, "fail", "op", **said)  # type: ignore[arg-type]


def test_only_a_failure_makes_a_problem_and_what_was_fixed_on_the_spot_does_not() -> None:
    answers = [failed("B02"), Answer("B03", "fixed", "op"), Answer("B01", "pass", "op"), Answer("H01", "na", "op")]
    found = problems_from(answers, the_edition(), found_on=SEALED_ON, calendar=CALENDAR)
    assert [problem.item for problem in found] == ["B02"]


def test_the_term_of_the_item_runs_from_the_day_of_sealing() -> None:
    by_item = {
        p.item: p
        for p in problems_from(
            [failed("H01"), failed("I01"), failed("G02")], the_edition(), found_on=SEALED_ON, calendar=CALENDAR
        )
    }
    assert by_item["I01"].due == Day(date(2026, 12, 2), is_uncertain=False)  # 7 working days
    assert by_item["I01"].recheck == Day(date(2026, 12, 3), is_uncertain=False)
    assert by_item["H01"].due == Day(date(2026, 12, 23), is_uncertain=False)  # 30 calendar days
    assert by_item["G02"].due == Day(date(2026, 12, 8), is_uncertain=False)  # 15 calendar days
    assert [p.severity for p in (by_item["H01"], by_item["I01"])] == ["major", "serious"]


def test_a_term_that_reaches_a_year_without_a_calendar_is_uncertain_and_so_is_its_recheck() -> None:
    [problem] = problems_from([failed("H01")], the_edition(), found_on=date(2026, 12, 10), calendar=CALENDAR)
    assert problem.due == Day(date(2027, 1, 11), is_uncertain=True)
    assert problem.recheck == Day(date(2027, 1, 12), is_uncertain=True)


def test_the_leaders_day_and_severity_win_over_the_editions() -> None:
    answer = failed("I01", severity="major", due_override=date(2026, 11, 27), remark="见照片")
    [problem] = problems_from([answer], the_edition(), found_on=SEALED_ON, calendar=CALENDAR)
    assert (problem.due, problem.severity, problem.remark) == (
        Day(date(2026, 11, 27), is_uncertain=False),
        "major",
        "见照片",
    )
    assert problem.recheck.on == date(2026, 11, 30)  # 27 November is a Friday


def test_there_is_one_recheck_for_each_distinct_day() -> None:
    override = date(2026, 12, 2)
    found = problems_from(
        [failed("I01"), failed("H01"), failed("A01", due_override=override)],
        the_edition(),
        found_on=SEALED_ON,
        calendar=CALENDAR,
    )
    days = recheck_days(found)
    assert {day.on: sorted(p.item for p in problems) for day, problems in days.items()} == {
        date(2026, 12, 3): ["A01", "I01"],
        date(2026, 12, 24): ["H01"],
    }


def test_a_recheck_is_uncertain_when_one_of_its_problems_is() -> None:
    found = problems_from([failed("I01")], the_edition(), found_on=SEALED_ON, calendar=WEEKENDS_ONLY)
    assert [day.is_uncertain for day in recheck_days(found)] == [True]


def test_answers_are_read_from_register_heads() -> None:
    heads = [
        ("B02", "result", "op-2", '"fail"'),
        ("B02", "result", "op-1", '"fail"'),
        ("B02", "remark", "op-3", '"灯不亮"'),
        ("B02", "due_override", "op-4", '"2026-12-01"'),
        ("_", "arrival", "op-5", "{}"),
        ("B03", "remark", "op-6", '"x"'),
    ]
    assert answers_from(heads) == [Answer("B02", "fail", "op-1", "灯不亮", None, date(2026, 12, 1))]


def test_steps_that_the_table_does_not_have_are_refused() -> None:
    assert advanced("scheduled", RecheckState.DUE) is RecheckState.DUE
    for state, to in (
        ("scheduled", RecheckState.OVERDUE),
        ("done", RecheckState.DUE),
        ("overdue", RecheckState.SCHEDULED),
    ):
        with pytest.raises(IllegalStep):
            advanced(state, to)
    assert problem_code("DEMO-2026-001", "B02") == "DEMO-2026-001-B02"
