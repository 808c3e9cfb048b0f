"""Finding documents. `jurisdiction` is the caller's prefix."""

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.documents.errors import DocumentCodeUnknown, DocumentUnknown
from suicha.documents.tables import Document, Scan


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


async def document_with_code(session: AsyncSession, code: str) -> Document:
    """The document that carries this verification code; raises DocumentCodeUnknown."""
    row = await session.scalar(select(Document).where(col(Document.code) == code))
    if row is None:
        raise DocumentCodeUnknown
    return row


async def newest_revision(session: AsyncSession, row: Document) -> int:
    """The newest revision under the same number."""
    return (
        await session.scalar(
            select(func.max(col(Document.revision))).where(
                col(Document.kind) == row.kind, col(Document.year) == row.year, col(Document.n) == row.n
            )
        )
        or row.revision
    )


async def scans_of(session: AsyncSession, document_ids: Iterable[str]) -> list[Scan]:
    """Scans of some documents, the oldest first."""
    rows = await session.scalars(
        select(Scan).where(col(Scan.document_id).in_(list(document_ids))).order_by(col(Scan.id))
    )
    return list(rows)


async def scan(session: AsyncSession, document_id: str, scan_id: str) -> Scan:
    """One scan of a document; raises DocumentUnknown."""
    row = await session.scalar(select(Scan).where(col(Scan.id) == scan_id, col(Scan.document_id) == document_id))
    if row is None:
        raise DocumentUnknown
    return row
