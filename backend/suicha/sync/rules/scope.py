"""One visit while a batch is judged: its state, and what changes in it, as plain data to be written afterwards."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from suicha.checklists.rules.scoring import ItemScore
from suicha.feed.rules import Entry, Tail, extend
from suicha.inspections.rules.facts import (
    CASE_CODES,
    Addendum,
    Case,
    ConflictRow,
    Decision,
    Grant,
    OpFact,
    Register,
    Seal,
    SealState,
    SignatureFact,
    TeamRole,
)
from suicha.inspections.rules.manifest import is_signed, seal_state
from suicha.inspections.rules.merge import Registers
from suicha.kit.ids import named_id

# Once its problems exist, a seal is in the hands of the next stage.
HANDED_OVER = frozenset({SealState.PENDING_BLOBS, SealState.SEALED})


@dataclass
class Changes:
    """What judging a batch did to one visit, in the words of the tables."""

    entries: list[Entry] = field(default_factory=list)
    new_ops: dict[str, tuple[OpFact, str, int]] = field(default_factory=dict)
    rejudged: dict[str, tuple[OpFact, int]] = field(default_factory=dict)
    registers: set[Register] = field(default_factory=set)
    conflicts: dict[str, ConflictRow] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    case_codes: dict[str, str] = field(default_factory=dict)
    addenda: list[Addendum] = field(default_factory=list)
    seals: dict[int, tuple[Seal, str]] = field(default_factory=dict)
    signatures: list[SignatureFact] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    is_begun: bool = False
    is_sealed_now: bool = False
    is_handed_over_now: bool = False


@dataclass
class ScopeState:
    """A visit as loaded under its lock. Nothing in here does I/O; `now` came in with the batch."""

    scope: str
    tail: Tail
    edition_id: str
    edition_hash: str
    item_codes: frozenset[str]
    takes_ops: bool
    grants: Mapping[str, Grant]
    ops: dict[str, OpFact]
    conflicts: list[ConflictRow]
    seals: list[Seal]
    signatures: list[SignatureFact]
    linked: set[str]
    announced: set[str]
    verified: Mapping[str, int]
    now: datetime
    addenda: list[Addendum] = field(default_factory=list)
    cases: dict[str, Case] = field(default_factory=dict)
    scores: Mapping[str, ItemScore] = field(default_factory=dict)
    changes: Changes = field(default_factory=Changes)
    registers: Registers = field(init=False)
    unknown_sups: set[str] = field(init=False)

    def __post_init__(self) -> None:
        """Derive the registers from the ops: the tables only mirror them."""
        self.registers = Registers(self.ops.values())
        self.unknown_sups = {sup for op in self.ops.values() if op.code == "sup_unknown" for sup in op.sup}
        for op in self.ops.values():
            if op.code in CASE_CODES:
                self.cases.setdefault(op.op_id, Case(op.op_id))

    @property
    def seal(self) -> Seal | None:
        """The manifest in force."""
        return self.seals[-1] if self.seals else None

    def say(self, type_: str, body: Mapping[str, Any]) -> Entry:
        """Append to the feed."""
        self.tail, entry = extend(self.tail, type_, body, self.now)
        self.changes.entries.append(entry)
        return entry

    # -- ops ---------------------------------------------------------------------------------------------------------

    def judge_op(self, op: OpFact, raw: str, received_at: str) -> Entry:
        """Take an op in with its judgement, tell it, and let heads and conflicts follow."""
        is_new = op.op_id not in self.ops
        if not is_new:
            self.registers.withdraw(self.ops[op.op_id])
        self.ops[op.op_id] = op
        if op.is_admitted:
            self.registers.admit(op)
        entry = self.say(
            "op.judged",
            {
                "op": raw,
                "op_hash": op.hash,
                "outcome": op.outcome,
                "code": op.code,
                "actor": op.actor,
                "received_at": received_at,
            },
        )
        if is_new:
            self.changes.new_ops[op.op_id] = (op, raw, entry.pos)
        else:
            self._note_rejudged(op, raw, entry.pos)
        if op.register:
            self.changes.registers.add(op.register)
        if op.code in CASE_CODES:
            # Every such judgement asks anew: a decision for an earlier manifest does not bind a later one.
            self._note_case(Case(op.op_id))
            self.changes.case_codes[op.op_id] = op.code or ""
        if op.code == "sup_unknown":
            self.unknown_sups.update(op.sup)
        self.changes.is_begun = self.changes.is_begun or (op.is_record and op.is_admitted)
        return entry

    def _note_rejudged(self, op: OpFact, raw: str, pos: int) -> None:
        if op.op_id in self.changes.new_ops:
            self.changes.new_ops[op.op_id] = (op, raw, pos)
        else:
            self.changes.rejudged[op.op_id] = (op, pos)

    def outcome_if_admitted(self, op: OpFact) -> str:
        """`conflict` when admitting the op leaves its register with more than one distinct head value."""
        if op.register is None:
            return "applied"
        self.registers.admit(op)
        is_split = len(self.registers.values(op.register)) > 1
        self.registers.withdraw(op)
        return "conflict" if is_split else "applied"

    # -- conflicts ---------------------------------------------------------------------------------------------------

    def open_row(self, register: Register) -> ConflictRow | None:
        """The open conflict of a register."""
        return next(
            (row for row in reversed(self.conflicts) if (row.item, row.field) == register and row.closed_pos is None),
            None,
        )

    def was_open(self, register: Register, seen: int) -> bool:
        """Was a conflict of the register open for somebody who had seen the feed up to `seen`?"""
        return any((row.item, row.field) == register and row.is_open_at(seen) for row in self.conflicts)

    def refresh_conflict(self, register: Register, *, may_close: bool) -> ConflictRow | None:
        """Let the conflict row follow the heads; only a leader's resolve or a seal may close one.

        A row that opens beside one that closes is told first, so that no reader of a prefix sees none open.
        """
        row = self.open_row(register)
        heads = tuple(head.op_id for head in self.registers.heads(register))
        is_split = len(self.registers.values(register)) > 1
        if is_split and (row is None or may_close):
            fresh = self._open(register, heads)
            if row is not None:
                self._close(row, heads)
            return fresh
        if row is not None and not is_split and may_close:
            self._close(row, heads)
            return None
        if row is not None and row.heads != heads:
            row = self._replace(replace(row, heads=heads))
            self.say("conflict.changed", self._conflict_body(row))
        return row

    def _open(self, register: Register, heads: tuple[str, ...]) -> ConflictRow:
        item, field_ = register
        pos = self.tail.pos + 1
        row = ConflictRow(named_id("conflict", self.scope, item, field_, str(pos)), item, field_, heads, pos)
        self.conflicts.append(row)
        self.changes.conflicts[row.id] = row
        self.say("conflict.opened", self._conflict_body(row))
        return row

    def _close(self, row: ConflictRow, heads: tuple[str, ...]) -> None:
        row = self._replace(replace(row, heads=heads, closed_pos=self.tail.pos + 1))
        self.say("conflict.closed", self._conflict_body(row))

    def _replace(self, row: ConflictRow) -> ConflictRow:
        self.conflicts = [row if other.id == row.id else other for other in self.conflicts]
        self.changes.conflicts[row.id] = row
        return row

    @staticmethod
    def _conflict_body(row: ConflictRow) -> dict[str, Any]:
        return {"conflict": row.id, "item": row.item, "field": row.field, "heads": list(row.heads)}

    # -- blobs -------------------------------------------------------------------------------------------------------

    def link_blob(self, op: OpFact) -> None:
        """Note that the visit refers to these bytes, and tell it at once if they are here already."""
        if op.blob_sha256 is None or op.outcome == "rejected":
            return
        if op.blob_sha256 not in self.linked:
            self.linked.add(op.blob_sha256)
            self.changes.links.append((op.blob_sha256, op.op_id))
        if op.blob_sha256 in self.verified:
            self.announce_blob(op.blob_sha256, self.verified[op.blob_sha256])

    def announce_blob(self, sha256: str, size_bytes: int) -> None:
        """Both the op and the verified bytes are there: say so once."""
        if sha256 in self.linked and sha256 not in self.announced:
            self.announced.add(sha256)
            self.say("blob.verified", {"sha256": sha256, "size": size_bytes})

    # -- late records and addenda ------------------------------------------------------------------------------------

    @property
    def addendum(self) -> Addendum | None:
        """The addendum that is open: the one before whose manifest nothing else can be sealed."""
        n = self.seal.n + 1 if self.seal else None
        return next((addendum for addendum in self.addenda if addendum.n == n), None)

    def open_addendum(self, op_id: str, replica: str, seq: int) -> None:
        """Open the sealed record for what is added, and tell it."""
        if self.seal is None or self.addendum is not None:
            return
        entry = self.say("inspection.addendum_opened", {"n": self.seal.n + 1})
        opened = Addendum(self.seal.n + 1, entry.pos, op_id, replica, seq)
        self.addenda.append(opened)
        self.changes.addenda.append(opened)

    def decide(self, op_id: str, decision: Decision, decided_by: str) -> None:
        """Settle a case; who asks first makes sure that it is open."""
        self._note_case(Case(op_id, decision, decided_by))

    def _note_case(self, case: Case) -> None:
        self.cases[case.op_id] = case
        self.changes.cases[case.op_id] = case

    def is_included(self, op_id: str) -> bool:
        """Did the leader, or a manifest, take this op in?"""
        return op_id in self.cases and self.cases[op_id].decision is Decision.INCLUDE

    @property
    def undecided(self) -> list[str]:
        """What waits for the leader, by op id."""
        return sorted(op_id for op_id, case in self.cases.items() if case.decision is None)

    @property
    def declined(self) -> frozenset[str]:
        """What the leader decided not to take in."""
        kept_out = (Decision.NOTE_ONLY, Decision.NOT_ADOPTED)
        return frozenset(op_id for op_id, case in self.cases.items() if case.decision in kept_out)

    # -- seal --------------------------------------------------------------------------------------------------------

    def put_in_force(
        self,
        seal: Seal,
        seal_op_id: str,
        raws: Mapping[str, tuple[str, str]],
        adopt: Callable[[], None] = lambda: None,
    ) -> None:
        """Let a seal take effect, and say how far it could be checked.

        What it leaves out is judged again, `adopt` takes in the late ones that it names, rows that agree are closed.
        `raws` holds the bytes and the arrival of every op that may have to be told again.
        """
        self.seals.append(seal)
        self.changes.seals[seal.n] = (seal, seal_op_id)
        self.changes.is_sealed_now = True
        left_out = [op for op in self.ops.values() if op.is_admitted and op.is_record and op.op_id not in seal.op_ids]
        for op in sorted(left_out, key=lambda op: op.op_id):
            raw, received_at = raws[op.op_id]
            self.judge_op(op.judged("parked", "late_after_seal"), raw, received_at)
        adopt()
        touched = {op.register for op in left_out if op.register}
        agreed = {
            (row.item, row.field)
            for row in self.conflicts
            if row.closed_pos is None and len(self.registers.values((row.item, row.field))) <= 1
        }
        for register in sorted(touched | agreed):
            self.refresh_conflict(register, may_close=len(self.registers.values(register)) <= 1)
        self.review_seal(is_new=True)

    def review_seal(self, *, is_new: bool = False) -> None:
        """Recompute how far the seal in force can be checked; tell every change. A dispute stays until an addendum."""
        seal = self.seal
        if seal is None or (seal.state in (SealState.DISPUTED, SealState.SEALED) and not is_new):
            return
        state = seal_state(
            seal, self.scope, self.ops, self.announced, edition_hash=self.edition_hash, declined=self.declined
        )
        if state is not seal.state or is_new:
            hands_over = state in HANDED_OVER and not seal.is_handed_over
            seal = self._set_seal(replace(seal, state=state, is_handed_over=seal.is_handed_over or hands_over))
            self.changes.is_handed_over_now = self.changes.is_handed_over_now or hands_over
            self.say("inspection.sealed", {"n": seal.n, "manifest_hash": seal.manifest_hash, "state": seal.state.value})
        self.review_signatures()

    def review_signatures(self) -> None:
        """Say once when everybody needed has signed the manifest in force."""
        seal = self.seal
        if seal is None or seal.is_signed:
            return
        officers = [g.account_id for g in self.grants.values() if g.role is not TeamRole.EXPERT]
        if is_signed(seal.manifest_hash, self.signatures, officers):
            seal = self._set_seal(replace(seal, is_signed=True))
            self.say("inspection.signed", {"n": seal.n, "manifest_hash": seal.manifest_hash})

    def _set_seal(self, seal: Seal) -> Seal:
        self.seals[-1] = seal
        self.changes.seals[seal.n] = (seal, self.changes.seals.get(seal.n, (seal, ""))[1])
        return seal


def grant_of(grants: Iterable[Grant], grant_id: str, account_id: str) -> Grant | None:
    """The grant that an op names, if it is its actor's."""
    return next((g for g in grants if g.id == grant_id and g.account_id == account_id), None)
