"""What an edition says about answers and problems, as frozen facts read from its stored bytes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from suicha.checklists.rules.scoring import (
    Answered,
    ItemScore,
    Marks,
    Scoring,
    item_score_of,
    marks_of,
    opens_a_problem,
    scoring_of,
)
from suicha.kit.canonical import strict_json
from suicha.kit.workdays import Calendar, Day, TermUnit, deadline


class Result(StrEnum):
    """How an item was answered. 符合, 不符合, 当场改正, 不适用."""

    PASS = "pass"  # noqa: S105  an answer, no password
    FAIL = "fail"
    FIXED = "fixed"
    NA = "na"


class Severity(StrEnum):
    """How grave a failure is. 一般, 较重, 重大."""

    MINOR = "minor"
    SERIOUS = "serious"
    MAJOR = "major"


@dataclass(frozen=True)
class LegalBasis:
    """One article on which an item rests; an unverified one never prints on an outgoing document."""

    law: str
    article: str
    note: str | None
    is_verified: bool
    is_only_high_rise: bool


@dataclass(frozen=True)
class Term:
    """The proposed time for putting a failure right."""

    value: int
    unit: TermUnit
    needs_immediate_measures: bool


@dataclass(frozen=True)
class Item:
    """One question."""

    code: str
    group: str
    title: str
    severity: Severity
    term: Term
    is_photo_required_on_fail: bool
    may_be_na: bool
    refer_to: str | None
    quick_findings: tuple[str, ...]
    readings: tuple[tuple[str, str], ...]
    legal_basis: tuple[LegalBasis, ...]
    score: ItemScore | None = None


@dataclass(frozen=True)
class Edition:
    """A checklist as it stood when it was stored."""

    id: str
    name: str
    groups: tuple[tuple[str, str], ...]
    items: tuple[Item, ...]
    outcome_codes: tuple[str, ...]
    texts: dict[str, str]
    scoring: Scoring | None = None

    @property
    def scores(self) -> dict[str, ItemScore]:
        """How each item is scored; empty for an edition without points."""
        return {item.code: item.score for item in self.items if item.score}

    @property
    def item_codes(self) -> tuple[str, ...]:
        """The codes in the order of the list."""
        return tuple(item.code for item in self.items)

    def item(self, code: str) -> Item | None:
        """The item with this code, if the edition has one."""
        return next((item for item in self.items if item.code == code), None)


def edition_of(raw: bytes | str) -> Edition:
    """Read the stored bytes of an edition."""
    wire = strict_json(raw)
    return Edition(
        id=wire["id"],
        name=wire["name"],
        groups=tuple((group["code"], group["name"]) for group in wire["groups"]),
        items=tuple(_item_of(item) for item in wire["items"]),
        outcome_codes=tuple(category["code"] for category in wire["outcome_categories"]),
        texts=dict(wire["texts"]),
        scoring=scoring_of(wire.get("scoring")),
    )


def _item_of(wire: dict[str, Any]) -> Item:
    term = wire["deadline"]
    return Item(
        code=wire["code"],
        group=wire["group"],
        title=wire["title"],
        severity=Severity(wire["severity"]),
        term=Term(term["value"], term["unit"], term["immediate_measures"]),
        is_photo_required_on_fail=wire["photo_required_on_fail"],
        may_be_na=wire["na_allowed"],
        refer_to=wire["refer_to"],
        quick_findings=tuple(wire["quick_findings"]),
        readings=tuple((reading["name"], reading["unit"]) for reading in wire["readings"]),
        legal_basis=tuple(
            LegalBasis(basis["law"], basis["article"], basis["note"], basis["verified"], basis["only_high_rise"])
            for basis in wire["legal_basis"]
        ),
        score=item_score_of(wire),
    )


def needs_photo(item: Item, result: str | None) -> bool:
    """True when a photo is asked for with this answer."""
    return result == Result.FAIL and item.is_photo_required_on_fail


def makes_a_problem(item: Item, result: str | None, score: str | None = None) -> bool:
    """Only 不符合 makes a problem; what was put right on the spot is recorded and done.

    Points that were lost are no problem of themselves: a scored item makes one only below the score that its edition
    names, and most editions name none.
    """
    return result == Result.FAIL and (item.score is None or opens_a_problem(item.score, score))


def marks_in(edition: Edition, answers: Mapping[str, Answered]) -> Marks | None:
    """What a visit on this edition got; None without points, or while an item has no valid score."""
    if edition.scoring is None:
        return None
    items = [(item.code, item.group, item.score) for item in edition.items if item.score]
    return marks_of(edition.scoring, items, answers)


def due_on(item: Item, start: date, calendar: Calendar) -> Day:
    """The day by which a failure found on `start` should be put right, and whether that day is uncertain."""
    return deadline(start, item.term.value, item.term.unit, calendar)


def printable_basis(item: Item, *, is_high_rise: bool) -> tuple[LegalBasis, ...]:
    """The articles that may stand on an outgoing document about a site; possibly none."""
    return tuple(
        basis for basis in item.legal_basis if basis.is_verified and (is_high_rise or not basis.is_only_high_rise)
    )
