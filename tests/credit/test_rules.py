"""Points, periods, lists and streaks, computed by hand."""

from datetime import date
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suicha.credit.errors import CreditPeriodInvalid, CreditStepIllegal
from suicha.credit.rules.lists import proposed, ranked, streaks_reached
from suicha.credit.rules.periods import PeriodKind, before, days_of, finished, months_later, period_of
from suicha.credit.rules.policy import GRADE, ListRules, Side, Streak, rules_of
from suicha.credit.rules.score import Conduct, ScoreCard, digest_of, score_of
from suicha.credit.rules.states import FINAL, IN_FORCE, NEXT, Act, EntryState, after
from suicha.infra.policies import read_policy

RULES = rules_of(read_policy(Path(__file__).parents[2] / "checklists" / "policies", "credit"))
MONTH, QUARTER, YEAR = PeriodKind


@pytest.mark.parametrize(
    ("visits", "counts", "tenths"),
    [
        # Nothing found on one visit: 100 + 5.
        (1, {"clean_visit": 1}, 1050),
        # 3 minor (-3), 1 serious (-2), 1 major (-5) on one visit: 100 - 10.
        (1, {"minor": 3, "serious": 1, "major": 1}, 900),
        # The same on two visits counts half: 100 - 5.
        (2, {"minor": 3, "serious": 1, "major": 1}, 950),
        # -2 / 3 = -0.666… is -0.7 to a tenth.
        (3, {"serious": 1}, 993),
        # -5 / 4 = -1.25: halves go away from the base, to -1.3; +5 / 4 likewise to +1.3.
        (4, {"failed_recheck": 1}, 987),
        (4, {"clean_visit": 1}, 1013),
        # Overdue (-2), referred (-3), recorded (-10), refused (-20) besides one minor (-1).
        (1, {"minor": 1, "overdue": 1, "referred": 1, "recorded": 1, "non_cooperation": 1}, 640),
        (1, {}, 1000),
    ],
)
def test_a_score_is_the_base_and_its_lines(visits: int, counts: dict[str, int], tenths: int) -> None:
    card = score_of(Conduct("e", "410105", visits, counts), RULES)
    assert card.tenths == tenths
    assert card.sum == sum(line.total for line in card.lines)
    assert {line.code: line.count for line in card.lines} == counts


@given(
    st.dictionaries(st.sampled_from([rule.code for rule in RULES.points]), st.integers(1, 40)),
    st.integers(1, 30),
)
def test_the_lines_add_up_whatever_was_found(counts: dict[str, int], visits: int) -> None:
    card = score_of(Conduct("e", "410105", visits, counts), RULES)
    assert card.sum == sum(line.count * line.points for line in card.lines)
    assert abs(card.tenths * visits - (card.base * 10 * visits + card.sum * 10)) * 2 <= visits
    again = score_of(Conduct("e", "410105", visits, dict(reversed(counts.items()))), RULES)
    assert digest_of(again.facts()) == digest_of(card.facts())


@pytest.mark.parametrize(
    ("kind", "name", "first", "last", "earlier"),
    [
        (MONTH, "2026-02", date(2026, 2, 1), date(2026, 2, 28), "2026-01"),
        (MONTH, "2028-02", date(2028, 2, 1), date(2028, 2, 29), "2028-01"),
        (MONTH, "2026-01", date(2026, 1, 1), date(2026, 1, 31), "2025-12"),
        (QUARTER, "2026Q1", date(2026, 1, 1), date(2026, 3, 31), "2025Q4"),
        (QUARTER, "2026Q4", date(2026, 10, 1), date(2026, 12, 31), "2026Q3"),
        (YEAR, "2026", date(2026, 1, 1), date(2026, 12, 31), "2025"),
    ],
)
def test_periods_have_their_days(kind: PeriodKind, name: str, first: date, last: date, earlier: str) -> None:
    assert days_of(kind, name) == (first, last)
    assert period_of(kind, first) == period_of(kind, last) == name
    assert before(kind, name) == earlier


@pytest.mark.parametrize("name", ["2026-13", "2026-1", "2026Q5", "26Q1", "2026", "", "2026Q1 "])
def test_a_period_of_another_form_is_refused(name: str) -> None:
    with pytest.raises(CreditPeriodInvalid):
        days_of(MONTH if "Q" in name else QUARTER, name)


def test_only_periods_that_are_over_are_finished() -> None:
    assert [*finished(QUARTER, first=date(2026, 2, 9), today=date(2026, 9, 30))] == ["2026Q1", "2026Q2"]
    assert [*finished(QUARTER, first=date(2026, 2, 9), today=date(2026, 10, 1))] == ["2026Q1", "2026Q2", "2026Q3"]
    assert [*finished(YEAR, first=date(2026, 2, 9), today=date(2026, 12, 31))] == []


