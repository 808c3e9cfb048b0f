"""One visit from the first pull to the signatures, played by three people who know only the text of the contract."""

import time
from datetime import date, datetime, timedelta
from typing import Any

from .canonical import canonical, new_uuid, sha256
from .client import CHINA, Device
from .conftest import Team
from .fold import Op
from .test_registers import APPLIED, CONFLICT


def answer_all(device: Device, team: Team, **answers: str) -> list[Op]:
    """Answer every item, 符合 unless told otherwise."""
    return [device.set(team.scope, (item["code"], "result"), answers.get(item["code"], "pass")) for item in team.items]


def sealed_states(device: Device, team: Team) -> list[tuple[int, str]]:
    device.pull()
    return [(entry.body["n"], entry.body["state"]) for entry in device.feed(team.scope).of_type("inspection.sealed")]


def test_the_whole_visit(own_team: Team) -> None:
    team = own_team
    leader, officer, expert = team.devices("leader", "officer", "expert")
    disputed, failed, fixed = (item["code"] for item in team.items[:3])
    photo = b"\xff\xd8\xff" + new_uuid().encode()

    _expert_assists(team, expert, failed, photo)
    answer_all(officer, team, **{failed: "fail", fixed: "fixed"})
    officer.set(team.scope, ("_", "arrival"), "到达现场")
    assert {outcome for outcome, code in officer.send() if code is None} == {"applied"}
    leader.set(team.scope, (disputed, "result"), "fail")
    assert leader.send() == CONFLICT

    _too_early_to_seal(team, leader)
    leader.resolve(team.scope, (disputed, "result"), "fail")
    assert leader.send() == APPLIED
    leader.pull()
    seal = leader.seal(team.scope)
    manifest_hash = seal.members["body"]["manifest_hash"]
    assert leader.send() == APPLIED
    assert sealed_states(leader, team) == [(1, "sealed")]
    assert leader.feed(team.scope).of_type("inspection.sealed")[0].body["manifest_hash"] == manifest_hash

    _they_sign(team, leader, officer, manifest_hash)
    _what_comes_late_waits(team, leader, officer, expert)
    _only_the_manifest_in_force_counts(team, leader)
    _problems_have_dates(team, leader, {disputed, failed})


def _expert_assists(team: Team, expert: Device, item: str, photo: bytes) -> None:
    expert.make(team.scope, "note.add@1", {"text": "泵房积水"}, item=item)
    expert.make(
        team.scope,
        "meas.add@1",
        {"reading_id": new_uuid(), "value": "0.35", "unit": "MPa", "instrument": "压力表"},
        item=item,
    )
    taken = expert.photo(team.scope, item, photo)
    excluded = expert.photo(team.scope, item, photo + b"2")
    expert.make(
        team.scope, "photo.exclude@1", {"photo_id": excluded.members["body"]["photo_id"], "reason": "重复"}, item=item
    )
    expert.make(team.scope, "replica.flush@1", {"last_seq": expert.seq})
    assert expert.send() == APPLIED * 6
    assert expert.put(photo).status in (201, 204)
    expert.pull()
    assert [e.body["sha256"] for e in expert.feed(team.scope).of_type("blob.verified")] == [
        taken.members["body"]["sha256"]
    ]


def _too_early_to_seal(team: Team, leader: Device) -> None:
    """Unanswered items and open conflicts are read from the manifest's own text."""
    unanswered = leader.manifest(team.scope)
    leader.seal(team.scope, unanswered)
    (result,) = leader.push()
    assert (result["outcome"], result["code"]) == ("rejected", "not_sealable")
    assert result.get("detail"), "0.9 not_sealable comes with a list in detail"
    leader.pull()
    open_conflict = leader.manifest(team.scope)
    assert open_conflict["conflicts"] == 1
    leader.seal(team.scope, open_conflict)
    assert leader.send() == [("rejected", "not_sealable")]
    assert sealed_states(leader, team) == []


def _problems_have_dates(team: Team, leader: Device, failed: set[str]) -> None:
    question = f"/api/problems?inspection={team.inspection_id}"
    answer = leader.wire.get(question)
    assert answer.status == 200, answer
    told = answer.json()
    stranger = team.device("stranger").wire.get(question)
    assert stranger.status in {403, 404} or stranger.json() == {"items": [], "total": 0}
    assert told["total"] == len(told["items"]) == len(failed)
    today = datetime.fromtimestamp(time.time(), CHINA).date()
    edition = {item["code"]: item for item in team.items}
    for problem in told["items"]:
        assert {"code", "item", "severity", "due_on", "state", "recheck_on"} <= problem.keys()
        assert problem["severity"] == edition[problem["item"]]["severity"]
        _assert_due(problem, edition[problem["item"]], today)
    assert {problem["item"] for problem in told["items"]} == failed


def _assert_due(problem: dict[str, Any], item: dict[str, Any], today: date) -> None:
    due = date.fromisoformat(problem["due_on"])
    days = item["deadline"]["value"]
    assert today + timedelta(days=days - 1) <= due <= today + timedelta(days=3 * days + 14), problem
    assert due < date.fromisoformat(problem["recheck_on"]) <= due + timedelta(days=14), problem
    assert date.fromisoformat(problem["recheck_on"]).weekday() < 7, problem


def _they_sign(team: Team, leader: Device, officer: Device, manifest_hash: str) -> None:
    """The representative on the leader's device, the officer on his own, the leader last."""
    leader.sign(team.scope, "representative", "物业项目负责人", manifest_hash)
    officer.sign(team.scope, "officer", officer.account, manifest_hash)
    assert [*leader.send(), *officer.send()] == [*APPLIED, *APPLIED]
    leader.pull()
    assert leader.feed(team.scope).of_type("inspection.signed") == []
    leader.sign(team.scope, "leader", leader.account, manifest_hash)
    assert leader.send() == APPLIED
    leader.pull()
    assert [e.body for e in leader.feed(team.scope).of_type("inspection.signed")] == [
        {"n": 1, "manifest_hash": manifest_hash}
    ]


def _what_comes_late_waits(team: Team, leader: Device, officer: Device, expert: Device) -> None:
    before = leader.heads(team.scope, (team.item, "result"))
    officer.set(team.scope, (team.item, "result"), "fixed")
    expert.make(team.scope, "note.add@1", {"text": "回来才想起"})
    late = [("parked", "late_after_seal")]
    assert [*officer.send(), *expert.send()] == [*late, *late]
    expert.make(team.scope, "replica.flush@1", {"last_seq": expert.seq})
    assert expert.send() == APPLIED
    leader.pull()
    assert leader.heads(team.scope, (team.item, "result")) == before


def _only_the_manifest_in_force_counts(team: Team, leader: Device) -> None:
    (first,) = (
        op
        for op in leader.made
        if op.members["kind"] == "insp.seal@1" and leader.feed(team.scope).verdict(op).outcome == "applied"
    )
    leader.make(team.scope, "insp.seal@1", first.members["body"])
    assert leader.send() == APPLIED
    second = leader.manifest(team.scope, n=2, prev_manifest=sha256(first.members["body"]["manifest"]))
    leader.seal(team.scope, second)
    leader.seal(team.scope, leader.manifest(team.scope) | {"ops": []})
    assert leader.send() == [("parked", "late_after_seal")] * 2
    leader.sign(team.scope, "officer", leader.account, sha256(canonical(second)))
    assert leader.send() == APPLIED
    assert sealed_states(leader, team) == [(1, "sealed")]
    assert len(leader.feed(team.scope).of_type("inspection.signed")) == 1
