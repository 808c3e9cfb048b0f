"""What the office and the team read of a visit, over HTTP, on both databases."""

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from suicha.inspections import actions
from suicha.inspections.rules.verify import verify_export
from suicha.kit.ids import named_id
from suicha.worker.run import run_due_now

from .conftest import Desk
from .field import FieldTeam
from .round import NOW, SCOPE, TODAY, VISIT, account_id, send

Told = Callable[[Callable[[Desk], Awaitable[None]]], None]
OTHER = named_id("test", "other visit")


async def _sealed(desk: Desk) -> FieldTeam:
    """Everything answered, two failures, one of them disputed and settled; signed, with one late record."""
    team = await FieldTeam(desk.database).arrive()
    team.set("leader", "_", "arrival", {"lat": "34.75", "lon": "113.65", "acc_m": 12})
    team.answer_all("officer", B02="fail", G02="fail")
    first = next(op["op_id"] for op in map(_op, team.phones["officer"].outbox) if op["item"] == "B02")
    other = team.set("leader", "B02", "result", "pass")
    team.make("expert", "note.add@1", item="B02", body={"text": "公示栏缺失"})
    team.make("expert", "meas.add@1", item="B02",
              body={"reading_id": "r1", "value": "12.5", "unit": "lx", "instrument": "照度计"})  # fmt: skip
    team.make("officer", "photo.add@1", item="B02", body={
        "photo_id": "p1", "sha256": "a" * 64, "size": 10, "mime": "image/jpeg", "w": 4, "h": 3, "taken": None,
        "gps": {"lat": "34.75", "lon": "113.65", "acc_m": "5"}, "derivs": []})  # fmt: skip
    await team.push()
    team.make("leader", "conflict.resolve@1", item="B02", field_="result", sup=(first, other),
              body={"v": "fail", "choose": first, "reason": "现场复核"})  # fmt: skip
    digest = await team.seal()
    await team.sign(digest, refused={"reason": "对期限有异议", "witness": "示例见证人01"})
    team.set("officer", "B02", "remark", "补记")
    team.phones["officer"].make(
        team.on["officer"], "replica.flush@1", at=team.at, body={"last_seq": team.phones["officer"].seq},
        t={"wall": "2026-11-23T09:09:00.000+08:00", "mono_ms": 1, "boot": "b", "off_ms": 480_000, "off_age_s": 1},
    )  # fmt: skip
    await team.push()
    return team


def _op(wire: dict[str, str]) -> Any:
    return json.loads(wire["raw"])


def test_the_record_says_who_answered_what_and_what_became_of_it(at_the_desk: Told) -> None:
    async def story(desk: Desk) -> None:
        await _sealed(desk)
        record = await desk.get("officer", f"/api/inspections/{VISIT}")
        assert (record["state"], record["answered"], record["items_total"]) == ("signed", 27, 27)
        assert [member["role"] for member in record["team"]].count("leader") == 1
        b02 = next(item for item in record["items"] if item["item"] == "B02")
        [said] = b02["registers"]["result"]["values"]
        assert (said["value"], said["reason"], said["stamp"]["by"]["name"]) == ("fail", "现场复核", "示例leader")
        answers = [line for line in b02["history"] if (line["kind"], line["field"]) == ("reg.set@1", "result")]
        assert sorted((line["outcome"], line["code"], line["stands"]) for line in answers) == [
            ("applied", None, False), ("conflict", None, False)]  # fmt: skip
        [resolved] = [line for line in b02["history"] if line["kind"] == "conflict.resolve@1"]
        assert (resolved["stands"], resolved["said"]["reason"]) == (True, "现场复核")
        assert all(
            line["superseded_by"] == [resolved["stamp"]["op_id"]] for line in answers if line["field"] == "result"
        )
        [late] = [line for line in b02["history"] if line["field"] == "remark"]
        assert (late["outcome"], late["code"], late["stands"]) == ("parked", "late_after_seal", False)
        assert b02["notes"][0]["text"] == "公示栏缺失"
        assert b02["readings"][0]["instrument"] == "照度计"
        [photo] = b02["photos"]
        assert (photo["is_on_server"], photo["urls"]["thumb"]) == (False, f"/api/sync/v1/blobs/{'a' * 64}?size=thumb")
        assert record["visit"]["registers"]["arrival"]["values"][0]["value"]["acc_m"] == 12
        [seal] = record["seals"]
        assert (seal["n"], seal["state"], seal["is_signed"]) == (1, "sealed_pending_blobs", True)
        assert [(s["role"], s["is_refusal"], s["witness"]) for s in seal["signatures"]] == [
            ("representative", True, "示例见证人01"), ("leader", False, None), ("officer", False, None)]  # fmt: skip
        assert [conflict["is_open"] for conflict in record["conflicts"]] == [False]
        assert [(late["why"], late["is_open"], late["decision"]) for late in record["late"]] == [
            ("late_after_seal", True, None)]  # fmt: skip
        assert {device["name"]: device["is_flushed"] for device in record["devices"]} == {
            "示例leader": False, "示例officer": True, "示例expert": False}  # fmt: skip
        flush = next(line for line in record["visit"]["history"] if line["kind"] == "replica.flush@1")
        assert (flush["stamp"]["skew_s"], flush["stamp"]["is_skewed"]) == (480, True)
        assert not said["stamp"]["is_skewed"]

    at_the_desk(story)


