"""What a feed says, recomputed from its bytes: the chain (0.3), the merge (part 1) and the state root (0.4)."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .canonical import ZERO_HASH, canonical, sha256

ADMITTED = frozenset({"applied", "conflict"})
REGISTER_KINDS = frozenset({"reg.set@1", "conflict.resolve@1"})
RECORD_STEMS = ("reg.set@", "conflict.resolve@", "note.", "meas.", "photo.")
Register = tuple[str, str]


@dataclass(frozen=True)
class Op:
    raw: str
    hash: str
    members: dict[str, Any]

    @classmethod
    def of(cls, members: dict[str, Any]) -> "Op":
        raw = canonical(members)
        return cls(raw, sha256(raw), members)

    @classmethod
    def read(cls, raw: str) -> "Op":
        return cls(raw, sha256(raw), json.loads(raw))

    @property
    def id(self) -> str:
        return str(self.members["op_id"])

    @property
    def first_hash(self) -> str:
        was = self.members.get("was")
        return str(was["hash"]) if was else self.hash

    @property
    def is_record(self) -> bool:
        return str(self.members["kind"]).startswith(RECORD_STEMS)

    @property
    def wire(self) -> dict[str, str]:
        return {"raw": self.raw, "hash": self.hash}


@dataclass(frozen=True)
class Judgement:
    op: Op
    outcome: str
    code: str | None
    actor: str
    pos: int


@dataclass(frozen=True)
class Entry:
    pos: int
    type: str
    body: dict[str, Any]
    hash: str


def heads(ops: Iterable[Op]) -> dict[Register, list[Op]]:
    """Return the surviving ops of every register: what is set minus what anybody superseded."""
    sets = {op.id: op for op in ops if op.members["kind"] in REGISTER_KINDS}
    gone = {old for op in sets.values() for old in op.members["sup"]}
    found: dict[Register, list[Op]] = {}
    for op_id in sorted(sets.keys() - gone):
        op = sets[op_id]
        found.setdefault((op.members["item"], op.members["field"]), []).append(op)
    return found


def distinct_values(ops: Iterable[Op]) -> set[str]:
    return {canonical(op.members["body"]["v"]) for op in ops}


def conflicts(ops: Iterable[Op]) -> set[Register]:
    return {register for register, found in heads(ops).items() if len(distinct_values(found)) > 1}


def state_root(ops: Iterable[Op]) -> str:
    lines = [f"{item}/{name}={','.join(op.id for op in found)}" for (item, name), found in heads(ops).items()]
    return sha256("\n".join(sorted(lines)))


@dataclass
class Feed:
    """One scope's feed, taken page by page; anything that does not follow from the text raises."""

    scope: str
    pos: int = 0
    chain: str = ZERO_HASH
    entries: list[Entry] = field(default_factory=list)
    judged: dict[str, Judgement] = field(default_factory=dict)
    promised: dict[int, tuple[str, str]] = field(default_factory=dict)

    def take(self, page: dict[str, Any]) -> None:
        """Verify one page of a pull against our own chain and fold, then keep it."""
        assert page["from"] == self.pos, f"0.4 from={page['from']}, cursor {self.pos}"
        self.promised[page["head"]] = (page["chain_head"], page["state_root"])
        self._keep_promise()
        for wire in page["entries"]:
            self._append(wire)
        assert page["to"] == self.pos, f"0.4 to={page['to']}, last entry {self.pos}"
        assert page["more"] == (page["to"] < page["head"]), (
            f"0.4 more={page['more']} to={page['to']} head={page['head']}"
        )

    def _append(self, wire: dict[str, Any]) -> None:
        raw = wire["raw"]
        assert wire["hash"] == sha256(raw), f"0.3 hash of entry {wire['pos']}"
        entry = json.loads(raw)
        assert entry.keys() == {"pos", "prev", "type", "at", "body"}, f"0.3 members {sorted(entry)}"
        assert entry["pos"] == wire["pos"] == self.pos + 1, f"0.3 pos {wire['pos']} after {self.pos}"
        assert entry["prev"] == self.chain, f"0.3 prev of entry {wire['pos']}"
        self.pos, self.chain = entry["pos"], wire["hash"]
        self.entries.append(Entry(self.pos, entry["type"], entry["body"], wire["hash"]))
        if entry["type"] == "op.judged":
            self._judge(entry["body"])
        self._keep_promise()

    def _judge(self, body: dict[str, Any]) -> None:
        op = Op.read(body["op"])
        assert op.hash == body["op_hash"], f"0.3 op_hash of the op at {self.pos}"
        self.judged[op.hash] = Judgement(op, body["outcome"], body["code"], body["actor"], self.pos)

    def _keep_promise(self) -> None:
        """A page names chain and state at `head`; compare when we get there, however small the pages are."""
        if self.pos not in self.promised:
            return
        chain, root = self.promised.pop(self.pos)
        assert chain == self.chain, f"0.4 chain_head at {self.pos}"
        assert root == state_root(self.admitted()), f"0.4 state_root at {self.pos}"

    def admitted(self) -> list[Op]:
        return [verdict.op for verdict in self.judged.values() if verdict.outcome in ADMITTED]

    def verdict(self, op: Op) -> Judgement:
        return self.judged[op.hash]

    def all_verdicts(self, op: Op) -> list[tuple[str, str | None]]:
        found = [e.body for e in self.entries if e.type == "op.judged" and e.body["op_hash"] == op.hash]
        return [(body["outcome"], body["code"]) for body in found]

    def of_type(self, *types: str) -> list[Entry]:
        return [entry for entry in self.entries if entry.type in types]

    def open_conflicts(self, register: Register | None = None) -> dict[str, dict[str, Any]]:
        """Return the rows that the feed has opened and not closed, by conflict id."""
        rows: dict[str, dict[str, Any]] = {}
        for entry in self.of_type("conflict.opened", "conflict.changed", "conflict.closed"):
            if entry.type == "conflict.closed":
                rows.pop(entry.body["conflict"])
            else:
                rows[entry.body["conflict"]] = entry.body
        return {key: row for key, row in rows.items() if register in (None, (row["item"], row["field"]))}

    @property
    def dispatched(self) -> dict[str, Any]:
        assert self.entries[0].type == "inspection.dispatched", "0.3 the first entry is inspection.dispatched"
        return self.entries[0].body
