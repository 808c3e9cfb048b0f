"""考核排名: who stands where in each district, with ties that are fair. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from suicha.checklists.rules.scoring import Marks


@dataclass(frozen=True)
class SiteMarks:
    """What a site got in its newest sealed visit of a campaign; `n` is the manifest that says so."""

    inspection: str
    code: str
    site_id: str
    site: str
    enterprise: str
    district: str
    marks: Marks
    sealed_at: datetime
    n: int


@dataclass(frozen=True)
class Placed:
    """A site with its place in its district. Nobody is last where nobody is behind: all equal are all first."""

    of: SiteMarks
    rank: int
    is_first: bool
    is_last: bool


@dataclass(frozen=True)
class DistrictRanking:
    """The sites of one district from the best to the worst, and how many visits do not count yet."""

    jurisdiction: str
    name: str
    sites: tuple[Placed, ...]
    waiting: int

    @property
    def first(self) -> tuple[Placed, ...]:
        """第一名: several where they are equal."""
        return tuple(one for one in self.sites if one.is_first)

    @property
    def last(self) -> tuple[Placed, ...]:
        """末名: several where they are equal."""
        return tuple(one for one in self.sites if one.is_last)


def placed(sites: Iterable[SiteMarks]) -> tuple[Placed, ...]:
    """Places by total alone: equal totals share a place, and the next place is skipped (1, 2, 2, 4).

    No dimension breaks a tie: the source names none that would come before another.
    """
    ordered = sorted(sites, key=lambda one: (-one.marks.total, one.site, one.inspection))
    totals = [one.marks.total for one in ordered]
    worst: Decimal | None = totals[-1] if totals else None
    return tuple(
        Placed(one, rank, is_first=rank == 1, is_last=rank > 1 and one.marks.total == worst)
        for one in ordered
        for rank in [1 + totals.index(one.marks.total)]
    )


def newest_of_each_site(sites: Iterable[SiteMarks]) -> list[SiteMarks]:
    """A site that was visited twice in one campaign counts with the visit that was sealed last."""
    found: dict[str, SiteMarks] = {}
    for one in sites:
        known = found.get(one.site_id)
        if known is None or (one.sealed_at, one.inspection) > (known.sealed_at, known.inspection):
            found[one.site_id] = one
    return list(found.values())


def ranking_of(
    sites: Iterable[SiteMarks], waiting: Mapping[str, int], names: Mapping[str, str]
) -> list[DistrictRanking]:
    """Each district with counted or waiting visits, by its code."""
    by_district: dict[str, list[SiteMarks]] = {code: [] for code in waiting}
    for one in newest_of_each_site(sites):
        by_district.setdefault(one.district, []).append(one)
    return [
        DistrictRanking(code, names.get(code, code), placed(by_district[code]), waiting.get(code, 0))
        for code in sorted(by_district)
    ]
