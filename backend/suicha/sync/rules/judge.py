"""Judging a batch: order of checks, use of seqs, outcomes (docs/sync-protocol.md, 0.6, 0.7 and 0.9).

Pure: `World` was loaded under the locks, everything that follows from the batch is left in it to be written in bulk.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from suicha.feed.rules import Entry
from suicha.inspections.rules.facts import Decision, Seal, SealState, SignatureFact
from suicha.inspections.rules.manifest import read_manifest
from suicha.sync.rules import kinds
from suicha.sync.rules.checks import (
    APPLIED,
    Held,
    Outcome,
    duplicate_of,
    fact_of,
    held_of,
    is_in_force,
    is_late,
    leads_back,
    may_decide,
    needs_addendum,
    owns_what_it_takes_back,
    result_of,
    sealable,
)
from suicha.sync.rules.envelope import SEAL_KIND, Envelope, Unusable, read_stored
from suicha.sync.rules.scope import ScopeState, grant_of


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was answered, once and for ever, to one envelope that used its seq."""

    hash: str
    content_sha256: str
    said: dict[str, Any]


@dataclass
class ReplicaState:
    """A device's log as the server knows it."""

    id: str
    account_id: str
    acked_seq: int
    last_hash: str
    is_forked: bool = False


@dataclass
class World:
    """Everything that the batch can touch, and what it did."""

    replica: ReplicaState
    scopes: dict[str, ScopeState]
    waiting: dict[int, list[Envelope]]
    receipts: dict[str, list[Receipt]]
    held: dict[str, Held]
    raws: dict[str, tuple[str, str]]
    arrivals: dict[str, str]
    now_text: str
    poisoned: frozenset[str] = frozenset()
    is_one_by_one: bool = False
    new_receipts: list[tuple[Envelope, Receipt]] = field(default_factory=list)
    kept: list[Envelope] = field(default_factory=list)
    refused: list[Unusable] = field(default_factory=list)


