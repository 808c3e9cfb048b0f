"""The proposal of days: complete, inside the period, capped, near together, and honest where it cannot be."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suicha.inspections.errors import PeriodTooShort
from suicha.inspections.rules.travel import Stop, Trip, days_of, proposed_trips
from suicha.kit.workdays import WEEKENDS_ONLY, Calendar

MONDAY = date(2026, 11, 23)
KNOWN = Calendar(frozenset({date(2026, 11, 25)}), frozenset({date(2026, 11, 28)}), frozenset({2026}))
DISTRICTS = {"410102": ("34.75", "113.60"), "410105": ("34.80", "113.68"), "410181": ("34.75", "112.98")}


def a_stop(n: int, district: str = "410102", team: int = 1, *, lat: str | None = None, lon: str | None = None) -> Stop:
    at = DISTRICTS[district]
    return Stop(f"site-{n:03d}", team, district, lat or at[0], lon or at[1])


def trips(stops: list[Stop], *, days: int = 30, per_day: int = 2, calendar: Calendar = KNOWN) -> list[Trip]:
    return proposed_trips(stops, start=MONDAY, until=MONDAY + timedelta(days=days - 1), calendar=calendar,
                          per_day=per_day)  # fmt: skip


stops_strategy = st.lists(
    st.builds(
        lambda team, district, lat, lon, is_known: (team, district, lat if is_known else None, lon),
        st.integers(1, 4),
        st.sampled_from(sorted(DISTRICTS)),
        st.decimals("34", "35", places=4).map(str),
        st.decimals("112", "114", places=4).map(str),
        st.booleans(),
    ),
    max_size=40,
).map(lambda rows: [Stop(f"s{n:03d}", t, d, lat, lon if lat else None) for n, (t, d, lat, lon) in enumerate(rows)])


@given(stops_strategy, st.integers(1, 40), st.integers(1, 4))
def test_every_site_once_inside_the_period_on_working_days_under_the_cap(
    stops: list[Stop], days: int, per_day: int
) -> None:
    until = MONDAY + timedelta(days=days - 1)
    workdays = [MONDAY + timedelta(days=n) for n in range(days) if KNOWN.is_workday(MONDAY + timedelta(days=n))]
    loads = Counter(stop.team for stop in stops)
    needed = {team: -(-count // per_day) for team, count in loads.items()}
    try:
        found = trips(stops, days=days, per_day=per_day)
    except PeriodTooShort as refusal:
        assert refusal.facts["teams"] == [
            {"team": team, "needed": needed[team], "available": len(workdays)}
            for team in sorted(needed)
            if needed[team] > len(workdays)
        ]
        return
    assert sorted(trip.site for trip in found) == sorted(stop.site for stop in stops)
    assert all(MONDAY <= trip.on <= until and trip.on in workdays for trip in found)
    assert max(Counter((trip.team, trip.on) for trip in found).values(), default=0) <= per_day
    assert {trip.site: trip.team for trip in found} == {stop.site: stop.team for stop in stops}


@given(stops_strategy, st.randoms(use_true_random=False))
def test_the_order_in_which_sites_come_changes_nothing(stops: list[Stop], dice: object) -> None:
    mixed = list(stops)
    dice.shuffle(mixed)  # type: ignore[attr-defined]
    assert trips(mixed, days=60) == trips(stops, days=60)


@given(stops_strategy)
def test_with_room_no_team_is_in_two_districts_on_one_day(stops: list[Stop]) -> None:
    where = {stop.site: stop.district for stop in stops}
    seen: dict[tuple[int, date], set[str]] = {}
    for trip in trips(stops, days=90):
        seen.setdefault((trip.team, trip.on), set()).add(where[trip.site])
    assert all(len(districts) == 1 for districts in seen.values())


def test_without_room_near_districts_share_a_day_before_far_ones() -> None:
    stops = [a_stop(1, "410102"), a_stop(2, "410105"), a_stop(3, "410181")]
    days = days_of(stops, per_day=2, most=2)
    assert [{stop.district for stop in day} for day in days] == [{"410102", "410105"}, {"410181"}]


def test_near_sites_of_a_district_share_a_day() -> None:
    west, east = ("34.7500", "113.6000"), ("34.7500", "113.7000")
    stops = [a_stop(n, lat=at[0], lon=at[1]) for n, at in enumerate((west, east, west, east))]
    assert [[stop.site for stop in day] for day in days_of(stops, per_day=2, most=9)] == [
        ["site-000", "site-002"],
        ["site-001", "site-003"],
    ]


def test_weekends_and_holidays_are_left_out_and_moved_working_days_used() -> None:
    found = trips([a_stop(n) for n in range(6)], per_day=1)
    assert [trip.on.isoformat() for trip in found] == [
        "2026-11-23", "2026-11-24", "2026-11-26", "2026-11-27", "2026-11-28", "2026-11-30",
    ]  # fmt: skip
    assert not any(trip.is_uncertain for trip in found)


def test_a_year_without_a_calendar_is_said() -> None:
    found = proposed_trips([a_stop(n) for n in range(4)], start=date(2026, 12, 31), until=date(2027, 1, 8),
                           calendar=KNOWN, per_day=2)  # fmt: skip
    assert [(trip.on.isoformat(), trip.is_uncertain) for trip in found] == [
        ("2026-12-31", False), ("2026-12-31", False), ("2027-01-01", True), ("2027-01-01", True),
    ]  # fmt: skip
    assert all(trip.is_uncertain for trip in trips([a_stop(1)], calendar=WEEKENDS_ONLY))


def test_a_period_that_is_too_short_names_every_team() -> None:
    stops = [a_stop(n, team=3) for n in range(7)] + [a_stop(n + 10, team=5) for n in range(5)] + [a_stop(99, team=6)]
    with pytest.raises(PeriodTooShort) as refusal:
        trips(stops, days=2)
    assert refusal.value.detail == ("第3组需要 4 个工作日，计划期内只剩 2 个；第5组需要 3 个工作日，计划期内只剩 2 个")


def test_the_round_of_zhengzhou_fits_into_four_weeks() -> None:
    codes = sorted(DISTRICTS)
    stops = [a_stop(n, codes[n % 3], team=n % 30 + 1) for n in range(131)]
    found = trips(stops, days=26)
    assert len(found) == 131
    assert max(Counter((trip.team, trip.on) for trip in found).values()) == 2
