"""The desk where bytes are handed in and asked for.

It opens its own transactions, like `sync.push` and unlike everything else: a transaction must not stay open while
a phone on a bad link sends its megabytes. What it promises is durable before it is promised: a chunk is in the
store and its row is committed before its offset is acknowledged, and the last byte is acknowledged after the
whole has been verified, stored and told to every scope that points at it.
"""

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.evidence import actions, queries
from suicha.evidence.actions import LinksGrew
from suicha.evidence.errors import (
    BadChunk,
    BlobMismatch,
    BlobUnknown,
    DerivativeFailed,
    DerivativePending,
    WrongOffset,
)
from suicha.evidence.rules import (
    PHOTO_TYPES,
    Chunk,
    DerivativeState,
    Progress,
    Size,
    VerifiedBlob,
    check_continues,
    content_type_of,
    may_begin_again,
    original_key,
    staging_key,
)
from suicha.infra.blobs import BlobMissing, BlobStore
from suicha.infra.db import Database
from suicha.kit.errors import Unavailable

# Tells the scopes that a blob is here; runs once per blob, in the transaction that marks it, with the scopes locked.
OnVerified = Callable[[AsyncSession, VerifiedBlob, Sequence[str], datetime], Awaitable[None]]
# May this account see this blob because these scopes point at it?
MayRead = Callable[[AsyncSession, str, str, Sequence[str]], Awaitable[bool]]

COMPOSING_AT_ONCE = 3
MARKING_TRIES = 5
RETRY_PICTURE_AFTER_S = 5


@dataclass(frozen=True)
class Opened:
    """Bytes that the caller may read."""

    key: str
    size_bytes: int
    content_type: str


