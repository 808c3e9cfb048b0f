"""Making documents: the next number, the PDF, its place in the store, one row and a line in the journal."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.documents.render import render
from suicha.documents.rules import Kind, Numbered
from suicha.documents.tables import Counter, Document
from suicha.documents.texts import prefix_of, title_of
from suicha.infra.blobs import BlobStore
from suicha.infra.db import upsert_ignore
from suicha.journal import actions as journal
from suicha.kit.clock import local_date
from suicha.kit.digest import sha256_hex


async def next_number(session: AsyncSession, kind: Kind, *, now: datetime) -> Numbered:
    """The next number of the year in China, locked until the caller's transaction ends: no gap, none twice."""
    year = local_date(now).year
    await session.execute(upsert_ignore(session, Counter, [{"kind": kind.value, "year": year, "last": 0}]))
    counter = (
        await session.scalars(
            select(Counter)
            .where(col(Counter.kind) == kind.value, col(Counter.year) == year)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    ).one()
    counter.last += 1
    await session.flush()
    return Numbered(kind, year, counter.last, prefix_of(kind))


async def make_document(
    session: AsyncSession,
    blobs: BlobStore,
    number: Numbered,
    facts: Mapping[str, Any],
    *,
    about: str,
    jurisdiction: str,
    by: str | None,
    now: datetime,
) -> Document:
    """Typeset and keep a document under a number from `next_number`; `number` is added to the facts."""
    pdf = await asyncio.to_thread(render, number.kind, {**facts, "number": number.text}, now=now)
    digest = sha256_hex(pdf)
    # Keyed by content: a transaction that fails after this leaves a file that nobody names, and the next try the same.
    await blobs.put(f"sha256/{digest[:2]}/{digest[2:4]}/{digest}", pdf)
    row = Document(
        kind=number.kind.value,
        year=number.year,
        n=number.n,
        revision=await _next_revision(session, number),
        number=number.text,
        title=title_of(number.kind),
        about=about,
        jurisdiction=jurisdiction,
        sha256=digest,
        size_bytes=len(pdf),
        made_at=now,
        by=by,
    )
    session.add(row)
    await session.flush()
    await journal.record(
        session,
        by,
        "made_document",
        about,
        at=now,
        document=row.id,
        kind=row.kind,
        number=row.number,
        revision=row.revision,
        sha256=digest,
    )
    return row


def number_of(row: Document) -> Numbered:
    """The number of a document that there is, for a newer revision of it."""
    return Numbered(Kind(row.kind), row.year, row.n, row.number.partition("〔")[0])


async def _next_revision(session: AsyncSession, number: Numbered) -> int:
    last = await session.scalar(
        select(func.max(col(Document.revision))).where(
            col(Document.kind) == number.kind.value, col(Document.year) == number.year, col(Document.n) == number.n
        )
    )
    return (last or 0) + 1


async def read_document(blobs: BlobStore, row: Document) -> bytes:
    """The bytes as they were made."""
    return await blobs.get(f"sha256/{row.sha256[:2]}/{row.sha256[2:4]}/{row.sha256}")
