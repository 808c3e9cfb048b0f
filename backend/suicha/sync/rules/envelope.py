"""Reading a wire item: size, JSON, members, hash (docs/sync-protocol.md, 0.2 and 0.5)."""

import json
from dataclasses import dataclass
from typing import Any

from suicha.kit.canonical import NotCanonical, strict_json
from suicha.kit.digest import sha256_hex
from suicha.kit.ids import is_sha256_text, is_uuid_text

MAX_OP_BYTES = 32 * 1024
MAX_SEAL_BYTES = 256 * 1024
SEAL_KIND = "insp.seal@1"


@dataclass(frozen=True, slots=True)
class Envelope:
    """A readable op: the bytes as received and what they say."""

    raw: str
    hash: str
    op_id: str
    replica: str
    seq: int
    prev: str
    scope: str
    kind: str
    item: str | None
    field: str | None
    sup: tuple[str, ...]
    body: dict[str, Any]
    seen: int
    grant: str
    edition_id: str
    edition_hash: str
    actor: str
    courier: str | None
    was_hash: str | None

    @property
    def key(self) -> tuple[str, int, str]:
        """Where the op stands: replica, seq and the hash that tells two claims to one seq apart."""
        return (self.replica, self.seq, self.hash)

    @property
    def content_sha256(self) -> str:
        """The digest of everything that has an effect, whatever the envelope around it."""
        said = [self.scope, self.kind, self.item, self.field, list(self.sup), self.body]
        return sha256_hex(json.dumps(said, sort_keys=True))


@dataclass(frozen=True, slots=True)
class Unusable:
    """An item that cannot be judged: kept, but it uses no seq."""

    raw: str
    hash: str
    code: str
    op_id: str | None = None
    seq: int | None = None


def read_item(item: Any, *, replica: str) -> Envelope | Unusable:
    """Read one `{"raw","hash"}`; what cannot be read comes back as Unusable with `malformed` or `hash_mismatch`."""
    raw = item.get("raw") if isinstance(item, dict) else None
    said_hash = item.get("hash") if isinstance(item, dict) else None
    if not isinstance(raw, str) or not isinstance(said_hash, str):
        return Unusable(_storable(raw), _storable(said_hash)[:64], "malformed")
    try:
        members = _read_raw(raw)
    except NotCanonical:
        return Unusable(_storable(raw), _storable(said_hash)[:64], "malformed")
    op_id = members["op_id"] if is_uuid_text(members.get("op_id")) else None
    seq = members["seq"] if _is_count(members.get("seq"), least=1) else None
    envelope = _envelope(raw, said_hash, members)
    if envelope is None or envelope.replica != replica or not _size_fits(raw, members):
        return Unusable(raw, _storable(said_hash)[:64], "malformed", op_id, seq)
    if sha256_hex(raw) != said_hash:
        return Unusable(raw, _storable(said_hash)[:64], "hash_mismatch", op_id, seq)
    return envelope


def _storable(text: Any) -> str:
    """Text as a database takes it: no lone surrogates, no U+0000."""
    return text.encode("utf-8", "replace").decode().replace("\0", "\ufffd") if isinstance(text, str) else ""


def read_stored(raw: str, hash_: str) -> Envelope:
    """Read an envelope that was checked when it came in."""
    envelope = _envelope(raw, hash_, _read_raw(raw))
    if envelope is None:
        raise ValueError("a stored envelope can no longer be read")
    return envelope


def _read_raw(raw: str) -> dict[str, Any]:
    try:
        size = len(raw.encode("utf-8"))
    except UnicodeEncodeError as error:
        raise NotCanonical("a lone surrogate") from error
    if size > MAX_SEAL_BYTES:
        raise NotCanonical("larger than any op may be")
    members = strict_json(raw)
    if not isinstance(members, dict):
        raise NotCanonical("an op is an object")
    return members


def _size_fits(raw: str, members: dict[str, Any]) -> bool:
    return len(raw.encode()) <= (MAX_SEAL_BYTES if members.get("kind") == SEAL_KIND else MAX_OP_BYTES)


def _envelope(raw: str, hash_: str, m: dict[str, Any]) -> Envelope | None:
    if not (_identity_fits(m) and _address_fits(m) and _circumstances_fit(m)):
        return None
    was = m.get("was")
    if was is not None and not (isinstance(was, dict) and is_sha256_text(was.get("hash"))):
        return None
    return Envelope(
        raw=raw,
        hash=hash_,
        op_id=m["op_id"],
        replica=m["replica"],
        seq=m["seq"],
        prev=m["prev"],
        scope=m["scope"],
        kind=m["kind"],
        item=m["item"],
        field=m["field"],
        sup=tuple(sorted(set(m["sup"]))),
        body=m["body"],
        seen=m["seen"],
        grant=m["grant"],
        edition_id=m["edition"]["id"],
        edition_hash=m["edition"]["hash"],
        actor=m["actor"],
        courier=m["courier"],
        was_hash=was["hash"] if was else None,
    )


def _identity_fits(m: dict[str, Any]) -> bool:
    return (
        m.get("ev") == 1
        and m.get("ev") is not True
        and all(is_uuid_text(m.get(name)) for name in ("op_id", "replica", "actor"))
        and _is_count(m.get("seq"), least=1)
        and is_sha256_text(m.get("prev"))
        and "courier" in m
        and (m["courier"] is None or is_uuid_text(m["courier"]))
    )


def _address_fits(m: dict[str, Any]) -> bool:
    return (
        _is_short_text(m.get("scope"), 60)
        and _is_short_text(m.get("kind"), 60)
        and "item" in m
        and (m["item"] is None or _is_short_text(m["item"], 40))
        and "field" in m
        and (m["field"] is None or _is_short_text(m["field"], 80))
        and isinstance(m.get("sup"), list)
        and all(is_uuid_text(op_id) for op_id in m["sup"])
        and isinstance(m.get("body"), dict)
    )


def _circumstances_fit(m: dict[str, Any]) -> bool:
    edition, t = m.get("edition"), m.get("t")
    return (
        _is_count(m.get("seen"), least=0)
        and _is_short_text(m.get("grant"), 60)
        and isinstance(edition, dict)
        and _is_short_text(edition.get("id"), 120)
        and _is_short_text(edition.get("hash"), 64)
        and isinstance(t, dict)
        and isinstance(t.get("wall"), str)
        and all(name in t for name in ("mono_ms", "boot", "off_ms", "off_age_s"))
        and isinstance(m.get("app"), str)
    )


def _is_count(value: Any, *, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _is_short_text(value: Any, longest: int) -> bool:
    return isinstance(value, str) and 0 < len(value) <= longest
