"""What the desk counts, without a database."""

from datetime import date

import pytest

from suicha.board.errors import RangeUnusable, TeamUnknown
from suicha.board.rules.days import DayKind, day_kind, days_between, is_detailed
from suicha.board.rules.decisions import Decision, DecisionKind, by_urgency
from suicha.board.rules.progress import (
    CampaignFacts,
    CurvePoint,
    Tally,
    curve_of,
    inspected_in,
    running_campaign,
    week_counts,
    week_of,
)
from suicha.board.rules.teams import TeamChoice, chosen_team, in_order
from suicha.kit.workdays import Calendar

TODAY = date(2026, 11, 22)


def _campaign(name: str, first: str, last: str) -> CampaignFacts:
    return CampaignFacts(name, 1, date.fromisoformat(first), date.fromisoformat(last))


def test_the_running_campaign_is_the_one_that_began_last() -> None:
    spring = _campaign("春", "2026-03-01", "2026-04-01")
    autumn = _campaign("秋", "2026-11-01", "2026-12-01")
    winter = _campaign("冬", "2026-12-20", "2027-01-20")
    assert running_campaign([winter, spring, autumn], today=TODAY) == "秋"
    assert running_campaign([winter, spring], today=TODAY) == "春"


def test_before_any_campaign_begins_the_first_to_come_is_shown() -> None:
    assert running_campaign([_campaign("冬", "2026-12-20", "2027-01-20")], today=TODAY) == "冬"
    assert running_campaign([], today=TODAY) is None


def test_the_curve_adds_up_and_what_is_done_ends_with_today() -> None:
    planned = {date(2026, 11, 20): 2, date(2026, 11, 23): 3}
    done = {date(2026, 11, 21): 1}
    assert curve_of(planned, done, today=TODAY) == [
        CurvePoint(date(2026, 11, 20), 2, 0),
        CurvePoint(date(2026, 11, 21), 2, 1),
        CurvePoint(TODAY, 2, 1),
        CurvePoint(date(2026, 11, 23), 5, None),
    ]


def test_the_curve_of_an_ended_campaign_ends_with_it_and_one_to_come_has_nothing_done() -> None:
    past, to_come = {date(2026, 3, 2): 2}, {date(2026, 12, 24): 2}
    assert curve_of(past, {date(2026, 3, 3): 1}, today=TODAY) == [
        CurvePoint(date(2026, 3, 2), 2, 0),
        CurvePoint(date(2026, 3, 3), 2, 1),
    ]
    assert curve_of(to_come, {}, today=TODAY) == [CurvePoint(date(2026, 12, 24), 2, None)]


def test_without_visits_there_is_no_curve() -> None:
    assert curve_of({}, {}, today=TODAY) == []


def test_a_cancelled_visit_is_neither_sealed_nor_inspected() -> None:
    tally = Tally("410103", "二七区")
    for state in ("sealed", "signed", "archived", "disputed", "closed", "assigned"):
        tally.add_visits(state, 1)
    assert (tally.total, tally.sealed, tally.disputed, tally.closed, tally.assigned) == (6, 3, 1, 1, 1)
    assert inspected_in({"sealed": 1, "signed": 1, "disputed": 1, "closed": 1, "under_way": 1}) == 3


def test_a_week_runs_from_monday_to_sunday() -> None:
    assert (week_of(TODAY)[0], week_of(TODAY)[-1]) == (date(2026, 11, 16), TODAY)
    days = week_counts(TODAY, planned={TODAY: 4}, sealed=[TODAY, TODAY], rechecks={})
    assert [(day.planned, day.sealed, day.rechecks) for day in days][-1] == (4, 2, 0)


def test_what_blocks_a_record_comes_before_what_only_waits() -> None:
    late = Decision(DecisionKind.LATE, "a", "A", "秋", "小区", "4101", 1, date(2026, 11, 1))
    disputed = Decision(DecisionKind.DISPUTED, "b", "B", "秋", "小区", "4101", 1, date(2026, 11, 20))
    conflict = Decision(DecisionKind.CONFLICT, "c", "C", "秋", "小区", "4101", 1)
    assert by_urgency([late, conflict, disputed]) == [disputed, conflict, late]


CALENDAR = Calendar(frozenset({date(2026, 10, 1)}), frozenset({date(2026, 10, 10)}), frozenset({2026}))


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        ("2026-10-01", DayKind.HOLIDAY),
        ("2026-10-10", DayKind.EXTRA_WORKDAY),
        ("2026-10-11", DayKind.WEEKEND),
        ("2026-10-12", DayKind.WORKDAY),
    ],
)
def test_a_day_is_what_the_calendar_says(day: str, kind: DayKind) -> None:
    assert day_kind(date.fromisoformat(day), CALENDAR) is kind


def test_a_range_of_days_is_whole_and_not_too_long() -> None:
    assert days_between(TODAY, TODAY) == [TODAY]
    assert is_detailed(days_between(date(2026, 11, 16), TODAY))
    assert not is_detailed(days_between(date(2026, 11, 15), TODAY))
    for first in (date(2026, 11, 23), date(2026, 9, 21)):
        with pytest.raises(RangeUnusable):
            days_between(first, TODAY)
    assert len(days_between(date(2026, 9, 22), TODAY)) == 62


def test_a_team_is_chosen_by_what_is_said_and_else_the_first() -> None:
    choices = [TeamChoice("秋", 2, 1, TODAY, TODAY), TeamChoice("春", 1, 1, TODAY, TODAY)]
    assert chosen_team(choices, campaign=None, team_no=None).team_no == 2
    assert chosen_team(choices, campaign="春", team_no=None).team_no == 1
    assert chosen_team(choices, campaign=None, team_no=1).campaign == "春"
    for campaign, team_no in (("秋", 1), (None, 7)):
        with pytest.raises(TeamUnknown):
            chosen_team(choices, campaign=campaign, team_no=team_no)


def test_teams_stand_by_campaign_and_number_whatever_their_days() -> None:
    late = TeamChoice("秋", 1, 1, date(2026, 12, 1), date(2026, 12, 1))
    early = TeamChoice("秋", 2, 1, date(2026, 10, 20), date(2026, 12, 1))
    spring = TeamChoice("春", 1, 1, date(2026, 11, 1), date(2026, 11, 2))
    assert in_order([early, spring, late]) == [spring, late, early]
    assert in_order([]) == []
