"""Storing editions."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.checklists import queries
from suicha.checklists.errors import EditionChanged
from suicha.checklists.loader import LoadedEdition, read_editions
from suicha.checklists.tables import StoredEdition
from suicha.journal import actions as journal


async def load_editions(session: AsyncSession, folder: Path, *, now: datetime) -> list[LoadedEdition]:
    """Store what the folder holds and the database does not; returns all editions of the folder."""
    editions = read_editions(folder)
    await store_editions(session, editions, now=now)
    return editions


async def store_editions(session: AsyncSession, editions: Iterable[LoadedEdition], *, now: datetime) -> None:
    """Add new editions; raises EditionChanged for one that is stored with other content."""
    stored = {row.id: row.hash for row in await queries.stored_editions(session)}
    for edition in editions:
        if edition.id not in stored:
            session.add(_row(edition, now=now))
            await journal.record(session, None, "loaded_edition", f"edition:{edition.id}", at=now, hash=edition.hash)
        elif stored[edition.id] != edition.hash:
            raise EditionChanged(
                f"{edition.id} 已按 {stored[edition.id][:12]}… 入库，文件现为 {edition.hash[:12]}…；请另建新版本",
                edition=edition.id,
            )


def _row(edition: LoadedEdition, *, now: datetime) -> StoredEdition:
    return StoredEdition(
        id=edition.id,
        hash=edition.hash,
        checklist=edition.checklist,
        version=edition.version,
        name=edition.name,
        status=edition.status,
        raw=edition.raw,
        loaded_at=now,
    )
