"""Which sites are drawn: limits per enterprise, places per stratum, tickets (docs/draw.md section 4)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from suicha.draws.rules.pool import WHOLE, Pool, Site
from suicha.draws.rules.tickets import Tickets

Stratum = tuple[str, str]


@dataclass(frozen=True)
class Taken:
    """What one stratum gave."""

    stratum: Stratum
    sites: int
    open: int
    places: int
    drawn: tuple[str, ...]


@dataclass(frozen=True)
class Sample:
    """The drawn sites, and those set aside by their enterprise's limit."""

    set_aside: tuple[str, ...]
    strata: tuple[Taken, ...]

    @property
    def drawn(self) -> list[str]:
        """Ids by stratum, then by ticket."""
        return [site for stratum in self.strata for site in stratum.drawn]


def sample(pool: Pool, tickets: Tickets) -> Sample:
    """Draw the sites."""
    aside = _over_limit(pool, tickets)
    by_stratum: dict[Stratum, list[Site]] = defaultdict(list)
    for site in pool.sites:
        by_stratum[site.jurisdiction, site.risk].append(site)
    places = stratum_places(pool, tickets)
    strata = []
    for stratum in sorted(by_stratum):
        sites = by_stratum[stratum]
        free = tickets.ordered_ids("site", (site.id for site in sites if site.id not in aside))
        drawn = tuple(free[: places[stratum]])
        strata.append(Taken(stratum, len(sites), len(free), places[stratum], drawn))
    return Sample(tuple(sorted(aside)), tuple(strata))


def _over_limit(pool: Pool, tickets: Tickets) -> set[str]:
    """Each enterprise keeps `limit` of its sites in the hat: those with the smallest tickets."""
    limits = {enterprise.id: enterprise.limit for enterprise in pool.enterprises if enterprise.limit is not None}
    of_enterprise: dict[str, list[str]] = defaultdict(list)
    for site in pool.sites:
        if site.enterprise in limits:
            of_enterprise[site.enterprise].append(site.id)
    return {
        site
        for enterprise, sites in of_enterprise.items()
        for site in tickets.ordered_ids("cap", sites)[limits[enterprise] :]
    }


def exact_places(pool: Pool) -> dict[Stratum, tuple[int, int]]:
    """For each stratum the whole places and the rest in ten-thousandths: n·b div and mod 10000."""
    counts: dict[Stratum, int] = defaultdict(int)
    for site in pool.sites:
        counts[site.jurisdiction, site.risk] += 1
    points = {(ratio.jurisdiction, ratio.risk): ratio.basis_points for ratio in pool.rules.ratios}
    return {stratum: divmod(count * points[stratum], WHOLE) for stratum, count in counts.items()}


def stratum_places(pool: Pool, tickets: Tickets) -> dict[Stratum, int]:
    """How many sites each stratum gives; the total is that of the ratios, rounded up."""
    exact = exact_places(pool)
    parts = {stratum: part for stratum, (_, part) in exact.items() if part}
    order = sorted(parts, key=lambda stratum: (tickets.of("stratum", *stratum), stratum))
    extra = _one_more(order, parts, start=tickets.number("start") % WHOLE)
    return {stratum: whole + (stratum in extra) for stratum, (whole, _) in exact.items()}


def _one_more(order: Iterable[Stratum], parts: Mapping[Stratum, int], *, start: int) -> set[Stratum]:
    """Strata that get a place for their rest: systematic sampling from `start`, after rounding the sum up."""
    gap = -sum(parts.values()) % WHOLE
    chosen, end = set(), 0
    for stratum in order:
        more = min(WHOLE - parts[stratum], gap)
        gap -= more
        begin, end = end, end + parts[stratum] + more
        # Points start, start + 10000, …: one lies in [begin, end) where they are counted differently before and after.
        if (end - start - 1) // WHOLE > (begin - start - 1) // WHOLE:
            chosen.add(stratum)
    return chosen
