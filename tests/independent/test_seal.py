"""Section 0.9: the manifest decides what is inside, and its state follows what arrives."""

import pytest

from .canonical import canonical, new_op_id, new_uuid, sha256
from .client import Device
from .conftest import Team
from .fold import Op
from .test_independent_client import answer_all, sealed_states
from .test_registers import APPLIED, CONFLICT

LATE = [("parked", "late_after_seal")]


def test_a_seal_waits_for_the_ops_and_then_the_bytes_that_it_names(own_team: Team) -> None:
    """The leader merged the officer's ops by file on site; they reach the server after his seal."""
    team = own_team
    leader, officer = team.devices("leader", "officer")
    answer_all(leader, team)
    data = new_uuid().encode()
    theirs = [officer.set(team.scope, (team.item, "remark"), "以此为准"), officer.photo(team.scope, team.item, data)]
    seal = leader.seal(team.scope, leader.manifest(team.scope, [*leader.held(team.scope), *theirs]))
    assert leader.send() == APPLIED * (len(team.items) + 1)
    assert sealed_states(leader, team) == [(1, "sealed_pending_ops")]
    assert officer.send(theirs[0]) == APPLIED
    assert officer.send(theirs[1]) == APPLIED
    assert sealed_states(leader, team)[-1] == (1, "sealed_pending_blobs")
    assert officer.put(data).status in (201, 204)
    states = sealed_states(leader, team)
    assert [state for _, state in states] == ["sealed_pending_ops", "sealed_pending_blobs", "sealed"]
    hashes = {e.body["manifest_hash"] for e in leader.feed(team.scope).of_type("inspection.sealed")}
    assert hashes == {seal.members["body"]["manifest_hash"]}
    assert officer.send(officer.make(team.scope, "note.add@1", {"text": "还有一句"})) == LATE


def test_what_was_admitted_but_not_named_is_judged_again(own_team: Team) -> None:
    """The leader seals what his device holds; the officer's newer answer and the expert's note were not on it."""
    team = own_team
    leader, officer, expert = team.devices("leader", "officer", "expert")
    answer_all(leader, team)
    register = (team.item, "remark")
    mine = leader.set(team.scope, register, "组长所写")
    assert {outcome for outcome, _ in leader.send()} == {"applied"}
    officer.pull()
    newer = officer.set(team.scope, register, "队员改写")
    rival = officer.set(team.scope, (team.items[1]["code"], "result"), "fail", sup=[])
    note = expert.make(team.scope, "note.add@1", {"text": "专家意见"})
    assert [*officer.send(), *expert.send()] == [*APPLIED, *CONFLICT, *APPLIED]
    leader.seal(team.scope)
    assert leader.send() == APPLIED
    assert sealed_states(leader, team) == [(1, "sealed")]
    feed = leader.feed(team.scope)
    assert [feed.all_verdicts(op) for op in (newer, note)] == [[*APPLIED, *LATE]] * 2
    assert feed.all_verdicts(rival) == [*CONFLICT, *LATE]
    assert [op.id for op in leader.heads(team.scope, register)] == [mine.id]
    assert feed.open_conflicts() == {}


def test_a_text_that_differs_from_its_ops_is_disputed(own_team: Team) -> None:
    team = own_team
    leader = team.device("leader")
    answer_all(leader, team, **{team.item: "fail"})
    told = leader.manifest(team.scope)
    told["registers"][0][1] = sha256('"pass"')
    leader.seal(team.scope, told)
    assert {outcome for outcome, _ in leader.send()} == {"applied"}
    assert sealed_states(leader, team) == [(1, "sealed_disputed")]
    answer = leader.wire.get(f"/api/problems?inspection={team.inspection_id}")
    assert (answer.status, answer.json()["total"]) == (200, 0)


@pytest.mark.parametrize("lie", ["edition", "ops_root", "order", "photos", "spaces"])
def test_every_member_of_the_text_is_recomputed(own_team: Team, lie: str) -> None:
    team = own_team
    leader = team.device("leader")
    answer_all(leader, team)
    told = leader.manifest(team.scope)
    if lie == "order":
        told["ops"].reverse()
    elif lie == "photos":
        told["photos"] = [[new_uuid(), sha256("never taken"), 11]]
    elif lie != "spaces":
        told[lie] = sha256("something else")
    text = canonical(told).replace(",", ", ") if lie == "spaces" else canonical(told)
    leader.make(team.scope, "insp.seal@1", {"manifest": text, "manifest_hash": sha256(text), "missing": []})
    leader.send()
    assert sealed_states(leader, team) in ([(1, "sealed_disputed")], [])


