"""The demo round has the shape it is said to have, on whatever day it is made."""

from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from suicha.checklists.loader import read_calendar, read_editions
from suicha.checklists.rules import edition_of
from suicha.demo.answers import DemoScript, script_of
from suicha.demo.data import demo_round, make_rosters
from suicha.demo.drawing import BEGUN_BEFORE, rehearsed_record
from suicha.demo.facts import DemoRound, DemoVisit, Stage
from suicha.demo.pictures import NAMES
from suicha.registry.rules import is_coordinate, is_uscc

CHECKLISTS = Path(__file__).parents[2] / "checklists"
CALENDAR = read_calendar(CHECKLISTS)
EDITION_FILE = next(edition for edition in read_editions(CHECKLISTS) if edition.checklist == "property-service-ref-27")
EDITION = edition_of(EDITION_FILE.raw)
DAYS = [date(2026, 11, 22), date(2026, 2, 20), date(2026, 12, 31), date(2027, 6, 30), date(2028, 2, 29)]


@pytest.fixture(params=DAYS, ids=str)
def today(request: pytest.FixtureRequest) -> date:
    day: date = request.param
    return day


@cache
def _round(today: date) -> DemoRound:
    rosters = make_rosters(today)
    return demo_round(rosters, rehearsed_record(rosters, today, EDITION_FILE.hash), today, CALENDAR)


@cache
def _scripts(today: date) -> list[tuple[DemoVisit, DemoScript]]:
    made = _round(today)
    return [(visit, script_of(visit, made.site(visit.site_id), EDITION)) for visit in made.visits]


@pytest.fixture
def made(today: date) -> DemoRound:
    return _round(today)


@pytest.fixture
def scripts(today: date) -> list[tuple[DemoVisit, DemoScript]]:
    return _scripts(today)


def test_the_same_day_gives_the_same_round(made: DemoRound, today: date) -> None:
    rosters = make_rosters(today)
    assert demo_round(rosters, rehearsed_record(rosters, today, EDITION_FILE.hash), today, CALENDAR) == made


def test_the_round_has_the_size_of_zhengzhou(made: DemoRound) -> None:
    rosters = made.rosters
    assert (len(rosters.districts), len(rosters.sites), len(rosters.enterprises), len(made.teams)) == (15, 519, 40, 30)
    assert Counter(person.kind for person in rosters.inspectors) == {"officer": 90, "expert": 45}
    assert Counter(site.risk_class for site in rosters.sites) == {"A": 130, "B": 260, "C": 105, "D": 24}
    assert len({visit.site_id for visit in made.visits}) == len(made.visits) == 131
    assert {site.jurisdiction for site in rosters.sites} == {district.code for district in rosters.districts}
    assert {4, 5} == set(Counter(visit.team for visit in made.visits).values())


def test_every_credit_code_is_valid_and_fictitious(made: DemoRound) -> None:
    assert all(is_uscc(enterprise.uscc) for enterprise in made.rosters.enterprises)
    assert len({enterprise.uscc for enterprise in made.rosters.enterprises}) == 40
    assert all(
        enterprise.uscc[8:12] == "0000" and enterprise.name.startswith("示例")
        for enterprise in made.rosters.enterprises
    )
    assert all(site.name.startswith("示例") for site in made.rosters.sites)


def test_ids_and_names_are_unique(made: DemoRound) -> None:
    rosters = made.rosters
    tables = (rosters.enterprises, rosters.sites, rosters.inspectors, rosters.recusals, rosters.leaves, made.visits)
    ids = [row.id for rows in tables for row in rows]
    ids += [person.account_id for person in made.rosters.inspectors]
    assert len(set(ids)) == len(ids)
    for values in (
        [person.username for person in made.rosters.inspectors],
        [person.name for person in made.rosters.inspectors],
        [visit.code for visit in made.visits],
        [site.name for site in made.rosters.sites],
        [p.certificate_no for p in made.rosters.inspectors if p.certificate_no],
    ):
        assert len(set(values)) == len(values)


def test_no_team_inspects_at_home_or_against_a_recusal(made: DemoRound) -> None:
    recused = {(recusal.inspector_id, recusal.enterprise_id) for recusal in made.rosters.recusals}
    for visit in made.visits:
        site = made.site(visit.site_id)
        for member in made.team(visit.team).members:
            assert member.home_jurisdiction != site.jurisdiction
            assert (member.id, site.enterprise_id) not in recused


