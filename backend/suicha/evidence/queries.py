"""Finding blobs, links, uploads under way, and what is left to do."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.evidence.likeness import NEAR, bands_of, distance
from suicha.evidence.rules import (
    ATTEMPT_LASTS,
    MAX_ATTEMPTS,
    OTHER_TYPE,
    BlobState,
    DerivativeState,
    Progress,
    Size,
    VerifiedBlob,
)
from suicha.evidence.tables import Blob, Derivative, Holder, Likeness, Link, Partial, PartialChunk


async def verified_blob(session: AsyncSession, sha256: str) -> VerifiedBlob | None:
    """The blob if its bytes are here and good."""
    blob = await session.get(Blob, sha256)
    return as_verified(blob) if blob else None


def as_verified(blob: Blob) -> VerifiedBlob | None:
    """The row as a fact, if its bytes are here and good."""
    if blob.state != BlobState.VERIFIED:
        return None
    return VerifiedBlob(blob.sha256, blob.size_bytes or 0, blob.content_type or OTHER_TYPE)


async def verified_sizes(session: AsyncSession, sha256s: Iterable[str]) -> dict[str, int]:
    """Those of the named blobs whose bytes are here and good, with their sizes."""
    rows = await session.execute(
        select(col(Blob.sha256), col(Blob.size_bytes)).where(
            col(Blob.sha256).in_(set(sha256s)), col(Blob.state) == BlobState.VERIFIED
        )
    )
    return {sha256: size or 0 for sha256, size in rows}


async def scopes_linking(session: AsyncSession, sha256: str) -> list[str]:
    """The scopes that point at the blob, sorted."""
    scopes = await session.scalars(
        select(col(Link.scope)).where(col(Link.sha256) == sha256).distinct().order_by(col(Link.scope))
    )
    return list(scopes)


async def linked_pairs(session: AsyncSession, sha256s: Iterable[str]) -> set[tuple[str, str]]:
    """Which (scope, sha256) of the named blobs are linked already."""
    rows = await session.execute(select(col(Link.scope), col(Link.sha256)).where(col(Link.sha256).in_(set(sha256s))))
    return {(scope, sha256) for scope, sha256 in rows}


async def holders_of(session: AsyncSession, sha256s: Iterable[str]) -> dict[str, set[str]]:
    """Which accounts have brought the bytes of each of these blobs themselves."""
    holders: dict[str, set[str]] = {}
    rows = select(col(Holder.sha256), col(Holder.account_id)).where(col(Holder.sha256).in_(set(sha256s)))
    for sha256, account_id in await session.execute(rows):
        holders.setdefault(sha256, set()).add(account_id)
    return holders


async def has_brought(session: AsyncSession, account_id: str, sha256: str) -> bool:
    """True when the account itself uploaded all the bytes."""
    return await session.get(Holder, (sha256, account_id)) is not None


async def progress_of(session: AsyncSession, account_id: str, sha256: str) -> Progress | None:
    """How far the account's upload has come."""
    partial = await session.get(Partial, (account_id, sha256))
    return Progress(partial.offset_bytes, partial.length_bytes) if partial else None


async def chunk_keys(session: AsyncSession, account_id: str, sha256: str) -> list[str]:
    """Where the pieces of the account's upload are, in order."""
    keys = await session.scalars(
        select(col(PartialChunk.key))
        .where(col(PartialChunk.account_id) == account_id, col(PartialChunk.sha256) == sha256)
        .order_by(col(PartialChunk.offset_bytes))
    )
    return list(keys)


async def stale_partials(session: AsyncSession, *, before: datetime, limit: int) -> list[tuple[str, str]]:
    """Uploads (account, sha256) that made no progress since `before`."""
    rows = await session.execute(
        select(col(Partial.account_id), col(Partial.sha256)).where(col(Partial.updated_at) < before).limit(limit)
    )
    return [(account_id, sha256) for account_id, sha256 in rows]


async def derivative_of(session: AsyncSession, sha256: str, size: Size) -> Derivative | None:
    """The picture of that size, as far as it has come."""
    return await session.get(Derivative, (sha256, size.value))


async def photos_without_pictures(session: AsyncSession, *, now: datetime, limit: int) -> list[str]:
    """Photos whose pictures are still to be made and nobody is at work on, in the order of arrival."""
    is_at_work = and_(
        col(Derivative.attempts) > 0,
        col(Derivative.updated_at) > now - ATTEMPT_LASTS,
        col(Derivative.last_error).is_(None),
    )
    rows = await session.scalars(
        select(col(Derivative.sha256))
        .where(
            col(Derivative.state) == DerivativeState.MAKING,
            col(Derivative.attempts) < MAX_ATTEMPTS,
            ~is_at_work,
        )
        .group_by(col(Derivative.sha256))
        .order_by(func.min(col(Derivative.updated_at)), col(Derivative.sha256))
        .limit(limit)
    )
    return list(rows)


async def least_recently_checked(session: AsyncSession, *, limit: int) -> list[str]:
    """Verified blobs whose stored bytes were looked at longest ago, never checked ones first."""
    never_first = case((col(Blob.checked_at).is_(None), 0), else_=1)
    rows = await session.scalars(
        select(col(Blob.sha256))
        .where(col(Blob.state) == BlobState.VERIFIED)
        .order_by(never_first, col(Blob.checked_at), col(Blob.sha256))
        .limit(limit)
    )
    return list(rows)


async def count_damaged(session: AsyncSession) -> int:
    """How many verified blobs were found missing or changed in the store at their last check."""
    return await session.scalar(select(func.count()).where(col(Blob.damage).is_not(None))) or 0


async def near_copies(session: AsyncSession, sha256: str) -> list[tuple[str, int]]:
    """Other pictures that show nearly the same, with the number of bits in which they differ, the nearest first."""
    own = await session.get(Likeness, sha256)
    if own is None or own.fingerprint is None:
        return []
    bands = [(getattr(Likeness, f"b{n}"), band) for n, band in enumerate(bands_of(own.fingerprint))]
    rows = await session.execute(
        select(col(Likeness.sha256), col(Likeness.fingerprint)).where(
            col(Likeness.sha256) != sha256, or_(*(column == band for column, band in bands))
        )
    )
    found = [(other, distance(own.fingerprint, hash_)) for other, hash_ in rows if hash_]
    return sorted((pair for pair in found if pair[1] <= NEAR), key=lambda pair: (pair[1], pair[0]))


async def scopes_of(session: AsyncSession, sha256s: Iterable[str]) -> dict[str, set[str]]:
    """What each of some blobs is evidence for."""
    found: dict[str, set[str]] = {}
    rows = select(col(Link.sha256), col(Link.scope)).where(col(Link.sha256).in_(set(sha256s)))
    for sha256, scope in await session.execute(rows):
        found.setdefault(sha256, set()).add(scope)
    return found
