"""Limits, names, and what a chunk means where the upload stands. Contract: docs/sync-protocol.md 0.8."""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from suicha.evidence.errors import BadRange, BadUpload, BlobTooLarge, WrongOffset

MIB = 1024 * 1024
MAX_BLOB_BYTES = 64 * MIB
MAX_WHOLE_BYTES = 8 * MIB
MAX_CHUNK_BYTES = 2 * MIB

# A 48-megapixel photo must work, panoramas too; a picture that unpacks into a gigabyte must not.
MAX_PIXELS = 120_000_000
VIEW_EDGE, THUMB_EDGE = 2000, 320
MAX_ATTEMPTS = 5
# Longer than any picture takes; after it the process that began is taken for dead.
ATTEMPT_LASTS = timedelta(minutes=5)

PARTIAL_LASTS = timedelta(days=14)
PHOTO_TYPES = frozenset({"image/jpeg", "image/png", "image/webp", "image/heic"})
OTHER_TYPE = "application/octet-stream"
_HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})


class BlobState(StrEnum):
    """`expected`: somebody points at it; `verified`: its bytes are in the store and have that digest."""

    EXPECTED = "expected"
    VERIFIED = "verified"


class Size(StrEnum):
    """What can be asked for: a small picture, a viewing copy, the bytes as captured."""

    THUMB = "thumb"
    VIEW = "view"
    ORIGINAL = "original"


DERIVED = (Size.VIEW, Size.THUMB)


class DerivativeState(StrEnum):
    """`failed` is final: another try would end the same way."""

    MAKING = "making"
    READY = "ready"
    FAILED = "failed"


@dataclass(frozen=True)
class Progress:
    """How far an upload has come."""

    offset: int
    length: int
    is_verified: bool = False


@dataclass(frozen=True)
class VerifiedBlob:
    """Bytes that are in the store and have their digest."""

    sha256: str
    size_bytes: int
    content_type: str


@dataclass(frozen=True)
class ScopeLink:
    """A scope points at a blob by one op."""

    scope: str
    sha256: str
    op_id: str


@dataclass(frozen=True)
class Chunk:
    """A piece of a blob as a client announces and sends it."""

    sha256: str
    offset: int
    length: int
    digest: bytes
    data: bytes

    @property
    def end(self) -> int:
        """The offset after the piece."""
        return self.offset + len(self.data)


def check_length(length: int) -> None:
    """A blob is at most 64 MiB."""
    if length > MAX_BLOB_BYTES:
        raise BlobTooLarge(max_bytes=MAX_BLOB_BYTES)
    if length < 1:
        raise BadUpload("Upload-Length must be at least 1")


def may_begin_again(progress: Progress | None, chunk: Chunk) -> bool:
    """At offset 0 an upload begins, also in place of one that had announced another length."""
    if chunk.offset != 0:
        return False
    return progress is None or (not progress.is_verified and progress.length != chunk.length)


def check_continues(progress: Progress | None, chunk: Chunk) -> None:
    """The chunk starts where the server stands and stays inside the announced length."""
    check_length(chunk.length)
    if not may_begin_again(progress, chunk):
        here = progress or Progress(0, chunk.length)
        if (here.offset, here.length) != (chunk.offset, chunk.length):
            raise WrongOffset(here.offset, here.length)
    if not chunk.data:
        raise BadUpload("a chunk has at least one byte")
    if chunk.end > chunk.length:
        raise BadUpload("the chunk reaches past Upload-Length")


def original_key(sha256: str) -> str:
    """Where the bytes as captured are kept."""
    return f"sha256/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def derived_key(sha256: str, size: Size) -> str:
    """Where a picture made from them is kept."""
    return f"derived/{sha256[:2]}/{sha256[2:4]}/{sha256}/{size}.jpg"


def staging_key(account_id: str, chunk: Chunk) -> str:
    """Where a chunk waits. The digest is part of it: two devices of one account may send different bytes at once."""
    return f"staging/{account_id}/{chunk.sha256}/{chunk.offset}-{chunk.digest.hex()}"


def content_type_of(head: bytes) -> str:
    """What the first bytes say that this is; only photos matter, everything else is just bytes."""
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        return "image/heic"
    return OTHER_TYPE


def byte_range(header: str | None, size: int) -> tuple[int, int] | None:
    """First and last byte of a `Range` header with one range; None means everything (RFC 9110, section 14.2)."""
    match = re.fullmatch(r"bytes=(\d{0,15})-(\d{0,15})", (header or "").strip())
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if first == "":
        start, end = max(size - int(last), 0), size - 1
        if int(last) == 0:
            raise BadRange(size)
    else:
        start, end = int(first), min(int(last), size - 1) if last else size - 1
        if last and int(last) < int(first):
            return None
    if start >= size:
        raise BadRange(size)
    return start, end