def test_a_team_is_two_certified_officers_who_are_there_and_an_expert(made: DemoRound, today: date) -> None:
    away = {leave.inspector_id for leave in made.rosters.leaves}
    for team in made.teams:
        assert [member.kind for member in team.members] == ["officer", "officer", "expert"]
        assert not away & {member.id for member in team.members}
        for officer in (team.leader, team.officer):
            assert officer.certificate_expires_on is not None
            assert officer.certificate_expires_on > today + BEGUN_BEFORE


def test_the_drawn_are_named_after_their_place(made: DemoRound) -> None:
    assert [member.username for member in made.team(7).members] == ["leader07", "officer07", "expert07"]
    assert [member.role for member in made.team(7).members] == ["leader", "officer", "expert"]
    reserves = [person for person in made.rosters.inspectors if person.username.startswith("reserve-")]
    assert len(reserves) == 135 - 90


def test_the_demo_team_has_something_of_everything(made: DemoRound, today: date) -> None:
    visits = [visit for visit in made.visits if visit.team == 1]
    stages = Counter((visit.stage, visit.planned_on == today) for visit in visits)
    assert stages[Stage.UNDER_WAY, True] == stages[Stage.UNTOUCHED, True] == stages[Stage.UNTOUCHED, False] == 1
    assert stages[Stage.SEALED, False] == len(visits) - 3 >= 1


def test_sealed_visits_lie_behind_and_all_within_the_campaign(made: DemoRound, today: date) -> None:
    for visit in made.visits:
        assert today - BEGUN_BEFORE <= visit.planned_on <= today + BEGUN_BEFORE
        assert (visit.stage is Stage.SEALED) is (visit.planned_on < today)
        assert visit.planned_on == today or CALENDAR.is_workday(visit.planned_on)


def test_positions_are_decimals_near_the_city(made: DemoRound) -> None:
    for site in made.rosters.sites:
        assert is_coordinate(site.lat, limit=90)
        assert is_coordinate(site.lon, limit=180)
        assert site.lat.startswith("34.")
        assert site.lon.startswith(("112.", "113."))


def test_a_sealed_visit_is_answered_in_full_and_may_be_sealed(scripts: list[tuple[DemoVisit, DemoScript]]) -> None:
    for visit, script in scripts:
        codes = [answer.item for answer in script.answers]
        if visit.stage is Stage.SEALED:
            assert codes == list(EDITION.item_codes)
            assert script.dispute is None
            assert set(script.outcome) <= set(EDITION.outcome_codes)
        elif visit.stage is Stage.UNDER_WAY:
            assert 0 < len(codes) < 27
        else:
            assert codes == []


def test_answers_follow_the_rules_of_the_edition(scripts: list[tuple[DemoVisit, DemoScript]]) -> None:
    for _, script in scripts:
        for answer in script.answers:
            item = EDITION.item(answer.item)
            assert item is not None
            assert answer.result != "na" or item.may_be_na
            assert (answer.severity is not None) is (answer.result == "fail")
            assert (answer.remark is not None) is (answer.result in ("fail", "fixed"))
            assert answer.result != "fail" or bool(answer.photos) is item.is_photo_required_on_fail
            assert all(photo.name in NAMES for photo in answer.photos)


def test_there_are_about_six_problems_a_visit(scripts: list[tuple[DemoVisit, DemoScript]]) -> None:
    problems = [
        sum(answer.result == "fail" for answer in script.answers)
        for visit, script in scripts
        if visit.stage is Stage.SEALED
    ]
    assert 5 <= sum(problems) / len(problems) <= 6.5


def test_a_dispute_is_about_something_that_a_colleague_answered(scripts: list[tuple[DemoVisit, DemoScript]]) -> None:
    disputes = 0
    for _, script in scripts:
        if script.dispute is None:
            continue
        disputes += 1
        [answer] = [answer for answer in script.answers if answer.item == script.dispute.item]
        assert answer.by != script.dispute.by
        assert answer.result != script.dispute.result
    assert disputes >= 1
