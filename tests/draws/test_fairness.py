"""The distribution that docs/draw.md section 8 states, counted.

The bounds are chi-square quantiles; the seeds are fixed, so that these tests are certain. Set SUICHA_FAIRNESS=20000 to
count over more seeds (the bounds hold for any number).
"""

import os
from collections import Counter
from fractions import Fraction
from itertools import permutations, product
from math import sqrt

from suicha.draws.rules.run import run_draw
from tests.draws.pools import a_pool, seed

SEEDS = int(os.environ.get("SUICHA_FAIRNESS", "3000"))


def quantile(freedom: int) -> float:
    """The 99.9 % quantile of chi-square (Wilson and Hilferty 1931)."""
    return freedom * (1 - 2 / (9 * freedom) + 3.09 * sqrt(2 / (9 * freedom))) ** 3


def test_on_a_symmetric_instance_every_site_gets_every_team_equally_often():
    sites = [(f"e{n}", "410101") for n in range(6)]
    pool = a_pool(sites, [("officer", "410102")] * 6 + [("expert", "410102")] * 3, teams=3)
    pairs, leaders = Counter(), Counter()
    for number in range(SEEDS):
        result = run_draw(pool, seed(number))
        pairs.update((visit["site"], visit["team"]) for visit in result["visits"])
        leaders.update(team["officers"][0] for team in result["teams"])
        assert result["loads"] == [2, 2, 2]
    due = SEEDS / 3
    # 18 cells, of which the sums by site and by team are fixed: 10 are free.
    assert sum((pairs[f"s{n:03}", team] - due) ** 2 / due for n in range(6) for team in (1, 2, 3)) < quantile(10)
    assert sum((leaders[f"o{n:02}"] - SEEDS / 2) ** 2 / (SEEDS / 2) for n in range(6)) < quantile(5)


RECUSED = [("o00", "s000"), ("o01", "s000"), ("o02", "s001"), ("x00", "s002")]


def exact_distribution() -> dict[tuple[int, ...], Fraction]:
    """Four officers, two experts, two teams, three sites: every dealing, every order, every choice, by section 8."""
    dealings = [
        ({officers[0], officers[1], experts[0]}, {officers[2], officers[3], experts[1]})
        for officers in permutations(["o00", "o01", "o02", "o03"])
        for experts in permutations(["x00", "x01"])
    ]
    workable = []
    for teams in dealings:
        may = [[t for t in (0, 1) if not any((who, f"s{s:03}") in RECUSED for who in teams[t])] for s in range(3)]
        ways = list(product(*may))
        if ways:
            squares = {way: sum(way.count(t) ** 2 for t in (0, 1)) for way in ways}
            best = [way for way in ways if squares[way] == min(squares.values())]
            workable.append((best, max(best[0].count(0), best[0].count(1)) - min(best[0].count(0), best[0].count(1))))
    even = [best for best, spread in workable if spread <= 1]
    chances: Counter[tuple[int, ...]] = Counter()
    for best in even:
        for order in permutations(range(3)):
            _choose(best, list(order), Fraction(1, len(even) * 6), chances)
    return chances


def _choose(left, order, chance, chances):
    if not order:
        chances[left[0]] += chance
        return
    site, *rest = order
    open_teams = sorted({way[site] for way in left})
    for team in open_teams:
        _choose([way for way in left if way[site] == team], rest, chance / len(open_teams), chances)


def test_with_recusals_the_frequencies_are_those_of_the_exact_enumeration():
    people = [("officer", "410102")] * 4 + [("expert", "410102")] * 2
    pool = a_pool([(f"e{n}", "410101") for n in range(3)], people, recusals=RECUSED, teams=2)
    exact = exact_distribution()
    assert sum(exact.values()) == 1
    counted: Counter[tuple[int, ...]] = Counter()
    for number in range(SEEDS):
        teams = {visit["site"]: visit["team"] - 1 for visit in run_draw(pool, seed(number))["visits"]}
        counted[teams["s000"], teams["s001"], teams["s002"]] += 1
    assert set(counted) == {way for way, chance in exact.items() if chance}
    square = sum((counted[way] - SEEDS * chance) ** 2 / (SEEDS * chance) for way, chance in exact.items() if chance)
    assert float(square) < quantile(len(counted) - 1)


def test_every_pair_that_some_evenest_assignment_holds_has_a_chance():
    """Nobody from the own district, and one team that can go to one site only."""
    homes = ["410101", "410101", "410102", "410102", "410103", "410103"]
    people = [("officer", home) for home in homes] + [("expert", home) for home in ("410101", "410102", "410103")]
    pool = a_pool(
        [("e1", district) for district in ("410101", "410102", "410103") * 2], people, teams=3, cross="district"
    )
    seen = set()
    for number in range(400):
        result = run_draw(pool, seed(number))
        for visit in result["visits"]:
            team = result["teams"][visit["team"] - 1]
            seen.update((who, visit["site"]) for who in (*team["officers"], *team["experts"]))
    home = {row["id"]: row["home"] for row in pool["inspectors"]}
    where = {row["id"]: row["jurisdiction"] for row in pool["sites"]}
    assert seen == {(who, site) for who, site in product(home, where) if home[who] != where[site]}
