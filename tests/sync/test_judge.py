"""Every outcome and its code, the order in which they are found, and what uses a seq. In memory."""

from collections.abc import Callable
from typing import Any

import pytest

from suicha.kit.ids import new_id
from suicha.sync.rules import kinds
from suicha.sync.rules.envelope import read_stored
from suicha.sync.rules.judge import Judge, ReplicaState, World

from .desk import Desk, Outcome, bent, wire
from .ledger import Op, canonical
from .pure import PureServer

APPLIED = ("applied", None)
CONFLICT = ("conflict", None)
LATE = ("parked", "late_after_seal")
OTHER = "00000000-0000-7000-8000-000000000000"


@pytest.fixture
def desk() -> Desk:
    return Desk(PureServer())


def visit_of(desk: Desk) -> Any:
    server = desk.server
    assert isinstance(server, PureServer)
    return server.kept.scopes[desk.scope]


# -- one op, one outcome -----------------------------------------------------------------------------------------------

JUDGED: dict[str, tuple[Callable[[Desk], Op], str, Outcome]] = {
    "an officer answers": (lambda d: d.set("officer", "pass"), "officer", APPLIED),
    "an officer takes his answer back": (lambda d: d.set("officer", None), "officer", APPLIED),
    "an expert notes": (lambda d: d.note("expert"), "expert", APPLIED),
    "an expert answers": (lambda d: d.set("expert", "pass"), "expert", ("rejected", "not_permitted_role")),
    "an officer resolves": (lambda d: d.resolve("officer", "pass"), "officer", ("rejected", "not_permitted_role")),
    "an answer that does not exist": (lambda d: d.set("lead", "maybe"), "lead", ("rejected", "bad_body")),
    "an item of another edition": (lambda d: d.set("lead", "pass", item=0, field="result"), "lead", APPLIED),
    "an unknown item": (
        lambda d: d.make("lead", "reg.set@1", {"v": "pass"}, item="Z99", field="result"), "lead",
        ("rejected", "bad_body")),
    "an unknown field": (
        lambda d: d.make("lead", "reg.set@1", {"v": "pass"}, item=d.items[0], field="colour"), "lead",
        ("rejected", "bad_body")),
    "a kind from the future": (lambda d: d.make("lead", "reg.set@2", {}), "lead", ("parked", "unknown_kind")),
    "another edition": (
        lambda d: d.note("lead", edition={"id": "x", "hash": "0" * 64}), "lead", ("parked", "edition_mismatch")),
    "a grant of somebody else": (
        lambda d: d.note("lead", grant=d.on("officer").grant), "lead", ("rejected", "not_granted")),
    "no such visit": (lambda d: d.note("lead", scope=f"insp:{OTHER}"), "lead", ("rejected", "not_granted")),
    "sup where none may be": (lambda d: d.note("lead", sup=(OTHER,)), "lead", ("rejected", "sup_not_permitted")),
    "sup that nobody has seen": (
        lambda d: d.set("lead", "pass", sup=(OTHER,)), "lead", ("parked", "sup_unknown")),
    "the other officer's note": (
        lambda d: d.make("officer", "photo.exclude@1", {"photo_id": "p", "reason": ""}, item=d.items[0]), "officer",
        ("rejected", "not_permitted_role")),
    "a seal with open items": (lambda d: d.seal(), "lead", ("rejected", "not_sealable")),
    "a seal by an officer": (lambda d: d.seal("officer"), "officer", ("rejected", "not_permitted_role")),
    "a flush": (lambda d: d.make("expert", "replica.flush@1", {"last_seq": 0}), "expert", APPLIED),
    "a signature for a manifest not yet known": (
        lambda d: d.make("officer", "sig.add@1", {
            "role": "officer", "person": d.phones["officer"].account_id, "manifest_hash": "a" * 64,
            "image_sha256": None, "consent_text_hash": "b" * 64, "refused": None}), "officer", APPLIED),
}  # fmt: skip


@pytest.mark.parametrize("case", JUDGED)
def test_an_op_that_stands_next_uses_its_seq_whatever_comes_out(desk: Desk, case: str) -> None:
    make, name, expected = JUDGED[case]
    op = make(desk)
    assert desk.send(name) == [expected]
    assert desk.acked[name] == 1
    is_told = expected[1] != "not_granted"
    assert ("pos" in desk.results[0], op.id in desk.feed().ops) == (is_told, is_told)
    desk.note(name)
    assert desk.send(name) == [APPLIED], "the next op's prev is the hash of this one"


