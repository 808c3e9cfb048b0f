"""Time-ordered identifiers. Phones make ids too, so nothing may rely on who made one."""

import os
import re
import time
import uuid

_UUID_TEXT = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_SHA256_TEXT = re.compile(r"[0-9a-f]{64}")


def new_id() -> str:
    """A fresh UUIDv7 as lower-case text (RFC 9562, section 5.7)."""
    return uuid7_text(time.time_ns() // 1_000_000, os.urandom(10))


def uuid7_text(unix_ms: int, tail: bytes) -> str:
    """The UUIDv7 of a millisecond and ten random bytes."""
    number = (unix_ms & (1 << 48) - 1) << 80 | int.from_bytes(tail, "big")
    number = number & ~(0xF << 76) | 0x7 << 76
    number = number & ~(0x3 << 62) | 0x2 << 62
    return str(uuid.UUID(int=number))


def named_id(*parts: str) -> str:
    """The same UUID for the same words, for demo data and fixtures (RFC 9562, section 5.5)."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "suicha:" + "/".join(parts)))


def is_uuid_text(value: object) -> bool:
    """True for a UUID in the one form the protocol takes: lower case, hyphens."""
    return isinstance(value, str) and _UUID_TEXT.fullmatch(value) is not None


def is_sha256_text(value: object) -> bool:
    """True for 64 lower-case hexadecimal digits."""
    return isinstance(value, str) and _SHA256_TEXT.fullmatch(value) is not None
