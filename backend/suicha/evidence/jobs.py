"""What happens to evidence by itself: pictures are made, stored bytes are looked at again, leftovers are removed.

These open their own short transactions: unpacking a photo takes up to a second, and on SQLite a write transaction
that long would hold up every phone.
"""

import asyncio
import contextlib
import hashlib
from collections.abc import Callable
from datetime import datetime

from suicha.evidence import actions, queries
from suicha.evidence.errors import ImageRefused
from suicha.evidence.images import Picture, Pictures, make_pictures
from suicha.evidence.likeness import fingerprint
from suicha.evidence.rules import (
    PARTIAL_LASTS,
    DerivativeState,
    Size,
    derived_key,
    original_key,
)
from suicha.evidence.tables import Derivative
from suicha.infra.blobs import BlobMissing, BlobStore
from suicha.infra.db import Database
from suicha.infra.logs import get_logger
from suicha.kit.errors import DomainError, Unavailable

Clock = Callable[[], datetime]


async def make_derivatives(database: Database, blobs: BlobStore, *, clock: Clock, limit: int = 50) -> int:
    """Make viewing copies and thumbnails of photos that have none, one after the other; returns of how many.

    A store that is out of reach ends the run without using up attempts; the next run goes on.
    """
    now = clock()
    async with database.writing() as session:
        await actions.give_up_derivatives(session, now=now)
    async with database.reading() as session:
        todo = await queries.photos_without_pictures(session, now=now, limit=limit)
    made = 0
    for sha256 in todo:
        made += await _make_pictures_of(database, blobs, sha256, clock)
    return made


async def _make_pictures_of(database: Database, blobs: BlobStore, sha256: str, clock: Clock) -> bool:
    try:
        data = await blobs.get(original_key(sha256))
    except BlobMissing as missing:
        await _begin(database, sha256, clock())
        await _note_refusal(database, sha256, missing, now=clock())
        return False
    await _begin(database, sha256, clock())
    try:
        pictures = await asyncio.to_thread(make_pictures, data)
    except ImageRefused as refusal:
        await _note_refusal(database, sha256, refusal, now=clock())
        return False
    await _store_pictures(database, blobs, sha256, pictures, clock())
    return True


async def _begin(database: Database, sha256: str, now: datetime) -> None:
    async with database.writing() as session:
        await actions.begin_derivatives(session, sha256, now=now)


async def _note_refusal(database: Database, sha256: str, refusal: DomainError, *, now: datetime) -> None:
    """A broken picture stays broken; a missing object may be put back."""
    get_logger().info("no_pictures", sha256=sha256, code=refusal.code)
    is_final = isinstance(refusal, ImageRefused)
    async with database.writing() as session:
        await actions.note_no_pictures(session, sha256, reason=refusal.code, is_final=is_final, now=now)


async def _store_pictures(database: Database, blobs: BlobStore, sha256: str, pictures: Pictures, now: datetime) -> None:
    by_size = {Size.VIEW: pictures.view, Size.THUMB: pictures.thumb}
    for size, picture in by_size.items():
        await blobs.put(derived_key(sha256, size), picture.data)
    hash_ = await asyncio.to_thread(fingerprint, pictures.thumb.data)
    async with database.writing() as session:
        await actions.note_likeness(session, sha256, hash_)
        made = [_ready(sha256, size, picture, now) for size, picture in by_size.items()]
        await actions.note_pictures(session, sha256, upright=(pictures.width, pictures.height), made=made)


def _ready(sha256: str, size: Size, picture: Picture, now: datetime) -> Derivative:
    return Derivative(
        sha256=sha256,
        size=size.value,
        state=DerivativeState.READY.value,
        key=derived_key(sha256, size),
        size_bytes=len(picture.data),
        width=picture.width,
        height=picture.height,
        updated_at=now,
    )


async def reverify_some(database: Database, blobs: BlobStore, *, clock: Clock, limit: int = 20) -> int:
    """Read back the originals that were looked at longest ago and hash them; returns how many are damaged."""
    async with database.reading() as session:
        todo = await queries.least_recently_checked(session, limit=limit)
    found = 0
    for sha256 in todo:
        damage = await _damage_of(blobs, sha256)
        if damage:
            found += 1
            get_logger().error("evidence_damaged", sha256=sha256, damage=damage)
        async with database.writing() as session:
            await actions.note_check(session, sha256, damage=damage, now=clock())
    return found


async def _damage_of(blobs: BlobStore, sha256: str) -> str | None:
    digest = hashlib.sha256()
    try:
        async for piece in blobs.stream(original_key(sha256)):
            await asyncio.to_thread(digest.update, piece)
    except BlobMissing:
        return "missing"
    return None if digest.hexdigest() == sha256 else "changed"


async def drop_stale_partials(database: Database, blobs: BlobStore, *, clock: Clock, limit: int = 100) -> int:
    """Forget uploads without progress for two weeks; the phone keeps its original and starts again at 0."""
    async with database.reading() as session:
        stale = await queries.stale_partials(session, before=clock() - PARTIAL_LASTS, limit=limit)
    for account_id, sha256 in stale:
        async with database.writing() as session:
            keys = await actions.drop_partial(session, account_id, sha256)
        with contextlib.suppress(Unavailable):
            for key in keys:
                await blobs.delete(key)
    return len(stale)
