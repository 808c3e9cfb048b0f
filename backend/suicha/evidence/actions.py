"""Writing what is known about blobs, inside the caller's transaction.

Lock order everywhere: replica, then scopes (sorted), then blobs (sorted).
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.evidence import queries
from suicha.evidence.likeness import BANDS, bands_of
from suicha.evidence.rules import (
    ATTEMPT_LASTS,
    DERIVED,
    MAX_ATTEMPTS,
    PHOTO_TYPES,
    BlobState,
    Chunk,
    DerivativeState,
    Progress,
    ScopeLink,
    VerifiedBlob,
    check_continues,
    may_begin_again,
)
from suicha.evidence.tables import Blob, Derivative, Holder, Likeness, Link, Partial, PartialChunk
from suicha.feed import actions as feed
from suicha.infra.db import upsert_ignore

Row = Mapping[str, Any]


class LinksGrew(Exception):  # a turn of events, not an error
    """A scope began to point at the blob while its bytes were being marked; try again in a new transaction."""


async def record_links(
    session: AsyncSession, links: Sequence[ScopeLink], *, now: datetime
) -> list[tuple[str, VerifiedBlob]]:
    """Note that scopes point at blobs; returns the (scope, blob) for which `blob.verified` is to be written now.

    That is: bytes that were here before, newly pointed at by the scope. The caller holds the locks of the scopes.
    """
    if not links:
        return []
    sha256s = {link.sha256 for link in links}
    blobs = await _lock_blobs(session, sha256s, now=now)
    known = await queries.linked_pairs(session, sha256s)
    rows: list[Row] = [{"scope": link.scope, "sha256": link.sha256, "op_id": link.op_id} for link in links]
    await session.execute(upsert_ignore(session, Link, rows))
    fresh = sorted({(link.scope, link.sha256) for link in links} - known)
    here = {sha256: blob for sha256, row in blobs.items() if (blob := queries.as_verified(row))}
    return [(scope, here[sha256]) for scope, sha256 in fresh if sha256 in here]


async def _lock_blobs(session: AsyncSession, sha256s: Iterable[str], *, now: datetime) -> dict[str, Blob]:
    """The rows of the blobs, made where they are missing, locked in one order.

    Whoever links a blob and whoever marks it verified holds this lock, so the second one sees the first.
    """
    wanted = sorted(set(sha256s))
    rows: list[Row] = [{"sha256": sha256, "state": BlobState.EXPECTED.value, "created_at": now} for sha256 in wanted]
    await session.execute(upsert_ignore(session, Blob, rows))
    blobs = await session.scalars(
        select(Blob)
        .where(col(Blob.sha256).in_(wanted))
        .order_by(col(Blob.sha256))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {blob.sha256: blob for blob in blobs}


async def mark_verified(
    session: AsyncSession, blob: VerifiedBlob, *, account_id: str, now: datetime
) -> list[str] | None:
    """The bytes are in the store: note it, and who brought them.

    Returns the scopes to be told: also when the bytes had been verified before and this account is new among those
    who brought them, for a visit counts only what its own team has brought. None when there is no news. Locks those
    scopes before the blob itself. Raises LinksGrew when another scope has appeared meanwhile: locking it now would
    turn the lock order round.
    """
    scopes = await queries.scopes_linking(session, blob.sha256)
    await feed.lock(session, scopes)
    row = (await _lock_blobs(session, [blob.sha256], now=now))[blob.sha256]
    holder = {"sha256": blob.sha256, "account_id": account_id, "at": now}
    noted = await session.execute(upsert_ignore(session, Holder, [holder]))
    is_new_holder = cast("CursorResult[Any]", noted).rowcount == 1
    await drop_partial(session, account_id, blob.sha256)
    if await queries.scopes_linking(session, blob.sha256) != scopes:
        raise LinksGrew
    if row.state == BlobState.VERIFIED:
        return scopes if is_new_holder else None
    row.state, row.size_bytes, row.content_type = BlobState.VERIFIED, blob.size_bytes, blob.content_type
    row.verified_at = now
    await session.flush()
    if blob.content_type in PHOTO_TYPES:
        await _ask_for_pictures(session, blob.sha256, now=now)
    return scopes


async def _ask_for_pictures(session: AsyncSession, sha256: str, *, now: datetime) -> None:
    """Rows that the job finds by their state: it looks every few seconds, and must not look through all photos."""
    making = {"sha256": sha256, "state": DerivativeState.MAKING.value, "attempts": 0, "updated_at": now}
    await session.execute(upsert_ignore(session, Derivative, [making | {"size": size.value} for size in DERIVED]))


async def accept_chunk(
    session: AsyncSession, account_id: str, chunk: Chunk, *, key: str, now: datetime
) -> tuple[Progress, list[str]]:
    """Note a piece that is durable under `key`; returns the progress, and keys that nobody needs any more.

    Raises WrongOffset when another request of the same account was faster.
    """
    await session.execute(upsert_ignore(session, Partial, [_beginning(account_id, chunk, now)]))
    partial = await session.get_one(Partial, (account_id, chunk.sha256), with_for_update=True, populate_existing=True)
    here = Progress(partial.offset_bytes, partial.length_bytes)
    check_continues(here, chunk)
    abandoned = await _begin_again(session, account_id, chunk) if may_begin_again(here, chunk) else []
    piece = PartialChunk(account_id=account_id, sha256=chunk.sha256, offset_bytes=chunk.offset, key=key)
    session.add(piece)
    partial.offset_bytes, partial.length_bytes, partial.updated_at = chunk.end, chunk.length, now
    await session.flush()
    return Progress(chunk.end, chunk.length), [old for old in abandoned if old != key]


def _beginning(account_id: str, chunk: Chunk, now: datetime) -> dict[str, Any]:
    return {
        "account_id": account_id,
        "sha256": chunk.sha256,
        "length_bytes": chunk.length,
        "offset_bytes": 0,
        "updated_at": now,
    }


async def _begin_again(session: AsyncSession, account_id: str, chunk: Chunk) -> list[str]:
    keys = await queries.chunk_keys(session, account_id, chunk.sha256)
    await _forget_chunks(session, account_id, chunk.sha256)
    return keys


async def drop_partial(session: AsyncSession, account_id: str, sha256: str) -> list[str]:
    """Forget an upload under way; returns the keys of its pieces, to be deleted after the commit."""
    keys = await queries.chunk_keys(session, account_id, sha256)
    await _forget_chunks(session, account_id, sha256)
    await session.execute(delete(Partial).where(col(Partial.account_id) == account_id, col(Partial.sha256) == sha256))
    return keys


async def _forget_chunks(session: AsyncSession, account_id: str, sha256: str) -> None:
    await session.execute(
        delete(PartialChunk).where(col(PartialChunk.account_id) == account_id, col(PartialChunk.sha256) == sha256)
    )


async def begin_derivatives(session: AsyncSession, sha256: str, *, now: datetime) -> None:
    """Count the attempt before it is made: a picture that kills the process must not do so for ever."""
    for derivative in await _derivatives(session, sha256):
        derivative.attempts, derivative.updated_at, derivative.last_error = derivative.attempts + 1, now, None


async def give_up_derivatives(session: AsyncSession, *, now: datetime) -> None:
    """Attempts that used up the last try and never came back have taken their process with them."""
    await session.execute(
        update(Derivative)
        .where(
            col(Derivative.state) == DerivativeState.MAKING,
            col(Derivative.attempts) >= MAX_ATTEMPTS,
            col(Derivative.updated_at) < now - ATTEMPT_LASTS,
        )
        .values(state=DerivativeState.FAILED.value, last_error="gave_up")
    )


async def note_pictures(
    session: AsyncSession, sha256: str, *, upright: tuple[int, int], made: Iterable[Derivative]
) -> None:
    """The pictures are in the store; the size of the original, upright, becomes known too."""
    blob = await session.get_one(Blob, sha256)
    blob.width, blob.height = upright
    for derivative in made:
        await session.merge(derivative)


async def note_likeness(session: AsyncSession, sha256: str, hash_: str | None) -> None:
    """Keep the fingerprint of a picture, or that it has none."""
    bands = dict(zip((f"b{n}" for n in range(BANDS)), bands_of(hash_), strict=True)) if hash_ else {}
    row: Row = {"sha256": sha256, "fingerprint": hash_, **{f"b{n}": bands.get(f"b{n}") for n in range(BANDS)}}
    await session.execute(upsert_ignore(session, Likeness, [row]))


async def keep_upload(session: AsyncSession, blob: VerifiedBlob, *, scope: str, by: str, now: datetime) -> None:
    """Take bytes into custody that came by another door than the phones': they are in the store, whole and hashed.

    `scope` and `by` name what they prove and the row that says so. No account holds them.
    """
    row = (await _lock_blobs(session, [blob.sha256], now=now))[blob.sha256]
    if row.state != BlobState.VERIFIED:
        row.state, row.size_bytes, row.content_type = BlobState.VERIFIED, blob.size_bytes, blob.content_type
        row.verified_at = now
        await session.flush()
        if blob.content_type in PHOTO_TYPES:
            await _ask_for_pictures(session, blob.sha256, now=now)
    link: Row = {"scope": scope, "sha256": blob.sha256, "op_id": by}
    await session.execute(upsert_ignore(session, Link, [link]))


async def note_no_pictures(session: AsyncSession, sha256: str, *, reason: str, is_final: bool, now: datetime) -> None:
    """Why there are no pictures; another attempt follows unless the reason is final or the attempts are used up."""
    for derivative in await _derivatives(session, sha256):
        gives_up = is_final or derivative.attempts >= MAX_ATTEMPTS
        derivative.state = DerivativeState.FAILED if gives_up else DerivativeState.MAKING
        derivative.last_error, derivative.updated_at = reason[:200], now


async def note_check(session: AsyncSession, sha256: str, *, damage: str | None, now: datetime) -> None:
    """What looking at the stored bytes has shown."""
    blob = await session.get_one(Blob, sha256)
    blob.checked_at, blob.damage = now, damage


async def _derivatives(session: AsyncSession, sha256: str) -> Sequence[Derivative]:
    rows = await session.scalars(
        select(Derivative).where(col(Derivative.sha256) == sha256).order_by(col(Derivative.size)).with_for_update()
    )
    return rows.all()
