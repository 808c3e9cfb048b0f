"""On which day which team goes where: sites that lie together on one day, the day cap kept, only working days.

A day of a team stays in one district wherever the period has room for that. Everything is decided by whole numbers and
codes, so that the same draw always gives the same proposal.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from suicha.inspections.errors import PeriodTooShort
from suicha.kit.workdays import Calendar

_MICRODEGREES = 1_000_000
# A degree of longitude is about 0.82 of a degree of latitude at 35° north; near enough for a tour of one city.
_LON_PER_MILLE = 820


@dataclass(frozen=True)
class Stop:
    """A drawn site and the team that goes there; coordinates as decimals in text form, where they are known."""

    site: str
    team: int
    district: str
    lat: str | None = None
    lon: str | None = None


@dataclass(frozen=True)
class Trip:
    """The proposal for one site; uncertain where the day lies in a year whose holidays are not known."""

    site: str
    team: int
    on: date
    is_uncertain: bool


Day = list[Stop]


def proposed_trips(stops: Iterable[Stop], *, start: date, until: date, calendar: Calendar, per_day: int) -> list[Trip]:
    """A day for every site, by team and day; raises PeriodTooShort, which names every team that has too few days."""
    workdays = _workdays(start, until, calendar)
    teams: dict[int, list[Stop]] = {}
    for stop in stops:
        teams.setdefault(stop.team, []).append(stop)
    short = [(team, _needed(len(own), per_day)) for team, own in sorted(teams.items())
             if _needed(len(own), per_day) > len(workdays)]  # fmt: skip
    if short:
        raise _too_short(short, len(workdays))
    return [
        Trip(stop.site, team, on, is_uncertain=not calendar.knows([on]))
        for team, own in sorted(teams.items())
        for on, day in zip(workdays, days_of(own, per_day=per_day, most=len(workdays)), strict=False)
        for stop in day
    ]


def days_of(stops: Sequence[Stop], *, per_day: int, most: int) -> list[Day]:
    """One team's sites as at most `most` days: district by district, mixing neighbours only as far as it must."""
    apart = [day for district in _tour_of_districts(stops) for day in _chunks(_tour(district), per_day)]
    days = _merged(apart, per_day=per_day, most=most)
    if len(days) <= most:
        return days
    # Merging whole days was not enough (day caps of three and more): one tour over everything, cut evenly.
    return _chunks([stop for district in _tour_of_districts(stops) for stop in _tour(district)], per_day)


def _merged(days: list[Day], *, per_day: int, most: int) -> list[Day]:
    """Join the two nearest days that fit into one, as long as there are too many."""
    days = list(days)
    while len(days) > most:
        fitting = [
            (_distance(_centre(a), _centre(b)), i, j)
            for i, a in enumerate(days)
            for j, b in enumerate(days[:i])
            if len(a) + len(b) <= per_day
        ]
        if not fitting:
            break
        _, later, earlier = min(fitting)
        days[earlier] = days[earlier] + days.pop(later)
    return days


def _tour_of_districts(stops: Iterable[Stop]) -> list[list[Stop]]:
    """The districts of a team, each next one nearest to the one before; the first is the first by its code."""
    districts: dict[str, list[Stop]] = {}
    for stop in sorted(stops, key=lambda stop: (stop.district, stop.site)):
        districts.setdefault(stop.district, []).append(stop)
    left = list(districts.values())
    tour = [left.pop(0)] if left else []
    while left:
        here = _centre(tour[-1])
        tour.append(left.pop(_nearest(here, [_centre(district) for district in left])))
    return tour


def _tour(district: Sequence[Stop]) -> list[Stop]:
    """The sites of a district, from the westernmost on always to the nearest one not yet seen."""
    left = sorted(district, key=lambda stop: (_place(stop)[1], _place(stop)[0], stop.site))
    tour = [left.pop(0)]
    while left:
        tour.append(left.pop(_nearest(_place(tour[-1]), [_place(stop) for stop in left])))
    return tour


def _nearest(here: tuple[int, int], places: Sequence[tuple[int, int]]) -> int:
    return min(range(len(places)), key=lambda n: (_distance(here, places[n]), n))


def _chunks(stops: Sequence[Stop], size: int) -> list[Day]:
    return [list(stops[n : n + size]) for n in range(0, len(stops), size)]


def _place(stop: Stop) -> tuple[int, int]:
    """Latitude and longitude in whole microdegrees; unknown places lie together at the origin."""
    if stop.lat is None or stop.lon is None:
        return (0, 0)
    return (int(Decimal(stop.lat) * _MICRODEGREES), int(Decimal(stop.lon) * _MICRODEGREES * _LON_PER_MILLE // 1000))


def _centre(stops: Sequence[Stop]) -> tuple[int, int]:
    places = [_place(stop) for stop in stops]
    return (sum(lat for lat, _ in places) // len(places), sum(lon for _, lon in places) // len(places))


def _distance(a: tuple[int, int], b: tuple[int, int]) -> int:
    return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2


def _needed(count: int, per_day: int) -> int:
    return -(-count // per_day)


def _workdays(start: date, until: date, calendar: Calendar) -> list[date]:
    days = (start + timedelta(days=n) for n in range((until - start).days + 1))
    return [day for day in days if calendar.is_workday(day)]


def _too_short(short: Sequence[tuple[int, int]], available: int) -> PeriodTooShort:
    detail = "；".join(f"第{team}组需要 {needed} 个工作日，计划期内只剩 {available} 个" for team, needed in short)
    return PeriodTooShort(
        detail, teams=[{"team": team, "needed": needed, "available": available} for team, needed in short]
    )
