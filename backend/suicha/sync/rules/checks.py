"""Plain questions that the judge asks of one op, and the words of its answers. Pure."""

from dataclasses import dataclass
from typing import Any

from suicha.feed.rules import Entry
from suicha.inspections.rules.facts import Case, Decision, OpFact
from suicha.inspections.rules.late import may_include
from suicha.inspections.rules.manifest import carried_over, not_sealable_because, read_manifest
from suicha.sync.rules import kinds
from suicha.sync.rules.envelope import Envelope
from suicha.sync.rules.scope import ScopeState

Outcome = tuple[str, str | None]
APPLIED: Outcome = ("applied", None)


@dataclass(frozen=True, slots=True)
class Held:
    """What is known of an op that may be superseded: where it points, whose it is, what it says."""

    scope: str
    item: str | None
    field: str | None
    actor: str
    value: str | None


def leads_back(op: Envelope, scope: ScopeState) -> bool:
    """Would the op supersede itself by way of others? In a circle every value would vanish."""
    seen: set[str] = set()
    todo = list(op.sup)
    while todo:
        op_id = todo.pop()
        if op_id == op.op_id:
            return True
        if op_id not in seen:
            seen.add(op_id)
            todo.extend(scope.ops[op_id].sup if op_id in scope.ops else ())
    return False


def held_of(op: Envelope) -> Held:
    """What others may build on, wherever the op is kept."""
    return Held(op.scope, op.item, op.field, op.actor, value_in(op))


def owns_what_it_takes_back(op: Envelope, scope: ScopeState, role: str) -> bool:
    """Notes and readings are taken back by their authors only; photos are left out by their authors or the leader."""
    makers = {"note.retract@1": "note.add@1", "meas.void@1": "meas.add@1", "photo.exclude@1": "photo.add@1"}
    if op.kind not in makers:
        return True
    if op.kind == "photo.exclude@1" and role == "leader":
        return True
    target = kinds.reference_of(op)
    made = [
        f
        for f in scope.ops.values()
        if f.kind == makers[op.kind] and target == (f.op_id if op.kind == "note.retract@1" else f.ref)
    ]
    return any(f.actor == op.actor for f in made)


def sealable(op: Envelope, scope: ScopeState) -> tuple[Outcome, list[dict[str, str]]]:
    """Can a seal take effect now? What cannot is refused on its own text, or parked as a case of its own."""
    said = read_manifest(op.body["manifest"])
    reasons = not_sealable_because(said, scope.item_codes, scope.scores)
    if reasons:
        return ("rejected", "not_sealable"), reasons
    if is_in_force(op, scope):
        return APPLIED, []
    return (APPLIED if _follows(said, scope) else ("parked", "late_after_seal")), []


def _follows(said: dict[str, Any], scope: ScopeState) -> bool:
    """The next number, the manifest in force as predecessor, an open addendum, and nothing signed left out."""
    before = scope.seal
    if before is None:
        return bool(said["n"] == 1 and said["prev_manifest"] is None)
    is_next = said["n"] == before.n + 1 and said["prev_manifest"] == before.manifest_hash
    return (
        is_next and scope.addendum is not None and carried_over(before, scope.ops, scope.declined) <= set(said["ops"])
    )


def is_late(op: Envelope, scope: ScopeState) -> bool:
    """Does a record op come after the seal, without anybody having asked for it?

    While an addendum is open, what was made knowing of it is normal: `seen` is at or past its opening, or the op
    follows the opening one in the same replica.
    """
    seal, addendum = scope.seal, scope.addendum
    if seal is None or op.op_id in seal.op_ids or scope.is_included(op.op_id):
        return False
    if addendum is None:
        return True
    return not (op.seen >= addendum.opened_pos or (op.replica == addendum.replica and op.seq > addendum.seq))


def may_decide(case: Case | None, target: OpFact | None, decision: Decision) -> bool:
    """Is a case open, and can it be decided so? The first decision in feed order counts, later ones change nothing."""
    if case is None or case.decision is not None or target is None:
        return False
    return may_include(target, decision)


def needs_addendum(target: OpFact, scope: ScopeState) -> bool:
    """Can the op count only in a further manifest?"""
    return target.is_record and scope.seal is not None and target.op_id not in scope.seal.op_ids


def is_in_force(op: Envelope, scope: ScopeState) -> bool:
    """Is this the manifest in force, sealed once more?"""
    return scope.seal is not None and scope.seal.manifest_hash == op.body["manifest_hash"]


def value_in(op: Envelope) -> str | None:
    """The canonical value of an op that sets a register."""
    return kinds.value_of(op) if op.kind in ("reg.set@1", "conflict.resolve@1") else None


def fact_of(op: Envelope, outcome: Outcome) -> OpFact:
    """What the merge and the manifest need of an envelope, with its judgement."""
    blob, size = (
        kinds.blob_of(op)
        if outcome[0] != "rejected"
        and op.kind in kinds.KINDS
        and outcome[1] not in ("unknown_kind", "internal_error", "grant_revoked_unseen")
        else (None, None)
    )
    return OpFact(
        op_id=op.op_id,
        hash=op.hash,
        first_hash=op.was_hash or op.hash,
        replica=op.replica,
        seq=op.seq,
        kind=op.kind,
        item=op.item,
        field=op.field,
        actor=op.actor,
        sup=op.sup,
        value=value_in(op),
        ref=kinds.reference_of(op),
        blob_sha256=blob,
        blob_bytes=size,
        outcome=outcome[0],
        code=outcome[1],
    )


def result_of(op: Envelope, outcome: Outcome, entry: Entry | None, conflict: str | None) -> dict[str, Any]:
    """What a push is answered for one op."""
    result: dict[str, Any] = {"op_id": op.op_id, "seq": op.seq, "outcome": outcome[0]}
    if outcome[1]:
        result["code"] = outcome[1]
    if entry:
        result |= {"pos": entry.pos, "rcpt": entry.hash}
    if conflict:
        result["conflict"] = conflict
    return result


def duplicate_of(op: Envelope, original: dict[str, Any]) -> dict[str, Any]:
    """The answer to what was seen before."""
    return {"op_id": op.op_id, "seq": op.seq, "outcome": "duplicate", "original": original}
