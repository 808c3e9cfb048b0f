"""The verifier against the plainest reading of docs/draw.md 5 and 6: list all assignments and look."""

import hashlib
from collections.abc import Iterator
from itertools import product
from math import prod
from typing import Any

from suicha.draws.verifier.verify_draw import NoResult, draw_sites, run
from tests.draws.instances import a_pool

Json = dict[str, Any]
MOST = 5_000
"""Assignments of one shuffle; what has more is not tiny."""


def _ticket(seed: str, *parts: str) -> str:
    return hashlib.sha256("\n".join([seed, *parts]).encode()).hexdigest()


def _may_go(pool: Json, person: Json, site: Json) -> bool:
    theirs = [one for one in pool["recusals"] if one["inspector"] == person["id"]]
    if any(one["site"] == site["id"] or one["enterprise"] == site["enterprise"] for one in theirs):
        return False
    match pool["rules"]["cross"]:
        case "district":
            return bool(person["home"] != site["jurisdiction"])
        case "city":
            return bool(person["home"][:4] != site["jurisdiction"][:4])
    return True


def _shuffles(pool: Json, seed: str, drawn: list[Json]) -> Iterator[tuple[int, list[list[Json]]]]:
    """Every shuffle with its teams; none where the hat does not fill them."""
    rules = pool["rules"]
    hat = [one for one in pool["inspectors"] if any(_may_go(pool, one, site) for site in drawn)]
    for a in range(rules["shuffles"]):
        teams: list[list[Json]] = [[] for _ in range(rules["teams"])]
        for kind in ("officer", "expert"):
            queue = [one for one in hat if one["kind"] == kind]
            queue.sort(key=lambda one: _ticket(seed, kind, str(a), one["id"]))
            for team in teams:
                seats, queue = queue[: rules[f"{kind}s"]], queue[rules[f"{kind}s"] :]
                team.extend(seats)
        if all(len(team) == rules["officers"] + rules["experts"] for team in teams):
            yield a, teams


def _evenest(pool: Json, teams: list[list[Json]], drawn: list[Json]) -> list[tuple[int, ...]] | None:
    """All evenest assignments (a team for each site), or None where the shuffle is not workable."""
    open_to = [[t for t, team in enumerate(teams) if all(_may_go(pool, one, site) for one in team)] for site in drawn]
    if prod(map(len, open_to)) > MOST:
        raise OverflowError
    sums = {one: sum(one.count(t) ** 2 for t in range(len(teams))) for one in product(*open_to)}
    smallest = min(sums.values(), default=0)
    best = [one for one, total in sums.items() if total == smallest]
    most = pool["rules"]["most_visits"]
    is_workable = best and (most is None or any(max(map(one.count, one)) <= most for one in sums))
    return best if is_workable else None


def _spread(one: tuple[int, ...], teams: int) -> int:
    loads = [one.count(t) for t in range(teams)]
    return max(loads) - min(loads)


def _by_force(pool: Json, seed: str) -> Json | None:
    """Return the members `shuffle`, `visits`, `loads` and `spread`, or None where the draw is void."""
    drawn_ids = {one["site"] for one in draw_sites(pool, seed)["drawn"]}
    drawn = [one for one in pool["sites"] if one["id"] in drawn_ids]
    drawn.sort(key=lambda one: _ticket(seed, "visit", one["id"]))
    count = pool["rules"]["teams"]
    workable = []
    for a, teams in _shuffles(pool, seed, drawn) if drawn else ():
        found = _evenest(pool, teams, drawn)
        if found:
            assert len({_spread(one, count) for one in found}) == 1, "all evenest assignments have one spread"
            workable.append((max(1, _spread(found[0], count)), a, found))
    if not workable:
        return None
    _, a, left = min(workable)
    for place, site in enumerate(drawn):
        hat = list(range(count))
        for k in range(count):
            i = int(_ticket(seed, "team", site["id"], str(k)), 16) % len(hat)
            given = [one for one in left if one[place] == hat[i]]
            if given:
                left = given
                break
            hat[i] = hat[-1]
            hat.pop()
    [one] = left
    visits = [{"site": site["id"], "team": team + 1} for site, team in zip(drawn, one, strict=True)]
    return {
        "shuffle": a,
        "visits": visits,
        "loads": [one.count(t) for t in range(count)],
        "spread": _spread(one, count),
    }


def test_a_team_is_given_exactly_if_some_evenest_assignment_gives_it() -> None:
    seen = {"drawn": 0, "void": 0, "uneven": 0, "reshuffled": 0}
    for number in range(800):
        pool, seed = a_pool(number, tiny=True), f"{number:064x}"
        try:
            expected = _by_force(pool, seed)
        except OverflowError:
            continue
        try:
            result = run(pool, seed)
            found: Json | None = {name: result[name] for name in ("shuffle", "visits", "loads", "spread")}
        except NoResult:
            found = None
        assert found == expected, f"pool {number}"
        seen["void" if found is None else "drawn"] += 1
        seen["uneven"] += found is not None and found["spread"] > 1
        seen["reshuffled"] += found is not None and found["shuffle"] > 0
    assert seen["drawn"] > 300 and seen["void"] > 100 and seen["uneven"] > 5 and seen["reshuffled"] > 10, seen
