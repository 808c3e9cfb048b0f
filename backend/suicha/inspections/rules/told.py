"""An op as the record tells it: its raw bytes read, with the newest judgement and the two clocks beside it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from suicha.inspections.rules.facts import REGISTER_KINDS, OpFact
from suicha.kit.canonical import NotCanonical, canonical_json, strict_json
from suicha.kit.clock import parse_instant

SKEW_LIMIT = timedelta(minutes=5)


class Unreadable(ValueError):
    """The bytes are not an op."""


@dataclass(frozen=True, slots=True)
class ToldOp:
    """`fact` is what the rules work with; the rest is testimony and address."""

    fact: OpFact
    scope: str
    prev: str
    seen: int
    grant: str
    edition: tuple[str, str]
    body: dict[str, Any]
    wall: str
    off_ms: int | None
    pos: int
    received_at: str


def read_op(raw: str, op_hash: str, outcome: str, code: str | None, *, pos: int, received_at: str) -> ToldOp:
    """Read an op that was judged; raises Unreadable."""
    try:
        m = strict_json(raw)
        was = m.get("was")
        fact = OpFact(
            op_id=m["op_id"],
            hash=op_hash,
            first_hash=was["hash"] if was else op_hash,
            replica=m["replica"],
            seq=m["seq"],
            kind=m["kind"],
            item=m["item"],
            field=m["field"],
            actor=m["actor"],
            sup=tuple(m["sup"]),
            value=_value(m),
            ref=_reference(m),
            blob_sha256=m["body"].get("sha256" if m["kind"].startswith("photo.") else "image_sha256"),
            blob_bytes=m["body"].get("size"),
            outcome=outcome,
            code=code,
        )
        edition = (m["edition"]["id"], m["edition"]["hash"])
        off_ms = m["t"]["off_ms"]
        return ToldOp(
            fact=fact,
            scope=m["scope"],
            prev=m["prev"],
            seen=m["seen"],
            grant=m["grant"],
            edition=edition,
            body=m["body"],
            wall=m["t"]["wall"],
            off_ms=off_ms if isinstance(off_ms, int) else None,
            pos=pos,
            received_at=received_at,
        )
    except (NotCanonical, KeyError, TypeError, AttributeError) as error:
        raise Unreadable(str(error)) from error


def _value(m: dict[str, Any]) -> str | None:
    return canonical_json(m["body"]["v"]) if m["kind"] in REGISTER_KINDS and "v" in m["body"] else None


def _reference(m: dict[str, Any]) -> str | None:
    if m["kind"].split(".")[0] not in ("photo", "meas", "note"):
        return None
    return next((m["body"][name] for name in ("photo_id", "reading_id", "op_id") if m["body"].get(name)), None)


def skew_s(op: ToldOp) -> int | None:
    """By how many seconds the device's clock was ahead of the server's when the op was made; None if it cannot be told.

    The device's own estimate counts where it has one: time that an op spent in the outbox is no skew. Without an
    estimate only a clock that is ahead shows, because nothing arrives before it was made.
    """
    if op.off_ms is not None:
        return round(op.off_ms / 1000)
    try:
        ahead = parse_instant(op.wall) - parse_instant(op.received_at)
    except ValueError:
        return None
    return round(ahead.total_seconds()) if ahead > timedelta(0) else None


def is_skewed(op: ToldOp) -> bool:
    """True when the difference is worth a flag beside the record."""
    skew = skew_s(op)
    return skew is not None and abs(skew) > SKEW_LIMIT.total_seconds()
