"""The desk over HTTP: who sees what, sorted and narrowed how, and files that equal their lists."""

import io
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from suicha.board import sheets as board_sheets
from suicha.infra import exports
from suicha.inspections import actions
from suicha.rectification import sheets as rectification_sheets
from tests.board.rounds import EARLIER_CAMPAIGN, Told, dispatched, visit_id
from tests.inspections.conftest import Desk
from tests.inspections.field import FieldTeam
from tests.inspections.round import NOW, TODAY, VISIT, account_id

LOCALE = Path(__file__).parents[2] / "pwa" / "src" / "locales" / "office" / "zh-CN.json"
PHOTO = {
    "photo_id": "p1", "sha256": "a" * 64, "size": 10, "mime": "image/jpeg", "w": 4, "h": 3, "taken": None,
    "gps": None, "derivs": [],
}  # fmt: skip


async def a_busy_round(desk: Desk) -> None:
    """The visit of the round sealed with two failures and a photo that is still out; three more visits."""
    team = await FieldTeam(desk.database).arrive("leader", "officer")
    team.answer_all("officer", B02="fail", G02="fail")
    team.make("officer", "photo.add@1", item="B02", body=PHOTO)
    await team.seal()
    await dispatched(desk, "T-later", on=TODAY + timedelta(days=3), jurisdiction="410105")
    await dispatched(desk, "T-other-team", on=TODAY, team_no=2, leader="stranger")
    await dispatched(desk, "T-spring", on=date(2026, 4, 7), campaign=EARLIER_CAMPAIGN)


async def codes(desk: Desk, name: str, path: str = "/api/inspections", **params: Any) -> list[str]:
    answer = await desk.get(name, path, **params)
    return [row["code"] for row in answer["items"]]


def test_the_board_tells_one_campaign_and_what_waits_in_all(at_the_desk: Told) -> None:
    async def story(desk: Desk) -> None:
        await a_busy_round(desk)
        board = await desk.get("office", "/api/board", campaign="示例抽查")
        assert [campaign["name"] for campaign in board["campaigns"]] == ["示例抽查", EARLIER_CAMPAIGN]
        numbers = board["numbers"]
        assert (numbers["drawn"], numbers["inspected"], numbers["problems"], numbers["put_right"]) == (3, 1, 2, 0)
        assert [(team["team_no"], team["total"], team["sealed"]) for team in board["teams"]] == [(1, 2, 1), (2, 1, 0)]
        assert [(d["jurisdiction"], d["total"], d["open_problems"]) for d in board["districts"]] == [
            ("410103", 2, 2), ("410105", 1, 0)]  # fmt: skip
        planned = [(point["on"], point["planned"]) for point in board["curve"]]
        assert (planned[0], planned[-1]) != ((), ())
        assert dict(planned)["2026-11-26"] == 3
        spring = await desk.get("office", "/api/board", campaign=EARLIER_CAMPAIGN)
        assert (spring["total"], spring["numbers"]["problems"], spring["campaign"]) == (1, 0, EARLIER_CAMPAIGN)
        assert spring["decisions"] == board["decisions"]
        assert (await desk.get("office", "/api/board", campaign="没有这个任务 \0"))["total"] == 0
        assert (await desk.get("district", "/api/board", campaign="示例抽查"))["numbers"]["drawn"] == 1

    at_the_desk(story)


def test_the_board_opens_with_the_running_campaign(at_the_desk: Told) -> None:
    async def story(desk: Desk) -> None:
        await dispatched(desk, "T-spring", on=date(2020, 4, 7), campaign=EARLIER_CAMPAIGN)
        await dispatched(desk, "T-far", on=date(2120, 4, 7), campaign="很久以后")
        board = await desk.get("office", "/api/board")
        assert board["campaign"] in (EARLIER_CAMPAIGN, "示例抽查")
        assert board["total"] == 1

    at_the_desk(story)


