"""A phone in Python: makes ops as the contract says. The demo round and the tests speak to the server through it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from suicha.kit.canonical import canonical_json
from suicha.kit.clock import SHANGHAI
from suicha.kit.digest import ZERO_HASH, sha256_hex
from suicha.kit.ids import named_id, new_id


@dataclass
class VisitOnPhone:
    """What a phone knows of a visit from its dispatch: enough to make ops for it."""

    scope: str
    grant: str
    edition: dict[str, str]
    seen: int = 1


@dataclass
class Phone:
    """One replica of one account: an append-only, hash-chained log."""

    account_id: str
    replica: str = field(default_factory=new_id)
    seq: int = 0
    last_hash: str = ZERO_HASH
    boot: str = field(default_factory=new_id)
    outbox: list[dict[str, str]] = field(default_factory=list)

    def make(
        self,
        visit: VisitOnPhone,
        kind: str,
        *,
        at: datetime,
        item: str | None = None,
        field_: str | None = None,
        body: dict[str, Any] | None = None,
        sup: tuple[str, ...] = (),
        op_id: str | None = None,
        **envelope: Any,
    ) -> str:
        """Append an op to the log and the outbox; returns its op_id. `envelope` overrides members, for tests."""
        self.seq += 1
        members = {
            "ev": 1,
            "op_id": op_id or new_id(),
            "replica": self.replica,
            "seq": self.seq,
            "prev": self.last_hash,
            "scope": visit.scope,
            "kind": kind,
            "item": item,
            "field": field_,
            "sup": sorted(sup),
            "body": body or {},
            "seen": visit.seen,
            "grant": visit.grant,
            "edition": visit.edition,
            "actor": self.account_id,
            "courier": None,
            "t": {
                "wall": at.astimezone(SHANGHAI).isoformat(timespec="milliseconds"),
                "mono_ms": self.seq * 1000,
                "boot": self.boot,
                "off_ms": 0,
                "off_age_s": 60,
            },
            "app": "python-phone",
        } | envelope
        raw = canonical_json(members)
        self.last_hash = sha256_hex(raw)
        self.outbox.append({"raw": raw, "hash": self.last_hash})
        return str(members["op_id"])

    def set(
        self, visit: VisitOnPhone, item: str, field_: str, value: Any, *, at: datetime, sup: tuple[str, ...] = ()
    ) -> str:
        """Answer: set one register."""
        return self.make(visit, "reg.set@1", at=at, item=item, field_=field_, body={"v": value}, sup=sup)

    def take_outbox(self, most: int = 200) -> list[dict[str, str]]:
        """The next batch to push; what comes back from here is not kept."""
        batch, self.outbox = self.outbox[:most], self.outbox[most:]
        return batch


def demo_replica(account_id: str) -> str:
    """The device of a demo account: the same at every load."""
    return named_id("demo", "replica", account_id)
