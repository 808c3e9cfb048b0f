"""Who may go where (docs/draw.md section 5), grouped so that 100,000 sites take seconds.

Sites with the same district and the same recused people are one *class*: whoever may go to one may go to all of them.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from suicha.draws.rules.pool import Cross, Person, PlacedSite, Recusal

CITY_DIGITS = 4


@dataclass(frozen=True)
class SiteClass:
    """Sites that differ in nothing that decides who may go there."""

    jurisdiction: str
    recused: frozenset[str]


class Reach:
    """Answers who may go where, for one pool."""

    def __init__(self, people: Iterable[Person], recusals: Iterable[Recusal], cross: Cross) -> None:
        """Index the people and their recusals."""
        self.people = {person.id: person for person in people}
        self._digits = {"off": 0, "district": None, "city": CITY_DIGITS}[cross]
        self._by_enterprise: dict[str, set[str]] = defaultdict(set)
        self._by_site: dict[str, set[str]] = defaultdict(set)
        for row in recusals:
            if row.enterprise is not None:
                self._by_enterprise[row.enterprise].add(row.inspector)
            elif row.site is not None:
                self._by_site[row.site].add(row.inspector)

    def class_of(self, site: PlacedSite) -> SiteClass:
        """The class of a site."""
        recused = self._by_enterprise.get(site.enterprise, set()) | self._by_site.get(site.id, set())
        return SiteClass(site.jurisdiction, frozenset(recused))

    def own_area(self, jurisdiction: str) -> str:
        """What people must not share with a site: nothing, its district or its city."""
        return jurisdiction[: self._digits]

    def may_go(self, person: str, where: SiteClass) -> bool:
        """True where neither recusal nor the crossing of borders bars the person."""
        if person in where.recused:
            return False
        return self._digits == 0 or self.own_area(self.people[person].home) != self.own_area(where.jurisdiction)

    def how_many(self, ids: frozenset[str], homes: Mapping[str, int], where: SiteClass) -> int:
        """How many of the people may go there; `homes` counts them by `own_area` of their home."""
        at_home = 0 if self._digits == 0 else homes.get(self.own_area(where.jurisdiction), 0)
        unbarred = SiteClass(where.jurisdiction, frozenset())
        away = sum(person in ids and self.may_go(person, unbarred) for person in where.recused)
        return len(ids) - at_home - away

    def homes(self, ids: Iterable[str]) -> Counter[str]:
        """How many people are at home in each area."""
        return Counter(self.own_area(self.people[person].home) for person in ids)

    def usable(self, ids: Iterable[str], classes: Sequence[SiteClass]) -> list[str]:
        """Those who may go to at least one of the classes."""
        return [person for person in ids if any(self.may_go(person, where) for where in classes)]

    def team_masks(self, teams: Sequence[Sequence[str]], classes: Iterable[SiteClass]) -> dict[SiteClass, int]:
        """For each class the teams all of whose members may go there: bit t for the team at place t."""
        everybody = (1 << len(teams)) - 1
        at_home: dict[str, int] = defaultdict(int)
        seat: dict[str, int] = {}
        for place, members in enumerate(teams):
            for person in members:
                seat[person] = 1 << place
                at_home[self.own_area(self.people[person].home)] |= 1 << place
        masks = {}
        for where in classes:
            barred = 0 if self._digits == 0 else at_home.get(self.own_area(where.jurisdiction), 0)
            for person in where.recused:
                barred |= seat.get(person, 0)
            masks[where] = everybody & ~barred
        return masks
