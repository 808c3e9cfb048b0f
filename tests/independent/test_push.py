"""Sections 0.5 and 0.6: every op gets an outcome, and a device's chain survives whatever happens to one."""

import random

from .canonical import ZERO_HASH, canonical, new_op_id, new_uuid, sha256
from .client import Device
from .conftest import Team
from .fold import Op
from .test_registers import APPLIED


def _note(device: Device, scope: str, text: str = "记", **members: object) -> Op:
    return device.make(scope, "note.add@1", {"text": text}, **members)


def test_an_applied_op_is_in_the_feed_under_its_receipt(team: Team) -> None:
    device = team.device("officer")
    op = device.set(team.scope, team.register(), "门口灯坏")
    (result,) = device.push()
    assert result["outcome"] == "applied"
    assert device.acked == 1
    device.pull()
    entry = device.feed(team.scope).entries[result["pos"] - 1]
    assert entry.hash == result["rcpt"]
    assert entry.body["op"] == op.raw
    assert entry.body["op_hash"] == op.hash
    assert entry.body["outcome"] == "applied"
    assert entry.body["actor"] == device.account
    assert entry.body["received_at"]


def test_a_lost_reply_is_replayed_with_the_same_original_for_ever(team: Team) -> None:
    device = team.device("expert")
    op = _note(device, team.scope)
    (first,) = device.push(op)
    originals = []
    for _ in range(3):
        answer = device.push_raw([op.wire])
        (again,) = answer.json()["results"]
        assert again["outcome"] == "duplicate"
        originals.append(answer.text_of("original"))
        assert again["original"] == first
    assert len(set(originals)) == 1
    device.pull()
    assert device.feed(team.scope).all_verdicts(op) == [("applied", None)]


def test_the_same_op_twice_in_one_batch(team: Team) -> None:
    device = team.device("expert")
    op = _note(device, team.scope)
    first, second = device.push(op, op)
    assert (first["outcome"], second["outcome"]) == ("applied", "duplicate")
    assert second["original"] == first


def test_a_gap_is_deferred_and_filled(team: Team) -> None:
    device = team.device("expert")
    ops = [_note(device, team.scope, str(n)) for n in range(3)]
    before = device.feed(team.scope).pos
    for result in device.push(ops[1], ops[2]):
        assert result["outcome"] == "deferred"
        assert result["need_from"] == 1
    assert device.acked == 0
    device.pull()
    assert device.feed(team.scope).pos == before
    device.push()
    device.push()
    assert device.acked == 3
    device.pull()
    assert [device.feed(team.scope).all_verdicts(op) for op in ops] == [APPLIED, APPLIED, APPLIED]


def test_a_shuffled_batch_arrives_whole_and_once(team: Team) -> None:
    device = team.device("expert")
    ops = [_note(device, team.scope, str(n)) for n in range(8)]
    shuffled = ops[:]
    random.Random(20261122).shuffle(shuffled)
    for result in device.push(*shuffled):
        assert result["outcome"] in {"applied", "deferred"}
        assert (result["outcome"] == "deferred") == (result.get("need_from") is not None)
    for _ in range(8):
        if device.acked < 8:
            device.push()
    assert device.acked == 8
    device.pull()
    feed = device.feed(team.scope)
    assert [feed.all_verdicts(op) for op in ops] == [APPLIED] * 8
    assert [feed.verdict(op).pos for op in ops] == sorted(feed.verdict(op).pos for op in ops)


def test_bytes_that_do_not_match_their_hash_use_no_seq(team: Team) -> None:
    device = team.device("expert")
    ops = [_note(device, team.scope, str(n)) for n in range(3)]
    answer = device.push_raw([ops[0].wire, ops[1].wire | {"hash": sha256("other")}, ops[2].wire])
    told = [(r["outcome"], r.get("code")) for r in answer.json()["results"]]
    assert told == [("applied", None), ("rejected", "hash_mismatch"), ("deferred", None)]
    assert (answer.json()["acked_seq"], answer.json()["need_from"]) == (1, 2)
    assert device.push(ops[1])[0]["outcome"] == "applied"
    device.push()
    assert device.acked == 3