def test_months_end_where_the_month_ends() -> None:
    assert months_later(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert months_later(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months_later(date(2026, 3, 15), 12) == date(2027, 3, 15)


def a_card(name: str, tenths: int, *, where: str = "410105", visits: int = 1) -> ScoreCard:
    return ScoreCard(name, where, visits, 100, (), 0, tenths)


def a_list(*sides: Side, within: str = "city", fewest: int = 1) -> ListRules:
    return ListRules("good_bad", "好差榜", QUARTER, within, fewest, is_public=True, sides=sides)


GOOD = Side("good", "好榜", is_good=True, most_percent=20, at_least=95)
BAD = Side("bad", "差榜", is_good=False, most_percent=20, below=80)


def placed(cards: list[ScoreCard], rules: ListRules) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for card, side in proposed(cards, rules):
        found.setdefault(side.side, []).append(card.enterprise)
    return {side: sorted(names) for side, names in found.items()}


def test_lists_take_the_foremost_and_equals_together() -> None:
    scores = {"a": 1000, "b": 990, "c": 990, "d": 940, "e": 850, "f": 799, "g": 700, "h": 700, "i": 600, "j": 500}
    cards = [a_card(name, tenths) for name, tenths in scores.items()]
    # Two of ten on each side: b and c are equal, so both stand beside a; the lowest two are i and j.
    assert placed(cards, a_list(GOOD, BAD)) == {"good": ["a", "b", "c"], "bad": ["i", "j"]}
    # Nobody reaches a threshold that is too far away, whoever is the foremost.
    assert placed([a_card("x", 900), a_card("y", 810)], a_list(GOOD, BAD)) == {}
    # One enterprise alone: a fifth of it is one.
    assert placed([a_card("x", 100)], a_list(GOOD, BAD)) == {"bad": ["x"]}


def test_the_order_of_the_cards_changes_nothing() -> None:
    cards = [a_card("a", 990), a_card("b", 960), a_card("c", 700), a_card("d", 700)]
    answers = {str(placed(list(order), a_list(GOOD, BAD))) for order in permutations(cards)}
    assert answers == {"{'good': ['a'], 'bad': ['c', 'd']}"}


def test_places_are_counted_within_the_group_and_few_visits_are_no_place() -> None:
    cards = [a_card("a", 990), a_card("b", 990), a_card("c", 900), a_card("d", 100, where="410102")]
    cards.append(a_card("e", 1000, visits=0))
    found = {one.card.enterprise: (one.place, one.of) for one in ranked(cards, a_list(GOOD, within="district"))}
    assert found == {"a": (1, 3), "b": (1, 3), "c": (3, 3), "d": (1, 1)}


def test_everybody_gets_the_first_grade_that_the_score_reaches() -> None:
    cards = [a_card("a", 900), a_card("b", 899), a_card("c", 750), a_card("d", 600), a_card("e", 599), a_card("f", 0)]
    assert placed(cards, RULES.list_of(GRADE)) == {"A": ["a"], "B": ["b", "c"], "C": ["d"], "D": ["e", "f"]}


def test_a_streak_is_two_quarters_in_a_row_or_three_months_of_a_year() -> None:
    row = Streak("exposure", "曝光", "bad", 2, in_a_row=True, text="")
    assert streaks_reached(QUARTER, [row], "bad", {"2026Q1", "2026Q2"}, "2026Q2") == [row]
    assert streaks_reached(QUARTER, [row], "bad", {"2025Q4", "2026Q1"}, "2026Q1") == [row]
    assert streaks_reached(QUARTER, [row], "bad", {"2026Q1", "2026Q3"}, "2026Q3") == []
    assert streaks_reached(QUARTER, [row], "good", {"2026Q1", "2026Q2"}, "2026Q2") == []
    thrice = Streak("regrade", "重新核定", "black", 3, in_a_row=False, text="")
    assert streaks_reached(MONTH, [thrice], "black", {"2026-01", "2026-05", "2026-12"}, "2026-12") == [thrice]
    # 2025-12 ended a year before 2026-12 does: it is no longer within the year.
    assert streaks_reached(MONTH, [thrice], "black", {"2025-12", "2026-05", "2026-12"}, "2026-12") == []


def test_nothing_is_in_force_that_nobody_approved() -> None:
    """Every way from a proposal into force leads over an approval; what has ended stays ended."""

    def reachable(start: EntryState, *, without: Act) -> set[EntryState]:
        found, todo = {start}, [start]
        while todo:
            state = todo.pop()
            for (known, act), following in NEXT.items():
                if known is state and act is not without and following not in found:
                    found.add(following)
                    todo.append(following)
        return found

    assert not reachable(EntryState.PROPOSED, without=Act.APPROVE) & IN_FORCE
    assert reachable(EntryState.PROPOSED, without=Act.OBJECT) >= IN_FORCE
    for state in FINAL:
        for act in Act:
            with pytest.raises(CreditStepIllegal):
                after(state, act)
