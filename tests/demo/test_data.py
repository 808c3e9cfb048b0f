"""The demo round has the shape it is said to have, on whatever day it is made."""

from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from suicha.checklists.loader import read_calendar, read_editions
from suicha.checklists.rules import edition_of
from suicha.demo.answers import DemoScript, script_of
from suicha.demo.data import demo_round
from suicha.demo.facts import DemoRound, DemoVisit, Stage
from suicha.demo.pictures import NAMES
from suicha.registry.rules import is_coordinate, is_uscc

CHECKLISTS = Path(__file__).parents[2] / "checklists"
CALENDAR = read_calendar(CHECKLISTS)
EDITION = edition_of(read_editions(CHECKLISTS)[0].raw)
DAYS = [date(2026, 11, 22), date(2026, 2, 20), date(2026, 12, 31), date(2027, 6, 30), date(2028, 2, 29)]


@pytest.fixture(params=DAYS, ids=str)
def today(request: pytest.FixtureRequest) -> date:
    day: date = request.param
    return day


@cache
def _round(today: date) -> DemoRound:
    return demo_round(today, CALENDAR)


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
    assert demo_round(today, CALENDAR) == made


def test_the_round_has_the_size_of_zhengzhou(made: DemoRound) -> None:
    assert (len(made.districts), len(made.sites), len(made.enterprises), len(made.teams)) == (15, 131, 40, 30)
    assert Counter(person.kind for person in made.inspectors) == {"officer": 60, "expert": 30}
    assert len({visit.site_id for visit in made.visits}) == len(made.visits) == 131
    assert {site.jurisdiction for site in made.sites} == {district.code for district in made.districts}


def test_every_credit_code_is_valid_and_fictitious(made: DemoRound) -> None:
    assert all(is_uscc(enterprise.uscc) for enterprise in made.enterprises)
    assert len({enterprise.uscc for enterprise in made.enterprises}) == 40
    assert all(
        enterprise.uscc[8:12] == "0000" and enterprise.name.startswith("示例") for enterprise in made.enterprises
    )
    assert all(site.name.startswith("示例") for site in made.sites)


def test_ids_and_names_are_unique(made: DemoRound) -> None:
    ids = [
        row.id for rows in (made.enterprises, made.sites, made.inspectors, made.recusals, made.visits) for row in rows
    ]
    ids += [person.account_id for person in made.inspectors]
    assert len(set(ids)) == len(ids)
    for values in (
        [person.username for person in made.inspectors],
        [person.name for person in made.inspectors],
        [visit.code for visit in made.visits],
        [site.name for site in made.sites],
        [p.certificate_no for p in made.inspectors if p.certificate_no],
    ):
        assert len(set(values)) == len(values)


def test_no_team_inspects_at_home_or_against_a_recusal(made: DemoRound) -> None:
    recused = {(recusal.inspector_id, recusal.enterprise_id) for recusal in made.recusals}
    for visit in made.visits:
        site = made.site(visit.site_id)
        for member in made.team(visit.team).members:
            assert member.home_jurisdiction != site.jurisdiction
            assert (member.id, site.enterprise_id) not in recused


def test_a_team_is_two_certified_officers_of_two_districts_and_an_expert(made: DemoRound) -> None:
    for team in made.teams:
        assert [member.kind for member in team.members] == ["officer", "officer", "expert"]
        assert team.leader.home_jurisdiction != team.officer.home_jurisdiction
        for officer in (team.leader, team.officer):
            assert officer.certificate_expires_on is not None
            assert officer.certificate_expires_on > made.campaign.ends_on


def test_the_demo_team_has_something_of_everything(made: DemoRound, today: date) -> None:
    visits = [visit for visit in made.visits if visit.team == 1]
    for_today = [visit for visit in visits if visit.planned_on == today and visit.stage is Stage.UNTOUCHED]
    sealed = [visit for visit in visits if visit.stage is Stage.SEALED]
    assert len(for_today) == 3
    assert [visit.planned_on for visit in visits if visit.stage is Stage.UNDER_WAY] == [today]
    # Long holidays may pull two of them to one day.
    assert len(sealed) == 4
    assert len({visit.planned_on for visit in sealed}) >= 3
    assert any(visit.earlier_problems for visit in visits)


def test_sealed_visits_lie_behind_and_all_within_the_campaign(made: DemoRound, today: date) -> None:
    for visit in made.visits:
        assert made.campaign.starts_on <= visit.planned_on <= made.campaign.ends_on
        assert (visit.stage is Stage.SEALED) is (visit.planned_on < today)
        assert visit.planned_on == today or CALENDAR.is_workday(visit.planned_on)


def test_positions_are_decimals_near_the_city(made: DemoRound) -> None:
    for site in made.sites:
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
