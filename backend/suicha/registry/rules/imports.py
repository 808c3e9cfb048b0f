"""States of an import, and whether its dry run still tells the truth."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from suicha.registry.rules.fields import Library, Value
from suicha.registry.rules.rows import FieldChange, Problem, RowState, Verdict
from suicha.registry.rules.values import ProblemCode


class ImportState(StrEnum):
    """reading → checked → committed; or refused (unreadable to the end) or interrupted (killed or forgotten)."""

    READING = "reading"
    CHECKED = "checked"
    REFUSED = "refused"
    INTERRUPTED = "interrupted"
    COMMITTED = "committed"


Counts = dict[str, dict[str, int]]


def counts_of(verdicts: Iterable[Verdict]) -> Counts:
    """How many rows of each library would be added, changed, left the same, rejected."""
    found = Counter((verdict.library.value, verdict.state.value) for verdict in verdicts)
    libraries = {library for library, _ in found}
    return {
        library.value: {state.value: found[library.value, state.value] for state in RowState}
        for library in Library
        if library.value in libraries
    }


def rejected_in(counts: Counts) -> int:
    """How many rows stand in the way."""
    return sum(states.get(RowState.REJECT.value, 0) for states in counts.values())


def plain(value: Value) -> str | int | bool | None:
    """A value as JSON carries it."""
    return value.isoformat() if isinstance(value, date) else value


def plain_changes(changes: Iterable[FieldChange]) -> list[list[Any]]:
    """Changes as JSON carries them: field, old, new."""
    return [[change.field, plain(change.old), plain(change.new)] for change in changes]


def plain_problems(problems: Iterable[Problem]) -> list[dict[str, str]]:
    """Problems as JSON carries them."""
    return [
        {"code": p.code.value, "reason": p.reason, "column": p.column, "at": p.at, "value": p.value} for p in problems
    ]


def problem_from(told: dict[str, str]) -> Problem:
    """The problem that `plain_problems` told."""
    return Problem(ProblemCode(told["code"]), told["reason"], told["column"], told["at"], told["value"])


def is_same_outcome(verdicts: Sequence[Verdict], told: Sequence[tuple[str, list[list[Any]]]]) -> bool:
    """True when the rows would do now what the dry run said: the same states, and the same values old and new."""
    return len(verdicts) == len(told) and all(
        verdict.state.value == state and plain_changes(verdict.changes) == changes
        for verdict, (state, changes) in zip(verdicts, told, strict=True)
    )
