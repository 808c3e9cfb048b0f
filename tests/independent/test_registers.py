"""Sections 0.7 and the merge: disagreement is shown, settled by a leader, and nothing unseen is covered."""

from typing import Any

from .canonical import new_op_id
from .client import Device
from .conftest import Team
from .fold import Op, Register

APPLIED = [("applied", None)]
CONFLICT = [("conflict", None)]


def _disputed(team: Team) -> tuple[Device, Device, Register]:
    """Return officer and leader after they answered one register differently, both up to date."""
    officer, leader = team.devices("officer", "leader")
    register = team.register()
    officer.set(team.scope, register, "整洁")
    leader.set(team.scope, register, "脏乱")
    assert officer.send() == APPLIED
    assert leader.send() == CONFLICT
    officer.pull()
    leader.pull()
    return officer, leader, register


def _row(device: Device, scope: str, register: Register) -> dict[str, Any]:
    (row,) = device.feed(scope).open_conflicts(register).values()
    return row


def test_two_values_are_a_conflict_for_everybody(team: Team) -> None:
    officer, leader, register = _disputed(team)
    shown = sorted(op.id for op in leader.heads(team.scope, register))
    assert len(shown) == 2
    assert sorted(_row(leader, team.scope, register)["heads"]) == shown
    assert officer.heads(team.scope, register) == leader.heads(team.scope, register)


def test_the_push_reply_names_the_conflict_row(team: Team) -> None:
    officer, leader = team.devices("officer", "leader")
    register = team.register()
    officer.set(team.scope, register, "一号楼")
    officer.push()
    leader.set(team.scope, register, "二号楼")
    (result,) = leader.push()
    leader.pull()
    assert result["conflict"] == _row(leader, team.scope, register)["conflict"]


def test_equal_values_are_confirmed_and_not_disputed(team: Team) -> None:
    officer, leader = team.devices("officer", "leader")
    register = team.register()
    officer.set(team.scope, register, "完好")
    leader.set(team.scope, register, "完好")
    assert [*officer.send(), *leader.send()] == [*APPLIED, *APPLIED]
    leader.pull()
    assert len(leader.heads(team.scope, register)) == 2
    assert not leader.feed(team.scope).open_conflicts(register)


def test_composed_and_decomposed_text_are_one_value(own_team: Team) -> None:
    """Values compare equal when their canonical forms do; the stored bytes stay as they were sent."""
    team = own_team
    officer, leader = team.devices("officer", "leader")
    register = team.register()
    officer.set(team.scope, register, "caf\u00e9")
    assert officer.send() == APPLIED
    at = {"item": register[0], "field": register[1]}
    plain = Op.of(leader.draft(team.scope, "reg.set@1", {"v": "cafe"}, **at))
    loose = plain.raw.replace('"cafe"', '"cafe\u0301"')
    op = leader.keep(Op.read(loose))
    assert leader.send() == APPLIED
    leader.pull()
    assert leader.feed(team.scope).verdict(op).op.raw == loose
    assert not leader.feed(team.scope).open_conflicts(register)


def test_an_offline_chain_supersedes_itself_and_a_third_value_stays_beside_it(team: Team) -> None:
    officer, leader = team.devices("officer", "leader")
    register = team.register()
    for text in ("一稿", "二稿", "三稿"):
        officer.set(team.scope, register, text)
    leader.set(team.scope, register, "组长所见")
    assert leader.send() == APPLIED
    assert officer.send() == CONFLICT * 3
    leader.pull()
    assert set(leader.value(team.scope, register)) == {"三稿", "组长所见"}
    types = [
        entry.type
        for entry in leader.feed(team.scope).entries
        if entry.body.get("field") == register[1] and entry.body.get("item") == register[0]
    ]
    assert types == ["conflict.opened", "conflict.changed", "conflict.changed"]


def test_while_disputed_everybody_may_change_his_own_value_only(team: Team) -> None:
    officer, leader, register = _disputed(team)
    mine = [op for op in officer.heads(team.scope, register) if op.members["actor"] == officer.account]
    theirs = [op for op in officer.heads(team.scope, register) if op not in mine]
    assert officer.send(officer.set(team.scope, register, "改过", sup=[theirs[0].id])) == [
        ("rejected", "sup_not_permitted")
    ]
    assert officer.send(officer.set(team.scope, register, "改过", sup=[mine[0].id])) == CONFLICT
    both = sorted(op.id for op in leader.heads(team.scope, register))
    assert leader.send(leader.set(team.scope, register, "再改", sup=both)) == [("rejected", "sup_not_permitted")]


