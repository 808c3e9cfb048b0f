"""规范化管理考核: points, marks and what a scored edition may say."""

import json
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suicha.checklists.errors import EditionInvalid
from suicha.checklists.loader import read_editions
from suicha.checklists.rules import Edition, edition_of, makes_a_problem, marks_in
from suicha.checklists.rules.scoring import (
    Answered,
    item_score_of,
    marks_of,
    permitted_scores,
    points,
    points_text,
    results_beside,
    score_fits,
    scoring_of,
)
from suicha.kit.canonical import canonical_json, strict_json

CHECKLISTS = Path(__file__).parents[2] / "checklists"
VECTORS = json.loads((CHECKLISTS.parent / "tests/vectors/scores.json").read_text())
ASSESSMENT = "management-assessment-ref-5/v1.yaml"
# Visits and signatures stand on this hash: if this test fails, undo the change of the file, and write v2.
REFERENCE_5_V1 = "e741f2116a49a982e27f9d019479346709e7f8128139b873ffa9a950826f6176"


def the_assessment() -> Edition:
    [edition] = [edition for edition in read_editions(CHECKLISTS) if edition.checklist == "management-assessment-ref-5"]
    assert edition.hash == REFERENCE_5_V1
    assert canonical_json(strict_json(edition.raw)) == edition.raw
    return edition_of(edition.raw)


EDITION = the_assessment()


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["name"])
def test_marks_are_those_of_the_shared_vectors(case: dict[str, Any]) -> None:
    wire = VECTORS["editions"][case["edition"]]
    scoring = scoring_of(wire["scoring"])
    assert scoring is not None
    items = [(item["code"], item["group"], rule) for item in wire["items"] if (rule := item_score_of(item))]
    answers = {code: Answered(*said) for code, said in case["answers"].items()}
    marks = marks_of(scoring, items, answers)
    if case["marks"] is None:
        assert marks is None
    else:
        assert marks is not None
        assert {one.group: points_text(one.points) for one in marks.dimensions} == case["marks"]["dimensions"]
        assert (points_text(marks.total), marks.grade) == (case["marks"]["total"], case["marks"]["grade"])


def test_a_number_has_one_way_to_be_written() -> None:
    assert all(points_text(points(text) or Decimal(0)) == text for text in VECTORS["texts"]["good"])
    assert [points(text) for text in VECTORS["texts"]["bad"]] == [None] * len(VECTORS["texts"]["bad"])
    assert [points(value) for value in (5, None, True, ["5"])] == [None] * 4


def test_the_reference_edition_has_five_dimensions_of_100_points() -> None:
    assert EDITION.scoring is not None
    assert [name for _, name in EDITION.groups] == ["共用设施设备", "环境卫生", "绿化管养", "客户服务", "安全生产防范"]
    assert [str(one.max) for one in EDITION.scoring.dimensions] == ["25", "20", "15", "20", "20"]
    assert (EDITION.scoring.full, EDITION.scoring.weights, len(EDITION.items)) == (100, "reference", 28)
    assert {code for code, rule in EDITION.scores.items() if rule.opens_problem_below} == {"KE02", "KE03"}


def test_full_marks_are_a_pass_and_fewer_are_not() -> None:
    rule = EDITION.scores["KE02"]
    assert permitted_scores(rule) == ["0", "0.5", "1", "1.5", "2", "2.5", "3", "3.5", "4", "4.5", "5"]
    assert (results_beside(rule, "5"), results_beside(rule, "4.5")) == (("pass",), ("fail", "fixed"))
    assert [score_fits(rule, text) for text in ("5.5", "0.25", "-1", 3, None)] == [False] * 5


@pytest.mark.parametrize(
    ("code", "result", "score", "opens"),
    [
        ("KA01", "fail", "0", False),
        ("KE02", "fail", "2.5", False),
        ("KE02", "fail", "2", True),
        ("KE02", "fixed", "2", False),
        ("KE02", "fail", None, False),
    ],
)
def test_lost_points_open_a_problem_only_where_the_edition_says_so(
    code: str, result: str, score: str | None, *, opens: bool
) -> None:
    item = EDITION.item(code)
    assert item is not None
    assert makes_a_problem(item, result, score) is opens


