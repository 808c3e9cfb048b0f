"""The register `score` of a scored edition: what is taken, what disagrees, what can be sealed. In memory."""

from decimal import Decimal
from typing import Any

import pytest

from suicha.checklists.rules.scoring import ItemScore

from .desk import Desk
from .ledger import Op
from .pure import ITEMS, PureServer

APPLIED = ("applied", None)
CONFLICT = ("conflict", None)
BAD = ("rejected", "bad_body")
RULES = {
    "A01": ItemScore(Decimal(5), Decimal("0.5"), may_be_na=True),
    "B02": ItemScore(Decimal(3), Decimal(1)),
}


@pytest.fixture
def desk() -> Desk:
    """A visit on an edition whose two items carry points."""
    server = PureServer()
    made = Desk(server)
    server.kept.scopes[made.scope].scores = RULES
    assert tuple(RULES) == ITEMS
    return made


def score(desk: Desk, name: str, value: Any, *sup: Op, item: int = 0) -> Op:
    return desk.set(name, value, *sup, item=item, field="score")


def answer(desk: Desk, *pairs: tuple[str, str | None], name: str = "lead") -> None:
    for item, (result, value) in enumerate(pairs):
        desk.set(name, result, item=item)
        score(desk, name, value, item=item)
    assert all(outcome == APPLIED for outcome in desk.send(name))


@pytest.mark.parametrize("value", ["0", "0.5", "4.5", "5", None])
def test_a_score_on_the_step_up_to_the_maximum_is_taken(desk: Desk, value: str | None) -> None:
    score(desk, "officer", value)
    assert desk.send("officer") == [APPLIED]


@pytest.mark.parametrize("value", ["5.5", "4.25", "-1", "05", "5.0", "", 5, True, ["5"], {"points": "5"}])
def test_every_other_score_is_refused(desk: Desk, value: Any) -> None:
    op = score(desk, "officer", value)
    assert desk.send("officer") == [BAD]
    assert desk.outcome(op) == BAD


def test_an_expert_does_not_score_and_the_visit_as_a_whole_has_no_score(desk: Desk) -> None:
    score(desk, "expert", "5")
    assert desk.send("expert") == [("rejected", "not_permitted_role")]
    desk.make("lead", "reg.set@1", {"v": "5"}, item="_", field="score")
    assert desk.send("lead") == [BAD]


def test_an_edition_without_points_knows_no_score() -> None:
    desk = Desk(PureServer())
    score(desk, "officer", "5")
    assert desk.send("officer") == [BAD]


def test_two_scores_are_a_conflict_that_the_leader_settles_even_where_the_results_agree(desk: Desk) -> None:
    desk.set("lead", "fail")
    mine = score(desk, "lead", "3")
    desk.set("officer", "fail")
    his = score(desk, "officer", "4")
    assert desk.send("lead") == [APPLIED, APPLIED]
    assert desk.send("officer") == [APPLIED, CONFLICT]
    assert set(desk.feed().rows) == {("A01", "score")}
    desk.resolve("lead", "4", mine, his, field="score")
    assert desk.send("lead") == [APPLIED]
    assert desk.feed().rows == {}


def test_the_seal_binds_the_scores(desk: Desk) -> None:
    answer(desk, ("fail", "3.5"), ("pass", "3"))
    seal = desk.seal()
    assert desk.send("lead") == [APPLIED]
    assert '"A01/score"' in seal.body["manifest"]
    assert [one["state"] for one in desk.feed().seals] == ["sealed"]


@pytest.mark.parametrize(
    ("first", "second", "unscored"),
    [
        (("pass", "5"), ("pass", "3"), []),
        (("na", None), ("fail", "0"), []),
        (("fixed", "4.5"), ("fail", "2"), []),
        (("pass", None), ("pass", "3"), ["A01"]),
        (("pass", "4.5"), ("pass", "3"), ["A01"]),
        (("fail", "5"), ("fixed", "3"), ["A01", "B02"]),
        (("na", "5"), ("pass", "3"), ["A01"]),
        (("pass", "5"), ("na", None), ["B02"]),
    ],
)
def test_only_points_that_go_with_the_result_can_be_sealed(
    desk: Desk, first: tuple[str, str | None], second: tuple[str, str | None], unscored: list[str]
) -> None:
    answer(desk, first, second)
    desk.seal()
    outcome = desk.send("lead")
    if unscored:
        assert outcome == [("rejected", "not_sealable")]
        assert desk.results[0]["detail"] == [{"reason": "unscored", "item": item} for item in unscored]
    else:
        assert outcome == [APPLIED]


def test_an_item_without_a_result_is_unanswered_and_not_unscored(desk: Desk) -> None:
    score(desk, "lead", "5")
    desk.send("lead")
    desk.seal()
    desk.send("lead")
    assert desk.results[0]["detail"] == [
        {"reason": "unanswered", "item": "A01"},
        {"reason": "unanswered", "item": "B02"},
    ]
