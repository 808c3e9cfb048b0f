"""Every rule that was once worded naively: a short trace that holds with the rule, and fails as soon as it is swapped.

The traces are played by hand on the machine, with its oracle. A mutation replaces one rule of the product, or one rule
of the test's own phone, for the length of one test.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from suicha.inspections.rules import facts
from suicha.inspections.rules.facts import Grant, OpFact, SealState
from suicha.inspections.rules.merge import Registers
from suicha.sync import actions
from suicha.sync.rules import judge, scope as scope_rules
from suicha.sync.rules.envelope import Unusable
from suicha.sync.rules.judge import Judge, Receipt
from suicha.sync.rules.scope import ScopeState

from .device import Device
from .ledger import ADMITTED, Op, Register, heads
from .machine import Phones
from .port import Reply, ServerPort
from .pure import Crash, PureServer
from .stored import StoredServer

Trace = Callable[["Stage"], None]
Mutation = Callable[[pytest.MonkeyPatch], None]


class Stage(Phones):
    """The machine with hands: short words for what a trace does."""

    def answers(self, name: str, value: str | None, number: int = 0) -> Op:
        self.answer(name=name, number=number, value=value, then="nothing")
        return list(self.phone(name).log.values())[-1]

    def notes(self, name: str) -> Op:
        self.note(name=name, then="nothing")
        return list(self.phone(name).log.values())[-1]

    def pushes(self, name: str, *, skip: int = 0, cut: int | None = None, lost: bool = False) -> None:
        phone = self.phone(name)
        self.deliver(phone, phone.disk.outbox[skip:cut], is_lost=lost)
        self.holds()

    def pulls(self, name: str) -> None:
        self.phone(name).pull()

    def seals(self, name: str = "L") -> None:
        self.seal(name=name, then="nothing")

    def brings(self, op: Op) -> None:
        self.phones["L"].bring([op])

    def outcome(self, op: Op) -> tuple[str, str | None] | None:
        judged = self.audit.judged(op.id)
        return (judged.outcome, judged.code) if judged else None


def play(trace: Trace, server: ServerPort | None = None) -> None:
    """A trace, then peace: all is sent and received, and the oracle looks."""

    class Bound(Stage):
        pass

    Bound.server = server or PureServer()
    stage = Bound()
    trace(stage)
    stage.holds()
    stage.teardown()


# -- traces and the rules that they stand for --------------------------------------------------------------------------


def a_newer_answer_reaches_the_phone_before_the_push(s: Stage) -> None:
    s.answers("L", "pass")
    s.answers("B", "fail")
    s.pushes("L")
    s.pulls("B")
    s.pushes("B")


def recompute_sup_at_push(patch: pytest.MonkeyPatch) -> None:
    send = Device.send

    def recomputing(self: Device, items: list[dict[str, str]], **more: Any) -> Any:
        for place, item in enumerate(items):
            op = self.log[item["id"]]
            if op.register:
                others = [other for other in self.view() if other.id != op.id]
                op = Op.of(op.members | {"sup": [head.id for head in heads(others, op.register)]})
                self.log[op.id] = op
                items[place].update(raw=op.raw, hash=op.hash)
        return send(self, items, **more)

    patch.setattr(Device, "send", recomputing)


def an_officer_changes_his_mind_in_a_dispute(s: Stage) -> None:
    s.answers("L", "pass")
    s.pushes("L")
    s.answers("B", "fail")
    s.pushes("B")
    s.pulls("B")
    s.answers("B", "pass")
    s.pushes("B")
    s.pulls("B")
    s.answers("B", None)
    s.pushes("B")


def member_supersedes_all_heads(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Device, "sup_for", lambda self, register: [op.id for op in heads(self.view(), register)])


def client_ignores_an_open_row(patch: pytest.MonkeyPatch) -> None:
    def only_values(self: Device, register: Register) -> bool:
        return len({op.value for op in heads(self.view(), register)}) > 1

    patch.setattr(Device, "is_disputed", only_values)


def the_process_ends_before_it_commits(s: Stage) -> None:
    def crash() -> None:
        raise Crash

    server = s.server
    assert isinstance(server, PureServer)
    s.answers("B", "pass")
    server.before_commit = crash
    try:
        s.phones["B"].send_all()
    except Crash:
        pass
    server.before_commit = None
    s.holds()


def ack_before_commit(patch: pytest.MonkeyPatch) -> None:
    push = PureServer._push

    def answering_first(self: PureServer, replica: str, account: str, items: Any) -> Reply:
        crash, self.before_commit = self.before_commit, None
        if crash is None:
            return push(self, replica, account, items)
        results = [{"op_id": None, "seq": n, "outcome": "applied"} for n, _ in enumerate(items, 1)]
        return Reply(len(items), results)

    patch.setattr(PureServer, "push", answering_first)


def the_second_op_arrives_first(s: Stage) -> None:
    s.notes("B")
    second = s.notes("B")
    s.pushes("B", skip=1)
    assert s.outcome(second) is None
    s.pushes("B", cut=1)
    assert s.outcome(second) == ("applied", None), "what waited was not judged when its predecessor came"


def skip_the_inbox(patch: pytest.MonkeyPatch) -> None:
    def dropping(self: Judge, op: Any) -> dict[str, Any]:
        return {"op_id": op.op_id, "seq": op.seq, "outcome": "deferred", "need_from": self.w.replica.acked_seq + 1}

    patch.setattr(Judge, "_defer", dropping)


def newest_by_the_clock_wins(patch: pytest.MonkeyPatch) -> None:
    real = Registers.heads
    patch.setattr(Registers, "heads", lambda self, register: real(self, register)[-1:])


def a_record_arrives_after_the_seal(s: Stage) -> None:
    s.seals()
    s.notes("B")
    s.pushes("L")
    s.pushes("B")


def drop_late_ops(patch: pytest.MonkeyPatch) -> None:
    tell = Judge._judge_and_tell

    def dropping(self: Judge, op: Any) -> dict[str, Any]:
        visit = self.w.scopes[op.scope]
        outcome, _ = self._outcome(op, visit)
        if outcome[1] == "late_after_seal":
            return {"op_id": op.op_id, "seq": op.seq, "outcome": "parked", "code": "late_after_seal"}
        return tell(self, op)

    patch.setattr(Judge, "_judge_and_tell", dropping)


def a_page_has_a_hole(s: Stage) -> None:
    """A reader that asks for numbers above the last one seen, while a smaller number is not committed yet."""
    for _ in range(3):
        s.notes("L")
    s.pushes("L")
    pages = s.phones["B"].ask()
    del pages[s.story.x.scope]["entries"][1]
    s.phones["B"].take(pages)
    s.pulls("B")


def sequence_cursor(patch: pytest.MonkeyPatch) -> None:
    def taking(self: Device, pages: dict[str, Any], *, dies: bool = False) -> None:
        for scope, page in pages.items():
            self.disk.cursors[scope] = page["to"]
            for wire in page["entries"]:
                self.ledger(scope).pos = wire["pos"] - 1
                self.ledger(scope).chain = Op.read(wire["raw"]).members["prev"]
                self.ledger(scope).append(wire)

    patch.setattr(Device, "take", taking)


def a_phone_dies_while_it_stores_a_page(s: Stage) -> None:
    s.answers("L", "pass")
    s.pushes("L")
    s.phones["B"].take(s.phones["B"].ask(), dies=True)


def cursor_before_entries(patch: pytest.MonkeyPatch) -> None:
    take = Device.take

    def cursor_first(self: Device, pages: dict[str, Any], *, dies: bool = False) -> None:
        if dies:
            self.disk.cursors |= {scope: page["to"] for scope, page in pages.items()}
        take(self, pages, dies=dies)

    patch.setattr(Device, "take", cursor_first)


def a_reply_is_lost_and_the_phone_dies(s: Stage) -> None:
    s.notes("B")
    s.pushes("B", lost=True)
    s.kill(name="B")
    s.notes("B")
    s.pushes("B")


def seq_in_memory(patch: pytest.MonkeyPatch) -> None:
    kill = Device.kill

    def forgetting(self: Device) -> None:
        kill(self)
        acked = [op for op in self.log.values() if op.id in self.disk.replies]
        self.disk.seq = max([op.seq for op in acked], default=0)
        self.disk.last = acked[-1].hash if acked else "0" * 64

    patch.setattr(Device, "kill", forgetting)


def a_seal_and_a_signature(s: Stage) -> None:
    s.seals()
    s.pushes("L")
    s.sign(name="L", who="all", refused=False)
    s.pushes("L")


def every_kind_is_late(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(facts.OpFact, "is_record", property(lambda self: self.kind != "insp.seal@1"))


def an_admitted_op_is_not_in_the_manifest(s: Stage) -> None:
    s.answers("L", "pass")
    s.pushes("L")
    s.pulls("B")
    s.answers("B", "fail")
    s.pushes("B")
    s.seals()
    s.pushes("L")


def receipts_are_never_judged_again(patch: pytest.MonkeyPatch) -> None:
    real = ScopeState.put_in_force

    def keeping(self: ScopeState, seal: Any, seal_op_id: str, raws: Any) -> None:
        everything = frozenset(self.ops)
        real(self, replace(seal, op_ids=seal.op_ids | everything), seal_op_id, raws)
        self.seals[-1] = replace(self.seals[-1], op_ids=seal.op_ids)

    patch.setattr(ScopeState, "put_in_force", keeping)


def the_second_note_of_two_is_handed_over(s: Stage) -> None:
    s.notes("B")
    s.brings(s.notes("B"))
    s.seals()
    s.pushes("L")
    s.pushes("B")


def inside_is_what_has_a_smaller_seq(patch: pytest.MonkeyPatch) -> None:
    outcome = Judge._outcome

    def by_vector(self: Judge, op: Any, visit: ScopeState) -> Any:
        found = outcome(self, op, visit)
        is_named_replica = visit.seal is not None and op.replica != self.w.replica.id or op.kind == "note.add@1"
        return (judge.APPLIED, []) if found[0][1] == "late_after_seal" and is_named_replica else found

    patch.setattr(Judge, "_outcome", by_vector)


def a_named_op_arrives_after_the_seal(s: Stage) -> None:
    s.brings(s.notes("B"))
    s.seals()
    s.pushes("L")
    s.pushes("B")


def unchecked_is_disputed(patch: pytest.MonkeyPatch) -> None:
    real = scope_rules.seal_state

    def hasty(*args: Any, **more: Any) -> SealState:
        state = real(*args, **more)
        return SealState.DISPUTED if state is SealState.PENDING_OPS else state

    patch.setattr(scope_rules, "seal_state", hasty)


def two_devices_of_the_leader_seal(s: Stage) -> None:
    s.answers("L", "pass")
    s.answers("M", "pass", 1)
    s.seals("L")
    s.seals("M")
    s.pushes("L")
    s.pushes("M")


def every_seal_takes_effect(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(judge, "_sealable", lambda op, visit: (judge.APPLIED, []))


def a_signature_travels_faster_than_its_seal(s: Stage) -> None:
    s.seals()
    s.sign(name="L", who="colleague", refused=False)
    s.pushes("B")
    s.pushes("L")


def unknown_manifests_are_refused(patch: pytest.MonkeyPatch) -> None:
    outcome = Judge._outcome

    def strict(self: Judge, op: Any, visit: ScopeState) -> Any:
        is_unknown = visit.seal is None or op.body.get("manifest_hash") != visit.seal.manifest_hash
        if op.kind == "sig.add@1" and is_unknown:
            return ("rejected", "bad_body"), []
        return outcome(self, op, visit)

    patch.setattr(Judge, "_outcome", strict)


def a_member_is_revoked_while_offline(s: Stage) -> None:
    for _ in range(2):
        s.notes("L")
    s.pushes("L")
    s.pulls("B")
    op = s.answers("B", "pass")
    s.revoke()
    s.pushes("B")
    assert s.outcome(op) == ("parked", "grant_revoked_unseen")


def position_in_the_persons_own_feed(patch: pytest.MonkeyPatch) -> None:
    real = PureServer.revoke

    def mixed_up(self: PureServer, account: str, scope: str) -> None:
        real(self, account, scope)
        visit = self.kept.scopes[scope]
        grants = visit.grants.items()
        # grant.added for both visits, then the revocation: it is the third entry of that person's own feed.
        visit.grants = {n: Grant(n, g.account_id, g.role, 3) if g.revoked_pos else g for n, g in grants}

    patch.setattr(PureServer, "revoke", mixed_up)


def a_colleagues_answer_is_built_upon_by_file(s: Stage) -> None:
    s.brings(s.answers("B", "pass"))
    s.answers("L", "fail")
    s.pushes("B")
    s.pushes("L")


def sup_must_have_been_in_the_feed(patch: pytest.MonkeyPatch) -> None:
    real = Judge._sup_outcome

    def seen_only(self: Judge, op: Any, visit: ScopeState) -> Any:
        mine = {fact.op_id for fact in visit.ops.values() if fact.replica == op.replica}
        seen = visit.tail.pos <= op.seen
        return real(self, op, visit) if seen or set(op.sup) <= mine else ("rejected", "sup_not_permitted")

    patch.setattr(Judge, "_sup_outcome", seen_only)


def two_branches_of_one_profile(s: Stage) -> None:
    s.notes("B")
    s.clone(whose="B")
    s.notes("B")
    s.notes("C")
    s.notes("C")
    s.pushes("B")
    # The clone's branch stands where the other's does.
    s.pushes("C", skip=2)
    s.pushes("C", skip=1)
    s.pushes("C")


def a_refused_envelope_takes_the_op_id(patch: pytest.MonkeyPatch) -> None:
    refuse = Judge._refuse

    def remembering(self: Judge, item: Unusable) -> dict[str, Any]:
        said = refuse(self, item)
        if item.code == "replica_fork" and item.op_id:
            op = next(e for e in [judge.read_stored(item.raw, item.hash)])
            self.w.receipts.setdefault(op.op_id, []).append(Receipt(op.hash, op.content_sha256, said))
        return said

    patch.setattr(Judge, "_refuse", remembering)


def a_wrong_prev_ends_an_op(patch: pytest.MonkeyPatch) -> None:
    take = Device.take_reply

    def giving_up(self: Device, items: list[dict[str, str]], acked_seq: int, results: list[dict[str, Any]]) -> None:
        for item, result in zip(items, results, strict=True):
            if result.get("code") == "prev_mismatch" and item in self.disk.outbox:
                self.disk.outbox.remove(item)
                self.disk.quarantine.append(item["id"])
        take(self, items, acked_seq, results)

    patch.setattr(Device, "take_reply", giving_up)


def a_duplicate_stands_still(patch: pytest.MonkeyPatch) -> None:
    use = Judge._use

    def not_moving(self: Judge, op: Any) -> dict[str, Any]:
        before = (self.w.replica.acked_seq, self.w.replica.last_hash)
        result = use(self, op)
        if result["outcome"] == "duplicate":
            self.w.replica.acked_seq, self.w.replica.last_hash = before
        return result

    patch.setattr(Judge, "_use", not_moving)


def a_named_op_comes_in_another_envelope(s: Stage) -> None:
    s.clone(whose="B")
    s.brings(s.notes("B"))
    s.seals()
    s.notes("C")
    s.pushes("C")
    s.pushes("B")
    s.pushes("L")


def the_second_envelope_counts(patch: pytest.MonkeyPatch) -> None:
    real = judge.fact_of

    def by_own_hash(op: Any, outcome: Any) -> OpFact:
        return replace(real(op, outcome), first_hash=op.hash)

    patch.setattr(judge, "fact_of", by_own_hash)


def a_refused_op_and_a_good_one_after_it(s: Stage) -> None:
    s.break_a_rule(what="register")
    s.pushes("E")
    s.notes("E")
    s.pushes("E")


def a_void_for_what_used_its_seq(patch: pytest.MonkeyPatch) -> None:
    take = Device.take_reply

    def voiding(self: Device, items: list[dict[str, str]], acked_seq: int, results: list[dict[str, Any]]) -> None:
        for item, result in zip(items, results, strict=True):
            if result.get("code") == "not_permitted_role" and item in self.disk.outbox:
                self._replace_damaged(item, is_used=False)
        take(self, items, acked_seq, results)

    patch.setattr(Device, "take_reply", voiding)


def bytes_rot_before_they_are_sent(s: Stage) -> None:
    s.notes("B")
    s.notes("B")
    s.bytes_rot(name="B", is_readable=True)
    s.notes("B")
    s.pushes("B")
    s.pushes("B")
    assert not s.phones["B"].disk.outbox


def a_void_leaves_the_chain_alone(patch: pytest.MonkeyPatch) -> None:
    use = Judge._use

    def plain(self: Judge, op: Any) -> dict[str, Any]:
        result = use(self, op)
        self.w.replica.last_hash = op.hash
        return result

    patch.setattr(Judge, "_use", plain)


def an_answer_is_judged_again_after_its_receipt(s: Stage) -> None:
    s.answers("L", "pass")
    s.answers("B", "fail", 1)
    s.pushes("B")
    s.seals()
    s.pushes("L")
    s.pulls("B")


def the_receipt_wins(patch: pytest.MonkeyPatch) -> None:
    view = Device.view

    def by_receipt(self: Device) -> list[Op]:
        shown = {op.id: op for op in view(self)}
        mine = [op for op in self.log.values() if op.is_record and op.scope == self.story.x.scope]
        kept = [op for op in mine if self.disk.replies.get(op.id, [""])[0] in ADMITTED]
        return list((shown | {op.id: op for op in kept}).values())

    patch.setattr(Device, "view", by_receipt)


CASES: list[tuple[Trace, Mutation]] = [
    (a_newer_answer_reaches_the_phone_before_the_push, recompute_sup_at_push),
    (an_officer_changes_his_mind_in_a_dispute, member_supersedes_all_heads),
    (an_officer_changes_his_mind_in_a_dispute, client_ignores_an_open_row),
    (an_officer_changes_his_mind_in_a_dispute, newest_by_the_clock_wins),
    (the_process_ends_before_it_commits, ack_before_commit),
    (the_second_op_arrives_first, skip_the_inbox),
    (a_record_arrives_after_the_seal, drop_late_ops),
    (a_page_has_a_hole, sequence_cursor),
    (a_phone_dies_while_it_stores_a_page, cursor_before_entries),
    (a_reply_is_lost_and_the_phone_dies, seq_in_memory),
    (a_seal_and_a_signature, every_kind_is_late),
    (an_admitted_op_is_not_in_the_manifest, receipts_are_never_judged_again),
    (the_second_note_of_two_is_handed_over, inside_is_what_has_a_smaller_seq),
    (a_named_op_arrives_after_the_seal, unchecked_is_disputed),
    (two_devices_of_the_leader_seal, every_seal_takes_effect),
    (a_signature_travels_faster_than_its_seal, unknown_manifests_are_refused),
    (a_member_is_revoked_while_offline, position_in_the_persons_own_feed),
    (a_colleagues_answer_is_built_upon_by_file, sup_must_have_been_in_the_feed),
    (two_branches_of_one_profile, a_refused_envelope_takes_the_op_id),
    (two_branches_of_one_profile, a_wrong_prev_ends_an_op),
    (two_branches_of_one_profile, a_duplicate_stands_still),
    (a_named_op_comes_in_another_envelope, the_second_envelope_counts),
    (a_refused_op_and_a_good_one_after_it, a_void_for_what_used_its_seq),
    (bytes_rot_before_they_are_sent, a_void_leaves_the_chain_alone),
    (an_answer_is_judged_again_after_its_receipt, the_receipt_wins),
]


@pytest.mark.parametrize("trace", dict.fromkeys(trace for trace, _ in CASES), ids=lambda trace: trace.__name__)
def test_the_rules_hold_where(trace: Trace) -> None:
    play(trace)


@pytest.mark.parametrize(("trace", "mutation"), CASES, ids=lambda case: case.__name__)
def test_the_oracle_notices(trace: Trace, mutation: Mutation, monkeypatch: pytest.MonkeyPatch) -> None:
    mutation(monkeypatch)
    with pytest.raises(AssertionError):
        play(trace)


# -- rules that live beside the judge, on a real database --------------------------------------------------------------


def a_photo_follows_its_bytes(s: Stage) -> None:
    s.photo(name="B", then="pull")
    s.pushes("B")


def told_only_when_an_upload_ends(patch: pytest.MonkeyPatch) -> None:
    record = actions.evidence.record_links

    async def silent(*args: Any, **more: Any) -> list[Any]:
        await record(*args, **more)
        return []

    patch.setattr(actions.evidence, "record_links", silent)


def one_op_is_poisoned(s: Stage) -> None:
    before, poisoned, after = (s.notes("B") for _ in range(3))
    outcome = Judge._outcome

    def failing(self: Judge, op: Any, visit: ScopeState) -> Any:
        if op.hash == poisoned.hash and op.hash not in self.w.poisoned:
            raise RuntimeError("a fault of ours")
        return outcome(self, op, visit)

    Judge._outcome = failing  # type: ignore[method-assign]
    try:
        s.deliver(s.phones["B"], list(s.phones["B"].disk.outbox), is_lost=False)
    finally:
        Judge._outcome = outcome  # type: ignore[method-assign]
    feed = {entry.op.id: entry for entry in _judged(s)}
    assert [feed[op.id].outcome for op in (before, poisoned, after)] == ["applied", "parked", "applied"]
    assert feed[poisoned.id].code == "internal_error"
    assert not s.phones["B"].disk.outbox


def _judged(s: Stage) -> Any:
    phone = s.phones["L"]
    phone.pull()
    return phone.x.ops.values()


def one_transaction_for_the_whole_batch(patch: pytest.MonkeyPatch) -> None:
    async def again(session: Any, caller: Any, replica: str, items: Any, **more: Any) -> Any:
        return await actions._take_in(session, caller, replica, items, **more)

    patch.setattr(actions, "_take_in_one_by_one", again)


@pytest.mark.parametrize("is_mutated", [False, True], ids=["held", "noticed"])
def test_bytes_that_came_first_are_told_with_their_photo(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, is_mutated: bool  # noqa: FBT001
) -> None:
    _play_stored(sqlite_url, a_photo_follows_its_bytes, told_only_when_an_upload_ends if is_mutated else None, monkeypatch)


@pytest.mark.parametrize("is_mutated", [False, True], ids=["held", "noticed"])
def test_a_poisoned_op_does_not_block_the_queue(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, is_mutated: bool  # noqa: FBT001
) -> None:
    def trace(s: Stage) -> None:
        one_op_is_poisoned(s)
        s.teardown = lambda: None  # type: ignore[method-assign]
        s.holds = lambda: None  # type: ignore[method-assign]

    _play_stored(sqlite_url, trace, one_transaction_for_the_whole_batch if is_mutated else None, monkeypatch)


def _play_stored(url: str, trace: Trace, mutation: Mutation | None, patch: pytest.MonkeyPatch) -> None:
    server = StoredServer(url)
    try:
        if mutation is None:
            play(trace, server)
            return
        mutation(patch)
        with pytest.raises((AssertionError, RuntimeError)):
            play(trace, server)
    finally:
        server.close()


