"""A reader's own copy of one feed, folded by the contract alone: nothing here calls the product's merge."""

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

ZERO = "0" * 64
ADMITTED = ("applied", "conflict")
CASES = ("late_after_seal", "grant_revoked_unseen", "edition_mismatch")
REGISTER_KINDS = ("reg.set@1", "conflict.resolve@1")
RECORD_STEMS = ("reg.set@", "conflict.resolve@", "note.", "meas.", "photo.")
Register = tuple[str, str]


def canonical(value: Any) -> str:
    """Canonical JSON of what these tests write: integers and plain text."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class Op:
    """An op as sent or as read from the feed."""

    raw: str
    hash: str
    members: dict[str, Any] = field(compare=False)

    @classmethod
    def of(cls, members: dict[str, Any]) -> "Op":
        raw = canonical(members)
        return cls(raw, sha256(raw), members)

    @classmethod
    def read(cls, raw: str) -> "Op":
        return cls(raw, sha256(raw), json.loads(raw))

    def __repr__(self) -> str:
        m = self.members
        said = {name: m[name] for name in ("op_id", "replica", "seq", "kind", "item", "field", "body", "sup", "seen")}
        return f"Op({said})"

    def __getattr__(self, name: str) -> Any:
        try:
            return self.members[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def id(self) -> str:
        return str(self.members["op_id"])

    @property
    def value(self) -> str:
        return canonical(self.members["body"]["v"])

    @property
    def first_hash(self) -> str:
        was = self.members.get("was")
        return str(was["hash"]) if was else self.hash

    @property
    def is_record(self) -> bool:
        return str(self.members["kind"]).startswith(RECORD_STEMS)

    @property
    def register(self) -> Register | None:
        m = self.members
        return (m["item"], m["field"]) if m["kind"] in REGISTER_KINDS else None

    @property
    def content(self) -> str:
        return canonical([self.members[name] for name in ("scope", "kind", "item", "field", "sup", "body")])


def heads(ops: list[Op], register: Register) -> list[Op]:
    """What was set and superseded by nothing, by id."""
    sets = [op for op in ops if op.register == register]
    gone = {old for op in sets for old in op.members["sup"]}
    return sorted((op for op in sets if op.id not in gone), key=lambda op: op.id)


def values(ops: list[Op], register: Register) -> set[str]:
    return {op.value for op in heads(ops, register)}


def registers(ops: list[Op]) -> list[Register]:
    return sorted({op.register for op in ops if op.register})


def state_root(ops: list[Op]) -> str:
    found = {register: heads(ops, register) for register in registers(ops)}
    lines = [f"{i}/{f}={','.join(op.id for op in ops)}" for (i, f), ops in found.items() if ops]
    return sha256("\n".join(sorted(lines)))


@dataclass
class Judged:
    """The newest judgement of an op."""

    op: Op
    outcome: str
    code: str | None


@dataclass
class Ledger:
    """One scope's feed up to `pos`."""

    scope: str
    pos: int = 0
    chain: str = ZERO
    wires: list[dict[str, Any]] = field(default_factory=list)
    ops: dict[str, Judged] = field(default_factory=dict)
    rows: dict[Register, dict[str, Any]] = field(default_factory=dict)
    verified: set[str] = field(default_factory=set)
    revoked: dict[str, int] = field(default_factory=dict)
    seals: list[dict[str, Any]] = field(default_factory=list)
    signed: list[str] = field(default_factory=list)
    dispatched: dict[str, Any] = field(default_factory=dict)
    grants: dict[str, tuple[str, str, bool]] = field(default_factory=dict)
    addendum: int = 0
    cases: dict[str, str | None] = field(default_factory=dict)
    promised: dict[int, tuple[str, str | None]] = field(default_factory=dict)

    def take(self, page: dict[str, Any]) -> bool:
        """Verify a page and keep it whole; what does not follow on (an old reply, a gap) is left."""
        if page["from"] != self.pos or not self.follows(page["entries"]):
            return False
        assert page["more"] == (page["to"] < page["head"])
        self.promised[page["head"]] = (page["chain_head"], page["state_root"])
        for wire in page["entries"]:
            self.append(wire)
        assert page["to"] == self.pos
        return True

    def follows(self, entries: list[dict[str, Any]]) -> bool:
        """Gapless from the cursor on."""
        return [wire["pos"] for wire in entries] == list(range(self.pos + 1, self.pos + 1 + len(entries)))

    def append(self, wire: dict[str, Any]) -> dict[str, Any]:
        """One entry, which must follow from the last one."""
        entry: dict[str, Any] = json.loads(wire["raw"])
        assert sha256(wire["raw"]) == wire["hash"], f"hash of entry {wire['pos']}"
        assert entry["pos"] == wire["pos"] == self.pos + 1, f"a gap after {self.pos}: {wire['pos']}"
        assert entry["prev"] == self.chain, f"the chain breaks at {self.pos + 1}"
        self.pos, self.chain = entry["pos"], wire["hash"]
        self.wires.append(wire)
        self._fold(entry["type"], entry["body"])
        if self.pos in self.promised:
            chain, root = self.promised.pop(self.pos)
            assert chain == self.chain, f"chain_head at {self.pos}"
            assert root in (None, state_root(self.admitted())), f"state_root at {self.pos}"
        return entry

    def _fold(self, type_: str, body: dict[str, Any]) -> None:  # noqa: C901 - one branch per type
        if type_ == "op.judged":
            op = Op.read(body["op"])
            assert op.hash == body["op_hash"]
            if body["code"] != "op_id_reused" and body["outcome"] != "duplicate":
                self._fold_case(Judged(op, body["outcome"], body["code"]))
                self.ops[op.id] = Judged(op, body["outcome"], body["code"])
        elif type_.startswith("conflict."):
            self._fold_conflict(type_, body)
        elif type_ == "blob.verified":
            self.verified.add(body["sha256"])
        elif type_ == "grant.revoked":
            self.revoked[body["account"]] = self.pos
            self.grants[body["grant"]] = (body["account"], body["role"], False)
        elif type_ == "grant.added":
            self.grants[body["grant"]] = (body["account"], body["role"], True)
        elif type_ == "inspection.addendum_opened":
            self.addendum = body["n"]
        elif type_ == "inspection.sealed":
            self.seals.append(body)
        elif type_ == "inspection.signed":
            self.signed.append(body["manifest_hash"])
        elif type_ == "inspection.dispatched":
            self.dispatched = body
            self.grants |= {m["grant"]: (m["account"], m["role"], True) for m in body["team"]}

    def _fold_case(self, judged: Judged) -> None:
        """0.9: each such judgement asks anew; the first decision in feed order counts; a manifest takes in."""
        op = judged.op
        if judged.code in CASES:
            self.cases[op.id] = None
        elif judged.outcome in ADMITTED and self.cases.get(op.id, "") is None:
            self.cases[op.id] = "include"
        if op.kind == "late.dispose@1" and judged.outcome in ADMITTED:
            target, decision = op.body["op_id"], op.body["decision"]
            if self.cases.get(target, "") is None and (decision != "include" or self.may_include(target)):
                self.cases[target] = decision

    def may_include(self, op_id: str) -> bool:
        judged = self.ops[op_id]
        return judged.code == "grant_revoked_unseen" or (judged.code == "late_after_seal" and judged.op.is_record)

    @property
    def declined(self) -> set[str]:
        return {op_id for op_id, decision in self.cases.items() if decision in ("note_only", "not_adopted")}

    def manifest(self, manifest_hash: str) -> dict[str, Any]:
        """The text behind a hash, from the op that sealed it."""
        sealing = [j.op for j in self.ops.values() if j.op.kind == "insp.seal@1"]
        text = next(op.body["manifest"] for op in sealing if op.body["manifest_hash"] == manifest_hash)
        said: dict[str, Any] = json.loads(text)
        return said

    def carried(self, manifest_hash: str) -> set[str]:
        """What the next manifest has to name."""
        named = set(self.manifest(manifest_hash)["ops"])
        dead = {i for i, j in self.ops.items() if j.outcome == "rejected"}
        dead |= {i for i in self.declined if i in self.ops and self.ops[i].outcome not in ADMITTED}
        return named - dead

    def _fold_conflict(self, type_: str, body: dict[str, Any]) -> None:
        """A row that opens beside one that closes is told first and stays."""
        register = (body["item"], body["field"])
        if type_ != "conflict.closed":
            self.rows[register] = body
        elif self.rows[register]["conflict"] == body["conflict"]:
            del self.rows[register]

    def admitted(self) -> list[Op]:
        return [judged.op for judged in self.ops.values() if judged.outcome in ADMITTED]
