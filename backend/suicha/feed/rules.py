"""Scope names, and the chain that makes a removed or changed entry visible."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from suicha.kit.canonical import verbatim_json
from suicha.kit.clock import rfc3339
from suicha.kit.digest import ZERO_HASH, sha256_hex

VISIT_PREFIX = "insp:"
ACCOUNT_PREFIX = "user:"


def visit_scope(inspection_id: str) -> str:
    """The scope of one visit."""
    return VISIT_PREFIX + inspection_id


def account_scope(account_id: str) -> str:
    """The scope of one person: grants given and taken."""
    return ACCOUNT_PREFIX + account_id


@dataclass(frozen=True)
class Entry:
    """One piece of news: `raw` is canonical JSON and `hash` its SHA-256."""

    scope: str
    pos: int
    type: str
    raw: str
    hash: str


@dataclass(frozen=True)
class Tail:
    """Where a scope's feed ends: the last position and the hash of the entry there."""

    scope: str
    pos: int = 0
    chain: str = ZERO_HASH


def extend(tail: Tail, type_: str, body: Mapping[str, Any], at: datetime) -> tuple[Tail, Entry]:
    """The next entry after `tail`, and the tail after it: `pos` is gapless, `prev` binds the one before."""
    pos = tail.pos + 1
    # Verbatim: an op's own text stands inside, and its hash is that of the bytes as they were received.
    raw = verbatim_json({"pos": pos, "prev": tail.chain, "type": type_, "at": rfc3339(at), "body": dict(body)})
    entry = Entry(tail.scope, pos, type_, raw, sha256_hex(raw))
    return Tail(tail.scope, pos, entry.hash), entry


def chain_break(scope: str, entries: list[tuple[int, str, str]]) -> str | None:
    """Where a whole feed of (pos, raw, hash) stops being a chain, in words; None when it holds."""
    from suicha.kit.canonical import strict_json

    prev = ZERO_HASH
    for expected, (pos, raw, hash_) in enumerate(entries, 1):
        said = strict_json(raw)
        if pos != expected or said["pos"] != expected:
            return f"{scope}: entry {expected} is missing, {pos} stands in its place"
        if sha256_hex(raw) != hash_:
            return f"{scope}: the text of entry {pos} was changed"
        if said["prev"] != prev:
            return f"{scope}: entry {pos} does not follow entry {pos - 1}"
        prev = hash_
    return None
