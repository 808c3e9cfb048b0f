"""The demo round: who visits which site when, and how far each visit has come.

Deterministic: the same `today` gives the same round. The teams are drawn by lot and cross district borders: nobody is
sent to the district where a member of the team is at home, nor to an enterprise from which a member is recused.
"""

from datetime import date, timedelta

from suicha.demo.dice import chance, pick, roll, shuffled
from suicha.demo.districts import DISTRICTS
from suicha.demo.facts import (
    DemoCampaign,
    DemoRecusal,
    DemoRound,
    DemoSite,
    DemoTeam,
    DemoVisit,
    EarlierProblem,
    Stage,
)
from suicha.demo.people import SEED, TEAM_COUNT, make_recusals, make_teams
from suicha.demo.places import make_enterprises, make_sites
from suicha.kit.ids import named_id
from suicha.kit.workdays import Calendar, first_working_day_after
from suicha.registry.rules import InspectorFacts, InspectorKind, may_be_sent

DEMO_TEAM_VISITS = 12
# Days before (-) or after today, in the order of the demo team's visits: some to show, some to work on.
_DEMO_TEAM_PLAN: tuple[tuple[int, Stage], ...] = (
    (-26, Stage.SEALED),
    (-12, Stage.SEALED),
    (-5, Stage.SEALED),
    (-1, Stage.SEALED),
    (0, Stage.UNDER_WAY),
    (0, Stage.UNTOUCHED),
    (0, Stage.UNTOUCHED),
    (0, Stage.UNTOUCHED),
    (1, Stage.UNTOUCHED),
    (2, Stage.UNTOUCHED),
    (3, Stage.UNTOUCHED),
    (7, Stage.UNTOUCHED),
)
_EARLIER = (
    ("E03", "灭火器过期或缺失"),
    ("E04", "楼道堆放杂物"),
    ("B04", "公共收益未公示"),
    ("F03", "窨井盖破损"),
    ("G01", "绿化枯死或黄土裸露"),
    ("C01", "合同未备案"),
)


def demo_round(today: date, calendar: Calendar) -> DemoRound:
    """The whole round as it stands on `today`."""
    enterprises = make_enterprises()
    sites = make_sites(enterprises)
    teams = make_teams(today)
    recusals = make_recusals(teams, enterprises, today)
    campaign = _campaign(today)
    pairs = _assignments(sites, teams, recusals, on=campaign.ends_on)
    return DemoRound(
        campaign=campaign,
        districts=DISTRICTS,
        enterprises=enterprises,
        sites=sites,
        teams=teams,
        recusals=recusals,
        visits=_visits(pairs, today, calendar),
    )


def _campaign(today: date) -> DemoCampaign:
    return DemoCampaign(
        id=named_id("demo", "campaign"),
        name=f"{today.year}年度物业服务企业“双随机、一公开”监督检查（示范）",
        authority="示例文号〔0000〕第0号（示范用，不是真实文件）",
        starts_on=today - timedelta(days=45),
        ends_on=today + timedelta(days=45),
    )


def _assignments(
    sites: tuple[DemoSite, ...], teams: tuple[DemoTeam, ...], recusals: tuple[DemoRecusal, ...], *, on: date
) -> list[tuple[DemoTeam, DemoSite]]:
    """Each site with its team: the one that may go there and has most places left; lots decide between equals."""
    places = _places(len(sites))
    order = shuffled(sites, SEED, "sites")
    pairs = []
    for site in order:
        able = [team for team in teams if places[team.number] and _may_go(team, site, recusals, on=on)]
        team = max(able, key=lambda team: (places[team.number], roll(10**9, SEED, site.id, team.number)))
        places[team.number] -= 1
        pairs.append((team, site))
    return sorted(pairs, key=lambda pair: (pair[0].number, pair[1].jurisdiction, pair[1].name))


def _places(site_count: int) -> dict[int, int]:
    base, extra = divmod(site_count - DEMO_TEAM_VISITS, TEAM_COUNT - 1)
    others = {number: base + (number - 2 < extra) for number in range(2, TEAM_COUNT + 1)}
    return {1: DEMO_TEAM_VISITS, **others}


def _may_go(team: DemoTeam, site: DemoSite, recusals: tuple[DemoRecusal, ...], *, on: date) -> bool:
    return all(
        may_be_sent(
            InspectorFacts(
                id=member.id,
                kind=InspectorKind(member.kind),
                home_jurisdiction=member.home_jurisdiction,
                certificate_expires_on=member.certificate_expires_on,
                recused_enterprise_ids=frozenset(r.enterprise_id for r in recusals if r.inspector_id == member.id),
                recused_site_ids=frozenset(),
            ),
            enterprise_id=site.enterprise_id,
            site_id=site.id,
            jurisdiction=site.jurisdiction,
            on=on,
            is_cross_district=True,
        )
        for member in team.members
    )


def _visits(pairs: list[tuple[DemoTeam, DemoSite]], today: date, calendar: Calendar) -> tuple[DemoVisit, ...]:
    visits = []
    for number, (team, site) in enumerate(pairs, start=1):
        nth = number if team.number == 1 else sum(pair[0] is team for pair in pairs[: number - 1])
        days, stage = _DEMO_TEAM_PLAN[nth - 1] if team.number == 1 else _other_plan(team.number, nth)
        planned_on = today + timedelta(days=days)
        visits.append(
            DemoVisit(
                id=named_id("demo", "visit", site.id),
                code=f"DEMO-{today.year}-{number:03d}",
                team=team.number,
                site_id=site.id,
                planned_on=planned_on if days == 0 else _on_workday(planned_on, today, calendar),
                stage=stage,
                earlier_problems=_earlier_problems(site, today),
            )
        )
    return tuple(visits)


def _other_plan(team: int, nth: int) -> tuple[int, Stage]:
    """The other teams: a first visit some time ago, one now and then under way, the rest still to come."""
    if nth == 0:
        return -1 - roll(34, SEED, "ago", team), Stage.SEALED
    if nth == 1:
        return 0, Stage.UNDER_WAY if team % 5 == 0 else Stage.UNTOUCHED
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