def test_an_unusable_op_is_voided_and_the_chain_goes_on(team: Team) -> None:
    device = team.device("expert")
    first = _note(device, team.scope)
    envelope = device.draft(team.scope, "note.add@1", {"text": "坏"})
    del envelope["t"]
    broken = device.keep(Op.of(envelope))
    after = _note(device, team.scope, "后")
    assert device.send(first, broken, after) == [("applied", None), ("rejected", "malformed"), ("deferred", None)]
    assert device.acked == 1
    body = {"seq": 2, "op_hash": broken.hash, "reason": "无法读取"}
    void = Op.of(device.draft(team.scope, "op.void@1", body, seq=2, prev=first.hash))
    assert device.push(void)[0]["outcome"] == "applied"
    device.push(after)
    assert device.acked == 3
    assert device.send(_note(device, team.scope, "再后")) == APPLIED
    device.pull()
    assert device.feed(team.scope).all_verdicts(after) == APPLIED
    assert broken.hash not in device.feed(team.scope).judged


def test_an_op_of_someone_else_is_not_taken_from_me(team: Team) -> None:
    device, leader = team.device("expert"), team.device("leader")
    theirs = Op.of(device.draft(team.scope, "note.add@1", {"text": "借名"}, actor=leader.account))
    assert device.send(theirs) == [("rejected", "actor_mismatch")]
    assert device.acked == 0
    assert device.send(_note(device, team.scope)) == APPLIED


def test_a_wrong_prev_uses_no_seq_and_the_right_one_does(team: Team) -> None:
    device = team.device("expert")
    assert device.send(_note(device, team.scope)) == APPLIED
    envelope = device.draft(team.scope, "note.add@1", {"text": "断链"}, prev="ab" * 32)
    assert device.send(Op.of(envelope)) == [("rejected", "prev_mismatch")]
    assert device.acked == 1
    assert device.send(device.keep(Op.of(envelope | {"prev": device.prev}))) == APPLIED
    assert device.acked == 2


def test_an_op_id_with_another_meaning_is_refused_but_uses_its_seq(team: Team) -> None:
    device = team.device("expert")
    first = _note(device, team.scope, "一")
    second = _note(device, team.scope, "二", op_id=first.id)
    third = _note(device, team.scope, "三")
    assert device.send(first, second, third) == [*APPLIED, ("rejected", "op_id_reused"), *APPLIED]
    assert device.acked == 3
    device.pull()
    assert device.feed(team.scope).all_verdicts(second) == [("rejected", "op_id_reused")]


def test_the_same_op_in_a_new_envelope_is_a_duplicate_that_continues_the_chain(team: Team) -> None:
    device = team.device("officer")
    first = device.set(team.scope, team.register(), "同一笔")
    same = {name: first.members[name] for name in ("op_id", "item", "field", "sup")}
    second = device.make(team.scope, "reg.set@1", {"v": "同一笔"}, **same)
    third = _note(device, team.scope)
    results = device.push(first, second, third)
    assert [result["outcome"] for result in results] == ["applied", "duplicate", "applied"]
    assert results[1]["original"] == results[0]
    assert device.acked == 3
    device.pull()
    assert [op.id for op in device.feed(team.scope).admitted()].count(first.id) == 1
    assert device.feed(team.scope).all_verdicts(second)[0][0] == "duplicate"


def test_a_fork_rejects_the_envelope_and_the_op_lives_on_in_a_new_replica(team: Team) -> None:
    device = team.device("officer")
    clone = Device(device.wire, device.account, device.name, replica=device.replica, feeds=device.feeds)
    assert device.send(_note(device, team.scope, "本机")) == APPLIED
    register = team.register()
    forked = clone.set(team.scope, register, "克隆机")
    later = clone.make(team.scope, "note.add@1", {"text": "克隆机再记"})
    assert clone.send(forked)[0] == ("rejected", "replica_fork")
    assert clone.send(later)[0] == ("rejected", "replica_fork")
    assert device.send(_note(device, team.scope, "本机再记")) == APPLIED
    moved = Device(device.wire, device.account, device.name)
    moved.pull()
    for op in (forked, later):
        was = {"replica": op.members["replica"], "seq": op.members["seq"], "hash": op.hash}
        place = {"replica": moved.replica, "seq": moved.seq + 1, "prev": moved.prev, "was": was}
        moved.keep(Op.of(op.members | place))
    assert moved.send() == [*APPLIED, *APPLIED]
    moved.pull()
    assert moved.value(team.scope, register) == ["克隆机"]


