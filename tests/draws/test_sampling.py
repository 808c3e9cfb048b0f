"""Which sites: places, limits, chances."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from suicha.draws.rules.pool import read_pool
from suicha.draws.rules.sampling import sample, stratum_places
from suicha.draws.rules.tickets import Tickets
from tests.draws.pools import a_pool, seed

OFFICERS = [("officer", "410199")] * 4 + [("expert", "410199")] * 2


def places_of(pool, number):
    return stratum_places(read_pool(pool), Tickets(seed(number)))


@given(st.lists(st.integers(1, 30), min_size=1, max_size=8), st.integers(0, 10_000), st.integers(0, 2**32))
@settings(max_examples=150, deadline=None)
def test_the_total_is_that_of_the_ratios_rounded_up_and_no_stratum_is_off_by_one_or_more(sizes, ratio, number):
    sites = [("e1", f"4101{district:02}") for district, size in enumerate(sizes) for _ in range(size)]
    places = places_of(a_pool(sites, OFFICERS, ratio=ratio), number)
    assert sum(places.values()) == -(-sum(sizes) * ratio // 10_000)
    for district, size in enumerate(sizes):
        exact = size * ratio / 10_000
        assert exact - 1 < places[f"4101{district:02}", "B"] < exact + 1
        assert places[f"4101{district:02}", "B"] <= size


def test_small_strata_have_their_chance():
    """Largest remainders would never draw the district with one site; here it has at least its 5 %."""
    pool = a_pool([("e1", "410101")] * 39 + [("e1", "410102")], OFFICERS, ratio=500)
    hits = sum(places_of(pool, number)["410102", "B"] for number in range(4000))
    # 200 expected, standard deviation 14; the exact total of 2 places needs no rounding up.
    assert 140 <= hits <= 260


def test_every_site_of_a_stratum_has_the_same_chance():
    pool = a_pool([("e1", "410101")] * 8, OFFICERS, ratio=2_500)
    hits = Counter(site for number in range(4000) for site in sample(read_pool(pool), Tickets(seed(number))).drawn)
    # 1000 each; chi-square with 7 degrees of freedom stays below 24.3 in 999 of 1000 honest draws.
    assert sum((count - 1000) ** 2 / 1000 for count in hits.values()) < 24.3
    assert len(hits) == 8


def test_the_order_of_a_roster_has_no_influence():
    pool = a_pool([("e1", "410101")] * 8, OFFICERS, ratio=5_000)
    more = a_pool([("e1", "410101")] * 9, OFFICERS, ratio=5_000)
    tickets = Tickets(seed(7))
    fewer = set(sample(read_pool(pool), tickets).drawn)
    # One site more: the others keep their tickets, so at most one of them is displaced.
    assert len(fewer - set(sample(read_pool(more), tickets).drawn)) <= 1


def test_an_enterprise_never_gets_more_than_its_limit():
    sites = [("e1", "410101")] * 6 + [("e2", "410101")] * 6
    pool = a_pool(sites, OFFICERS, limits={"e1": 2, "e2": 0})
    for number in range(50):
        taken = sample(read_pool(pool), Tickets(seed(number)))
        assert len(taken.drawn) == 2
        assert len(taken.set_aside) == 10
        assert {int(site[1:]) < 6 for site in taken.drawn} == {True}


def test_which_sites_a_limit_leaves_is_drawn_too():
    pool = a_pool([("e1", "410101")] * 4, OFFICERS, limits={"e1": 1})
    hits = Counter(sample(read_pool(pool), Tickets(seed(number))).drawn[0] for number in range(2000))
    # 500 each; chi-square with 3 degrees of freedom, 999 of 1000: 16.3.
    assert sum((hits[f"s{n:03}"] - 500) ** 2 / 500 for n in range(4)) < 16.3