def test_the_list_is_narrowed_and_its_ties_stand_still(at_the_desk: Told) -> None:
    async def story(desk: Desk) -> None:
        await a_busy_round(desk)
        sealed = f"T-{VISIT[:6]}"
        everything = sorted([sealed, "T-later", "T-other-team", "T-spring"])
        assert await codes(desk, "office", campaign=EARLIER_CAMPAIGN) == ["T-spring"]
        assert await codes(desk, "office", inspected=True) == await codes(desk, "office", has_problems=True) == [sealed]
        assert await codes(desk, "office", inspected=False, jurisdiction="410105") == ["T-later"]
        assert sorted(await codes(desk, "office", has_problems=False)) == [
            code for code in everything if code != sealed
        ]
        assert await codes(desk, "office", team=2) == ["T-other-team"]
        assert await codes(desk, "office", planned_on="2026-11-26") == ["T-later"]
        for sort in ("state", "-state", "photos_owed", "-open_problems", "risk_class", "team_no", "-district"):
            paged = [
                code for page in (1, 2, 3, 4) for code in await codes(desk, "office", sort=sort, size=1, page=page)
            ]
            assert paged == await codes(desk, "office", sort=sort)
            assert sorted(paged) == everything
        assert (await codes(desk, "office", sort="-photos_owed"))[0] == sealed
        # By the process, not by the letters of the codes: assigned stands before sealed, both ways round.
        assert (
            (await codes(desk, "office", sort="state"))[-1] == (await codes(desk, "office", sort="-state"))[0] == sealed
        )
        [row] = (await desk.get("office", "/api/inspections", inspected=True))["items"]
        assert (row["problems"], row["open_problems"], row["photos_owed"], row["risk_class"]) == (2, 2, 1, "B")

    at_the_desk(story)


def _rows(content: bytes) -> list[tuple[Any, ...]]:
    return list(load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))  # type: ignore[union-attr]


async def _file(desk: Desk, name: str, path: str, **params: Any) -> list[tuple[Any, ...]]:
    async with desk.signed_in(name) as client:
        answer = await client.get(path, params=params)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == exports.XLSX
    assert answer.headers["content-disposition"].startswith("attachment;")
    return _rows(answer.content)


@pytest.mark.parametrize(
    ("path", "column", "field", "narrowed"),
    [
        ("/api/inspections", 0, "code", {"sort": "-planned_on", "has_problems": False}),
        ("/api/problems", 0, "code", {"sort": "-severity", "state": "open"}),
        ("/api/rechecks", 4, "visit_code", {"sort": "-scheduled_on"}),
    ],
)
def test_a_file_has_exactly_the_rows_of_its_list_in_their_order(
    at_the_desk: Told, path: str, column: int, field: str, narrowed: dict[str, Any]
) -> None:
    async def story(desk: Desk) -> None:
        await a_busy_round(desk)
        for name in ("office", "district", "stranger", "leader"):
            for params in ({}, narrowed):
                listed = [row[field] for row in (await desk.get(name, path, **params))["items"]]
                head, *rows = await _file(desk, name, f"{path}/export.xlsx", **params)
                assert [row[column] for row in rows] == listed, (name, params)
                assert all(isinstance(title, str) for title in head)
        assert len(await _file(desk, "office", f"{path}/export.xlsx")) > 2

    at_the_desk(story)