def test_an_open_conflict_shows_both_values_and_no_winner(at_the_desk: Told) -> None:
    async def story(desk: Desk) -> None:
        team = await FieldTeam(desk.database).arrive("leader", "officer")
        team.set("leader", "B02", "result", "fail")
        team.set("officer", "B02", "result", "pass")
        await team.push()
        record = await desk.get("office", f"/api/inspections/{VISIT}")
        result = next(i for i in record["items"] if i["item"] == "B02")["registers"]["result"]
        assert result["is_in_conflict"]
        assert {said["value"] for said in result["values"]} == {"fail", "pass"}
        assert (record["answered"], record["state"]) == (0, "under_way")
        board = await desk.get("office", "/api/board")
        assert [(d["kind"], d["inspection"], d["count"]) for d in board["decisions"]] == [("conflict", VISIT, 1)]

    at_the_desk(story)


def test_only_the_team_and_the_offices_of_the_place_may_see_a_visit(at_the_desk: Told) -> None:
    async def story(desk: Desk) -> None:
        for path in (f"/api/inspections/{VISIT}", f"/api/inspections/{VISIT}/export"):
            for name, status in (("expert", 200), ("office", 200), ("stranger", 404), ("district", 404)):
                await desk.get(name, path, status)
        async with desk.database.writing() as session:
            await actions.revoke_grant(session, SCOPE, account_id("expert"), reason="离队", now=NOW)
        await desk.get("expert", f"/api/inspections/{VISIT}", 404)
        problem = await desk.get("office", f"/api/inspections/{OTHER}", 404)
        assert problem["code"] == "inspection_unknown"
        for wrong in ("x", "%00", "1" * 400):
            await desk.get("office", f"/api/inspections/{wrong}", 404)
        async with desk.signed_in("office") as client:
            client.headers.pop("Authorization")
            assert (await client.get(f"/api/inspections/{VISIT}")).status_code == 401

    at_the_desk(story)


def test_the_export_can_be_verified(at_the_desk: Told) -> None:
    async def story(desk: Desk) -> None:
        await _sealed(desk)
        report = verify_export(await desk.get("leader", f"/api/inspections/{VISIT}/export"))
        assert report.findings == ()
        assert report.is_signed
        assert report.late_count == 1

    at_the_desk(story)


