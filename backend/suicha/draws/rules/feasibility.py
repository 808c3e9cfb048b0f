"""What a campaign's numbers give, before anything is frozen: sites, teams, people, and what stands in the way."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from suicha.draws.errors import PoolInvalid
from suicha.draws.rules.causes import NO_SITES, Cause, headcount, why_not
from suicha.draws.rules.pool import WHOLE, Pool, Site, read_pool
from suicha.draws.rules.reach import Reach
from suicha.draws.rules.sampling import Stratum, exact_places, sample
from suicha.draws.rules.teams import ENOUGH, Hat
from suicha.draws.rules.tickets import Tickets

_REHEARSALS = 3
"""Trial draws with seeds of their own: they say nothing of the draw to come."""


@dataclass(frozen=True)
class StratumPlaces:
    """How many sites a stratum will give: at least, at most."""

    jurisdiction: str
    risk: str
    sites: int
    basis_points: int
    least: int
    most: int


@dataclass(frozen=True)
class DistrictPeople:
    """A district: its sites, and the fewest people who may go to one of them."""

    jurisdiction: str
    name: str
    sites: int
    least: int
    most: int
    officers: int
    experts: int


@dataclass(frozen=True)
class Preview:
    """What the numbers give."""

    sites: int
    places: int
    teams: int
    visits_least: int
    visits_most: int
    officers: int
    experts: int
    officers_needed: int
    experts_needed: int
    strata: tuple[StratumPlaces, ...]
    districts: tuple[DistrictPeople, ...]
    causes: tuple[Cause, ...]
    warnings: tuple[str, ...]

    @property
    def is_feasible(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.causes


def preview(pool: dict[str, Any]) -> Preview:
    """Count and rehearse; raises PoolInvalid."""
    read = read_pool(pool)
    if not isinstance(read, Pool):
        raise PoolInvalid("补抽名单没有可预览的内容")
    strata = tuple(_strata(read))
    places = sum(row.least for row in strata) + -(-sum(part for _, part in exact_places(read).values()) // WHOLE)
    reach = Reach(read.inspectors, read.recusals, read.rules.cross)
    rules = read.rules
    causes, spreads, short = _rehearse(read)
    return Preview(
        sites=len(read.sites),
        places=places,
        teams=rules.teams,
        visits_least=places // rules.teams,
        visits_most=-(-places // rules.teams),
        officers=len(read.people("officer")),
        experts=len(read.people("expert")),
        officers_needed=rules.teams * rules.officers,
        experts_needed=rules.teams * rules.experts,
        strata=strata,
        districts=tuple(_districts(read, strata, reach)),
        causes=causes,
        warnings=tuple(_warnings(read, places, spreads, short)),
    )


def _strata(pool: Pool) -> Iterable[StratumPlaces]:
    counts = Counter((site.jurisdiction, site.risk) for site in pool.sites)
    points = {(row.jurisdiction, row.risk): row.basis_points for row in pool.rules.ratios}
    for stratum, (whole, part) in sorted(exact_places(pool).items()):
        yield StratumPlaces(*stratum, counts[stratum], points[stratum], whole, whole + bool(part))


def _districts(pool: Pool, strata: Iterable[StratumPlaces], reach: Reach) -> Iterable[DistrictPeople]:
    by_district: dict[str, list[StratumPlaces]] = defaultdict(list)
    for row in strata:
        by_district[row.jurisdiction].append(row)
    for district in pool.jurisdictions:
        rows = by_district.get(district.code)
        if not rows:
            continue
        sites = [site for site in pool.sites if site.jurisdiction == district.code]
        hat = Hat(pool, reach, sites)
        able = [hat.who_may_go(where) for where in hat.classes]
        yield DistrictPeople(
            district.code,
            district.name,
            sum(row.sites for row in rows),
            sum(row.least for row in rows),
            sum(row.most for row in rows),
            min(officers for officers, _ in able),
            min(experts for _, experts in able),
        )


def _rehearse(pool: Pool) -> tuple[tuple[Cause, ...], list[int], int]:
    """Causes, the spreads of the trial draws that worked, and by how many sites they fell short of the places."""
    can_be_drawn = _drawable(pool)
    if not can_be_drawn:
        return (NO_SITES,), [], 0
    found = {cause.sentence: cause for cause in headcount(pool)}
    spreads, short = [], 0
    for district in () if found else _without_team(pool, can_be_drawn):
        if cause := why_not(pool, district, Tickets("预览")):
            found.setdefault(cause.sentence, cause)
    for turn in range(0 if found else _REHEARSALS):
        tickets = Tickets(f"预览 {turn}")
        taken = sample(pool, tickets)
        chosen = set(taken.drawn)
        drawn = [site for site in pool.sites if site.id in chosen]
        short = max(short, sum(row.places - len(row.drawn) for row in taken.strata))
        dealt = (
            Hat(pool, Reach(pool.inspectors, pool.recusals, pool.rules.cross), drawn).deal(tickets) if drawn else None
        )
        if dealt:
            spreads.append(dealt.witness.spread)
        elif cause := why_not(pool, drawn, tickets):
            found.setdefault(cause.sentence, cause)
    return tuple(found.values()), spreads, short


def _drawable(pool: Pool) -> list[Site]:
    """Sites that have a chance."""
    points: dict[Stratum, int] = {(row.jurisdiction, row.risk): row.basis_points for row in pool.rules.ratios}
    closed = {row.id for row in pool.enterprises if row.limit == 0}
    return [site for site in pool.sites if points[site.jurisdiction, site.risk] and site.enterprise not in closed]


def _without_team(pool: Pool, sites: Sequence[Site]) -> Iterable[list[Site]]:
    """District by district, the sites for which, taken alone, there are not enough people for one team."""
    reach = Reach(pool.inspectors, pool.recusals, pool.rules.cross)
    hat = Hat(pool, reach, sites)
    able = {where: hat.who_may_go(where) for where in hat.classes}
    short: dict[str, list[Site]] = defaultdict(list)
    for site in sites:
        officers, experts = able[reach.class_of(site)]
        if officers < pool.rules.officers or experts < pool.rules.experts:
            short[site.jurisdiction].append(site)
    return short.values()


def _warnings(pool: Pool, places: int, spreads: Sequence[int], short: int) -> Iterable[str]:
    if short:
        yield f"受企业年度检查上限影响，计划 {places} 个项目，可能少抽 {short} 个"
    if spreads and max(spreads) > ENOUGH:
        yield f"各组检查数难以相差不超过 1：试抽中最多相差 {max(spreads)}"
    if pool.rules.teams > places:
        yield f"检查组（{pool.rules.teams} 组）多于预计抽取的项目（{places} 个），部分检查组没有任务"
    out = Counter(row.why for row in pool.excluded.inspectors)
    words = {"on_leave": "请假", "certificate_expired": "执法证过期或缺失"}
    named = [f"{words[why]} {count} 人" for why, count in sorted(out.items()) if why in words]
    if named:
        yield "未列入名单的检查人员：" + "、".join(named)
