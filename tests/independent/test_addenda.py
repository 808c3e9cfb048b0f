"""Section 0.9 after the seal: decisions on what came late, addenda and further manifests, from the text alone."""

from .canonical import new_op_id
from .client import Device
from .conftest import Team
from .fold import Op
from .test_independent_client import answer_all, sealed_states
from .test_registers import APPLIED
from .test_seal import LATE


def sealed(team: Team) -> tuple[Device, Device]:
    """A sealed visit, and an officer who has heard of it."""
    leader, officer = team.devices("leader", "officer")
    answer_all(leader, team)
    leader.seal(team.scope)
    assert {outcome for outcome, _ in leader.send()} == {"applied"}
    return leader, officer


def late_note(officer: Device, team: Team, text: str = "迟到") -> Op:
    note = officer.make(team.scope, "note.add@1", {"text": text})
    assert officer.send(note) == LATE
    return note


def dispose(leader: Device, team: Team, op_id: str, decision: str) -> Op:
    return leader.make(team.scope, "late.dispose@1", {"op_id": op_id, "decision": decision, "reason": "经核实"})


def next_seal(leader: Device, team: Team, **changed: object) -> Op:
    leader.pull()
    newest = leader.feed(team.scope).of_type("inspection.sealed")[-1].body
    frame = {"n": newest["n"] + 1, "prev_manifest": newest["manifest_hash"]}
    return leader.seal(team.scope, leader.manifest(team.scope) | frame | changed)


def test_what_is_taken_in_opens_the_addendum_and_counts_at_once(own_team: Team) -> None:
    team = own_team
    leader, officer = sealed(team)
    note = late_note(officer, team)
    leader.pull()
    dispose(leader, team, note.id, "include")
    assert leader.send() == APPLIED
    leader.pull()
    feed = leader.feed(team.scope)
    assert [e.body for e in feed.of_type("inspection.addendum_opened")] == [{"n": 2}]
    assert feed.all_verdicts(note) == [*LATE, *APPLIED]
    next_seal(leader, team)
    assert leader.send() == APPLIED
    assert sealed_states(leader, team) == [(1, "sealed"), (2, "sealed")]


def test_the_first_decision_counts_and_a_remark_stays_parked(own_team: Team) -> None:
    team = own_team
    leader, officer = sealed(team)
    note = late_note(officer, team)
    leader.pull()
    for decision in ("note_only", "include"):
        dispose(leader, team, note.id, decision)
    dispose(leader, team, new_op_id(), "not_adopted")
    assert leader.send() == APPLIED * 3
    leader.pull()
    assert leader.feed(team.scope).all_verdicts(note) == LATE
    assert leader.feed(team.scope).of_type("inspection.addendum_opened") == []


def test_only_who_knows_of_the_addendum_writes_into_it(own_team: Team) -> None:
    team = own_team
    leader, officer = sealed(team)
    old = officer.make(team.scope, "note.add@1", {"text": "不知道更正"})
    leader.make(team.scope, "addendum.open@1", {"n": 2, "reason": "补充"})
    follows = leader.make(team.scope, "note.add@1", {"text": "同一设备，排在后面"})
    assert leader.send() == APPLIED * 2
    assert officer.send(old) == LATE
    officer.pull()
    fresh = officer.make(team.scope, "note.add@1", {"text": "知道更正"})
    assert officer.send(fresh) == APPLIED
    leader.pull()
    assert leader.feed(team.scope).all_verdicts(follows) == APPLIED


def test_a_further_manifest_takes_in_what_it_names_and_leaves_nothing_beside(own_team: Team) -> None:
    team = own_team
    leader, officer = sealed(team)
    named = late_note(officer, team, "写入")
    leader.pull()
    leader.make(team.scope, "addendum.open@1", {"n": 2, "reason": "补充"})
    assert leader.send() == APPLIED
    officer.pull()
    left_out = officer.make(team.scope, "note.add@1", {"text": "组长没看到"})
    assert officer.send(left_out) == APPLIED
    newest = leader.feed(team.scope).of_type("inspection.sealed")[-1].body
    described = leader.manifest(team.scope, [*leader.held(team.scope), named])
    leader.seal(team.scope, described | {"n": 2, "prev_manifest": newest["manifest_hash"]})
    assert leader.send() == APPLIED
    leader.pull()
    feed = leader.feed(team.scope)
    assert feed.all_verdicts(named) == [*LATE, *APPLIED]
    assert feed.all_verdicts(left_out) == [*APPLIED, *LATE]
    assert sealed_states(leader, team) == [(1, "sealed"), (2, "sealed")]


def test_a_further_manifest_follows_on_or_waits(own_team: Team) -> None:
    team = own_team
    leader, _ = sealed(team)
    first = leader.feed(team.scope)
    next_seal(leader, team)
    assert leader.send() == LATE, "no addendum is open"
    leader.make(team.scope, "addendum.open@1", {"n": 3, "reason": "号码不对"})
    leader.make(team.scope, "addendum.open@1", {"n": 2, "reason": "补充"})
    assert leader.send() == APPLIED * 2
    next_seal(leader, team, prev_manifest="0" * 64)
    next_seal(leader, team, n=3)
    assert leader.send() == LATE * 2
    next_seal(leader, team)
    assert leader.send() == APPLIED
    assert first.of_type("inspection.addendum_opened")[0].body == {"n": 2}


def test_only_the_leader_decides_and_opens(own_team: Team) -> None:
    team = own_team
    _, officer = sealed(team)
    note = late_note(officer, team)
    dispose(officer, team, note.id, "include")
    officer.make(team.scope, "addendum.open@1", {"n": 2, "reason": "补充"})
    assert officer.send() == [("rejected", "not_permitted_role")] * 2
    leader = team.device("leader")
    dispose(leader, team, note.id, "perhaps")
    leader.make(team.scope, "addendum.open@1", {"n": 1, "reason": "补充"})
    assert leader.send() == [("rejected", "bad_body")] * 2
