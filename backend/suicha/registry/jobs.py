"""What happens to imports by itself: what was read from a file is not kept longer than somebody could want it."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.registry.rules.imports import ImportState
from suicha.registry.tables import Import, ImportRow

_DRY_RUNS_KEPT = timedelta(days=30)


async def forget_dry_runs(session: AsyncSession, *, now: datetime) -> None:
    """Forget the rows of files that nobody committed within a month: to be uploaded again; the file stays known."""
    is_old = (col(Import.state) != ImportState.COMMITTED.value, col(Import.at) < now - _DRY_RUNS_KEPT)
    await session.execute(delete(ImportRow).where(col(ImportRow.import_id).in_(select(col(Import.id)).where(*is_old))))
    waiting = col(Import.state).in_([ImportState.READING.value, ImportState.CHECKED.value])
    await session.execute(update(Import).where(waiting, *is_old).values(state=ImportState.INTERRUPTED.value))
