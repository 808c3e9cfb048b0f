"""规范化管理考核: what a scored edition says about points, and how points become a total. Pure and exact.

Points are decimals; on the wire and in ops they are texts in one normal form (`3`, `2.5`): canonical JSON has no
fractions and two ways to write one number would be a dispute about nothing. `pwa/src/sync/scoring.ts` is the twin,
tests/vectors/scores.json holds both to the same results. ADR 0022 has the reasons.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

_NORMAL = re.compile(r"(0|[1-9][0-9]{0,3})(\.[0-9]?[1-9])?")


@dataclass(frozen=True)
class Deduction:
    """A finding that is offered as a phrase, and the points that it usually costs."""

    text: str
    points: Decimal


@dataclass(frozen=True)
class ItemScore:
    """How an item is scored. `opens_problem_below` is the score under which it is also a 整改 problem; None: never."""

    max: Decimal
    step: Decimal
    deductions: tuple[Deduction, ...] = ()
    opens_problem_below: Decimal | None = None
    may_be_na: bool = False


@dataclass(frozen=True)
class Dimension:
    """A group of the edition with the points that it is worth."""

    group: str
    max: Decimal


@dataclass(frozen=True)
class Grade:
    """The word for a total of at least so many points."""

    at_least: Decimal
    label: str


@dataclass(frozen=True)
class Scoring:
    """What an edition says about all points. `weights` tells whether an authority published them (or `reference`)."""

    full: Decimal
    dimensions: tuple[Dimension, ...]
    grades: tuple[Grade, ...]
    decimals: int
    not_applicable: str
    weights: str


@dataclass(frozen=True)
class Answered:
    """What stands for one item: its result and its points."""

    result: str | None
    score: str | None


@dataclass(frozen=True)
class DimensionMarks:
    """What a site got in one dimension, rounded as the edition says."""

    group: str
    points: Decimal
    max: Decimal


@dataclass(frozen=True)
class Marks:
    """The marks of one visit; `total` is the sum of the rounded dimensions, so that a paper adds up."""

    dimensions: tuple[DimensionMarks, ...]
    total: Decimal
    full: Decimal
    grade: str


def points(text: Any) -> Decimal | None:
    """The points that a text in normal form stands for, at most two decimals; None for every other value."""
    return Decimal(text) if isinstance(text, str) and _NORMAL.fullmatch(text) else None


def points_text(value: Decimal) -> str:
    """The normal form: no exponent, no needless zeros."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def score_fits(rule: ItemScore, text: Any) -> bool:
    """True for a score from 0 to the item's maximum that lies on its step."""
    value = points(text)
    return value is not None and value <= rule.max and value % rule.step == 0


def permitted_scores(rule: ItemScore) -> list[str]:
    """Every score that the item can get, in normal form."""
    return [points_text(rule.step * n) for n in range(int(rule.max / rule.step) + 1)]


def results_beside(rule: ItemScore, score: str) -> tuple[str, ...]:
    """The results that may stand beside a score: full marks are 符合, fewer are 不符合 or 当场改正."""
    return ("pass",) if points(score) == rule.max else ("fail", "fixed")


def opens_a_problem(rule: ItemScore, score: str | None) -> bool:
    """True where the edition says that a score this low has to be put right."""
    value = points(score)
    return rule.opens_problem_below is not None and value is not None and value < rule.opens_problem_below


def marks_of(
    scoring: Scoring, items: Iterable[tuple[str, str, ItemScore]], answers: Mapping[str, Answered]
) -> Marks | None:
    """The marks of a visit from its answers; `items` are (code, group, rule). None while an item has no valid score.

    An item that does not apply takes its points out of the dimension, and what the others got is scaled up to the
    dimension's maximum (`rescale`), or counts as full marks (`full`); the edition chooses.
    """
    got = {one.group: Fraction(0) for one in scoring.dimensions}
    possible = dict(got)
    for code, group, rule in items:
        answer = answers.get(code, Answered(None, None))
        if answer.result == "na" and rule.may_be_na:
            share = Fraction(rule.max) if scoring.not_applicable == "full" else Fraction(0)
            got[group], possible[group] = got[group] + share, possible[group] + share
            continue
        if answer.score is None or not score_fits(rule, answer.score):
            return None
        got[group] += Fraction(Decimal(answer.score))
        possible[group] += Fraction(rule.max)
    marks = tuple(
        DimensionMarks(one.group, _scaled(got[one.group], possible[one.group], one.max, scoring.decimals), one.max)
        for one in scoring.dimensions
    )
    total = sum((one.points for one in marks), Decimal(0))
    return Marks(marks, total, scoring.full, grade_of(scoring, total))


def _scaled(got: Fraction, possible: Fraction, most: Decimal, decimals: int) -> Decimal:
    """`got` of `possible` as points of `most`, halves up."""
    share = got / possible * Fraction(most) if possible else Fraction(0)
    units = floor(share * 10**decimals + Fraction(1, 2))
    return Decimal(units).scaleb(-decimals)


def grade_of(scoring: Scoring, total: Decimal) -> str:
    """The edition's word for a total; grades stand from the best to the worst, which begins at 0."""
    return next(grade.label for grade in scoring.grades if total >= grade.at_least)


def scoring_of(wire: Mapping[str, Any] | None) -> Scoring | None:
    """The edition's `scoring` as facts; None for an edition without points."""
    if wire is None:
        return None
    return Scoring(
        full=Decimal(wire["full"]),
        dimensions=tuple(Dimension(one["group"], Decimal(one["max"])) for one in wire["dimensions"]),
        grades=tuple(Grade(Decimal(one["at_least"]), one["label"]) for one in wire["grades"]),
        decimals=wire["decimals"],
        not_applicable=wire["not_applicable"],
        weights=wire["weights"],
    )


def item_score_of(item: Mapping[str, Any]) -> ItemScore | None:
    """An item's `score` as facts; None for an item without points."""
    wire = item.get("score")
    if wire is None:
        return None
    below = wire["opens_problem_below"]
    return ItemScore(
        max=Decimal(wire["max"]),
        step=Decimal(wire["step"]),
        deductions=tuple(Deduction(one["text"], Decimal(one["points"])) for one in wire["deductions"]),
        opens_problem_below=Decimal(below) if below is not None else None,
        may_be_na=item["na_allowed"],
    )
