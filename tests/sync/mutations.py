"""Naive wordings of single rules: each replaces one rule of the product, or of the test's own phone, for one test."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from suicha.inspections.rules import facts
from suicha.inspections.rules.facts import Grant, OpFact, SealState
from suicha.inspections.rules.merge import Registers
from suicha.sync import actions
from suicha.sync.rules import judge
from suicha.sync.rules import scope as scope_rules
from suicha.sync.rules.envelope import Unusable
from suicha.sync.rules.judge import Judge, Receipt
from suicha.sync.rules.scope import ScopeState

from .device import Device
from .ledger import ADMITTED, Op, Register, heads
from .port import Reply
from .pure import PureServer

Mutation = Callable[[pytest.MonkeyPatch], None]


def recompute_sup_at_push(patch: pytest.MonkeyPatch) -> None:
    send = Device.send

    def recomputing(self: Device, items: list[dict[str, str]], **more: Any) -> Any:
        for item in items:
            op = self.log[item["id"]]
            if op.register:
                others = [other for other in self.view() if other.id != op.id]
                op = Op.of(op.members | {"sup": [head.id for head in heads(others, op.register)]})
                self.log[op.id] = op
                item.update(raw=op.raw, hash=op.hash)
        return send(self, items, **more)

    patch.setattr(Device, "send", recomputing)


def member_supersedes_all_heads(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Device, "sup_for", lambda self, register: [op.id for op in heads(self.view(), register)])


def client_ignores_an_open_row(patch: pytest.MonkeyPatch) -> None:
    def only_values(self: Device, register: Register) -> bool:
        return len({op.value for op in heads(self.view(), register)}) > 1

    patch.setattr(Device, "is_disputed", only_values)


def ack_before_commit(patch: pytest.MonkeyPatch) -> None:
    push = PureServer._push

    def answering_first(self: PureServer, replica: str, account: str, items: Any) -> Reply:
        crash, self.before_commit = self.before_commit, None
        if crash is None:
            return push(self, replica, account, items)
        results = [{"op_id": None, "seq": n, "outcome": "applied"} for n, _ in enumerate(items, 1)]
        return Reply(len(items), results)

    patch.setattr(PureServer, "push", answering_first)


def skip_the_inbox(patch: pytest.MonkeyPatch) -> None:
    def dropping(self: Judge, op: Any) -> dict[str, Any]:
        return {"op_id": op.op_id, "seq": op.seq, "outcome": "deferred", "need_from": self.w.replica.acked_seq + 1}

    patch.setattr(Judge, "_defer", dropping)


def newest_by_the_clock_wins(patch: pytest.MonkeyPatch) -> None:
    real = Registers.heads
    patch.setattr(Registers, "heads", lambda self, register: real(self, register)[-1:])


def drop_late_ops(patch: pytest.MonkeyPatch) -> None:
    tell = Judge._judge_and_tell

    def dropping(self: Judge, op: Any) -> dict[str, Any]:
        visit = self.w.scopes[op.scope]
        outcome, _ = self._outcome(op, visit)
        if outcome[1] == "late_after_seal":
            return {"op_id": op.op_id, "seq": op.seq, "outcome": "parked", "code": "late_after_seal"}
        return tell(self, op)

    patch.setattr(Judge, "_judge_and_tell", dropping)


def sequence_cursor(patch: pytest.MonkeyPatch) -> None:
    def taking(self: Device, pages: dict[str, Any], *, dies: bool = False) -> None:
        for scope, page in pages.items():
            self.disk.cursors[scope] = page["to"]
            for wire in page["entries"]:
                self.ledger(scope).pos = wire["pos"] - 1
                self.ledger(scope).chain = Op.read(wire["raw"]).members["prev"]
                self.ledger(scope).append(wire)

    patch.setattr(Device, "take", taking)


def cursor_before_entries(patch: pytest.MonkeyPatch) -> None:
    take = Device.take

    def cursor_first(self: Device, pages: dict[str, Any], *, dies: bool = False) -> None:
        if dies:
            self.disk.cursors |= {scope: page["to"] for scope, page in pages.items()}
        take(self, pages, dies=dies)

    patch.setattr(Device, "take", cursor_first)


def seq_in_memory(patch: pytest.MonkeyPatch) -> None:
    kill = Device.kill

    def forgetting(self: Device) -> None:
        kill(self)
        acked = [op for op in self.log.values() if op.id in self.disk.replies]
        self.disk.seq = max([op.seq for op in acked], default=0)
        self.disk.last = acked[-1].hash if acked else "0" * 64

    patch.setattr(Device, "kill", forgetting)


def every_kind_is_late(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(facts.OpFact, "is_record", property(lambda self: self.kind != "insp.seal@1"))


def receipts_are_never_judged_again(patch: pytest.MonkeyPatch) -> None:
    real = ScopeState.put_in_force

    def keeping(self: ScopeState, seal: Any, seal_op_id: str, raws: Any, adopt: Any) -> None:
        everything = frozenset(self.ops)
        real(self, replace(seal, op_ids=seal.op_ids | everything), seal_op_id, raws, adopt)
        self.seals[-1] = replace(self.seals[-1], op_ids=seal.op_ids)

    patch.setattr(ScopeState, "put_in_force", keeping)


def inside_is_what_has_a_smaller_seq(patch: pytest.MonkeyPatch) -> None:
    outcome = Judge._outcome

    def by_vector(self: Judge, op: Any, visit: ScopeState) -> Any:
        found = outcome(self, op, visit)
        # A later seq of the same replica is named, so this smaller one counts as inside.
        is_covered = op.kind == "note.add@1" and found[0][1] == "late_after_seal"
        return (judge.APPLIED, []) if is_covered else found

    patch.setattr(Judge, "_outcome", by_vector)


def unchecked_is_disputed(patch: pytest.MonkeyPatch) -> None:
    real = scope_rules.seal_state

    def hasty(*args: Any, **more: Any) -> SealState:
        state = real(*args, **more)
        return SealState.DISPUTED if state is SealState.PENDING_OPS else state

    patch.setattr(scope_rules, "seal_state", hasty)


def every_seal_takes_effect(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(judge, "sealable", lambda op, visit: (judge.APPLIED, []))


def unknown_manifests_are_refused(patch: pytest.MonkeyPatch) -> None:
    outcome = Judge._outcome

    def strict(self: Judge, op: Any, visit: ScopeState) -> Any:
        is_unknown = visit.seal is None or op.body.get("manifest_hash") != visit.seal.manifest_hash
        if op.kind == "sig.add@1" and is_unknown:
            return ("rejected", "bad_body"), []
        return outcome(self, op, visit)

    patch.setattr(Judge, "_outcome", strict)


def position_in_the_persons_own_feed(patch: pytest.MonkeyPatch) -> None:
    real = PureServer.revoke

    def mixed_up(self: PureServer, account: str, scope: str) -> None:
        real(self, account, scope)
        visit = self.kept.scopes[scope]
        grants = visit.grants.items()
        # grant.added for both visits, then the revocation: it is the third entry of that person's own feed.
        visit.grants = {n: Grant(n, g.account_id, g.role, 3) if g.revoked_pos else g for n, g in grants}

    patch.setattr(PureServer, "revoke", mixed_up)


def sup_must_have_been_in_the_feed(patch: pytest.MonkeyPatch) -> None:
    real = Judge._sup_outcome

    def seen_only(self: Judge, op: Any, visit: ScopeState) -> Any:
        mine = {fact.op_id for fact in visit.ops.values() if fact.replica == op.replica}
        seen = visit.tail.pos <= op.seen
        return real(self, op, visit) if seen or set(op.sup) <= mine else ("rejected", "sup_not_permitted")

    patch.setattr(Judge, "_sup_outcome", seen_only)


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


def the_second_envelope_counts(patch: pytest.MonkeyPatch) -> None:
    real = judge.fact_of

    def by_own_hash(op: Any, outcome: Any) -> OpFact:
        return replace(real(op, outcome), first_hash=op.hash)

    patch.setattr(judge, "fact_of", by_own_hash)


def a_void_for_what_used_its_seq(patch: pytest.MonkeyPatch) -> None:
    take = Device.take_reply

    def voiding(self: Device, items: list[dict[str, str]], acked_seq: int, results: list[dict[str, Any]]) -> None:
        for item, result in zip(items, results, strict=True):
            if result.get("code") == "not_permitted_role" and item in self.disk.outbox:
                self._replace_damaged(item, is_used=False)
        take(self, items, acked_seq, results)

    patch.setattr(Device, "take_reply", voiding)


def a_void_leaves_the_chain_alone(patch: pytest.MonkeyPatch) -> None:
    use = Judge._use

    def plain(self: Judge, op: Any) -> dict[str, Any]:
        result = use(self, op)
        self.w.replica.last_hash = op.hash
        return result

    patch.setattr(Judge, "_use", plain)


def the_receipt_wins(patch: pytest.MonkeyPatch) -> None:
    view = Device.view

    def by_receipt(self: Device) -> list[Op]:
        shown = {op.id: op for op in view(self)}
        mine = [op for op in self.log.values() if op.is_record and op.scope == self.story.x.scope]
        kept = [op for op in mine if self.disk.replies.get(op.id, [""])[0] in ADMITTED]
        return list((shown | {op.id: op for op in kept}).values())

    patch.setattr(Device, "view", by_receipt)


def a_decision_changes_nothing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Judge, "_dispose", lambda self, op, visit: None)


def the_newest_decision_counts(patch: pytest.MonkeyPatch) -> None:
    def always(case: Any, target: Any, decision: Any) -> bool:
        return case is not None and target is not None

    patch.setattr(judge, "may_decide", always)


def an_open_addendum_takes_everything(patch: pytest.MonkeyPatch) -> None:
    real = judge.is_late
    patch.setattr(judge, "is_late", lambda op, visit: visit.addendum is None and real(op, visit))


def an_addendum_takes_nothing_unasked(patch: pytest.MonkeyPatch) -> None:
    real = judge.is_late

    def strict(op: Any, visit: ScopeState) -> bool:
        named = visit.seal is None or op.op_id in visit.seal.op_ids or visit.is_included(op.op_id)
        return not named or real(op, visit)

    patch.setattr(judge, "is_late", strict)


def naming_takes_nothing_in(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Judge, "_adopt", lambda self, seal, seal_op_id, visit: None)


def a_decision_is_for_ever(patch: pytest.MonkeyPatch) -> None:
    real = ScopeState._note_case

    def keeping(self: ScopeState, case: Any) -> None:
        known = self.cases.get(case.op_id)
        if known is None or known.decision is None:
            real(self, case)

    patch.setattr(ScopeState, "_note_case", keeping)


def a_taken_back_grant_stays_in_the_way(patch: pytest.MonkeyPatch) -> None:
    outcome = Judge._outcome

    def strict(self: Judge, op: Any, visit: ScopeState) -> Any:
        grant = scope_rules.grant_of(visit.grants.values(), op.grant, op.actor)
        if grant is not None and grant.revoked_pos is not None and op.seen < grant.revoked_pos:
            return ("parked", "grant_revoked_unseen"), []
        return outcome(self, op, visit)

    patch.setattr(Judge, "_outcome", strict)


def a_second_seal_needs_no_addendum(patch: pytest.MonkeyPatch) -> None:
    real = ScopeState.open_addendum
    patch.setattr(ScopeState, "open_addendum", lambda self, *by: real(self, *by) if self.seal is None else None)


def told_only_when_an_upload_ends(patch: pytest.MonkeyPatch) -> None:
    record = actions.evidence.record_links

    async def silent(*args: Any, **more: Any) -> list[Any]:
        await record(*args, **more)
        return []

    patch.setattr(actions.evidence, "record_links", silent)


def one_transaction_for_the_whole_batch(patch: pytest.MonkeyPatch) -> None:
    async def again(session: Any, caller: Any, replica: str, items: Any, **more: Any) -> Any:
        return await actions._take_in(session, caller, replica, items, **more)

    patch.setattr(actions, "_take_in_one_by_one", again)
