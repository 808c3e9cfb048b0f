"""The wire of uploads: headers in, headers out (sync-protocol 0.8)."""

import base64
import binascii
import re
from dataclasses import dataclass

from suicha.evidence.errors import BadUpload, NotAChunk
from suicha.evidence.rules import OTHER_TYPE, PHOTO_TYPES, Chunk, Progress, check_length
from suicha.kit.ids import is_sha256_text

CHUNK_TYPE = "application/offset+octet-stream"
DIGEST_BYTES = 32


@dataclass(frozen=True)
class ChunkHeaders:
    """What a PATCH announces before its bytes."""

    sha256: str
    offset: int
    length: int
    digest: bytes

    @classmethod
    def read(
        cls, sha256: str, *, content_type: str | None, offset: str | None, length: str | None, checksum: str | None
    ) -> "ChunkHeaders":
        """Raises NotAChunk, BadUpload or BlobTooLarge."""
        if (content_type or "").partition(";")[0].strip().lower() != CHUNK_TYPE:
            raise NotAChunk(expected=CHUNK_TYPE)
        check_name(sha256)
        headers = cls(sha256, _number("Upload-Offset", offset), _number("Upload-Length", length), _digest(checksum))
        check_length(headers.length)
        return headers

    def with_bytes(self, data: bytes) -> Chunk:
        """The chunk, once its bytes are here."""
        return Chunk(self.sha256, self.offset, self.length, self.digest, data)


def check_name(sha256: str) -> None:
    """A blob's name is its SHA-256 in lower-case hexadecimal digits."""
    if not is_sha256_text(sha256):
        raise BadUpload("the name of a blob is 64 lower-case hexadecimal digits")


def _number(name: str, text: str | None) -> int:
    if text is None or re.fullmatch(r"[0-9]{1,15}", text) is None:
        raise BadUpload(f"{name} must be a whole number")
    return int(text)


def _digest(text: str | None) -> bytes:
    algorithm, _, encoded = (text or "").partition(" ")
    try:
        digest = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        digest = b""
    if algorithm.lower() != "sha256" or len(digest) != DIGEST_BYTES:
        raise BadUpload("Upload-Checksum must be 'sha256 ' and the digest in base64")
    return digest


def progress_headers(progress: Progress) -> dict[str, str]:
    """How far the server stands."""
    return {
        "Upload-Offset": str(progress.offset),
        "Upload-Length": str(progress.length),
        "Blob-State": "verified" if progress.is_verified else "partial",
    }


def content_headers(sha256: str, content_type: str, *, name: str) -> dict[str, str]:
    """Bytes from strangers are shown as photos or saved as files, and never run as a page of ours."""
    is_photo = content_type in PHOTO_TYPES
    return {
        "Content-Type": content_type if is_photo else OTHER_TYPE,
        "Content-Disposition": f'{"inline" if is_photo else "attachment"}; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cross-Origin-Resource-Policy": "same-origin",
        # A hash names its bytes for ever; but they are for this person only.
        "Cache-Control": "private, max-age=31536000, immutable",
        "ETag": f'"{sha256}-{name}"',
        "Accept-Ranges": "bytes",
    }
