"""Which teams: shuffles of the hat until one works (docs/draw.md section 5)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from suicha.draws.rules.balance import NobodyMayGo, Witness
from suicha.draws.rules.pool import Pool, Site
from suicha.draws.rules.reach import Reach, SiteClass
from suicha.draws.rules.tickets import Tickets

ENOUGH = 1
"""Loads within one are as even as a layman can ask for: no need to shuffle further."""


_WORK, _FEWEST, _MOST = 200_000, 20, 5_000


def shuffles_for(people: int, sites: int) -> int:
    """How many shuffles a draw of this size may need: many where one is quick, some where it takes a second."""
    return max(_FEWEST, min(_MOST, _WORK // max(1, people + sites)))


@dataclass(frozen=True)
class Team:
    """Who goes together; the first officer leads."""

    officers: tuple[str, ...]
    experts: tuple[str, ...]

    @property
    def members(self) -> tuple[str, ...]:
        """Officers, then experts."""
        return self.officers + self.experts


@dataclass(frozen=True)
class Dealt:
    """The shuffle that is used."""

    shuffle: int
    teams: tuple[Team, ...]
    classes: tuple[SiteClass, ...]
    witness: Witness


class Hat:
    """Officers and experts who may go to at least one drawn site."""

    def __init__(self, pool: Pool, reach: Reach, drawn: Sequence[Site]) -> None:
        """Group the drawn sites and leave out who can go to none of them."""
        self.rules = pool.rules
        self.reach = reach
        counts = Counter(reach.class_of(site) for site in drawn)
        self.classes = tuple(counts)
        self.counts = [counts[where] for where in self.classes]
        by_breadth = sorted(self.classes, key=lambda where: len(where.recused))
        self.officers = reach.usable([person.id for person in pool.people("officer")], by_breadth)
        self.experts = reach.usable([person.id for person in pool.people("expert")], by_breadth)
        self._groups = [(frozenset(ids), reach.homes(ids)) for ids in (self.officers, self.experts)]
        self.unusable = sorted({person.id for person in pool.inspectors} - {*self.officers, *self.experts})

    @property
    def is_enough(self) -> bool:
        """True where every seat can be filled."""
        rules = self.rules
        return len(self.officers) >= rules.teams * rules.officers and len(self.experts) >= rules.teams * rules.experts

    @property
    def has_a_team_for_each(self) -> bool:
        """True where for every drawn site, taken alone, there are people to make a team of."""
        needed = (self.rules.officers, self.rules.experts)
        return all(
            have >= need for where in self.classes for have, need in zip(self.who_may_go(where), needed, strict=True)
        )

    def who_may_go(self, where: SiteClass) -> tuple[int, int]:
        """How many officers and how many experts of the hat may go there."""
        officers, experts = (self.reach.how_many(ids, homes, where) for ids, homes in self._groups)
        return officers, experts

    def deal(self, tickets: Tickets) -> Dealt | None:
        """The first workable shuffle with even loads, or else the workable one with the smallest spread."""
        best: Dealt | None = None
        if not self.is_enough or not self.has_a_team_for_each:
            return None
        for shuffle in range(self.rules.shuffles):
            dealt = self._try(tickets, shuffle)
            if dealt and (best is None or dealt.witness.spread < best.witness.spread):
                best = dealt
            if best and best.witness.spread <= ENOUGH:
                break
        return best

    def first_workable(self, tickets: Tickets) -> Dealt | None:
        """The first workable shuffle, however uneven."""
        if not self.is_enough or not self.has_a_team_for_each:
            return None
        shuffles = (self._try(tickets, shuffle) for shuffle in range(self.rules.shuffles))
        return next((dealt for dealt in shuffles if dealt), None)

    def _try(self, tickets: Tickets, shuffle: int) -> Dealt | None:
        rules = self.rules
        officers = tickets.ordered_ids("officer", self.officers, shuffle)
        experts = tickets.ordered_ids("expert", self.experts, shuffle)
        teams = tuple(
            Team(
                tuple(officers[place * rules.officers : (place + 1) * rules.officers]),
                tuple(experts[place * rules.experts : (place + 1) * rules.experts]),
            )
            for place in range(rules.teams)
        )
        masks = self.reach.team_masks([team.members for team in teams], self.classes)
        try:
            witness = Witness([masks[where] for where in self.classes], list(self.counts), len(teams))
        except NobodyMayGo:
            return None
        if rules.most_visits is not None and witness.greatest > rules.most_visits:
            return None
        return Dealt(shuffle, teams, self.classes, witness)