@dataclass
class Custody:
    """Wired once in `web/app.py`: evidence knows neither visits nor who takes part in them."""

    database: Database
    blobs: BlobStore
    on_verified: OnVerified
    may_read: MayRead
    # A blob of 64 MiB is put together in memory; a few at a time are enough for two cores.
    _composing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(COMPOSING_AT_ONCE))

    async def progress(self, account_id: str, sha256: str) -> Progress:
        """What this caller may know of the blob; raises BlobUnknown."""
        progress = await self._progress(account_id, sha256)
        if progress is None:
            raise BlobUnknown
        return progress

    async def _progress(self, account_id: str, sha256: str) -> Progress | None:
        async with self.database.reading() as session:
            blob = await self._visible(session, account_id, sha256)
            if blob is not None:
                return Progress(blob.size_bytes, blob.size_bytes, is_verified=True)
            return await queries.progress_of(session, account_id, sha256)

    async def _visible(self, session: AsyncSession, account_id: str, sha256: str) -> VerifiedBlob | None:
        """The verified blob if the caller brought it or takes part in a scope that points at it.

        For everybody else it does not exist: whether somebody has evidence of that hash is nobody's business.
        """
        blob = await queries.verified_blob(session, sha256)
        if blob is None or await queries.has_brought(session, account_id, sha256):
            return blob
        scopes = await queries.scopes_linking(session, sha256)
        return blob if scopes and await self.may_read(session, account_id, sha256, scopes) else None

    async def take_chunk(self, account_id: str, chunk: Chunk, *, now: datetime) -> Progress:
        """Keep one piece; the last one makes the blob. Raises WrongOffset, BadChunk, BlobMismatch."""
        progress = await self._progress(account_id, chunk.sha256)
        check_continues(progress, chunk)
        if await asyncio.to_thread(_digest, chunk.data) != chunk.digest:
            raise BadChunk
        if chunk.end == chunk.length:
            await self._complete(account_id, chunk, is_first=may_begin_again(progress, chunk), now=now)
            return Progress(chunk.length, chunk.length, is_verified=True)
        key = staging_key(account_id, chunk)
        await self.blobs.put(key, chunk.data)
        async with self.database.writing() as session:
            progress, abandoned = await actions.accept_chunk(session, account_id, chunk, key=key, now=now)
        await self._discard(abandoned)
        return progress

    async def take_whole(self, account_id: str, sha256: str, data: bytes, *, now: datetime) -> bool:
        """Keep a blob that came in one piece; returns whether it is new to the caller. Raises BlobMismatch."""
        known = await self._progress(account_id, sha256)
        if (await asyncio.to_thread(_digest, data)).hex() != sha256:
            await self._drop(account_id, sha256)
            raise BlobMismatch
        await self._keep(account_id, sha256, data, now=now)
        return known is None or not known.is_verified

    async def _complete(self, account_id: str, last: Chunk, *, is_first: bool, now: datetime) -> None:
        """Put the pieces together. Nothing is noted before all is verified, so a killed server forgets only `last`."""
        async with self.database.reading() as session:
            keys = [] if is_first else await queries.chunk_keys(session, account_id, last.sha256)
        async with self._composing:
            try:
                data = b"".join([*[await self.blobs.get(key) for key in keys], last.data])
            except BlobMissing as error:
                # Another request of this account has just completed or restarted it, or a piece is lost.
                raise await self._as_wrong_offset(account_id, last) from error
            if (await asyncio.to_thread(_digest, data)).hex() != last.sha256:
                await self._drop(account_id, last.sha256)
                raise BlobMismatch
            await self._keep(account_id, last.sha256, data, now=now)

    async def _as_wrong_offset(self, account_id: str, last: Chunk) -> WrongOffset:
        progress = await self._progress(account_id, last.sha256)
        if progress is not None and progress.is_verified:
            return WrongOffset(progress.offset, progress.length)
        await self._drop(account_id, last.sha256)
        return WrongOffset(0, last.length)

    async def _keep(self, account_id: str, sha256: str, data: bytes, *, now: datetime) -> None:
        """Into the store, then into the database, then to those who wait for it; `data` has this digest."""
        await self.blobs.put(original_key(sha256), data)
        blob = VerifiedBlob(sha256, len(data), content_type_of(data[:32]))
        for _ in range(MARKING_TRIES):
            with contextlib.suppress(LinksGrew):
                await self._discard(await self._mark(account_id, blob, now))
                return
        raise Unavailable("many visits began to refer to this file at the same moment")

    async def _mark(self, account_id: str, blob: VerifiedBlob, now: datetime) -> list[str]:
        async with self.database.writing() as session:
            pieces = await queries.chunk_keys(session, account_id, blob.sha256)
            scopes = await actions.mark_verified(session, blob, account_id=account_id, now=now)
            if scopes:
                await self.on_verified(session, blob, scopes, now)
        return pieces

    async def _drop(self, account_id: str, sha256: str) -> None:
        async with self.database.writing() as session:
            keys = await actions.drop_partial(session, account_id, sha256)
        await self._discard(keys)

    async def _discard(self, keys: Iterable[str]) -> None:
        """Remove pieces that no row names any more; what stays behind costs space and nothing else."""
        with contextlib.suppress(Unavailable):
            for key in keys:
                await self.blobs.delete(key)

    async def open(self, account_id: str, sha256: str, size: Size) -> Opened:
        """Where the bytes are that the caller may read; raises BlobUnknown, DerivativePending, DerivativeFailed."""
        async with self.database.reading() as session:
            blob = await self._visible(session, account_id, sha256)
            if blob is None:
                raise BlobUnknown
            if size is Size.ORIGINAL:
                return Opened(original_key(sha256), blob.size_bytes, blob.content_type)
            return await picture(session, blob, size)

    async def read(self, opened: Opened, *, start: int, length: int) -> AsyncIterator[bytes]:
        """The bytes in pieces. The first is fetched before this returns: its absence must not break a 200."""
        pieces = self.blobs.stream(opened.key, start=start, length=length)
        first = await anext(pieces, b"")
        return _with_first(first, pieces)


async def picture(session: AsyncSession, blob: VerifiedBlob, size: Size) -> Opened:
    """The picture of that size; raises DerivativePending or DerivativeFailed. Who may see it was decided before."""
    if blob.content_type not in PHOTO_TYPES:
        raise DerivativeFailed(reason="not_a_photo")
    derivative = await queries.derivative_of(session, blob.sha256, size)
    if derivative is None or derivative.state == DerivativeState.MAKING:
        raise DerivativePending(retry_after_s=RETRY_PICTURE_AFTER_S)
    if derivative.state == DerivativeState.FAILED or derivative.key is None:
        raise DerivativeFailed(reason=derivative.last_error)
    return Opened(derivative.key, derivative.size_bytes or 0, "image/jpeg")


async def _with_first(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    if first:
        yield first
    async for piece in rest:
        yield piece


def _digest(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()
