"""Which team where: the sites draw from a hat of team numbers (docs/draw.md section 6)."""

from collections.abc import Iterator, Sequence

from suicha.draws.rules.pool import Site
from suicha.draws.rules.reach import Reach
from suicha.draws.rules.teams import Dealt
from suicha.draws.rules.tickets import Tickets


def pair(drawn: Sequence[Site], dealt: Dealt, reach: Reach, tickets: Tickets) -> list[tuple[str, int]]:
    """Each drawn site with the number of its team, in the order in which the sites drew."""
    kinds = {where: kind for kind, where in enumerate(dealt.classes)}
    classes = {site.id: kinds[reach.class_of(site)] for site in drawn}
    return [
        (
            site,
            1 + next(team for team in _hat(site, len(dealt.teams), tickets) if dealt.witness.give(classes[site], team)),
        )
        for site in tickets.ordered_ids("visit", classes)
    ]


def _hat(site: str, teams: int, tickets: Tickets) -> Iterator[int]:
    """Teams (counted from 0) in the order in which this site takes them out of the hat."""
    moved: dict[int, int] = {}
    for k in range(teams):
        last = teams - k - 1
        i = tickets.number("team", site, k) % (last + 1)
        yield moved.get(i, i)
        moved[i] = moved.get(last, last)
