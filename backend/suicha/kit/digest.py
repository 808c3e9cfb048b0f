"""SHA-256 in the one written form: 64 lower-case hexadecimal digits."""

import hashlib

ZERO_HASH = "0" * 64


def sha256_hex(data: bytes | str) -> str:
    """The digest of bytes, or of the UTF-8 bytes of a text."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def sha256_lines(lines: list[str]) -> str:
    """The digest of lines joined by newlines; of no lines, the digest of the empty string."""
    return sha256_hex("\n".join(lines))
