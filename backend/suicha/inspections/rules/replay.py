"""Goes through the feed of a visit entry by entry, keeps what a phone would keep, and notes what does not hold.

Used by `verify`: everything is derived again from the bytes of the ops; nothing that the server concluded is believed.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from suicha.inspections.rules.facts import (
    CASE_CODES,
    REGISTER_KINDS,
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
from suicha.inspections.rules.late import may_include
from suicha.inspections.rules.manifest import carried_over, read_manifest
from suicha.inspections.rules.merge import Registers
from suicha.inspections.rules.told import ToldOp, Unreadable, read_op
from suicha.kit.digest import sha256_hex

_LEADERS_KINDS = frozenset({"conflict.resolve@1", "insp.seal@1", "late.dispose@1", "addendum.open@1"})


@dataclass(frozen=True)
class Finding:
    """Something that does not hold: a stable code, the place, and a sentence."""

    code: str
    where: str
    text: str


@dataclass
class Replay:
    """The visit as its feed tells it, up to the entry that was taken last."""

    scope: str
    edition: tuple[str, str]
    grants: dict[str, Grant] = field(default_factory=dict)
    told: dict[str, ToldOp] = field(default_factory=dict)
    ops: dict[str, OpFact] = field(default_factory=dict)
    registers: Registers = field(default_factory=Registers)
    rows: dict[str, ConflictRow] = field(default_factory=dict)
    verified: set[str] = field(default_factory=set)
    seals: dict[int, Seal] = field(default_factory=dict)
    signed: set[str] = field(default_factory=set)
    addenda: dict[int, Addendum] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    _newest: ToldOp | None = None
    findings: list[Finding] = field(default_factory=list)

    def note(self, code: str, where: str, text: str) -> None:
        """Something does not hold."""
        self.findings.append(Finding(code, where, text))

    def take(self, pos: int, type_: str, body: dict[str, Any]) -> None:
        """One more entry; types that are not known here are skipped, as phones do."""
        takers: dict[str, Callable[[int, dict[str, Any]], None]] = {
            "inspection.dispatched": self._dispatched,
            "grant.added": self._granted,
            "grant.revoked": self._revoked,
            "op.judged": self._judged,
            "conflict.opened": self._conflict_opened,
            "conflict.changed": self._conflict_changed,
            "conflict.closed": self._conflict_closed,
            "blob.verified": lambda _pos, said: self.verified.add(said["sha256"]),
            "inspection.sealed": self._sealed,
            "inspection.signed": lambda _pos, said: self.signed.add(said["manifest_hash"]),
            "inspection.addendum_opened": self._addendum_opened,
        }
        if (pos == 1) is not (type_ == "inspection.dispatched"):
            self.note("dispatch_misplaced", f"entry {pos}", "a visit begins with its dispatch, and with nothing else")
        if type_ in takers:
            takers[type_](pos, body)

    # -- who may write -----------------------------------------------------------------------------------------------

    def _dispatched(self, pos: int, body: dict[str, Any]) -> None:
        if f"insp:{body['inspection']['id']}" != self.scope:
            self.note("wrong_visit", f"entry {pos}", "the dispatch is that of another visit")
        if (body["edition"]["id"], body["edition"]["hash"]) != self.edition:
            self.note("wrong_edition", f"entry {pos}", "the visit was dispatched with another edition")
        for member in body["team"]:
            self._grant(member["grant"], member["account"], member["role"])

    def _granted(self, _pos: int, body: dict[str, Any]) -> None:
        self._grant(body["grant"], body["account"], body["role"])

    def _grant(self, grant: str, account: str, role: str) -> None:
        self.grants.setdefault(grant, Grant(grant, account, TeamRole(role)))

    def _revoked(self, pos: int, body: dict[str, Any]) -> None:
        if body["grant"] in self.grants:
            self.grants[body["grant"]] = replace(self.grants[body["grant"]], revoked_pos=pos)

    # -- ops ---------------------------------------------------------------------------------------------------------

    def _judged(self, pos: int, body: dict[str, Any]) -> None:
        where = f"entry {pos}"
        if sha256_hex(body["op"]) != body["op_hash"]:
            self.note("op_changed", where, "the text of an op does not have the hash that was told")
        try:
            op = read_op(
                body["op"], body["op_hash"], body["outcome"], body["code"], pos=pos, received_at=body["received_at"]
            )
        except Unreadable as error:
            self.note("op_unreadable", where, f"not an op: {error}")
            return
        self.told[op.fact.hash] = op
        if op.scope != self.scope or op.fact.actor != body["actor"]:
            self.note("op_misplaced", where, "an op of another visit, or of somebody else")
        if op.fact.code == "op_id_reused" or op.fact.outcome == "duplicate":
            return
        if op.fact.op_id in self.ops:
            self.registers.withdraw(self.ops[op.fact.op_id])
        self.ops[op.fact.op_id] = op.fact
        if op.fact.code in CASE_CODES:
            self.cases[op.fact.op_id] = Case(op.fact.op_id)
        if op.fact.is_admitted:
            self.registers.admit(op.fact)
            if op.fact.op_id in self.cases and self._is_named_by_newest_seal(op.fact.op_id):
                self.cases[op.fact.op_id] = Case(op.fact.op_id, Decision.INCLUDE, self._newest_id)
            self._check_admission(op, where)
            self._take_effect(op)

    @property
    def _newest_id(self) -> str | None:
        return self._newest.fact.op_id if self._newest else None

    def _is_named_by_newest_seal(self, op_id: str) -> bool:
        """A manifest that takes effect takes in the late ops that it names."""
        by = self._newest
        is_sealing = by is not None and by.fact.kind == "insp.seal@1"
        return is_sealing and by is not None and op_id in read_manifest(by.body["manifest"])["ops"]

    def _take_effect(self, op: ToldOp) -> None:
        if op.fact.is_record:
            return
        self._newest = op
        if op.fact.kind != "late.dispose@1":
            return
        case, decision = self.cases.get(op.body["op_id"]), Decision(op.body["decision"])
        target = self.ops.get(op.body["op_id"])
        if case is not None and case.decision is None and target is not None and may_include(target, decision):
            self.cases[case.op_id] = Case(case.op_id, decision, op.fact.op_id)

    def _check_admission(self, op: ToldOp, where: str) -> None:
        fact = op.fact
        grant = self.grants.get(op.grant)
        if grant is None or grant.account_id != fact.actor:
            self.note("not_granted", where, "an op was admitted whose author has no part in the visit")
        elif not _may_say(grant.role, fact.kind):
            self.note("not_permitted_role", where, f"a {grant.role} may not say {fact.kind}")
        elif grant.revoked_pos is not None and op.seen >= grant.revoked_pos and not self.is_included(fact.op_id):
            self.note("not_authorised_seen", where, "an op was admitted whose author knew that he was off the team")
        if op.edition != self.edition:
            self.note("edition_mismatch", where, "an op was admitted that was made with another edition")
        if fact.register is not None:
            self._check_outcome(fact, where)
            self._check_superseded(op, where)

    def _check_outcome(self, fact: OpFact, where: str) -> None:
        is_split = fact.register is not None and len(self.registers.values(fact.register)) > 1
        if is_split is not (fact.outcome == "conflict"):
            said = "a conflict" if is_split else "no conflict"
            self.note("wrong_outcome", where, f"the op was told as {fact.outcome}, but there was {said}")

    def _check_superseded(self, op: ToldOp, where: str) -> None:
        """No value disappears silently: docs/sync-protocol.md, 0.7."""
        earlier = [self.ops[op_id] for op_id in op.fact.sup if op_id in self.ops]
        if any(other.register != op.fact.register for other in earlier):
            self.note("sup_elsewhere", where, "an op supersedes one of another register")
        if op.fact.kind != "reg.set@1" or all(other.actor == op.fact.actor for other in earlier):
            return
        was_open = any(
            (row.item, row.field) == op.fact.register and row.is_open_at(op.seen) for row in self.rows.values()
        )
        if was_open or len({other.value for other in earlier}) > 1:
            self.note("sup_not_permitted", where, "an op supersedes the answer of a colleague during a conflict")

    # -- conflicts ---------------------------------------------------------------------------------------------------

    def _conflict_opened(self, pos: int, body: dict[str, Any]) -> None:
        row = ConflictRow(body["conflict"], body["item"], body["field"], tuple(body["heads"]), pos)
        self._follow(pos, row)

    def _conflict_changed(self, pos: int, body: dict[str, Any]) -> None:
        if body["conflict"] in self.rows:
            self._follow(pos, replace(self.rows[body["conflict"]], heads=tuple(body["heads"])))

    def _conflict_closed(self, pos: int, body: dict[str, Any]) -> None:
        if body["conflict"] in self.rows:
            self._follow(pos, replace(self.rows[body["conflict"]], heads=tuple(body["heads"]), closed_pos=pos))

    def _follow(self, pos: int, row: ConflictRow) -> None:
        self.rows[row.id] = row
        if row.heads != self.heads_of((row.item, row.field)):
            self.note("wrong_heads", f"entry {pos}", f"the values of {row.item}/{row.field} were others")

    def heads_of(self, register: Register) -> tuple[str, ...]:
        """The ids of a register's heads."""
        return tuple(head.op_id for head in self.registers.heads(register))

    # -- seal --------------------------------------------------------------------------------------------------------

    def _sealed(self, pos: int, body: dict[str, Any]) -> None:
        n, digest, state = body["n"], body["manifest_hash"], SealState(body["state"])
        if n in self.seals and self.seals[n].manifest_hash == digest:
            self.seals[n] = replace(self.seals[n], state=state)
            return
        text = self._manifest(digest)
        if text is None or sha256_hex(text) != digest or n in self.seals:
            self.note("seal_without_manifest", f"entry {pos}", "a seal took effect that no leader's op asked for")
            return
        self.seals[n] = Seal(n, digest, text, state, frozenset(read_manifest(text)["ops"]))
        self._check_left_out(pos, self.seals[n])

    def _check_left_out(self, pos: int, seal: Seal) -> None:
        """A seal that takes effect leaves nothing admitted beside what it names."""
        for op in self.ops.values():
            if op.is_admitted and op.is_record and op.op_id not in seal.op_ids:
                self.note("late_but_merged", f"entry {pos}", f"{op.op_id} stands beside manifest {seal.n}")
        earlier = self.seals.get(seal.n - 1)
        if earlier is not None and not carried_over(earlier, self.ops, self.declined) <= seal.op_ids:
            self.note("seal_wrong", f"seal {seal.n}", "a manifest leaves out what the one before it binds")

    @property
    def declined(self) -> frozenset[str]:
        """What a leader decided not to take in."""
        kept_out = (Decision.NOTE_ONLY, Decision.NOT_ADOPTED)
        return frozenset(op_id for op_id, case in self.cases.items() if case.decision in kept_out)

    def is_included(self, op_id: str) -> bool:
        """Did a leader take this op in?"""
        return op_id in self.cases and self.cases[op_id].decision is Decision.INCLUDE

    def may_stand_beside(self, op: ToldOp) -> bool:
        """May an admitted op be outside the newest manifest? Only in an open addendum, asked for or made knowingly."""
        addendum = self.addenda.get(max(self.seals) + 1)
        if addendum is None:
            return False
        follows = op.fact.replica == addendum.replica and op.fact.seq > addendum.seq
        return self.is_included(op.fact.op_id) or op.seen >= addendum.opened_pos or follows

    def _manifest(self, digest: str) -> str | None:
        sealing = (op.body for op in self.told.values() if op.fact.kind == "insp.seal@1" and op.fact.is_admitted)
        return next((str(body["manifest"]) for body in sealing if body["manifest_hash"] == digest), None)

    def _addendum_opened(self, pos: int, body: dict[str, Any]) -> None:
        n, by = body["n"], self._newest
        if by is None or by.fact.kind not in ("addendum.open@1", "late.dispose@1") or n - 1 not in self.seals:
            self.note("addendum_unasked", f"entry {pos}", "an addendum was opened that no leader's op asked for")
            return
        self.addenda[n] = Addendum(n, pos, by.fact.op_id, by.fact.replica, by.fact.seq)

    @property
    def signatures(self) -> list[SignatureFact]:
        """All signatures that were taken in."""
        said = [op for op in self.told.values() if op.fact.kind == "sig.add@1" and op.fact.is_admitted]
        return [
            SignatureFact(
                op.fact.op_id,
                op.body["role"],
                op.body["person"],
                op.body["manifest_hash"],
                op.body.get("refused") is not None,
            )
            for op in said
        ]


def _may_say(role: TeamRole, kind: str) -> bool:
    if kind in _LEADERS_KINDS:
        return role is TeamRole.LEADER
    return role is not TeamRole.EXPERT or kind not in REGISTER_KINDS
