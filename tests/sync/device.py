"""A phone by the contract's client rules. All that survives a kill is in `Disk`; each method is one transaction."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.independent.fold import Op as ManifestOp
from tests.independent.manifest import manifest

from .ledger import ADMITTED, ZERO, Ledger, Op, Register, canonical, heads, sha256
from .port import ServerPort, Story

USES_NO_SEQ = ("malformed", "hash_mismatch", "actor_mismatch", "prev_mismatch", "replica_fork")
DAMAGED = ("malformed", "hash_mismatch")


@dataclass
class Disk:
    """What a phone keeps, as JSON could hold it."""

    replica: str
    seq: int = 0
    last: str = ZERO
    log: list[str] = field(default_factory=list)
    outbox: list[dict[str, str]] = field(default_factory=list)
    quarantine: list[str] = field(default_factory=list)
    replies: dict[str, list[str | None]] = field(default_factory=dict)
    feeds: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    cursors: dict[str, int] = field(default_factory=dict)
    blobs: dict[str, str] = field(default_factory=dict)
    imported: list[str] = field(default_factory=list)


class Device:
    """One replica of one person."""

    def __init__(self, name: str, role: str, story: Story, port: ServerPort, new_id: Callable[[], str]) -> None:
        """A phone that was never used."""
        self.name, self.role, self.story, self.port, self.new_id = name, role, story, port, new_id
        self.account = story.accounts[role]
        self.disk = Disk(new_id())
        self.load()

    def load(self) -> None:
        """Everything else follows from the disk."""
        d = self.disk
        self.ledgers = {scope: Ledger(scope) for scope in (self.story.x.scope, self.story.y.scope)}
        for scope, wires in d.feeds.items():
            for wire in wires:
                self.ledger(scope).append(wire)
        self.log = {op.id: op for op in map(Op.read, d.log)}
        self.imported = [Op.read(raw) for raw in d.imported]

    def kill(self) -> None:
        """The tab is closed by the system: only the disk comes back."""
        self.disk = Disk(**json.loads(json.dumps(vars(self.disk))))
        self.load()

    def clone(self, name: str) -> "Device":
        """A copy of the whole profile, replica id included."""
        twin = Device(name, self.role, self.story, self.port, self.new_id)
        twin.disk = Disk(**json.loads(json.dumps(vars(self.disk))))
        twin.load()
        return twin

    def ledger(self, scope: str) -> Ledger:
        return self.ledgers.setdefault(scope, Ledger(scope))

    @property
    def x(self) -> Ledger:
        return self.ledger(self.story.x.scope)

    # -- what the person sees ----------------------------------------------------------------------------------------

    def unjudged(self) -> list[Op]:
        """My ops of the visit that the feed does not mention and the server did not refuse: the feed wins."""
        mine = [op for op in self.log.values() if op.scope == self.story.x.scope and op.id not in self.x.ops]
        return [op for op in mine if self.disk.replies.get(op.id, ["applied"])[0] in ADMITTED]

    def view(self) -> list[Op]:
        """The record as this phone shows it: what the feed admits, and what only this phone has."""
        seen = self.x.admitted()
        taken_in = {op.body["op_id"] for op in self.unjudged() if op.body.get("decision") == "include"}
        seen += [j.op for i, j in self.x.ops.items() if i in taken_in and j.outcome == "parked" and j.op.is_record]
        own = [op for op in self.unjudged() if op.is_record and op.id not in self.disk.quarantine]
        here = {op.id for op in seen} | {op.id for op in own}
        brought = [op for op in self.imported if op.id not in here and op.id not in self.x.ops]
        return seen + own + brought

    def newest_seal(self) -> tuple[int, str | None]:
        """The newest manifest that I know, from the feed or my own, and its number."""
        n, digest = (self.x.seals[-1]["n"], self.x.seals[-1]["manifest_hash"]) if self.x.seals else (0, None)
        for op in self.unjudged():
            if op.kind == "insp.seal@1" and json.loads(op.body["manifest"])["n"] == n + 1:
                n, digest = n + 1, op.body["manifest_hash"]
        return n, digest

    def manifest_in_force(self) -> str | None:
        return self.newest_seal()[1]

    def known_addendum(self) -> int:
        """The newest addendum that I know of."""
        return max([self.x.addendum, *(op.body["n"] for op in self.unjudged() if op.kind == "addendum.open@1")])

    def may_write(self) -> bool:
        n, _ = self.newest_seal()
        return self.is_member() and (n == 0 or self.known_addendum() == n + 1)

    def is_member(self) -> bool:
        return any(account == self.account and is_in_force for account, _, is_in_force in self.x.grants.values())

    def leads(self) -> bool:
        return (self.account, "leader", True) in self.x.grants.values()

    def is_disputed(self, register: Register) -> bool:
        """Is a conflict of the register open, or do its heads differ here?"""
        return register in self.x.rows or len({op.value for op in heads(self.view(), register)}) > 1

    # -- making ops --------------------------------------------------------------------------------------------------

    def make(self, kind: str, body: dict[str, Any], **more: Any) -> Op:
        """Append to the log and the outbox in one transaction."""
        d, scope = self.disk, more.pop("scope", self.story.x.scope)
        feed = self.ledger(scope)
        members = {
            "ev": 1, "op_id": self.new_id(), "replica": d.replica, "seq": d.seq + 1, "prev": d.last, "scope": scope,
            "kind": kind, "item": None, "field": None, "sup": [], "body": body, "seen": feed.pos,
            "grant": self.grant(scope),
            "edition": {name: feed.dispatched["edition"][name] for name in ("id", "hash")},
            "actor": self.account, "courier": None, "app": "machine",
            "t": {"wall": "2026-11-23T10:00:00.000+08:00", "mono_ms": d.seq, "boot": ZERO[:8], "off_ms": None,
                  "off_age_s": None},
        } | more  # fmt: skip
        return self._keep(Op.of(members))

    def grant(self, scope: str) -> str:
        """My part in a visit: the leader's if I have it, the newest in force, else the one that I had."""
        own = [(is_in_force, role == "leader", grant) for grant, (account, role, is_in_force)
               in self.ledger(scope).grants.items() if account == self.account]  # fmt: skip
        return max(own)[2]

    def _keep(self, op: Op) -> Op:
        d = self.disk
        d.seq, d.last = op.seq, op.hash
        d.log.append(op.raw)
        d.outbox.append({"raw": op.raw, "hash": op.hash, "id": op.id})
        self.log[op.id] = op
        return op

    def set(self, register: Register, value: Any) -> Op:
        """0.7: exactly the heads shown; while they are disputed only those of my own."""
        return self.make("reg.set@1", {"v": value}, item=register[0], field=register[1], sup=self.sup_for(register))

    def sup_for(self, register: Register) -> list[str]:
        shown = heads(self.view(), register)
        if self.is_disputed(register):
            shown = [op for op in shown if op.actor == self.account]
        return [op.id for op in shown]

    def resolve(self, register: Register) -> Op | None:
        """The leader chooses the first value shown."""
        shown = heads(self.view(), register)
        if not shown or not self.is_disputed(register):
            return None
        body = {"v": json.loads(shown[0].value), "choose": shown[0].id, "reason": "现场复核"}
        at = {"item": register[0], "field": register[1], "sup": [op.id for op in shown]}
        return self.make("conflict.resolve@1", body, **at)

    def photo(self, item: str) -> Op:
        photo_id = self.new_id()
        data = f"the bytes of {photo_id}"
        body = {"photo_id": photo_id, "sha256": sha256(data), "size": len(data), "mime": "image/jpeg", "w": 4, "h": 3,
                "taken": None, "gps": None, "derivs": []}  # fmt: skip
        self.disk.blobs[sha256(data)] = data
        return self.make("photo.add@1", body, item=item)

    def photos(self) -> list[Op]:
        """Shown photos that I may exclude."""
        view = self.view()
        gone = {op.body["photo_id"] for op in view if op.kind == "photo.exclude@1"}
        shown = [op for op in view if op.kind == "photo.add@1" and op.body["photo_id"] not in gone]
        return sorted((op for op in shown if self.leads() or op.actor == self.account), key=lambda op: op.id)

    def described(self) -> dict[str, Any]:
        """The manifest of what this phone holds."""
        inside = [ManifestOp(op.raw, op.hash, op.members) for op in self.view()]
        n, prev = self.newest_seal()
        frame = {"n": n + 1, "prev_manifest": prev}
        return manifest(self.story.x.scope, self.x.dispatched["edition"]["hash"], inside) | frame

    def lacks_what_was_sealed(self) -> bool:
        """Is something missing here that the manifest in force binds? Then nothing can be sealed after it."""
        n, digest = self.newest_seal()
        return n > 0 and not self.carried(digest) <= {op.id for op in self.view()}

    def carried(self, digest: str | None) -> frozenset[str]:
        """What a manifest binds, and the next one with it; the text may be in my own log only."""
        own = [op for op in self.log.values() if op.kind == "insp.seal@1" and op.body["manifest_hash"] == digest]
        if own:
            dead = {i for i, j in self.x.ops.items() if j.outcome == "rejected" or i in self.x.declined}
            return frozenset(json.loads(own[0].body["manifest"])["ops"]) - dead
        return frozenset(self.x.carried(str(digest)))

    def open_addendum(self) -> Op | None:
        n, _ = self.newest_seal()
        if n == 0 or self.known_addendum() > n:
            return None
        return self.make("addendum.open@1", {"n": n + 1, "reason": "补充现场情况"})

    def undecided(self) -> list[str]:
        """What waits for the leader, as far as I know."""
        mine = {op.body["op_id"] for op in self.unjudged() if op.kind == "late.dispose@1"}
        return sorted(op_id for op_id, decision in self.x.cases.items() if decision is None and op_id not in mine)

    def decide(self, op_id: str, decision: str) -> list[Op]:
        """To take something in, the sealed record is opened first, unless it is bound already or nothing is sealed."""
        n, digest = self.newest_seal()
        judged = self.x.ops[op_id]
        if decision == "include" and not self.x.may_include(op_id):
            decision = "not_adopted"
        needs = decision == "include" and judged.op.is_record and n > 0 and op_id not in self.carried(digest)
        opened = [self.open_addendum()] if needs else []
        body = {"op_id": op_id, "decision": decision, "reason": "经核实"}
        return [op for op in [*opened, self.make("late.dispose@1", body)] if op]

    def seal(self) -> Op | None:
        """Answer what is open, then seal; refused here while values differ."""
        view = self.view()
        registers = {op.register for op in view if op.register}
        if self.lacks_what_was_sealed() or any(
            len({op.value for op in heads(view, register)}) > 1 for register in registers
        ):
            return None
        open_ = [(item, "result") for item in self.story.x.items]
        open_ = [r for r in open_ if {op.value for op in heads(view, r)} in (set(), {"null"})]
        if any(self.is_disputed(register) for register in open_):
            return None
        for register in open_:
            self.set(register, "pass")
        text = canonical(self.described())
        return self.make("insp.seal@1", {"manifest": text, "manifest_hash": sha256(text), "missing": []})

    def sign(self, role: str, person: str, manifest_hash: str, *, refused: bool = False) -> Op:
        body = {"role": role, "person": person, "manifest_hash": manifest_hash, "image_sha256": None,
                "consent_text_hash": sha256("经核对无误"),
                "refused": {"reason": "不认可", "witness": None} if refused else None}  # fmt: skip
        return self.make("sig.add@1", body)

    def bring(self, ops: Iterable[Op]) -> None:
        """Take over ops by file, as they stand in a colleague's outbox."""
        new = [op for op in ops if op.scope == self.story.x.scope and op.id not in self.log and op.id not in self.x.ops]
        known = {op.id for op in self.imported}
        self.disk.imported += [op.raw for op in new if op.id not in known]
        self.imported = [Op.read(raw) for raw in self.disk.imported]

    # -- sending -----------------------------------------------------------------------------------------------------

    def send(self, items: list[dict[str, str]], *, is_lost: bool = False) -> list[dict[str, Any]] | None:
        """Push these items of the outbox; None when the reply never came."""
        wires = [{"raw": item["raw"], "hash": item["hash"]} for item in items]
        reply = self.port.push(self.disk.replica, self.account, wires)
        if is_lost:
            return None
        self.take_reply(items, reply.acked_seq, reply.results)
        return reply.results

    def send_all(self) -> list[dict[str, Any]]:
        return self.send(list(self.disk.outbox)) or [] if self.disk.outbox else []

    def take_reply(self, items: list[dict[str, str]], acked_seq: int, results: list[dict[str, Any]]) -> None:
        """0.6: what a reply does to the outbox."""
        is_forked = False
        for item, result in zip(items, results, strict=True):
            said = result.get("original", result)
            if item not in self.disk.outbox or said["outcome"] == "deferred":
                continue
            if said["outcome"] == "rejected" and said["code"] in USES_NO_SEQ:
                # Nothing of mine is missing before the first that waits: somebody else wrote on in my name.
                is_first = said["code"] == "prev_mismatch" and item == self.disk.outbox[0]
                is_forked = is_forked or is_first or said["code"] == "replica_fork"
                if said["code"] in DAMAGED:
                    self._replace_damaged(item, is_used=result["seq"] is not None and acked_seq >= result["seq"])
                continue
            self.disk.outbox.remove(item)
            self.disk.replies[item["id"]] = [said["outcome"], said.get("code")]
            if said["outcome"] == "rejected":
                self.disk.quarantine.append(item["id"])
        if is_forked:
            self.rotate()

    def _replace_damaged(self, item: dict[str, str], *, is_used: bool) -> None:
        """The bytes rotted on the disk: kept in quarantine; an op.void takes the place, unless the server has them."""
        place, op = self.disk.outbox.index(item), self.log[item["id"]]
        self.disk.outbox.remove(item)
        self.disk.quarantine.append(op.id)
        if is_used:
            return
        body = {"seq": op.seq, "op_hash": op.hash, "reason": "本机数据损坏"}
        plain = {"kind": "op.void@1", "item": None, "grant": self.grant(op.scope), "was": None}
        void = Op.of(op.members | plain | {"op_id": self.new_id(), "body": body})
        self.disk.outbox.insert(place, {"raw": void.raw, "hash": void.hash, "id": void.id})
        self.disk.log.append(void.raw)
        self.log[void.id] = void

    def rotate(self) -> None:
        """A fork: a new replica id; unacked ops go into new envelopes with the same op_id."""
        d = self.disk
        unacked, d.outbox = d.outbox, []
        d.replica, d.seq, d.last = self.new_id(), 0, ZERO
        for item in unacked:
            old = self.log[item["id"]]
            if sha256(item["raw"]) != item["hash"]:
                d.quarantine.append(old.id)
                continue
            d.log.remove(old.raw)
            if old.kind == "op.void@1":
                # In the new log nothing is missing where it stood.
                del self.log[old.id]
            else:
                was = old.members.get("was") or {"replica": old.replica, "seq": old.seq, "hash": old.hash}
                again = {"replica": d.replica, "seq": d.seq + 1, "prev": d.last, "was": was}
                self._keep(Op.of(old.members | again))

    # -- receiving ---------------------------------------------------------------------------------------------------

    def ask(self, limit: int = 500) -> dict[str, Any]:
        return self.port.pull(self.account, dict(self.disk.cursors), limit)[0]

    def take(self, pages: dict[str, Any], *, dies: bool = False) -> None:
        """Entries and cursor are one transaction: a phone that dies in it has neither."""
        if dies:
            self.kill()
            return
        for scope, page in pages.items():
            ledger = self.ledger(scope)
            if ledger.take(page):
                self.disk.feeds.setdefault(scope, []).extend(page["entries"])
                self.disk.cursors[scope] = ledger.pos

    def pull(self, limit: int = 500) -> None:
        """Until nothing is left."""
        pages = self.ask(limit)
        self.take(pages)
        while any(page["more"] for page in pages.values()):
            pages = self.ask(limit)
            self.take(pages)

    def upload(self) -> None:
        for digest, data in list(self.disk.blobs.items()):
            self.port.bring_blob(self.account, data.encode())
            del self.disk.blobs[digest]

    def damage_last(self, *, is_readable: bool) -> str | None:
        """A note that waits in the outbox rots on the disk; returns its id."""
        last = self.disk.outbox[-1] if self.disk.outbox else None
        if last is None or self.log[last["id"]].kind != "note.add@1" or sha256(last["raw"]) != last["hash"]:
            return None
        last["raw"] = last["raw"].replace("machine", "rotten!") if is_readable else last["raw"][:-9]
        return last["id"]


def is_quiet(devices: Iterable[Device]) -> bool:
    return all(not device.disk.outbox for device in devices)