class Judge:
    """One batch of one replica."""

    def __init__(self, world: World) -> None:
        """Work on `world`, which is changed in place."""
        self.w = world
        self._is_blocked = False

    def judge(self, items: Sequence[Envelope | Unusable]) -> list[dict[str, Any]]:
        """One result per item, in request order."""
        results = [self._receive(item) for item in items]
        # An op that arrived before its predecessor may have been judged later in the same batch.
        return [self._final(item, result) for item, result in zip(items, results, strict=True)]

    def _final(self, item: Envelope | Unusable, result: dict[str, Any]) -> dict[str, Any]:
        if result["outcome"] != "deferred":
            return result
        receipt = self._receipt_of(item) if isinstance(item, Envelope) else None
        return receipt or {**result, "need_from": self.w.replica.acked_seq + 1}

    # -- envelope: does it use its seq? ------------------------------------------------------------------------------

    def _receive(self, item: Envelope | Unusable) -> dict[str, Any]:
        if isinstance(item, Unusable):
            return self._refuse(item)
        if item.actor != self.w.replica.account_id:
            return self._refuse(Unusable(item.raw, item.hash, "actor_mismatch", item.op_id, item.seq))
        original = self._receipt_of(item)
        if original is not None:
            return duplicate_of(item, original)
        if item.seq <= self.w.replica.acked_seq:
            self.w.replica.is_forked = True
            return self._refuse(Unusable(item.raw, item.hash, "replica_fork", item.op_id, item.seq))
        if item.seq > self.w.replica.acked_seq + 1 or self._is_blocked:
            return self._defer(item)
        if item.prev != self.w.replica.last_hash:
            code = "replica_fork" if self.w.replica.is_forked else "prev_mismatch"
            return self._refuse(Unusable(item.raw, item.hash, code, item.op_id, item.seq))
        result = self._use(item)
        self._drain()
        return result

    def _receipt_of(self, op: Envelope) -> dict[str, Any] | None:
        return next((r.said for r in self.w.receipts.get(op.op_id, ()) if r.hash == op.hash), None)

    def _refuse(self, item: Unusable) -> dict[str, Any]:
        """Keep what uses no seq; the rest of the batch waits for the right bytes."""
        self._is_blocked = True
        self.w.refused.append(item)
        return {"op_id": item.op_id, "seq": item.seq, "outcome": "rejected", "code": item.code}

    def _defer(self, op: Envelope) -> dict[str, Any]:
        peers = self.w.waiting.setdefault(op.seq, [])
        if all(peer.hash != op.hash for peer in peers):
            peers.append(op)
            self.w.kept.append(op)
            self._remember(op)
            if op.scope in self.w.scopes:
                # Held in the inbox counts as held: what names it in `sup` need not wait for its turn.
                self._rejudge_waiting_for(op.op_id, self.w.scopes[op.scope])
        return {"op_id": op.op_id, "seq": op.seq, "outcome": "deferred", "need_from": self.w.replica.acked_seq + 1}

    def _drain(self) -> None:
        """Judge what waited for the op that has just come."""
        while not self.w.is_one_by_one:
            follows = [
                op for op in self.w.waiting.get(self.w.replica.acked_seq + 1, ()) if op.prev == self.w.replica.last_hash
            ]
            if not follows:
                return
            self._use(follows[0])

    def _use(self, op: Envelope) -> dict[str, Any]:
        """Judge an op that stands next in its replica: it uses its seq whatever comes out."""
        self._remember(op)
        result = self._use_duplicate(op) or self._judge_and_tell(op)
        receipt = Receipt(op.hash, op.content_sha256, result.get("original", result))
        self.w.receipts.setdefault(op.op_id, []).append(receipt)
        self.w.new_receipts.append((op, receipt))
        self.w.replica.acked_seq = op.seq
        self.w.replica.last_hash = op.hash
        if op.kind == "op.void@1" and kinds.body_fits(op, frozenset()):
            # The ops after a void were chained to the op that it stands for.
            self.w.replica.last_hash = op.body["op_hash"]
        return result

    def _use_duplicate(self, op: Envelope) -> dict[str, Any] | None:
        """The same op in a new envelope continues the chain; the same id for something else is refused."""
        earlier = self.w.receipts.get(op.op_id)
        if not earlier:
            return None
        # Another use of the id may have been refused before: it is not what this op repeats.
        first = next((receipt for receipt in earlier if receipt.content_sha256 == op.content_sha256), None)
        if first is None:
            return None
        # It used its seq, so it is told; to a stranger's visit nothing is written.
        scope = self.w.scopes.get(op.scope)
        is_told = scope is not None and first.said.get("code") != "not_granted"
        entry = self._say_judged(op, scope, "duplicate", None) if scope is not None and is_told else None
        place = {"pos": entry.pos, "rcpt": entry.hash} if entry else {}
        return {**duplicate_of(op, first.said), **place}

    def _say_judged(self, op: Envelope, scope: ScopeState, outcome: str, code: str | None) -> Entry:
        """Tell a judgement that changes nothing in the record."""
        return scope.say(
            "op.judged",
            {
                "op": op.raw,
                "op_hash": op.hash,
                "outcome": outcome,
                "code": code,
                "actor": op.actor,
                "received_at": self.w.now_text,
            },
        )

    def _judge_and_tell(self, op: Envelope) -> dict[str, Any]:
        scope = self.w.scopes.get(op.scope)
        is_reused = bool(self.w.receipts.get(op.op_id))
        if scope is None or grant_of(scope.grants.values(), op.grant, op.actor) is None:
            self.w.kept.append(op)
            return result_of(op, ("rejected", "op_id_reused" if is_reused else "not_granted"), None, None)
        if is_reused:
            entry = self._say_judged(op, scope, "rejected", "op_id_reused")
            self.w.kept.append(op)
            return result_of(op, ("rejected", "op_id_reused"), entry, None)
        self.w.raws[op.op_id] = (op.raw, self.w.arrivals.get(op.hash, self.w.now_text))
        result = self._settle(op, scope)
        self._rejudge_waiting_for(op.op_id, scope)
        scope.review_seal()
        return result

    # -- content -----------------------------------------------------------------------------------------------------

    def _settle(self, op: Envelope, scope: ScopeState) -> dict[str, Any]:
        """Decide an op's outcome, take it in, and let everything follow that follows from it."""
        outcome, detail = self._outcome(op, scope)
        fact = fact_of(op, outcome)
        if outcome == APPLIED:
            fact = fact.judged(scope.outcome_if_admitted(fact), None)
        received_at = self.w.raws[op.op_id][1]
        entry = scope.judge_op(fact, op.raw, received_at)
        row = None
        if fact.is_admitted and fact.register:
            row = scope.refresh_conflict(fact.register, may_close=op.kind == "conflict.resolve@1")
        if fact.op_id in scope.ops and fact.kind in ("photo.add@1", "sig.add@1"):
            scope.link_blob(fact)
        if fact.is_admitted:
            self._take_effect(op, scope)
        result = result_of(op, (fact.outcome, fact.code), entry, row.id if row and fact.outcome == "conflict" else None)
        return {**result, "detail": detail} if detail else result

    def _outcome(  # noqa: C901 - the order of judging stands in one place
        self, op: Envelope, scope: ScopeState
    ) -> tuple[Outcome, list[dict[str, str]]]:
        """First hit wins: grant | kind -> body -> edition -> role -> closed -> late -> sup -> the kind's own rule."""
        if op.hash in self.w.poisoned:
            return ("parked", "internal_error"), []
        grant = grant_of(scope.grants.values(), op.grant, op.actor)
        if grant is None:
            return ("rejected", "not_granted"), []
        if grant.revoked_pos is not None and not scope.is_included(op.op_id):
            is_unseen = op.seen < grant.revoked_pos
            return (("parked", "grant_revoked_unseen") if is_unseen else ("rejected", "not_authorised_seen")), []
        if op.kind not in kinds.KINDS:
            return ("parked", "unknown_kind"), []
        if not kinds.body_fits(op, scope.item_codes, scope.scores):
            return ("rejected", "bad_body"), []
        if (op.edition_id, op.edition_hash) != (scope.edition_id, scope.edition_hash):
            return ("parked", "edition_mismatch"), []
        if grant.role not in kinds.KINDS[op.kind].who or not owns_what_it_takes_back(op, scope, grant.role):
            return ("rejected", "not_permitted_role"), []
        if not scope.takes_ops:
            return ("parked", "scope_closed"), []
        fact = fact_of(op, APPLIED)
        if fact.is_record and is_late(op, scope):
            return ("parked", "late_after_seal"), []
        sup_outcome = self._sup_outcome(op, scope)
        if sup_outcome != APPLIED:
            return sup_outcome, []
        return sealable(op, scope) if op.kind == SEAL_KIND else (APPLIED, [])

    def _sup_outcome(self, op: Envelope, scope: ScopeState) -> Outcome:
        """docs/sync-protocol.md, 0.7, rules 0 to 3."""
        if not op.sup:
            return APPLIED
        refused: Outcome = ("rejected", "sup_not_permitted")
        if op.kind not in ("reg.set@1", "conflict.resolve@1") or op.op_id in op.sup:
            return refused
        if leads_back(op, scope):
            return refused
        held = [self.w.held[op_id] for op_id in op.sup if op_id in self.w.held]
        if any((h.scope, h.item, h.field) != (op.scope, op.item, op.field) for h in held):
            return refused
        if len(held) < len(op.sup):
            return ("parked", "sup_unknown")
        if op.kind == "conflict.resolve@1" or all(h.actor == op.actor for h in held):
            return APPLIED
        was_open = scope.was_open((op.item or "", op.field or ""), op.seen)
        return refused if was_open or len({h.value for h in held}) > 1 else APPLIED

    def _take_effect(self, op: Envelope, scope: ScopeState) -> None:
        if op.kind == "sig.add@1":
            signature = SignatureFact(
                op.op_id,
                op.body["role"],
                op.body["person"],
                op.body["manifest_hash"],
                op.body.get("refused") is not None,
            )
            scope.signatures.append(signature)
            scope.changes.signatures.append(signature)
            scope.review_signatures()
        elif op.kind == SEAL_KIND and not is_in_force(op, scope):
            said = read_manifest(op.body["manifest"])
            seal = Seal(
                said["n"], op.body["manifest_hash"], op.body["manifest"], SealState.PENDING_OPS, frozenset(said["ops"])
            )
            scope.put_in_force(seal, op.op_id, self.w.raws, lambda: self._adopt(seal, op.op_id, scope))
        elif op.kind == "late.dispose@1":
            self._dispose(op, scope)
        elif op.kind == "addendum.open@1" and scope.seal is not None and op.body["n"] == scope.seal.n + 1:
            scope.open_addendum(op.op_id, op.replica, op.seq)

    def _dispose(self, op: Envelope, scope: ScopeState) -> None:
        """A decision on what waits; what is taken in is judged again at once, past the checks that kept it out."""
        target, decision = op.body["op_id"], Decision(op.body["decision"])
        fact = scope.ops.get(target)
        if fact is None or not may_decide(scope.cases.get(target), fact, decision):
            return
        scope.decide(target, decision, op.op_id)
        if decision is Decision.INCLUDE:
            if needs_addendum(fact, scope):
                scope.open_addendum(op.op_id, op.replica, op.seq)
            self.rejudge(read_stored(self.w.raws[target][0], fact.hash), scope)
        scope.review_seal()

    def _adopt(self, seal: Seal, seal_op_id: str, scope: ScopeState) -> None:
        """A late record that the next manifest names is taken in by it, in the order of its device's log."""
        waiting = [scope.ops[op_id] for op_id in scope.undecided if op_id in seal.op_ids]
        late = sorted((f for f in waiting if f.code == "late_after_seal"), key=lambda f: (f.replica, f.seq))
        for fact in late:
            scope.decide(fact.op_id, Decision.INCLUDE, seal_op_id)
        for fact in late:
            self._settle(read_stored(self.w.raws[fact.op_id][0], fact.hash), scope)

    def rejudge(self, op: Envelope, scope: ScopeState) -> None:
        """Judge a parked op again (its kind is known by now, or a fault was mended); the newest judgement counts."""
        outcome, _ = self._outcome(op, scope)
        if outcome != (scope.ops[op.op_id].outcome, scope.ops[op.op_id].code):
            self._settle(op, scope)
            scope.review_seal()

    def _rejudge_waiting_for(self, op_id: str, scope: ScopeState) -> None:
        """Ops that named this one in `sup` before it was here are judged again."""
        if op_id in scope.unknown_sups:
            for fact in [f for f in scope.ops.values() if f.code == "sup_unknown" and op_id in f.sup]:
                self.rejudge(read_stored(self.w.raws[fact.op_id][0], fact.hash), scope)

    def _remember(self, op: Envelope) -> None:
        self.w.held.setdefault(op.op_id, held_of(op))
