"""The witness against brute force: it allows exactly what some evenest assignment allows."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from suicha.draws.rules.balance import Witness


@st.composite
def cases(draw):
    teams = draw(st.integers(1, 4))
    masks = draw(st.lists(st.integers(1, 2**teams - 1), min_size=1, max_size=6))
    wishes = draw(st.lists(st.permutations(range(teams)), min_size=len(masks), max_size=len(masks)))
    order = draw(st.permutations(range(len(masks))))
    return teams, masks, order, wishes


def evenest(teams: int, masks: list[int]) -> list[tuple[int, ...]]:
    ways = product(*([team for team in range(teams) if mask >> team & 1] for mask in masks))
    squares = {way: sum(way.count(team) ** 2 for team in range(teams)) for way in ways}
    return [way for way, square in squares.items() if square == min(squares.values())]


@given(cases())
@settings(max_examples=400, deadline=None)
def test_a_team_may_be_given_exactly_where_an_evenest_assignment_gives_it(case):
    teams, masks, order, wishes = case
    left = evenest(teams, masks)
    witness = Witness(masks, [1] * len(masks), teams)
    assert tuple(sorted(witness.loads)) == tuple(sorted(left[0].count(team) for team in range(teams)))
    for site in order:
        for team in wishes[site]:
            agreeing = [way for way in left if way[site] == team]
            assert witness.give(site, team) == bool(agreeing)
            if agreeing:
                left = agreeing
                break
    assert [witness.loads[team] for team in range(teams)] == [left[0].count(team) for team in range(teams)]


@given(cases(), st.data())
@settings(max_examples=200, deadline=None)
def test_sites_of_one_class_are_interchangeable(case, data):
    teams, masks, _, _ = case
    kinds = sorted(set(masks))
    witness = Witness(kinds, [masks.count(mask) for mask in kinds], teams)
    left = evenest(teams, masks)
    for site, mask in enumerate(masks):
        team = data.draw(st.sampled_from(range(teams)))
        agreeing = [way for way in left if way[site] == team]
        assert witness.give(kinds.index(mask), team) == bool(agreeing)
        if not agreeing:
            return
        left = agreeing
