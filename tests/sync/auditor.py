"""The oracle: reads the whole feed as it grows and asks after every step what sync.md promises (O1 to O11)."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.independent.fold import Op as ManifestOp
from tests.independent.manifest import manifest

from .device import Device
from .ledger import ADMITTED, Judged, Ledger, Op, Register, canonical, heads, registers, state_root, values
from .port import ServerPort, Story

PARKED = ("late_after_seal", "grant_revoked_unseen", "sup_unknown")


@dataclass
class Ghost:
    """What only the test knows of an op: what its maker knew, and whether the maker meant to break a rule."""

    past: set[str]
    knew_revocation: bool = False
    is_bad: bool = False
    addendum: int = 0


@dataclass
class Witness(Ledger):
    """The feed seen entry by entry: what may follow what."""

    wake: set[str] = field(default_factory=set)
    last_op: Judged | None = None
    is_in_seal_wake: bool = False
    row_heads: dict[str, tuple[Register, tuple[str, ...], int, int | None]] = field(default_factory=dict)
    announced: list[str] = field(default_factory=list)

    def append(self, wire: dict[str, Any]) -> dict[str, Any]:
        entry = super().append(wire)
        body = entry["body"]
        if entry["type"] == "op.judged":
            self._see_judgement(body)
        elif entry["type"].startswith("conflict."):
            self._see_conflict(entry["type"].removeprefix("conflict."), body)
        elif entry["type"] == "blob.verified":
            assert body["sha256"] not in self.announced, "a blob was announced twice"
            self.announced.append(body["sha256"])
        elif entry["type"] == "inspection.sealed":
            self.is_in_seal_wake = False
        return entry

    def _see_judgement(self, body: dict[str, Any]) -> None:
        op = Op.read(body["op"])
        judged = Judged(op, body["outcome"], body["code"])
        if op.kind == "insp.seal@1" and judged.outcome == "applied":
            self.is_in_seal_wake, self.wake = True, set(Op.read(op.body["manifest"]).members["ops"])
        elif not (self.is_in_seal_wake and (judged.code == "late_after_seal" or op.id in self.wake)):
            self.is_in_seal_wake = False
        self.last_op = judged
        if op.register and judged.outcome in ADMITTED:
            is_split = len(values(self.admitted(), op.register)) > 1
            assert (judged.outcome == "conflict") == is_split, f"O3 {judged.outcome} where values differ={is_split}"

    def _see_conflict(self, what: str, body: dict[str, Any]) -> None:
        register = (body["item"], body["field"])
        now = heads(self.admitted(), register)
        assert [op.id for op in now] == body["heads"], "a conflict entry names other heads"
        if what == "opened":
            assert len({op.value for op in now}) > 1, "O4 a conflict without two values"
            self.row_heads[body["conflict"]] = (register, tuple(body["heads"]), self.pos, None)
            return
        _, _, opened, closed = self.row_heads[body["conflict"]]
        assert closed is None, "a closed conflict changed"
        self.row_heads[body["conflict"]] = (
            register,
            tuple(body["heads"]),
            opened,
            self.pos if what == "closed" else None,
        )
        if what == "closed":
            self._see_closing(register)

    def _see_closing(self, register: Register) -> None:
        last = self.last_op
        assert last is not None
        is_settled = last.op.kind == "conflict.resolve@1" and last.op.register == register and last.outcome in ADMITTED
        assert is_settled or self.is_in_seal_wake, "O5 a conflict was closed by nobody"
        leads = [account for account, role, _ in self.grants.values() if role == "leader"]
        assert not is_settled or last.op.actor in leads, "O5 a conflict was closed by somebody else"
        assert is_settled or len(values(self.admitted(), register)) <= 1, "O5 a seal closed what differs"


class Auditor:
    """Asks the questions; `ghosts` is filled by the machine."""

    def __init__(self, port: ServerPort, story: Story) -> None:
        """Read from the first entry."""
        self.port, self.story = port, story
        self.feeds = {visit.scope: Witness(visit.scope) for visit in (story.x, story.y)}
        self.ghosts: dict[str, Ghost] = {}
        self.originals: dict[str, str] = {}
        self.lost_blobs: set[str] = set()
        self.voided: set[str] = set()
        self.may_fork = False

    @property
    def x(self) -> Witness:
        return self.feeds[self.story.x.scope]

    def note_made(self, device: Device, op: Op, *, is_bad: bool = False) -> None:
        """Remember what the maker of an op had seen."""
        known = set(device.x.ops) | set(device.log) | {op.id for op in device.imported}
        past = set(known)
        for op_id in known:
            if op_id in self.ghosts:
                past |= self.ghosts[op_id].past
        knew = device.account in device.x.revoked and not device.is_member()
        self.ghosts[op.id] = Ghost(past - {op.id}, knew, is_bad, device.known_addendum())

    def note_results(self, items: Iterable[dict[str, str]], results: Iterable[dict[str, Any]]) -> None:
        """O6: the receipt of an op is the same for ever."""
        for item, result in zip(items, results, strict=True):
            said = result.get("original", result)
            assert self.may_fork or said.get("code") != "replica_fork", "a fork without a second branch"
            if said["outcome"] == "deferred" or "pos" not in said:
                continue
            text = canonical(said)
            known = self.originals.setdefault(result["op_id"], text)
            assert known == text, f"O6 another receipt for {item['id']}: {known} / {text}"

    # -- after every step --------------------------------------------------------------------------------------------

    def look(self, devices: Iterable[Device]) -> None:
        """Everything that must hold at any time."""
        is_new = False
        for scope, feed in self.feeds.items():
            for wire in self.port.feed(scope, feed.pos):
                feed.append(wire)
                is_new = True
        self._no_op_is_lost(devices)
        if is_new:
            self._one_place_each()
            self._rows_follow_heads()
            self._nothing_hidden()
            self._sealed_record_is_what_was_signed()
            self._tables_follow_the_feed()

    def judged(self, op_id: str) -> Judged | None:
        return next((feed.ops[op_id] for feed in self.feeds.values() if op_id in feed.ops), None)

    def _no_op_is_lost(self, devices: Iterable[Device]) -> None:
        for device in devices:
            waiting = {item["id"] for item in device.disk.outbox} | set(device.disk.quarantine)
            for op in device.log.values():
                if op.id not in waiting:
                    judged = self.judged(op.id)
                    assert judged is not None, f"O2 {device.name} lost {op}"
                    assert judged.op.content == op.content, "O2 the server holds something else"

    def _one_place_each(self) -> None:
        for op_id, judged in self.x.ops.items():
            if judged.outcome == "parked":
                assert judged.code in PARKED, f"parked as {judged.code}"
                is_late = judged.code == "late_after_seal"
                assert not is_late or judged.op.is_record or judged.op.kind == "insp.seal@1", "O8 a control op is late"
            elif judged.outcome == "rejected":
                ghost = self.ghosts[op_id]
                is_known = judged.code == "not_authorised_seen" and ghost.knew_revocation
                assert ghost.is_bad or is_known, f"a false rejection: {judged.code} of {judged.op}"
            else:
                assert judged.outcome in ADMITTED
                assert judged.code is None

    def _rows_follow_heads(self) -> None:
        admitted = self.x.admitted()
        for register in registers(admitted):
            now = heads(admitted, register)
            row = self.x.rows.get(register)
            assert len({op.value for op in now}) < 2 or row, f"O3 a hidden conflict at {register}"
            assert row is None or row["heads"] == [op.id for op in now], "an open row names other heads"

    def _nothing_hidden(self) -> None:
        """O3: different values that were set without knowing each other are both among the heads' pasts."""
        admitted = [op for op in self.x.admitted() if op.register]
        past = {op.id: self.ghosts[op.id].past for op in admitted}
        for a, b in itertools.combinations(admitted, 2):
            if a.register != b.register or a.value == b.value or a.id in past[b.id] or b.id in past[a.id]:
                continue
            if any(c.register == a.register and {a.id, b.id} <= past[c.id] for c in admitted):
                continue
            now = heads(admitted, a.register)
            for op in (a, b):
                assert any(h.id == op.id or op.id in past[h.id] for h in now), f"O3 a hidden value: {op}"

    def _sealed_record_is_what_was_signed(self) -> None:
        if not self.x.seals:
            return
        in_force = {s["n"]: s["manifest_hash"] for s in self.x.seals}
        assert len({(s["n"], s["manifest_hash"]) for s in self.x.seals}) == len(in_force), "two seals with one number"
        assert sorted(in_force) == list(range(1, len(in_force) + 1))
        said = self.manifest_in_force()
        outside = {op.id for op in self.x.admitted() if op.is_record} - set(said["ops"])
        is_open = self.x.addendum == said["n"] + 1
        assert is_open or not outside, f"merged into a sealed record: {outside}"
        for op_id in outside:
            knew = self.ghosts[op_id].addendum > said["n"]
            assert knew or self.x.cases.get(op_id) == "include", f"slipped into an addendum: {self.x.ops[op_id].op}"
        for n, digest in in_force.items():
            text = self.x.manifest(digest)
            assert text["n"] == n
            assert text["prev_manifest"] == in_force.get(n - 1)
            assert n == 1 or self.x.carried(in_force[n - 1]) <= set(text["ops"]), "a manifest left out what was signed"
            newest = [s["state"] for s in self.x.seals if s["n"] == n][-1]
            if newest in ("sealed", "sealed_pending_blobs"):
                assert self.recomputed(text) == text, "O7 a sealed manifest no longer recomputes"
        self._decided_is_decided()

    def _decided_is_decided(self) -> None:
        """O8: what was taken in counts, what was not does not."""
        for op_id, decision in self.x.cases.items():
            judged = self.x.ops[op_id]
            if decision == "include" and judged.op.is_record:
                is_held_up = judged.code in ("sup_unknown", "late_after_seal") and judged.code != "late_after_seal"
                assert judged.outcome in ADMITTED or is_held_up, f"O8 taken in, but {judged.outcome} {judged.code}"
            elif decision != "include":
                assert judged.outcome == "parked", f"O8 {decision}, but {judged.outcome}"

    def manifest_in_force(self) -> dict[str, Any]:
        return self.x.manifest(self.x.seals[-1]["manifest_hash"])

    def recomputed(self, said: dict[str, Any]) -> dict[str, Any]:
        inside = [op for op in self.x.admitted() if op.id in said["ops"]]
        frame = {"n": said["n"], "prev_manifest": said["prev_manifest"]}
        ops = [ManifestOp(op.raw, op.hash, op.members) for op in inside]
        return manifest(self.x.scope, said["edition"], ops) | frame

    def _tables_follow_the_feed(self) -> None:
        for scope, feed in self.feeds.items():
            tables, admitted = self.port.tables(scope), feed.admitted()
            assert tables.outcomes == {i: (j.outcome, j.code) for i, j in feed.ops.items()}
            assert tables.heads == {(*r, op.id) for r in registers(admitted) for op in heads(admitted, r)}
            assert tables.cases == feed.cases
            assert tables.conflicts == {(i, *r, h, o, c) for i, (r, h, o, c) in feed.row_heads.items()}

    # -- at rest -----------------------------------------------------------------------------------------------------

    def look_at_rest(self, devices: Iterable[Device]) -> None:
        """Everything was sent, received and uploaded."""
        for device in devices:
            assert not device.disk.outbox, f"O11 {device.name} never finishes: {device.disk.outbox}"
            for op_id in set(device.disk.quarantine) - self.voided:
                ghost = self.ghosts[op_id]
                assert ghost.is_bad or ghost.knew_revocation, f"O2 {device.name} put a good op away"
            if device.account in self.x.revoked and not device.is_member():
                assert device.x.pos == self.x.revoked[device.account]
                continue
            assert device.x.pos == self.x.pos
            assert state_root(device.view()) == state_root(self.x.admitted()), f"O1 {device.name} shows something else"
            assert {op.id for op in device.view()} - self.voided == {op.id for op in self.x.admitted()} - self.voided
        assert not [op_id for op_id, judged in self.x.ops.items() if judged.code == "sup_unknown"], (
            "O11 never judged again"
        )
        self._photos_are_accounted_for()
        if self.x.seals:
            self._seal_is_what_it_can_be()
            self._signed_when_all_have_signed()

    def _photos_are_accounted_for(self) -> None:
        """O9: verified, or known to be missing."""
        for judged in self.x.ops.values():
            if judged.op.kind == "photo.add@1" and judged.outcome != "rejected":
                is_unlinked = judged.code == "grant_revoked_unseen"
                digest = judged.op.body["sha256"]
                is_verified = digest in self.x.verified
                assert is_verified or is_unlinked or digest in self.lost_blobs, f"O9 {judged.op}"

    def _seal_is_what_it_can_be(self) -> None:
        said = self.manifest_in_force()
        named = [self.x.ops.get(op_id) for op_id in said["ops"]]
        dead = [j for j in named if j is not None and j.outcome not in ADMITTED and j.op.id in self.x.declined]
        if dead or any(j is not None and j.outcome == "rejected" for j in named):
            expected = "sealed_disputed"
        elif any(j is None or j.outcome not in ADMITTED for j in named):
            expected = "sealed_pending_ops"
            stuck = [op_id for op_id, j in zip(said["ops"], named, strict=True) if j is None]
            assert set(stuck) <= self.voided, f"O11 never arrived: {stuck}"
        elif {photo[1] for photo in said["photos"]} - self.x.verified:
            expected = "sealed_pending_blobs"
        else:
            expected = "sealed"
        assert self.x.seals[-1]["state"] == expected

    def _signed_when_all_have_signed(self) -> None:
        in_force = self.x.seals[-1]["manifest_hash"]
        on_it = [
            j.op for j in self.x.ops.values()
            if j.op.kind == "sig.add@1" and j.outcome == "applied" and j.op.body["manifest_hash"] == in_force
        ]  # fmt: skip
        officers = {op.body["person"] for op in on_it if op.body["role"] in ("leader", "officer")}
        is_complete = len(officers) == 2 and any(op.body["role"] == "representative" for op in on_it)
        assert (in_force in self.x.signed) == is_complete
        assert len(self.x.signed) == len(set(self.x.signed)), "told twice as signed"
