"""Finding documents. `jurisdiction` is the caller's prefix."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.documents.errors import DocumentUnknown
from suicha.documents.tables import Document


async def document(session: AsyncSession, document_id: str, jurisdiction: str) -> Document:
    """One document; raises DocumentUnknown, also for one of another jurisdiction."""
    row = await session.scalar(
        select(Document).where(
            col(Document.id) == document_id, col(Document.jurisdiction).startswith(jurisdiction, autoescape=True)
        )
    )
    if row is None:
        raise DocumentUnknown
    return row


async def documents_about(session: AsyncSession, about: Iterable[str], jurisdiction: str) -> list[Document]:
    """All documents about some things, every revision, the oldest first."""
    rows = await session.scalars(
        select(Document)
        .where(
            col(Document.about).in_(list(about)),
            col(Document.jurisdiction).startswith(jurisdiction, autoescape=True),
        )
        .order_by(col(Document.made_at), col(Document.id))
    )
    return list(rows)