def test_what_cannot_be_read_or_is_not_his_uses_nothing(desk: Desk) -> None:
    good = desk.note("officer")
    follower = desk.note("officer")
    raw = good.raw
    refused = [
        ({"raw": raw.replace('"seq":1', '"seq":1.5'), "hash": good.hash}, "malformed"),
        ({"raw": raw[:-1], "hash": good.hash}, "malformed"),
        ({"raw": raw.replace('"ev":1', '"ev":1,"ev":1'), "hash": good.hash}, "malformed"),
        ({"raw": raw.replace("记", "\\ud800"), "hash": good.hash}, "malformed"),
        ({"raw": raw.replace('"app":"python-phone",', ""), "hash": good.hash}, "malformed"),
        (bent(good, body={"text": "长" * 11_000}), "malformed"),
        (bent(good, replica=OTHER), "malformed"),
        ({"raw": raw, "hash": "0" * 64}, "hash_mismatch"),
        (bent(good, actor=OTHER), "actor_mismatch"),
        (bent(good, prev="1" * 64), "prev_mismatch"),
        (None, "malformed"),
    ]
    before = desk.feed().pos
    for item, code in refused:
        assert desk.push("officer", [item, wire(follower)]) == [("rejected", code), ("deferred", None)]
        assert (desk.acked["officer"], desk.feed().pos) == (0, before)
    assert desk.push("officer", [wire(good)]) == [APPLIED]
    assert desk.acked["officer"] == 2, "what waited has been judged too"


def test_the_same_op_again_is_a_duplicate_with_its_first_receipt(desk: Desk) -> None:
    op = desk.note("officer")
    desk.send("officer")
    first = desk.results[0]
    assert desk.push("officer", [wire(op)] * 2) == [("duplicate", None)] * 2
    assert [result["original"] for result in desk.results] == [first, first]


def test_a_second_op_for_a_used_seq_is_a_fork_and_its_op_id_stays_free(desk: Desk) -> None:
    op = desk.note("officer")
    desk.send("officer")
    rival = Op.of(op.members | {"op_id": new_id(), "body": {"text": "另记"}})
    assert desk.push("officer", [wire(rival)]) == [("rejected", "replica_fork")]
    next_op = bent(op, op_id=new_id(), seq=2, prev="2" * 64)
    assert desk.push("officer", [next_op]) == [("rejected", "replica_fork")], "a wrong prev where there is a branch"
    desk.phones["officer"].replica, desk.phones["officer"].seq = new_id(), 0
    was = {"replica": rival.replica, "seq": 1, "hash": rival.hash}
    again = Op.of(rival.members | {"replica": desk.phones["officer"].replica, "was": was})
    assert desk.push("officer", [wire(again)]) == [APPLIED]


def test_the_same_content_in_a_new_envelope_is_a_duplicate_and_other_content_is_refused(desk: Desk) -> None:
    op = desk.note("officer")
    desk.send("officer")
    same = desk.note("officer", op_id=op.id)
    assert desk.send("officer") == [("duplicate", None)]
    assert desk.acked["officer"] == 2
    assert same.hash != op.hash
    desk.make("officer", "note.add@1", {"text": "别的"}, op_id=op.id)
    assert desk.send("officer") == [("rejected", "op_id_reused")]
    assert (desk.acked["officer"], desk.outcome(op)) == (3, APPLIED)
    desk.note("officer")
    assert desk.send("officer") == [APPLIED]


def test_a_void_stands_where_an_unusable_op_stood(desk: Desk) -> None:
    lost, after = desk.note("officer"), desk.note("officer")
    body = {"seq": 1, "op_hash": lost.hash, "reason": "数据损坏"}
    void = bent(lost, op_id=new_id(), kind="op.void@1", body=body)
    assert desk.push("officer", [void, wire(after)]) == [APPLIED, APPLIED]
    desk.phones["officer"].outbox.clear()
    wrong = desk.make("officer", "op.void@1", body)
    assert desk.send("officer") == [("rejected", "bad_body")], "a void names its own seq"
    assert wrong.seq == 3


def test_results_come_in_the_order_of_the_request(desk: Desk) -> None:
    made = [desk.note("officer") for _ in range(4)]
    order = [made[2], made[0], made[3], made[1]]
    assert desk.push("officer", [wire(op) for op in order]) == [APPLIED] * 4
    assert [result["seq"] for result in desk.results] == [3, 1, 4, 2]
    assert [result["op_id"] for result in desk.results] == [op.id for op in order]


