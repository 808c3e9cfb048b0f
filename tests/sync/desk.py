"""Single ops put before the judge: what is answered, whether a seq is used, what the feed says."""

import json
from typing import Any

from suicha.demo.phone import Phone, VisitOnPhone
from suicha.kit.canonical import canonical_json
from suicha.kit.digest import sha256_hex
from tests.builders import NOW
from tests.independent.fold import Op as ManifestOp
from tests.independent.manifest import manifest

from .ledger import ADMITTED, Ledger, Op, heads, state_root
from .port import ServerPort

Outcome = tuple[str, str | None]


class Desk:
    """One visit, three people, each with one phone that makes whatever a test wants."""

    def __init__(self, server: ServerPort) -> None:
        """A new visit that everybody has pulled."""
        self.server = server
        self.story = server.begin()
        self.scope, self.items = self.story.x.scope, self.story.x.items
        self.phones = {name: Phone(account) for name, account in self.story.accounts.items()}
        self.results: list[dict[str, Any]] = []
        self.acked: dict[str, int] = {}

    def feed(self) -> Ledger:
        ledger = Ledger(self.scope)
        for wire in self.server.feed(self.scope, 0):
            ledger.append(wire)
        return ledger

    def types(self, since: int = 0) -> list[str]:
        return [json.loads(wire["raw"])["type"] for wire in self.server.feed(self.scope, since)]

    def on(self, name: str) -> VisitOnPhone:
        feed = self.feed()
        grant = next(m["grant"] for m in feed.dispatched["team"] if m["account"] == self.phones[name].account_id)
        edition = {part: feed.dispatched["edition"][part] for part in ("id", "hash")}
        return VisitOnPhone(self.scope, grant, edition, seen=feed.pos)

    def make(self, name: str, kind: str, body: dict[str, Any], **members: Any) -> Op:
        """An op in the outbox; what it says of itself may be anything."""
        at = {"field_" if part == "field" else part: value for part, value in members.items()}
        self.phones[name].make(self.on(name), kind, at=NOW, body=body, **at)
        return Op.read(self.phones[name].outbox[-1]["raw"])

    def note(self, name: str, **members: Any) -> Op:
        return self.make(name, "note.add@1", {"text": "记"}, **members)

    def set(self, name: str, value: Any, *sup: Op, item: int = 0, **members: Any) -> Op:
        at: dict[str, Any] = {"item": self.items[item], "field": "result", "sup": tuple(op.id for op in sup)}
        return self.make(name, "reg.set@1", {"v": value}, **(at | members))

    def resolve(self, name: str, value: Any, *sup: Op, **members: Any) -> Op:
        at: dict[str, Any] = {"item": self.items[0], "field": "result", "sup": tuple(op.id for op in sup)}
        body = {"v": value, "choose": None, "reason": "复核"}
        return self.make(name, "conflict.resolve@1", body, **(at | members))

    def seal(self, name: str = "lead", *also: Op, **changed: Any) -> Op:
        """A seal over all that the feed admits and `also`; `changed` bends the manifest."""
        feed = self.feed()
        inside = [ManifestOp(op.raw, op.hash, op.members) for op in [*feed.admitted(), *also]]
        text = canonical_json(manifest(self.scope, feed.dispatched["edition"]["hash"], inside) | changed)
        return self.make(name, "insp.seal@1", {"manifest": text, "manifest_hash": sha256_hex(text), "missing": []})

    def answer_all(self, name: str = "lead") -> list[Op]:
        made = [self.set(name, "pass", item=number) for number in range(len(self.items))]
        self.send(name)
        return made

    def push(self, name: str, items: list[Any]) -> list[Outcome]:
        phone = self.phones[name]
        reply = self.server.push(phone.replica, phone.account_id, items)
        self.results, self.acked[name] = reply.results, reply.acked_seq
        return [(result["outcome"], result.get("code")) for result in reply.results]

    def send(self, name: str) -> list[Outcome]:
        return self.push(name, self.phones[name].take_outbox())

    def outcome(self, op: Op) -> Outcome:
        judged = self.feed().ops[op.id]
        return (judged.outcome, judged.code)

    def heads(self, item: int = 0) -> list[Op]:
        admitted = [judged.op for judged in self.feed().ops.values() if judged.outcome in ADMITTED]
        return heads(admitted, (self.items[item], "result"))

    def root(self) -> str:
        return state_root(self.feed().admitted())


def wire(op: Op) -> dict[str, str]:
    return {"raw": op.raw, "hash": op.hash}


def bent(op: Op, **members: Any) -> dict[str, str]:
    """The same op with other members, its hash right."""
    return wire(Op.of(op.members | members))