def test_distinct_values_are_superseded_by_a_resolution_only(team: Team) -> None:
    """Rule 3 holds even for a device that claims not to have seen the row."""
    officer, _, register = _disputed(team)
    opened = [
        e for e in officer.feed(team.scope).of_type("conflict.opened") if (e.body["item"], e.body["field"]) == register
    ]
    both = sorted(op.id for op in officer.heads(team.scope, register))
    op = officer.set(team.scope, register, "合并", sup=both, seen=opened[0].pos - 1)
    assert officer.send(op) == [("rejected", "sup_not_permitted")]


def test_the_leader_settles_and_everybody_sees_it(team: Team) -> None:
    officer, leader, register = _disputed(team)
    row = _row(leader, team.scope, register)["conflict"]
    value = leader.value(team.scope, register)[0]
    settled = leader.resolve(team.scope, register, value)
    assert leader.send() == APPLIED
    officer.pull(limit=1)
    assert [op.id for op in officer.heads(team.scope, register)] == [settled.id]
    closed = [e.body["conflict"] for e in officer.feed(team.scope).of_type("conflict.closed")]
    assert row in closed
    officer.set(team.scope, register, None)
    assert officer.send() == APPLIED
    officer.pull()
    assert officer.value(team.scope, register) == [None]


def test_agreeing_values_leave_the_row_open_until_the_leader_taps(team: Team) -> None:
    officer, leader, register = _disputed(team)
    row = _row(officer, team.scope, register)["conflict"]
    (theirs,) = [op for op in officer.heads(team.scope, register) if op.members["actor"] == leader.account]
    officer.set(team.scope, register, theirs.members["body"]["v"])
    assert officer.send() == APPLIED
    leader.pull()
    assert _row(leader, team.scope, register)["conflict"] == row
    assert len(set(leader.value(team.scope, register))) == 1
    leader.resolve(team.scope, register, theirs.members["body"]["v"])
    assert leader.send() == APPLIED
    leader.pull()
    assert not leader.feed(team.scope).open_conflicts(register)


def test_a_head_that_the_resolver_had_not_seen_survives_in_a_new_row(team: Team) -> None:
    """Before the resolution arrives, and after it: the unseen value is never covered."""
    for comes_first in (True, False):
        officer, leader, register = _disputed(team)
        row = _row(leader, team.scope, register)["conflict"]
        tablet = officer.another()
        tablet.pull()
        unseen = tablet.set(team.scope, register, "平板所见", sup=[])
        settled = leader.resolve(team.scope, register, leader.value(team.scope, register)[0])
        order = [tablet, leader] if comes_first else [leader, tablet]
        outcomes = [device.send() for device in order]
        assert outcomes == ([CONFLICT, CONFLICT] if comes_first else [APPLIED, CONFLICT])
        leader.pull()
        assert {op.id for op in leader.heads(team.scope, register)} == {unseen.id, settled.id}
        again = _row(leader, team.scope, register)
        assert again["conflict"] != row
        assert set(again["heads"]) == {unseen.id, settled.id}
        assert row in [e.body["conflict"] for e in leader.feed(team.scope).of_type("conflict.closed")]
        leader.resolve(team.scope, register, "平板所见")
        assert leader.send() == APPLIED


def test_sup_stays_within_its_kind_and_register(team: Team) -> None:
    device = team.device("officer")
    here, there = team.register(), team.register()
    other = device.set(team.scope, there, None)
    assert device.send() == APPLIED
    device.set(team.scope, here, None, sup=[other.id])
    device.make(team.scope, "note.add@1", {"text": "记"}, sup=[other.id])
    assert device.send() == [("rejected", "sup_not_permitted")] * 2


def test_what_builds_on_an_op_that_is_still_on_its_way_waits_for_it(team: Team) -> None:
    officer, leader = team.devices("officer", "leader")
    register = team.register()
    first = officer.set(team.scope, register, None)
    built = leader.set(team.scope, register, None, sup=[first.id])
    on_top = leader.set(team.scope, register, None, sup=[built.id])
    assert leader.send() == [("parked", "sup_unknown"), *APPLIED]
    leader.pull()
    assert [op.id for op in leader.heads(team.scope, register)] == [on_top.id]
    assert officer.send() == APPLIED
    leader.pull()
    assert leader.feed(team.scope).all_verdicts(built) == [("parked", "sup_unknown"), *APPLIED]
    assert [op.id for op in leader.heads(team.scope, register)] == [on_top.id]


def test_an_op_that_names_a_ghost_is_parked_and_blocks_nobody(team: Team) -> None:
    device = team.device("officer")
    register = team.register()
    device.set(team.scope, register, None, sup=[new_op_id()])
    device.make(team.scope, "note.add@1", {"text": "继续"})
    assert device.send() == [("parked", "sup_unknown"), *APPLIED]
    device.pull()
    assert device.heads(team.scope, register) == []