# -- first hit wins ----------------------------------------------------------------------------------------------------


def _close(desk: Desk) -> None:
    visit_of(desk).takes_ops = False


def _seal(desk: Desk) -> None:
    desk.answer_all()
    desk.seal()
    desk.send("lead")


def _revoke(desk: Desk) -> None:
    desk.server.revoke(desk.story.accounts["officer"], desk.scope)


NOT_MINE, STRANGE = {"grant": OTHER}, {"edition": {"id": "x", "hash": "0" * 64}}
FIRST: dict[str, tuple[Callable[[Desk], None], str, Callable[[Desk], Op], str]] = {
    "grant before kind": (_close, "lead", lambda d: d.make("lead", "x@1", {}, **NOT_MINE), "not_granted"),
    "revocation before kind": (
        _revoke, "officer", lambda d: d.make("officer", "x@1", {}, seen=0), "grant_revoked_unseen"),
    "kind before edition": (_close, "lead", lambda d: d.make("lead", "x@1", {}, **STRANGE), "unknown_kind"),
    "body before edition": (_close, "lead", lambda d: d.set("lead", 5, **STRANGE), "bad_body"),
    "edition before role": (_close, "expert", lambda d: d.set("expert", "pass", **STRANGE), "edition_mismatch"),
    "role before closed": (_close, "expert", lambda d: d.set("expert", "pass"), "not_permitted_role"),
    "closed before late": (
        lambda d: (_seal(d), _close(d))[0], "officer", lambda d: d.set("officer", "fail"), "scope_closed"),
    "late before sup": (_seal, "officer", lambda d: d.set("officer", "fail", sup=(OTHER,)), "late_after_seal"),
    "sup before the seal's own rule": (_close, "lead", lambda d: d.seal(), "scope_closed"),
}  # fmt: skip


@pytest.mark.parametrize("case", FIRST)
def test_the_first_fault_found_is_the_one_told(desk: Desk, case: str) -> None:
    prepare, name, make, code = FIRST[case]
    prepare(desk)
    make(desk)
    assert [told for _, told in desk.send(name)] == [code]


def test_envelopes_are_looked_at_from_the_outside_in(desk: Desk) -> None:
    """hash → actor → duplicate → fork → gap → prev."""
    op = desk.note("officer")
    desk.send("officer")
    stranger = op.members | {"actor": OTHER, "seq": 1, "prev": "3" * 64}
    assert desk.push("officer", [{"raw": canonical(stranger), "hash": "0" * 64}]) == [("rejected", "hash_mismatch")]
    assert desk.push("officer", [wire(Op.of(stranger))]) == [("rejected", "actor_mismatch")]
    assert desk.push("officer", [wire(op)]) == [("duplicate", None)]
    assert desk.push("officer", [bent(op, prev="3" * 64)]) == [("rejected", "replica_fork")]
    assert desk.push("officer", [bent(op, seq=9, prev="3" * 64)]) == [("deferred", None)]
    assert desk.results[0]["need_from"] == 2


# -- grants are judged by what the device had seen ---------------------------------------------------------------------


def test_a_revocation_counts_from_where_the_device_could_know_it(desk: Desk) -> None:
    unaware = desk.note("officer")
    desk.server.revoke(desk.story.accounts["officer"], desk.scope)
    aware = desk.note("officer")
    assert desk.send("officer") == [("parked", "grant_revoked_unseen"), ("rejected", "not_authorised_seen")]
    position = desk.feed().revoked[desk.story.accounts["officer"]]
    assert (unaware.seen, aware.seen) == (position - 1, position)


# -- sup and conflicts -------------------------------------------------------------------------------------------------


def test_an_op_that_names_an_absent_one_is_judged_again_when_that_arrives(desk: Desk) -> None:
    first = desk.set("officer", "pass")
    built_upon = desk.set("lead", "fail", first)
    assert desk.send("lead") == [("parked", "sup_unknown")]
    since = desk.feed().pos
    assert desk.send("officer") == [APPLIED]
    assert desk.outcome(built_upon) == APPLIED
    assert desk.types(since) == ["op.judged", "op.judged"]
    assert [op.id for op in desk.heads()] == [built_upon.id]


