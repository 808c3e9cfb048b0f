"""Which answers become problems, until when they must be put right, and when we come back to look.

Terms are counted from the day of sealing and stay provisional until the order to rectify is served. There is no general
statutory term: the edition proposes one per item, and the leader may set another day.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from suicha.checklists.rules import Edition, Item, Severity, Term, due_on, makes_a_problem
from suicha.kit.workdays import Calendar, Day, first_working_day_after


@dataclass(frozen=True)
class Answer:
    """What the sealed record says about one item; `op_id` names the op that gave the result."""

    item: str
    result: str | None
    op_id: str
    remark: str | None = None
    severity: str | None = None
    due_override: date | None = None
    score: str | None = None


@dataclass(frozen=True)
class NewProblem:
    """A failure with its term and days. `due` is uncertain where it rests on a year without a known calendar."""

    item: str
    title: str
    severity: Severity
    remark: str
    op_id: str
    term: Term | None
    due: Day
    recheck: Day


def answers_from(heads: Iterable[tuple[str, str, str, str]]) -> list[Answer]:
    """The answers of a record from its register heads: (item, field, op_id, value as canonical JSON)."""
    values: dict[str, dict[str, tuple[str, str]]] = {}
    for item, field, op_id, value in heads:
        # Two heads of a sealed register agree; the op that was made first stands for both.
        known = values.setdefault(item, {})
        known[field] = min(known.get(field, (op_id, value)), (op_id, value))
    return [_answer(item, fields) for item, fields in sorted(values.items()) if "result" in fields]


def _answer(item: str, fields: Mapping[str, tuple[str, str]]) -> Answer:
    said = {field: json.loads(value) for field, (_, value) in fields.items()}
    override = said.get("due_override")
    return Answer(
        item=item,
        result=said["result"],
        op_id=fields["result"][0],
        remark=said.get("remark"),
        severity=said.get("severity"),
        due_override=date.fromisoformat(override) if override else None,
        score=said.get("score"),
    )


def problems_from(
    answers: Iterable[Answer], edition: Edition, *, found_on: date, calendar: Calendar
) -> list[NewProblem]:
    """One problem per failed item, in the order of the edition; 当场改正 makes none, nor do lost points alone."""
    said = {answer.item: answer for answer in answers}
    return [
        _problem(said[item.code], item, found_on=found_on, calendar=calendar)
        for item in edition.items
        if item.code in said and makes_a_problem(item, said[item.code].result, said[item.code].score)
    ]


def _problem(answer: Answer, item: Item, *, found_on: date, calendar: Calendar) -> NewProblem:
    due = Day(answer.due_override, is_uncertain=False) if answer.due_override else due_on(item, found_on, calendar)
    return NewProblem(
        item=item.code,
        title=item.title,
        severity=Severity(answer.severity) if answer.severity else item.severity,
        remark=answer.remark or "",
        op_id=answer.op_id,
        # A day that the leader set stands for itself and is not counted anew from the day of service.
        term=None if answer.due_override else item.term,
        due=due,
        recheck=recheck_day(due, calendar),
    )


def recheck_day(due: Day, calendar: Calendar) -> Day:
    """The first working day after the term: on its last day the enterprise may still put things right."""
    day, is_guess = first_working_day_after(due.on, calendar)
    return Day(day, due.is_uncertain or is_guess)


def recheck_days(problems: Iterable[NewProblem]) -> Mapping[Day, list[NewProblem]]:
    """The days on which somebody must come back, each with what is to be looked at.

    One recheck for each distinct day, not one on the last of them: a blocked fire exit is due in days and must not wait
    for a ledger that may take a month, and what falls due together is looked at in one visit. A day is uncertain when
    one of its problems is.
    """
    days: dict[date, list[NewProblem]] = {}
    for problem in problems:
        days.setdefault(problem.recheck.on, []).append(problem)
    return {Day(on, any(problem.recheck.is_uncertain for problem in days[on])): days[on] for on in sorted(days)}


def problem_code(visit_code: str, item: str) -> str:
    """The number of a problem: that of the visit and the item."""
    return f"{visit_code}-{item}"