def test_a_stranger_gets_a_receipt_and_writes_nothing(team: Team) -> None:
    leader, stranger = team.device("leader"), team.device("stranger")
    edition = leader.feed(team.scope).dispatched["edition"]
    op = stranger.make(
        team.scope, "note.add@1", {"text": "路过"}, edition={"id": edition["id"], "hash": edition["hash"]}
    )
    (result,) = stranger.push(op)
    assert (result["outcome"], result["code"]) == ("rejected", "not_granted")
    assert result.get("pos") is None
    assert result.get("rcpt") is None
    assert stranger.acked == 1
    before = leader.feed(team.scope).pos
    leader.pull()
    assert leader.feed(team.scope).pos == before
    (again,) = stranger.push(op)
    assert again["outcome"] == "duplicate"
    assert again["original"]["code"] == "not_granted"
    nobody = stranger.make("insp:00000000-0000-4000-8000-000000000000", "note.add@1", {"text": "无此检查"})
    assert stranger.send(nobody) == [("rejected", "not_granted")]


def test_a_grant_that_is_not_mine_grants_nothing(team: Team) -> None:
    device = team.device("expert")
    assert device.send(_note(device, team.scope, grant=new_uuid())) == [("rejected", "not_granted")]
    assert device.send(_note(device, team.scope)) == APPLIED


def test_an_expert_assists_and_does_not_inspect(team: Team) -> None:
    device = team.device("expert")
    op = device.set(team.scope, team.register(), "专家填写")
    reading = device.make(
        team.scope,
        "meas.add@1",
        {"reading_id": new_uuid(), "value": "1.20", "unit": "m", "instrument": None},
        item=team.item,
    )
    assert device.send(op, reading) == [("rejected", "not_permitted_role"), *APPLIED]
    device.pull()
    assert device.feed(team.scope).all_verdicts(op) == [("rejected", "not_permitted_role")]


def test_only_a_leader_resolves_and_seals(team: Team) -> None:
    device = team.device("officer")
    register = team.register()
    device.set(team.scope, register, "甲")
    device.resolve(team.scope, register, "乙")
    device.seal(team.scope)
    assert device.send() == [*APPLIED, ("rejected", "not_permitted_role"), ("rejected", "not_permitted_role")]


def test_a_bad_body_is_refused_with_its_own_code(team: Team) -> None:
    device = team.device("officer")
    item = team.item
    at = {"item": item, "field": "result"}
    device.make(team.scope, "reg.set@1", {}, **at)
    device.make(team.scope, "reg.set@1", {"v": "maybe"}, **at)
    device.make(team.scope, "reg.set@1", {"v": 1}, **at)
    device.make(team.scope, "note.add@1", {"text": 5}, item=item)
    device.make(team.scope, "photo.add@1", {"photo_id": new_uuid()}, item=item)
    device.make(
        team.scope, "meas.add@1", {"reading_id": new_uuid(), "value": 1, "unit": "m", "instrument": None}, item=item
    )
    assert device.send() == [("rejected", "bad_body")] * 6
    assert device.acked == 6


def test_the_body_is_judged_before_the_role_and_the_kind_before_the_body(team: Team) -> None:
    device = team.device("expert")
    at = {"item": team.item, "field": "result"}
    device.make(team.scope, "reg.set@1", {}, **at)
    device.make(team.scope, "reg.set@9", {}, **at)
    device.make(team.scope, "tea.drink@1", {"cups": 2})
    device.make(team.scope, "reg.set@1", {"v": "pass"}, **at, edition={"id": new_uuid(), "hash": ZERO_HASH})
    expected = [
        ("rejected", "bad_body"),
        ("parked", "unknown_kind"),
        ("parked", "unknown_kind"),
        ("parked", "edition_mismatch"),
    ]
    assert device.send() == expected