def test_what_waits_in_the_inbox_counts_as_held(desk: Desk) -> None:
    desk.note("officer")
    first = desk.set("officer", "pass")
    desk.set("lead", "fail", first)
    assert desk.push("officer", [wire(first)]) == [("deferred", None)]
    assert desk.send("lead") == [APPLIED]


def test_two_values_open_a_row_a_third_changes_it_and_only_the_leader_closes_it(desk: Desk) -> None:
    desk.set("officer", "pass")
    rival = desk.set("lead", "fail")
    since = desk.feed().pos
    assert desk.send("officer") == [APPLIED]
    assert desk.send("lead") == [CONFLICT]
    row = desk.results[0]["conflict"]
    agreed = desk.set("officer", "fail", *[op for op in desk.heads() if op.id != rival.id])
    assert desk.send("officer") == [APPLIED], "the values agree again"
    settled = desk.resolve("lead", "fail", rival, agreed)
    assert desk.send("lead") == [APPLIED]
    assert desk.types(since) == [
        "op.judged", "op.judged", "conflict.opened", "op.judged", "conflict.changed", "op.judged", "conflict.closed",
    ]  # fmt: skip
    assert [op.id for op in desk.heads()] == [settled.id]
    assert {c[0]: c[5] for c in desk.server.tables(desk.scope).conflicts} == {row: desk.feed().pos}


def test_a_head_that_the_resolver_had_not_seen_opens_a_new_row_before_the_old_one_closes(desk: Desk) -> None:
    one, two = desk.set("officer", "pass"), desk.set("lead", "fail")
    desk.send("officer")
    desk.send("lead")
    settled = desk.resolve("lead", "fail", one, two)
    unseen = desk.set("officer", "na")
    desk.send("officer")
    since = desk.feed().pos
    assert desk.send("lead") == [CONFLICT]
    assert desk.types(since) == ["op.judged", "conflict.opened", "conflict.closed"]
    assert {op.id for op in desk.heads()} == {settled.id, unseen.id}
    assert len({row[0] for row in desk.server.tables(desk.scope).conflicts}) == 2


def test_while_a_dispute_is_open_only_ones_own_ops_may_be_covered(desk: Desk) -> None:
    mine, theirs = desk.set("officer", "pass"), desk.set("lead", "fail")
    desk.send("officer")
    desk.send("lead")
    desk.set("officer", "fixed", mine, theirs)
    desk.set("officer", "fixed", theirs)
    desk.set("officer", "fixed", mine)
    refused = ("rejected", "sup_not_permitted")
    assert desk.send("officer") == [refused, refused, CONFLICT]


def test_without_a_row_in_sight_what_is_covered_must_agree(desk: Desk) -> None:
    mine, theirs = desk.set("officer", "pass"), desk.set("lead", "fail")
    before = desk.feed().pos
    desk.send("officer")
    desk.send("lead")
    desk.set("officer", "fixed", mine, theirs, seen=before)
    assert desk.send("officer") == [("rejected", "sup_not_permitted")]


def test_sup_points_at_the_same_register_and_never_at_itself(desk: Desk) -> None:
    elsewhere = desk.set("lead", "pass", item=1)
    desk.set("lead", "pass", elsewhere)
    itself = new_id()
    desk.set("lead", "pass", op_id=itself, sup=(itself,))
    refused = ("rejected", "sup_not_permitted")
    assert desk.send("lead") == [APPLIED, refused, refused]


def test_equal_values_that_did_not_know_each_other_confirm_each_other(desk: Desk) -> None:
    desk.set("officer", "pass")
    desk.set("lead", "pass")
    assert [*desk.send("officer"), *desk.send("lead")] == [APPLIED, APPLIED]
    assert len(desk.heads()) == 2
    assert desk.server.tables(desk.scope).conflicts == frozenset()


# -- what could not be judged is judged later --------------------------------------------------------------------------


def test_an_unknown_kind_is_judged_again_once_it_is_known(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    op = desk.make("officer", "note.shout@1", {"text": "!"})
    assert desk.send("officer") == [("parked", "unknown_kind")]
    monkeypatch.setitem(kinds.KINDS, "note.shout@1", kinds.KINDS["note.add@1"])  # type: ignore[misc]
    server = desk.server
    assert isinstance(server, PureServer)
    world = World(ReplicaState("", "", 0, ""), server.kept.scopes, {}, {}, server.kept.held, server.kept.raws, {}, "")
    Judge(world).rejudge(read_stored(op.raw, op.hash), visit_of(desk))
    server._store(visit_of(desk))
    assert desk.outcome(op) == APPLIED
