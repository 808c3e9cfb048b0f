"""What an edition says about answers and problems."""

from datetime import date
from pathlib import Path

import pytest

from suicha.checklists.loader import read_calendar, read_editions
from suicha.checklists.rules import (
    Edition,
    Item,
    Severity,
    due_on,
    edition_of,
    makes_a_problem,
    needs_photo,
    printable_basis,
)
from suicha.kit.workdays import Day

CHECKLISTS = Path(__file__).parents[2] / "checklists"


@pytest.fixture(scope="module")
def edition() -> Edition:
    return next(edition_of(e.raw) for e in read_editions(CHECKLISTS) if e.checklist == "property-service-ref-27")


def _item(edition: Edition, code: str) -> Item:
    item = edition.item(code)
    assert item is not None
    return item


def test_an_edition_is_read_from_its_bytes(edition: Edition) -> None:
    assert edition.id == "property-service-ref-27/v1"
    assert edition.item_codes[:3] == ("A01", "A02", "B01")
    assert edition.item_codes[-1] == "I01"
    assert edition.item("Z99") is None
    assert "no_problem_found" in edition.outcome_codes
    assert _item(edition, "E04").severity is Severity.MAJOR
    assert _item(edition, "E04").readings == (("消防车通道净宽", "m"),)


def test_only_a_failure_makes_a_problem_and_asks_for_a_photo(edition: Edition) -> None:
    assert [
        result for result in ("pass", "fail", "fixed", "na", None) if makes_a_problem(edition.items[0], result)
    ] == ["fail"]
    assert needs_photo(_item(edition, "E04"), "fail")
    assert not needs_photo(_item(edition, "E04"), "fixed")
    assert not needs_photo(_item(edition, "C01"), "fail")


def test_the_deadline_follows_the_unit_of_the_item(edition: Edition) -> None:
    calendar = read_calendar(CHECKLISTS)
    assert due_on(_item(edition, "B01"), date(2026, 11, 20), calendar) == Day(date(2026, 12, 1), False)
    assert due_on(_item(edition, "E04"), date(2026, 11, 20), calendar) == Day(date(2026, 11, 23), False)
    assert due_on(_item(edition, "D01"), date(2026, 12, 10), calendar) == Day(date(2027, 1, 11), True)


def test_unverified_articles_never_print(edition: Edition) -> None:
    assert printable_basis(_item(edition, "C03"), is_high_rise=True) == ()
    for item in edition.items:
        assert all(basis.is_verified for basis in printable_basis(item, is_high_rise=True))


def test_high_rise_rules_are_left_out_for_other_sites(edition: Edition) -> None:
    assert printable_basis(_item(edition, "E02"), is_high_rise=False) == ()
    assert len(printable_basis(_item(edition, "E02"), is_high_rise=True)) == 2
    laws = {basis.law for basis in printable_basis(_item(edition, "E04"), is_high_rise=False)}
    assert laws == {"《中华人民共和国消防法》（2021年修正）"}