def test_too_many_rows_are_refused_and_not_cut_off(at_the_desk: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(desk: Desk) -> None:
        await a_busy_round(desk)
        monkeypatch.setattr(exports, "MOST_ROWS", 1)
        problem = await desk.get("office", "/api/inspections/export.xlsx", 422)
        assert (problem["code"], problem["rows"], problem["most"]) == ("export_too_large", 4, 1)
        assert (await desk.get("office", "/api/problems/export.xlsx", 422))["code"] == "export_too_large"
        assert len(await _file(desk, "office", "/api/inspections/export.xlsx", team=2)) == 2

    at_the_desk(story)


def test_a_file_says_what_the_screen_says() -> None:
    words = json.loads(LOCALE.read_text(encoding="utf-8"))["office"]["states"]
    assert {state.value: text for state, text in board_sheets.VISIT_STATES.items()} == words["visits"]
    assert {state.value: text for state, text in rectification_sheets.PROBLEM_STATES.items()} == words["problems"]
    assert {state.value: text for state, text in rectification_sheets.RECHECK_STATES.items()} == words["rechecks"]


def test_the_lists_that_follow_a_visit_are_narrowed_and_sorted(at_the_desk: Told) -> None:
    async def story(desk: Desk) -> None:
        await a_busy_round(desk)

        async def items(**params: Any) -> list[str]:
            return [row["item"] for row in (await desk.get("office", "/api/problems", **params))["items"]]

        assert (
            await items() == await items(sort="-severity") == await items(campaign="示例抽查", team=1) == ["B02", "G02"]
        )
        assert (
            await items(sort="severity") == await items(sort="-due_on") == await items(sort="-code") == ["G02", "B02"]
        )
        assert await items(campaign=EARLIER_CAMPAIGN) == await items(team=2) == await items(jurisdiction="410105") == []
        assert (await desk.get("office", "/api/rechecks", campaign=EARLIER_CAMPAIGN))["total"] == 0
        for path in ("/api/problems", "/api/rechecks"):
            for wrong in (
                {"sort": "password_hash"},
                {"team": -1},
                {"overdue": "x"} if path == "/api/problems" else {"state": "x"},
            ):
                await desk.get("office", path, 400, **wrong)

    at_the_desk(story)


def test_choices_name_only_what_the_caller_may_see(at_the_desk: Told) -> None:
    async def story(desk: Desk) -> None:
        await a_busy_round(desk)

        async def choices(name: str) -> tuple[list[str], list[str], list[tuple[str, int]]]:
            answer = await desk.get(name, "/api/choices")
            return (
                [campaign["name"] for campaign in answer["campaigns"]],
                [district["code"] for district in answer["districts"]],
                [(team["campaign"], team["team_no"]) for team in answer["teams"]],
            )

        both = ["示例抽查", EARLIER_CAMPAIGN]
        assert await choices("office") == (both, ["410103", "410105"], [(both[0], 1), (both[0], 2), (both[1], 1)])
        assert await choices("district") == (both[:1], ["410105"], [(both[0], 1)])
        assert await choices("stranger") == (both[:1], ["410103"], [(both[0], 2)])

    at_the_desk(story)


def test_a_leader_sees_his_whole_team_and_no_other(at_the_desk: Told) -> None:
    async def story(desk: Desk) -> None:
        await a_busy_round(desk)
        team = await desk.get("leader", "/api/my-team")
        assert (team["campaign"], team["team_no"]) == ("示例抽查", 1)
        assert [visit["code"] for visit in team["visits"]] == [f"T-{VISIT[:6]}", "T-later"]
        assert [(member["role"], member["visits"]) for member in team["members"]] == [
            ("leader", 2), ("officer", 2), ("expert", 2)]  # fmt: skip
        assert {device["name"]: device["photos_owed"] for device in team["devices"]} == {
            "示例leader": 0, "示例officer": 1}  # fmt: skip
        assert [choice["campaign"] for choice in team["choices"]] == ["示例抽查", EARLIER_CAMPAIGN]
        spring = await desk.get("leader", "/api/my-team", campaign=EARLIER_CAMPAIGN)
        assert [visit["code"] for visit in spring["visits"]] == ["T-spring"]
        other = await desk.get("stranger", "/api/my-team")
        assert [visit["code"] for visit in other["visits"]] == ["T-other-team"]
        assert other["decisions"] == []
        for name, asked in (
            ("leader", {"team": 2}),
            ("stranger", {"team": 1}),
            ("stranger", {"campaign": EARLIER_CAMPAIGN}),
        ):
            assert (await desk.get(name, "/api/my-team", 404, **asked))["code"] == "team_unknown"

    at_the_desk(story)


def test_who_was_taken_out_of_a_visit_sees_it_no_more_but_is_still_named(at_the_desk: Told) -> None:
    async def story(desk: Desk) -> None:
        async with desk.database.writing() as session:
            await actions.revoke_grant(session, f"insp:{VISIT}", account_id("expert"), reason="离队", now=NOW)
        await desk.get("expert", "/api/my-team", 404)
        members = (await desk.get("leader", "/api/my-team"))["members"]
        assert [(member["role"], member["visits"]) for member in members] == [
            ("leader", 1),
            ("officer", 1),
            ("expert", 0),
        ]

    at_the_desk(story)


def test_the_office_sees_the_teams_of_its_jurisdiction(at_the_desk: Told) -> None:
    async def story(desk: Desk) -> None:
        await a_busy_round(desk)
        team = await desk.get("office", "/api/team", team=2)
        assert [visit["id"] for visit in team["visits"]] == [visit_id("T-other-team")]
        assert [visit["code"] for visit in (await desk.get("district", "/api/team"))["visits"]] == ["T-later"]
        await desk.get("district", "/api/team", 404, team=2)
        assert (await desk.get("leader", "/api/team", 403))["code"] == "not_permitted"
        assert (await desk.get("office", "/api/my-team", 403))["code"] == "not_permitted"

    at_the_desk(story)


def test_a_team_page_says_what_waits_for_its_leader(at_the_desk: Told) -> None:
    async def story(desk: Desk) -> None:
        await dispatched(desk, "T-other-team", on=TODAY, team_no=2, leader="stranger")
        team = await FieldTeam(desk.database).arrive("leader", "officer")
        team.set("leader", "B02", "result", "fail")
        team.set("officer", "B02", "result", "pass")
        await team.push()
        found = await desk.get("leader", "/api/my-team")
        assert [(decision["kind"], decision["count"]) for decision in found["decisions"]] == [("conflict", 1)]
        assert (await desk.get("stranger", "/api/my-team"))["decisions"] == []

    at_the_desk(story)


def test_a_gap_in_what_a_device_sent_is_told(at_the_desk: Told) -> None:
    async def story(desk: Desk) -> None:
        team = await FieldTeam(desk.database).arrive("officer", "leader")
        for item in ("A01", "A02", "B02", "C01"):
            team.set("officer", item, "result", "pass")
        # The second and third record are lost on the way.
        del team.phones["officer"].outbox[1:3]
        await team.push()
        [device] = [d for d in (await desk.get("leader", "/api/my-team"))["devices"] if d["name"] == "示例officer"]
        assert (device["missing"], device["waiting"], device["acked_seq"]) == (2, 1, 1)

    at_the_desk(story)


def test_the_calendar_tells_days_and_up_to_a_week_their_visits(at_the_desk: Told) -> None:
    async def story(desk: Desk) -> None:
        await a_busy_round(desk)
        month = await desk.get("office", "/api/calendar", **{"from": "2026-11-01", "to": "2026-12-31"})
        days = {day["on"]: day for day in month["days"]}
        assert len(days) == 61
        assert (days["2026-11-23"]["planned"], days["2026-11-23"]["done"]) == (2, 1)
        assert (days["2026-11-26"]["planned"], days["2026-12-03"]["rechecks"]) == (1, 1)
        assert (days["2026-11-22"]["kind"], days["2026-11-23"]["kind"], days["2026-11-23"]["visits"]) == (
            "weekend", "workday", [])  # fmt: skip
        week = await desk.get("office", "/api/calendar", **{"from": "2026-11-23", "to": "2026-11-29"})
        assert [visit["code"] for visit in week["days"][0]["visits"]] == [f"T-{VISIT[:6]}", "T-other-team"]
        narrowed = await desk.get("office", "/api/calendar", **{"from": "2026-11-23", "to": "2026-11-23", "team": 2})
        assert [visit["code"] for visit in narrowed["days"][0]["visits"]] == ["T-other-team"]
        district = await desk.get("district", "/api/calendar", **{"from": "2026-11-23", "to": "2026-11-29"})
        assert [day["planned"] for day in district["days"]] == [0, 0, 0, 1, 0, 0, 0]
        stranger = await desk.get("stranger", "/api/calendar", **{"from": "2026-11-23", "to": "2026-11-29"})
        assert [day["planned"] for day in stranger["days"]] == [1, 0, 0, 0, 0, 0, 0]

    at_the_desk(story)


def test_a_year_that_nobody_has_announced_is_called_unknown(at_the_desk: Told) -> None:
    async def story(desk: Desk) -> None:
        answer = await desk.get("office", "/api/calendar", **{"from": "2026-12-31", "to": "2027-01-02"})
        assert [(day["on"], day["is_known"]) for day in answer["days"]] == [
            ("2026-12-31", True), ("2027-01-01", False), ("2027-01-02", False)]  # fmt: skip
        holiday = await desk.get("office", "/api/calendar", **{"from": "2026-10-01", "to": "2026-10-01"})
        assert holiday["days"][0]["kind"] == "holiday"

    at_the_desk(story)


def test_a_range_that_makes_no_sense_is_refused(at_the_desk: Told) -> None:
    async def story(desk: Desk) -> None:
        for first, last in (("2026-11-02", "2026-11-01"), ("2026-01-01", "2026-12-31")):
            problem = await desk.get("office", "/api/calendar", 400, **{"from": first, "to": last})
            assert problem["code"] == "range_unusable"
        for wrong in ({}, {"from": "soon", "to": "2026-11-01"}):
            assert (await desk.get("office", "/api/calendar", 400, **wrong))["code"] == "bad_request"

    at_the_desk(story)


@pytest.mark.parametrize(
    "path", ["/api/choices", "/api/calendar", "/api/team", "/api/my-team", "/api/inspections/export.xlsx"]
)
def test_strangers_to_the_system_are_asked_to_sign_in(at_the_desk: Told, path: str) -> None:
    async def story(desk: Desk) -> None:
        async with desk.signed_in("office") as client:
            client.headers.pop("Authorization")
            assert (await client.get(path)).status_code == 401

    at_the_desk(story)