def test_a_named_op_that_is_rejected_disputes_the_seal(own_team: Team) -> None:
    team = own_team
    leader, expert = team.devices("leader", "expert")
    answer_all(leader, team)
    broken = expert.make(team.scope, "note.add@1", {"text": 5})
    leader.seal(team.scope, leader.manifest(team.scope, [*leader.held(team.scope), broken]))
    assert {outcome for outcome, _ in leader.send()} == {"applied"}
    assert expert.send() == [("rejected", "bad_body")]
    assert sealed_states(leader, team) == [(1, "sealed_pending_ops"), (1, "sealed_disputed")]


def test_a_seal_closes_rows_that_agree_and_a_refusal_stands_for_a_signature(own_team: Team) -> None:
    team = own_team
    leader, officer = team.devices("leader", "officer")
    register = (team.item, "result")
    officer.set(team.scope, register, "fail")
    answer_all(leader, team)
    assert officer.send() == APPLIED
    assert ("conflict", None) in leader.send()
    officer.pull()
    officer.set(team.scope, register, "pass")
    assert officer.send() == APPLIED
    leader.pull()
    assert len(leader.feed(team.scope).open_conflicts(register)) == 1
    seal = leader.seal(team.scope)
    assert leader.send() == APPLIED
    assert sealed_states(leader, team) == [(1, "sealed")]
    assert leader.feed(team.scope).open_conflicts() == {}
    in_force = seal.members["body"]["manifest_hash"]
    for person in (leader.account, officer.account):
        leader.sign(team.scope, "leader" if person == leader.account else "officer", person, in_force)
    refused = {"reason": "认为检查过严", "witness": "社区工作人员"}
    leader.sign(team.scope, "representative", "物业项目负责人", in_force, refused=refused)
    assert leader.send() == APPLIED * 3
    leader.pull()
    assert len(leader.feed(team.scope).of_type("inspection.signed")) == 1


def test_seals_that_do_not_follow_on_wait_as_a_case_of_their_own(own_team: Team) -> None:
    """Without a manifest in force, n = 1 and prev_manifest = null are the only ones that take effect."""
    team = own_team
    leader = team.device("leader")
    answer_all(leader, team)
    leader.seal(team.scope, leader.manifest(team.scope, n=2, prev_manifest=sha256("nothing")))
    leader.seal(team.scope, leader.manifest(team.scope, prev_manifest=sha256("nothing")))
    early = leader.sign(team.scope, "leader", leader.account, sha256("not yet"))
    assert leader.send()[-3:] == [*LATE, *LATE, *APPLIED]
    assert sealed_states(leader, team) == []
    assert leader.feed(team.scope).verdict(early).outcome == "applied"
    note = leader.make(team.scope, "note.add@1", {"text": "还没有封存"})
    assert leader.send(note) == APPLIED


def test_an_unusable_op_may_be_voided_after_the_seal(own_team: Team) -> None:
    """Control ops are never late."""
    team = own_team
    leader, expert = team.devices("leader", "expert")
    answer_all(leader, team)
    leader.seal(team.scope)
    assert {outcome for outcome, _ in leader.send()} == {"applied"}
    envelope = expert.draft(team.scope, "note.add@1", {"text": "坏"}, op_id=new_op_id())
    del envelope["app"], envelope["seen"]
    broken = expert.keep(Op.of(envelope))
    after = expert.make(team.scope, "note.add@1", {"text": "后"})
    assert expert.send() == [("rejected", "malformed"), ("deferred", None)]
    body = {"seq": 1, "op_hash": broken.hash, "reason": "无法读取"}
    void = Op.of(expert.draft(team.scope, "op.void@1", body, seq=1, prev="0" * 64))
    assert expert.send(void) == APPLIED
    assert expert.push(after)[0]["outcome"] in {"parked", "duplicate"}
    expert.pull()
    assert expert.feed(team.scope).all_verdicts(after) == LATE


def test_a_re_enveloped_op_is_sealed_by_its_first_hash(own_team: Team) -> None:
    """After a fork the answer moves to a new replica; the manifest names the bytes of the first envelope."""
    team = own_team
    leader, officer = team.devices("leader", "officer")
    clone = Device(officer.wire, officer.account, officer.name, replica=officer.replica, feeds=officer.feeds)
    officer.make(team.scope, "note.add@1", {"text": "本机"})
    forked = clone.set(team.scope, (team.item, "remark"), "克隆机所写")
    assert [*officer.send(), *clone.send()] == [*APPLIED, ("rejected", "replica_fork")]
    moved = officer.another()
    was = {"replica": clone.replica, "seq": 1, "hash": forked.hash}
    again = moved.keep(Op.of(forked.members | {"replica": moved.replica, "was": was}))
    assert moved.send() == APPLIED
    leader.pull()
    assert again.first_hash == forked.hash
    answer_all(leader, team)
    leader.seal(team.scope)
    assert {outcome for outcome, _ in leader.send()} == {"applied"}
    assert sealed_states(leader, team) == [(1, "sealed")]