@st.composite
def _answers(draw: st.DrawFn) -> dict[str, Answered]:
    said = {}
    for code, rule in EDITION.scores.items():
        score = draw(st.sampled_from([*permitted_scores(rule), None] if rule.may_be_na else permitted_scores(rule)))
        said[code] = Answered("na", None) if score is None else Answered(results_beside(rule, score)[0], score)
    return said


@given(_answers())
def test_the_total_is_the_sum_of_the_dimensions_and_none_is_over_its_maximum(answers: dict[str, Answered]) -> None:
    marks = marks_in(EDITION, answers)
    assert marks is not None
    assert marks.total == sum(one.points for one in marks.dimensions)
    assert all(0 <= one.points <= one.max for one in marks.dimensions)
    assert (marks.total == marks.full) == all(said.result in ("pass", "na") for said in answers.values())


@given(_answers(), st.sampled_from(sorted(EDITION.scores)))
def test_a_better_score_never_makes_the_total_worse(answers: dict[str, Answered], code: str) -> None:
    before = marks_in(EDITION, answers | {code: Answered("fail", "0")})
    after = marks_in(EDITION, answers | {code: Answered("fail", "0.5")})
    assert before is not None
    assert after is not None
    assert after.total >= before.total


def _replace(old: str, new: str, times: int = 1) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, times)


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        (_replace("{group: KA, max: 25}", "{group: KA, max: 26}"), "dimension KA is worth 26, its items add up to 25"),
        (_replace("full: 100", "full: 90"), "the full score is 90, the dimensions add up to 100"),
        (_replace("      step: 0.5", "      step: 0.7"), "the maximum 3 is no multiple of the step 0.7"),
        (_replace("points: 1.5}", "points: 1.75}"), "1.75 is not between 0 and the maximum on the step"),
        (_replace("points: 1.5}", "points: 1.505}"), "at most two decimals"),
        (_replace("points: 1.5}", "points: 150}"), "150 is not between 0 and the maximum on the step"),
        (_replace("opens_problem_below: 2.5", "opens_problem_below: 9"), "9 is not between 0 and the maximum"),
        (_replace("      max: 3\n", "      max: 0\n"), "max"),
        (_replace("{at_least: 60, label: 合格}", "{at_least: 85, label: 合格}"), "grades go down"),
        (_replace("    - {at_least: 0, label: 不合格}\n", ""), "grades go down"),
        (_replace("    - {group: KB, max: 20}\n", ""), "the dimensions must be the groups"),
        (
            _replace("{text: 无年度养护计划", "{text: 台账不全或与现场不符"),
            "the text of one deduction stands in another's",
        ),
        (_replace("  weights: reference", "  weights: guessed"), "weights"),
        (
            _replace("na_allowed: false", "na_allowed: true\n    na_when: 随意", 999),
            "at least one item must always apply",
        ),
        (lambda text: text[: text.index("\nscoring:")] + text[text.index("\nitems:") :], "the edition has no scoring"),
        (lambda text: text[: text.rindex("    score:")], "item KE06 has no score"),
    ],
)
def test_points_that_do_not_add_up_are_refused_in_words(
    tmp_path: Path, damage: Callable[[str], str], complaint: str
) -> None:
    folder = Path(shutil.copytree(CHECKLISTS, tmp_path / "checklists"))
    text = (folder / ASSESSMENT).read_text()
    (folder / ASSESSMENT).write_text(damage(text))
    assert (folder / ASSESSMENT).read_text() != text
    with pytest.raises(EditionInvalid) as caught:
        read_editions(folder)
    assert complaint in str(caught.value)
    assert ASSESSMENT in str(caught.value)
