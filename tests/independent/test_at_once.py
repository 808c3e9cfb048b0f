"""Two tabs, three devices, one upload twice: whatever arrives at the same time is kept once and in one order."""

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from .canonical import sha256
from .client import Device
from .conftest import Team
from .test_registers import APPLIED


def _at_once(*calls: Callable[[], Any]) -> list[Any]:
    with ThreadPoolExecutor(len(calls)) as pool:
        return [running.result() for running in [pool.submit(call) for call in calls]]


def test_two_tabs_send_the_same_ops(team: Team) -> None:
    device = team.device("expert")
    ops = [device.make(team.scope, "note.add@1", {"text": str(n)}) for n in range(20)]
    batch = [op.wire for op in ops]
    answers = _at_once(*[lambda: device.push_raw(batch)] * 4)
    assert [answer.status for answer in answers] == [200] * 4
    told = [result for answer in answers for result in answer.json()["results"]]
    assert {result["outcome"] for result in told} == {"applied", "duplicate"}
    assert sum(result["outcome"] == "applied" for result in told) == 20
    device.pull()
    assert [device.feed(team.scope).all_verdicts(op) for op in ops] == [APPLIED] * 20


def test_three_devices_write_while_a_fourth_reads(team: Team) -> None:
    writers = [*team.devices("leader", "officer", "expert")]
    reader = team.device("expert")

    def write(device: Device) -> None:
        for n in range(10):
            device.make(team.scope, "note.add@1", {"text": str(n)})
            assert device.send() == APPLIED

    def read() -> None:
        for _ in range(15):
            reader.pull(limit=7)

    _at_once(*[lambda device=device: write(device) for device in writers], read)
    for device in (*writers, reader):
        device.pull()
    assert len({device.feed(team.scope).chain for device in (*writers, reader)}) == 1


def test_two_people_disagree_in_the_same_moment(team: Team) -> None:
    officer, leader = team.devices("officer", "leader")
    register = team.register()
    officer.set(team.scope, register, "东")
    leader.set(team.scope, register, "西")
    outcomes = _at_once(officer.send, leader.send)
    assert sorted(outcomes) == [[("applied", None)], [("conflict", None)]]
    leader.pull()
    assert len(leader.feed(team.scope).open_conflicts(register)) == 1


def test_one_upload_twice_at_once(team: Team) -> None:
    device, data = team.device("officer"), secrets.token_bytes(300_000)
    answers = _at_once(*[lambda: device.put(data)] * 3)
    assert {answer.status for answer in answers} <= {201, 204}
    other = secrets.token_bytes(20_000)
    digest = sha256(other)
    firsts = _at_once(*[lambda: device.patch(digest, other[:10_000], 0, 20_000)] * 3)
    assert {answer.status for answer in firsts} <= {204, 409}
    device.upload(other)
    assert device.blob("HEAD", digest).headers["blob-state"] == "verified"


def test_a_photo_and_its_bytes_at_once_are_verified_once(team: Team) -> None:
    device, data = team.device("officer"), secrets.token_bytes(5_000)
    device.photo(team.scope, team.item, data)
    _at_once(device.send, lambda: device.put(data))
    device.pull()
    verified = [e.body["sha256"] for e in device.feed(team.scope).of_type("blob.verified")]
    assert verified.count(sha256(data)) == 1
