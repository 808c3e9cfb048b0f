"""The demo round: who was drawn to visit which site, when, and how far each visit has come."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from suicha.demo.dice import chance, pick, roll
from suicha.demo.districts import DISTRICTS
from suicha.demo.facts import (
    DEMO_TEAM,
    DemoInspector,
    DemoRound,
    DemoSite,
    DemoTeam,
    DemoVisit,
    EarlierProblem,
    Rosters,
    Stage,
)
from suicha.demo.people import SEED, make_inspectors, make_leaves, make_recusals
from suicha.demo.places import make_enterprises, make_sites
from suicha.kit.ids import named_id
from suicha.kit.workdays import Calendar, first_working_day_after

# Days before (-) or after today, in the order of the demo team's visits (four or five): some to show, some to work on.
_DEMO_TEAM_PLAN: tuple[tuple[int, Stage], ...] = (
    (-26, Stage.SEALED),
    (0, Stage.UNDER_WAY),
    (0, Stage.UNTOUCHED),
    (1, Stage.UNTOUCHED),
    (-1, Stage.SEALED),
)
_EARLIER = (
    ("E03", "灭火器过期或缺失"),
    ("E04", "楼道堆放杂物"),
    ("B04", "公共收益未公示"),
    ("F03", "窨井盖破损"),
    ("G01", "绿化枯死或黄土裸露"),
    ("C01", "合同未备案"),
)


def make_rosters(today: date) -> Rosters:
    """The libraries as they stand when the round is drawn; the same `today` gives the same ones."""
    enterprises = make_enterprises()
    people = make_inspectors(today)
    return Rosters(
        districts=DISTRICTS,
        enterprises=enterprises,
        sites=make_sites(enterprises),
        inspectors=people,
        recusals=make_recusals(people, enterprises, today),
        leaves=make_leaves(people, today),
    )


def demo_round(
    rosters: Rosters,
    record: Mapping[str, Any],
    today: date,
    calendar: Calendar,
    *,
    planned: Mapping[str, tuple[str, str]] | None = None,
) -> DemoRound:
    """The round that a record of a draw gives; `planned` tells the id and code of the visit to each site."""
    teams, people = _teams(rosters, record)
    visits = [(visit["team"], visit["site"]) for visit in record["result"]["visits"]]
    known = planned or {
        site: (named_id("demo", "visit", site), f"DEMO-{today.year}-{number:03d}")
        for number, (_, site) in enumerate(sorted(visits), start=1)
    }
    drawn = replace(rosters, inspectors=tuple(people[person.id] for person in rosters.inspectors))
    return DemoRound(drawn, teams, tuple(_visits(drawn.sites, sorted(visits), known, today, calendar)))


def _teams(rosters: Rosters, record: Mapping[str, Any]) -> tuple[tuple[DemoTeam, ...], dict[str, DemoInspector]]:
    """The drawn teams; who was drawn gets a name to sign in with after his place: leader07, officer07, expert07."""
    people = {person.id: person for person in rosters.inspectors}
    teams = []
    for drawn in record["result"]["teams"]:
        seats = {"leader": drawn["officers"][0], "officer": drawn["officers"][1], "expert": drawn["experts"][0]}
        for role, person in seats.items():
            people[person] = replace(people[person], role=role, username=f"{role}{drawn['number']:02d}")
        teams.append(DemoTeam(drawn["number"], *(people[person] for person in seats.values())))
    return tuple(teams), people


def _visits(
    sites: Iterable[DemoSite],
    visits: list[tuple[int, str]],
    known: Mapping[str, tuple[str, str]],
    today: date,
    calendar: Calendar,
) -> Iterable[DemoVisit]:
    by_id = {site.id: site for site in sites}
    seen: Counter[int] = Counter()
    for team, site in visits:
        nth = seen[team]
        seen[team] += 1
        days, stage = _DEMO_TEAM_PLAN[nth] if team == DEMO_TEAM else _other_plan(team, nth)
        planned_on = today + timedelta(days=days)
        visit_id, code = known[site]
        yield DemoVisit(
            id=visit_id,
            code=code,
            team=team,
            site_id=site,
            planned_on=planned_on if days == 0 else _on_workday(planned_on, today, calendar),
            stage=stage,
            earlier_problems=_earlier_problems(by_id[site], today),
        )


def _other_plan(team: int, nth: int) -> tuple[int, Stage]:
    """The other teams: a first visit some time ago, one now and then under way today, the rest still to come."""
    if nth == 0:
        return -1 - roll(34, SEED, "ago", team), Stage.SEALED
    if nth == 1 and team % 5 == 0:
        return 0, Stage.UNDER_WAY
    if nth == 1 and team % 7 == 0:
        return 0, Stage.UNTOUCHED
    return 1 + roll(30, SEED, "ahead", team, nth), Stage.UNTOUCHED


def _on_workday(day: date, today: date, calendar: Calendar) -> date:
    """The day itself or, off work, the nearest working day on the same side of today."""
    if calendar.is_workday(day):
        return day
    if day > today:
        return first_working_day_after(day, calendar).on
    while not calendar.is_workday(day):
        day -= timedelta(days=1)
    return day


def _earlier_problems(site: DemoSite, today: date) -> tuple[EarlierProblem, ...]:
    """What last year's round left behind at two sites out of five."""
    if not chance(400, SEED, "earlier", site.id):
        return ()
    item, text = pick(_EARLIER, SEED, "earlier item", site.id)
    found_on = today - timedelta(days=300 + roll(60, SEED, "earlier day", site.id))
    return (
        EarlierProblem(
            code=f"DEMO-{found_on.year}-P{1 + roll(757, SEED, 'earlier code', site.id):03d}",
            item=item,
            text=text,
            found_on=found_on,
            state=pick(("整改完成", "逾期未改正"), SEED, "earlier state", site.id),
        ),
    )