def test_retracting_and_voiding_are_for_ones_own(team: Team) -> None:
    expert, officer = team.devices("expert", "officer")
    note = _note(expert, team.scope, "专家所记")
    reading = expert.make(
        team.scope,
        "meas.add@1",
        {"reading_id": new_uuid(), "value": "3", "unit": "MPa", "instrument": "压力表"},
        item=team.item,
    )
    assert expert.send() == [*APPLIED, *APPLIED]
    officer.pull()
    for device, outcome in ((officer, "rejected"), (expert, "applied")):
        device.make(team.scope, "note.retract@1", {"op_id": note.id, "reason": "误记"})
        voided = {"reading_id": reading.members["body"]["reading_id"], "reason": "误读"}
        device.make(team.scope, "meas.void@1", voided, item=team.item)
        assert [told for told, _ in device.send()] == [outcome, outcome]


def test_a_photo_is_excluded_by_its_author_or_the_leader(team: Team) -> None:
    expert, officer, leader = team.devices("expert", "officer", "leader")
    photos = [expert.photo(team.scope, team.item, new_uuid().encode()) for _ in range(2)]
    assert expert.send() == [*APPLIED, *APPLIED]
    for device, photo, outcome in (
        (officer, photos[0], "rejected"),
        (expert, photos[0], "applied"),
        (leader, photos[1], "applied"),
    ):
        device.pull()
        body = {"photo_id": photo.members["body"]["photo_id"], "reason": "拍糊"}
        device.make(team.scope, "photo.exclude@1", body, item=team.item)
        assert [told for told, _ in device.send()] == [outcome]


def test_unknown_members_and_another_writing_order_are_not_malformed(team: Team) -> None:
    """The receiver hashes the bytes it received: spaces and order are the sender's own affair."""
    device = team.device("expert")
    envelope = device.draft(team.scope, "note.add@1", {"text": "记", "later_member": [1]}, later="x")
    loose = canonical(dict(sorted(envelope.items()))).replace('{"text"', '{ "text"').replace('"app":', ' "app" : ')
    op = device.keep(Op(loose, sha256(loose), envelope))
    assert device.send(op) == APPLIED
    device.pull()
    assert device.feed(team.scope).verdict(op).op.raw == loose


def test_two_visits_in_one_replica_share_the_seq(team: Team, second_scope: str) -> None:
    """An op that one visit refuses does not hold up the other."""
    device = team.device("officer")
    scopes = (team.scope, second_scope)
    ops = [_note(device, scopes[n % 2], str(n)) for n in range(4)]
    assert device.send() == APPLIED * 4
    device.make(team.scope, "note.add@1", {"text": 5})
    register = (team.item, f"caption:{new_uuid()}")
    ops.append(device.set(second_scope, register, "另一处"))
    assert device.send() == [("rejected", "bad_body"), *APPLIED]
    device.pull(limit=3)
    assert [device.feed(op.members["scope"]).all_verdicts(op) for op in ops] == [APPLIED] * 5
    assert device.value(second_scope, register) == ["另一处"]
    assert device.value(team.scope, register) == []


def test_an_op_over_32_kib_is_malformed_and_one_below_is_not(team: Team) -> None:
    device = team.device("expert")
    empty = len(Op.of(device.draft(team.scope, "note.add@1", {"text": ""})).raw.encode())
    fitting = Op.of(device.draft(team.scope, "note.add@1", {"text": "x" * (32 * 1024 - empty)}))
    assert len(fitting.raw.encode()) == 32 * 1024
    over = Op.of(device.draft(team.scope, "note.add@1", {"text": "x" * (32 * 1024 - empty + 1)}))
    assert device.send(over) == [("rejected", "malformed")]
    assert device.push(fitting)[0].get("code") != "malformed"


def test_have_seq_is_information_only(team: Team) -> None:
    device = team.device("expert")
    op = _note(device, team.scope, op_id=new_op_id())
    assert device.push(op, have_seq=999)[0]["outcome"] == "applied"


def test_a_receipt_does_not_change_when_the_feed_does(team: Team) -> None:
    """Receipts never change: the second person's replay tells `conflict` even after the row was settled."""
    officer, leader = team.devices("officer", "leader")
    register = team.register()
    officer.set(team.scope, register, "东门")
    officer.push()
    mine = leader.set(team.scope, register, "西门")
    (first,) = leader.push()
    assert first["outcome"] == "conflict"
    leader.pull()
    leader.resolve(team.scope, register, "东门")
    assert leader.send() == APPLIED
    (again,) = leader.push(mine)
    assert again["outcome"] == "duplicate"
    assert again["original"] == first
