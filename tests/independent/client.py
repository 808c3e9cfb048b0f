"""A device of our own: signs in, pulls and verifies, makes chained ops, pushes, settles, seals, signs, uploads."""

import base64
import hashlib
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from .canonical import ZERO_HASH, canonical, new_op_id, new_uuid, sha256
from .fold import Feed, Op, Register, heads
from .manifest import manifest, seal_body
from .wire import Answer, Wire

BASE = "/api/sync/v1"
BOOT = new_uuid()
CHINA = timezone(timedelta(hours=8))
_tokens: dict[tuple[str, str], dict[str, Any]] = {}


def login(url: str, username: str, password: str) -> dict[str, Any]:
    """Sign in once per account and process: real devices keep their token, and logins are throttled."""
    key = (url, username)
    if key not in _tokens:
        answer = Wire(url).post("/api/auth/login", {"username": username, "password": password})
        assert answer.status == 200, f"0.1 login: {answer}"
        _tokens[key] = answer.json()
    return _tokens[key]


@dataclass
class Device:
    """One replica: its own chain, its own outbox, its own copy of each feed."""

    wire: Wire
    account: str
    name: str
    replica: str = field(default_factory=new_uuid)
    seq: int = 0
    prev: str = ZERO_HASH
    epoch: str | None = None
    acked: int = 0
    made: list[Op] = field(default_factory=list)
    feeds: dict[str, Feed] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)

    @classmethod
    def signed_in(cls, url: str, username: str, password: str) -> "Device":
        told = login(url, username, password)
        return cls(Wire(url, told["access_token"]), told["account"]["id"], told["account"]["name"])

    def another(self) -> "Device":
        """Return a second device of the same person."""
        return Device(self.wire, self.account, self.name)

    # --- pull ---------------------------------------------------------------------------------------------------
    def pull_page(self, limit: int = 500, cursors: dict[str, int] | None = None) -> dict[str, Any]:
        at = {scope: feed.pos for scope, feed in self.feeds.items()} if cursors is None else cursors
        asked = {"proto": 1, "replica": self.replica, "cursors": at, "limit": limit}
        answer = self.wire.post(f"{BASE}/pull", asked)
        assert answer.status == 200, f"0.1 pull: {answer}"
        told: dict[str, Any] = answer.json()
        missing = {"proto", "epoch", "server_time", "scopes", "revoked"} - told.keys()
        assert not missing, f"0.4 pull without {sorted(missing)}"
        taken = sum(len(page["entries"]) for page in told["scopes"].values())
        assert taken <= limit, f"0.4 limit {limit}, got {taken}"
        return told

    def pull(self, limit: int = 500) -> int:
        """Pull until nothing is left, verifying every byte; return the number of round trips."""
        for trips in range(1, 10_000):
            before = sum(feed.pos for feed in self.feeds.values())
            told = self.pull_page(limit)
            for scope, page in told["scopes"].items():
                self.feeds.setdefault(scope, Feed(scope)).take(page)
            self.epoch = told["epoch"]
            self.revoked |= set(told["revoked"])
            if not any(page["more"] for page in told["scopes"].values()):
                return trips
            assert sum(feed.pos for feed in self.feeds.values()) > before, "0.4 more:true without progress"
        message = "the feed never ends"
        raise AssertionError(message)

    def feed(self, scope: str) -> Feed:
        return self.feeds[scope]

    # --- what the device believes -------------------------------------------------------------------------------
    def held(self, scope: str) -> list[Op]:
        """Return what the feed admits plus what only this device has yet."""
        judged = self.feeds[scope].judged
        unsent = [op for op in self.made if op.members["scope"] == scope and op.hash not in judged]
        return self.feeds[scope].admitted() + unsent

    def heads(self, scope: str, register: Register) -> list[Op]:
        return heads(self.held(scope)).get(register, [])

    def value(self, scope: str, register: Register) -> list[object]:
        return [op.members["body"]["v"] for op in self.heads(scope, register)]

    # --- making ops ---------------------------------------------------------------------------------------------
    def draft(self, scope: str, kind: str, body: dict[str, Any], **members: Any) -> dict[str, Any]:
        """Write the envelope of the next op without using its seq."""
        dispatched = self.feeds[scope].dispatched if scope in self.feeds else None
        mine = [m["grant"] for m in dispatched["team"] if m["account"] == self.account] if dispatched else []
        edition = dispatched["edition"] if dispatched else {"id": new_uuid(), "hash": ZERO_HASH}
        now = datetime.fromtimestamp(time.time(), CHINA)
        return {
            "ev": 1, "op_id": new_op_id(), "replica": self.replica, "seq": self.seq + 1, "prev": self.prev,
            "scope": scope, "kind": kind, "item": None, "field": None, "sup": [], "body": body,
            "seen": self.feeds[scope].pos if scope in self.feeds else 0,
            "grant": mine[0] if mine else new_uuid(),
            "edition": {"id": edition["id"], "hash": edition["hash"]},
            "actor": self.account, "courier": None,
            "t": {"wall": now.isoformat(timespec="milliseconds"), "mono_ms": 83211, "boot": BOOT,
                  "off_ms": None, "off_age_s": None},
            "app": "independent-1",
        } | members  # fmt: skip

    def keep(self, op: Op) -> Op:
        """Let an op take the next place in this replica's chain."""
        self.seq, self.prev = op.members["seq"], op.hash
        self.made.append(op)
        return op

    def make(self, scope: str, kind: str, body: dict[str, Any], **members: Any) -> Op:
        return self.keep(Op.of(self.draft(scope, kind, body, **members)))

    def set(self, scope: str, register: Register, value: object, **members: Any) -> Op:
        """Answer a register by the client's rule of 0.7: all displayed heads, or only my own while it is disputed."""
        shown = self.heads(scope, register)
        if self.feeds[scope].open_conflicts(register):
            shown = [op for op in shown if op.members["actor"] == self.account]
        at = {"item": register[0], "field": register[1], "sup": sorted(op.id for op in shown)}
        return self.make(scope, "reg.set@1", {"v": value}, **(at | members))

    def resolve(self, scope: str, register: Register, value: object, **members: Any) -> Op:
        shown = self.heads(scope, register)
        chosen = [op.id for op in shown if canonical(op.members["body"]["v"]) == canonical(value)]
        body = {"v": value, "choose": chosen[0] if chosen else None, "reason": "现场复核后认定"}
        at = {"item": register[0], "field": register[1], "sup": sorted(op.id for op in shown)}
        return self.make(scope, "conflict.resolve@1", body, **(at | members))

    def manifest(self, scope: str, ops: list[Op] | None = None, **more: Any) -> dict[str, Any]:
        inside = self.held(scope) if ops is None else ops
        return manifest(scope, self.feeds[scope].dispatched["edition"]["hash"], inside, **more)

    def seal(self, scope: str, described: dict[str, Any] | None = None) -> Op:
        return self.make(scope, "insp.seal@1", seal_body(described or self.manifest(scope)))

    def sign(self, scope: str, role: str, person: str, manifest_hash: str, **more: Any) -> Op:
        body = {"role": role, "person": person, "manifest_hash": manifest_hash, "image_sha256": None,
                "consent_text_hash": sha256("以上记录经核对无误。"), "refused": None}  # fmt: skip
        return self.make(scope, "sig.add@1", body | more)

    def photo(self, scope: str, item: str, data: bytes, **more: Any) -> Op:
        body = {"photo_id": new_uuid(), "sha256": sha256(data), "size": len(data), "mime": "image/jpeg",
                "w": 640, "h": 480, "taken": None, "gps": None, "derivs": []}  # fmt: skip
        return self.make(scope, "photo.add@1", body | more, item=item)

    # --- push ---------------------------------------------------------------------------------------------------
    def push_raw(self, ops: list[Any], **members: Any) -> Answer:
        asked = {
            "proto": 1,
            "replica": self.replica,
            "epoch": self.epoch,
            "have_seq": self.seq,
            "courier": None,
            "ops": ops,
        }
        return self.wire.post(f"{BASE}/push", asked | members)

    def push(self, *ops: Op, **members: Any) -> list[dict[str, Any]]:
        """Send these ops, or all that are not acknowledged yet, and check the shape of the reply."""
        batch = list(ops) or [op for op in self.made if op.members["seq"] > self.acked]
        answer = self.push_raw([op.wire for op in batch], **members)
        assert answer.status == 200, f"0.6 push: {answer}"
        told = answer.json()
        missing = {"proto", "epoch", "server_time", "acked_seq", "need_from", "results"} - told.keys()
        assert not missing, f"0.6 push reply without {sorted(missing)}"
        self.acked = told["acked_seq"]
        assert told["need_from"] == self.acked + 1, f"0.6 need_from {told['need_from']} acked {self.acked}"
        results: list[dict[str, Any]] = told["results"]
        assert len(results) == len(batch), f"0.6 {len(results)} results for {len(batch)} items"
        for op, result in zip(batch, results, strict=True):
            assert {"op_id", "seq", "outcome"} <= result.keys(), f"0.6 result {result}"
            assert result["op_id"] in (op.members.get("op_id"), None), f"0.6 order of results: {result}"
        return results

    def send(self, *ops: Op) -> list[tuple[str, str | None]]:
        """Push and return only outcome and code, which is what most rules are about."""
        return [(result["outcome"], result.get("code")) for result in self.push(*ops)]

    # --- blobs --------------------------------------------------------------------------------------------------
    def blob(
        self, method: str, digest: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        return self.wire.send(method, f"{BASE}/blobs/{digest}", body, headers)

    def put(self, data: bytes, digest: str | None = None) -> Answer:
        return self.blob("PUT", digest or sha256(data), data, {"Content-Type": "image/jpeg"})

    def patch(self, digest: str, chunk: bytes, offset: int, length: int, **headers: str) -> Answer:
        check = base64.b64encode(hashlib.sha256(chunk).digest()).decode()
        told = {
            "Upload-Offset": str(offset), "Upload-Length": str(length),
            "Upload-Checksum": f"sha256 {check}", "Content-Type": "application/offset+octet-stream",
        }  # fmt: skip
        return self.blob(
            "PATCH", digest, chunk, told | {name.replace("_", "-"): value for name, value in headers.items()}
        )

    def upload(self, data: bytes, chunk: int = 4096) -> Answer:
        """Send the rest of the bytes from where the server stands; a 409 tells where that is."""
        digest, at = sha256(data), 0
        while True:
            answer = self.patch(digest, data[at : at + chunk], at, len(data))
            assert answer.status in (204, 409), f"0.8 PATCH: {answer}"
            at = int(answer.headers["upload-offset"])
            if at == len(data):
                return answer
