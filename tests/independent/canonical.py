"""Canonical JSON (RFC 8785 over NFC text, integers only), hashes and ids: section 0.2 in our own words."""

import hashlib
import secrets
import time
import unicodedata
import uuid
from collections.abc import Mapping, Sequence

ZERO_HASH = "0" * 64
_SHORT = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}


def canonical(value: object) -> str:
    """Write the one text that every sender writes for this value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return _integer(value)
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, Mapping):
        named = {unicodedata.normalize("NFC", str(key)): member for key, member in value.items()}
        ordered = sorted(named.items(), key=lambda pair: pair[0].encode("utf-16-be"))
        return "{" + ",".join(f"{_string(key)}:{canonical(member)}" for key, member in ordered) + "}"
    if isinstance(value, Sequence):
        return "[" + ",".join(canonical(member) for member in value) + "]"
    message = f"{type(value).__name__} has no canonical form"
    raise TypeError(message)


def _integer(value: int) -> str:
    if abs(value) >= 2**53:
        message = f"{value} is too large to be exact everywhere"
        raise ValueError(message)
    return str(value)


def _string(value: str) -> str:
    text = unicodedata.normalize("NFC", value)
    text.encode("utf-8")  # a lone surrogate has no UTF-8 form and stops here
    if "\0" in text:
        message = "U+0000 may not travel"
        raise ValueError(message)
    return '"' + "".join(_SHORT.get(c) or (f"\\u{ord(c):04x}" if c < " " else c) for c in text) + '"'


def sha256(data: str | bytes) -> str:
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def new_uuid() -> str:
    return str(uuid.UUID(bytes=secrets.token_bytes(16), version=4))


_last_ms = [0]


def new_op_id() -> str:
    """Make a UUIDv7 whose text sorts in the order of making within this process."""
    _last_ms[0] = max(_last_ms[0] + 1, time.time_ns() // 1_000_000)
    number = _last_ms[0] << 80 | 7 << 76 | secrets.randbits(12) << 64 | 2 << 62 | secrets.randbits(62)
    return str(uuid.UUID(int=number))
