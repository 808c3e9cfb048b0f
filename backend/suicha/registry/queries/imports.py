"""Imports, their rows, and the history of rows."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts.tables import Account
from suicha.registry.errors import ImportUnknown
from suicha.registry.rules.fields import Library
from suicha.registry.rules.imports import ImportState
from suicha.registry.tables import Change, Import, ImportRow

# A reader that lives writes its progress every second or two.
SILENT_AFTER = timedelta(seconds=60)


async def import_of(session: AsyncSession, import_id: str, jurisdiction: str, *, is_locked: bool = False) -> Import:
    """One import that was made inside the jurisdiction; raises ImportUnknown."""
    query = select(Import).where(col(Import.id) == import_id, _visible(jurisdiction))
    row = await session.scalar(
        (query.with_for_update() if is_locked else query).execution_options(populate_existing=True)
    )
    if row is None:
        raise ImportUnknown
    return row


def state_of(row: Import, *, now: datetime) -> ImportState:
    """The state as it is to be told: a reader that fell silent was killed, and nothing of its work was kept."""
    if row.state == ImportState.READING and now - row.beat_at > SILENT_AFTER:
        return ImportState.INTERRUPTED
    return ImportState(row.state)


async def imports(
    session: AsyncSession, jurisdiction: str, *, page: int, size: int
) -> tuple[list[tuple[Import, str]], int]:
    """Imports made inside the jurisdiction with the names of those who made them, newest first; and how many."""
    where = _visible(jurisdiction)
    total = await session.scalar(select(func.count()).select_from(Import).where(where)) or 0
    rows = await session.execute(
        select(Import, col(Account.name))
        .join(Account, col(Account.id) == col(Import.by))
        .where(where)
        .order_by(col(Import.at).desc(), col(Import.id).desc())
        .limit(size)
        .offset((page - 1) * size)
    )
    return [(row[0], row[1]) for row in rows], total


def _visible(jurisdiction: str) -> ColumnElement[bool]:
    return col(Import.jurisdiction).startswith(jurisdiction, autoescape=True)


async def import_rows(
    session: AsyncSession,
    import_id: str,
    *,
    states: Sequence[str] = (),
    library: Library | None = None,
    page: int,
    size: int,
) -> tuple[list[ImportRow], int]:
    """Rows of a dry run in the order of the file; and how many there are in all."""
    where = [col(ImportRow.import_id) == import_id]
    if states:
        where.append(col(ImportRow.state).in_(list(states)))
    if library is not None:
        where.append(col(ImportRow.library) == library.value)
    total = await session.scalar(select(func.count()).select_from(ImportRow).where(*where)) or 0
    rows = await session.scalars(
        select(ImportRow).where(*where).order_by(col(ImportRow.n)).limit(size).offset((page - 1) * size)
    )
    return list(rows), total


async def all_import_rows(session: AsyncSession, import_id: str) -> list[ImportRow]:
    """All rows of a dry run, in the order of the file."""
    rows = await session.scalars(
        select(ImportRow).where(col(ImportRow.import_id) == import_id).order_by(col(ImportRow.n))
    )
    return list(rows)


async def tell_progress(session: AsyncSession, import_id: str, done: int, total: int, *, now: datetime) -> None:
    """A sign of life of the reader."""
    await session.execute(
        update(Import)
        .where(col(Import.id) == import_id, col(Import.state) == ImportState.READING.value)
        .values(done=done, total=total, beat_at=now)
    )


async def history_of(session: AsyncSession, library: Library, row_id: str) -> list[tuple[Change, str | None]]:
    """What happened to a row, newest first, with the names of those who did it."""
    rows = await session.execute(
        select(Change, col(Account.name))
        .outerjoin(Account, col(Account.id) == col(Change.by))
        .where(col(Change.library) == library.value, col(Change.row_id) == row_id)
        .order_by(col(Change.n).desc())
    )
    return [(row[0], row[1]) for row in rows]


async def file_names(session: AsyncSession, import_ids: Sequence[str]) -> dict[str, str]:
    """The file names of some imports."""
    rows = await session.execute(select(col(Import.id), col(Import.file_name)).where(col(Import.id).in_(import_ids)))
    return {row[0]: row[1] for row in rows}


async def import_with_name(session: AsyncSession, import_id: str, jurisdiction: str) -> tuple[Import, str]:
    """One import and the name of who made it; raises ImportUnknown."""
    record = await import_of(session, import_id, jurisdiction)
    return record, await session.scalar(select(col(Account.name)).where(col(Account.id) == record.by)) or ""
