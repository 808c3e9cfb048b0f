"""Reading the journal."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.journal.tables import JournalEntry


async def entries_about(session: AsyncSession, about: str) -> Sequence[JournalEntry]:
    """Everything that was done to one thing, oldest first."""
    found = await session.scalars(
        select(JournalEntry).where(col(JournalEntry.about) == about).order_by(col(JournalEntry.n))
    )
    return found.all()


async def latest_entry(session: AsyncSession, about: str) -> JournalEntry | None:
    """The newest entry about one thing, locked where the database can lock rows."""
    return await session.scalar(
        select(JournalEntry)
        .where(col(JournalEntry.about) == about)
        .order_by(col(JournalEntry.n).desc())
        .limit(1)
        .with_for_update()
    )