def test_the_list_is_filtered_sorted_and_paged_by_the_server(at_the_desk: Told) -> None:
    async def story(desk: Desk) -> None:
        async with desk.database.writing() as session:
            await send(session, OTHER, "410105", days=3)
        await _sealed(desk)

        async def ids(name: str, **params: Any) -> list[str]:
            answer = await desk.get(name, "/api/inspections", **params)
            assert answer["total"] >= len(answer["items"])
            return [row["id"] for row in answer["items"]]

        assert await ids("leader") == await ids("office") == [VISIT, OTHER]
        assert await ids("district") == [OTHER]
        assert await ids("stranger") == []
        assert await ids("office", sort="-planned_on") == [OTHER, VISIT]
        for by in ("problems", "recheck_on", "sealed_at", "site", "-failed", "district", "state"):
            assert set(await ids("office", sort=by)) == {VISIT, OTHER}
        assert await ids("office", sort="sealed_at") == await ids("office", sort="-sealed_at") == [VISIT, OTHER]
        assert await ids("office", state="signed") == await ids("office", planned_on=TODAY.isoformat()) == [VISIT]
        assert await ids("office", jurisdiction="410105") == await ids("office", q="小区410105") == [OTHER]
        assert await ids("office", q="示例 \0 410103") == [VISIT]
        assert await ids("office", q="%") == await ids("office", team=7) == []
        assert await ids("office", size=1, page=2) == [OTHER]
        [row] = (await desk.get("office", "/api/inspections", state="signed"))["items"]
        assert (row["answered"], row["items_total"], row["failed"], row["conflicts"], row["late"]) == (27, 27, 2, 0, 1)
        assert (row["problems"], row["leader"], row["district"]) == (2, "示例leader", "示例区410103")
        assert row["recheck_on"] == "2026-12-03"
        for wrong in ({"sort": "password_hash"}, {"page": 0}, {"size": 501}, {"state": "x"}, {"team": "\0"},
                      {"jurisdiction": "41%"}, {"planned_on": "soon"}, {"page": 10**30}):  # fmt: skip
            answer = await desk.get("office", "/api/inspections", 400, **wrong)
            assert answer["code"] == "bad_request"

    at_the_desk(story)


def test_problems_and_rechecks_over_http(at_the_desk: Told) -> None:
    async def story(desk: Desk) -> None:
        await _sealed(desk)
        answer = await desk.get("leader", "/api/problems", inspection=VISIT)
        assert answer["total"] == 2
        assert [(p["item"], p["severity"], p["due_on"], p["recheck_on"], p["state"]) for p in answer["items"]] == [
            ("B02", "serious", "2026-12-02", "2026-12-03", "open"), ("G02", "minor", "2026-12-08", "2026-12-09", "open")
        ]  # fmt: skip
        assert all(p["code"].endswith(f"-{p['item']}") and p["is_due_provisional"] for p in answer["items"])
        rechecks = await desk.get("leader", "/api/rechecks")
        assert [(r["scheduled_on"], r["state"], [p["item"] for p in r["problems"]]) for r in rechecks["items"]] == [
            ("2026-12-03", "scheduled", ["B02"]), ("2026-12-09", "scheduled", ["G02"])]  # fmt: skip
        assert (await desk.get("stranger", "/api/problems"))["items"] == []
        assert (await desk.get("office", "/api/problems", state="closed"))["total"] == 0
        for wrong in ({"inspection": "x"}, {"state": "x"}, {"size": 0}):
            await desk.get("office", "/api/problems", 400, **wrong)

    at_the_desk(story)


def test_the_board_counts_the_round(at_the_desk: Told) -> None:
    async def story(desk: Desk) -> None:
        async with desk.database.writing() as session:
            await send(session, OTHER, "410105", days=3)
        await _sealed(desk)
        blobs = desk.app.state.parts.blobs
        await run_due_now(desk.database, blobs, now=NOW + timedelta(days=11))
        board = await desk.get("office", "/api/board")
        assert board["total"] == 2
        assert (board["visits"]["signed"], board["visits"]["assigned"]) == (1, 1)
        assert {state: n for state, n in board["problems"].items() if n} == {"open": 2}
        assert {state: n for state, n in board["rechecks"].items() if n} == {"scheduled": 1, "overdue": 1}
        mine = {d["jurisdiction"]: d for d in board["districts"]}
        assert (mine["410103"]["sealed"], mine["410103"]["problems"], mine["410103"]["rechecks_overdue"]) == (1, 2, 1)
        assert (mine["410105"]["assigned"], mine["410105"]["total"], mine["410105"]["name"]) == (1, 1, "示例区410105")
        assert [(d["kind"], d["count"]) for d in board["decisions"]] == [("late", 1), ("recheck_overdue", 1)]
        assert len(board["week"]) == 7
        assert (await desk.get("district", "/api/board"))["total"] == 1
        assert (await desk.get("leader", "/api/board", 403))["code"] == "not_permitted"

    at_the_desk(story)


@pytest.mark.parametrize("path", ["/api/inspections", "/api/board", "/api/problems", "/api/rechecks"])
def test_strangers_to_the_system_are_asked_to_sign_in(at_the_desk: Told, path: str) -> None:
    async def story(desk: Desk) -> None:
        async with desk.signed_in("office") as client:
            client.headers.pop("Authorization")
            assert (await client.get(path)).status_code == 401

    at_the_desk(story)
