"""Making documents: the next number, the PDF, its place in the store, one row and a line in the journal."""

import asyncio
import json
import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.documents.errors import FactsNotKept
from suicha.documents.render import render
from suicha.documents.rules import CODE_LENGTH, DRAFT_NUMBER, Kind, Numbered, check_entered, code_of, in_groups
from suicha.documents.tables import Counter, Document
from suicha.documents.texts import prefix_of, title_of
from suicha.infra.blobs import BlobStore
from suicha.infra.db import upsert_ignore
from suicha.infra.settings import settings_from_environment
from suicha.journal import actions as journal
from suicha.kit.canonical import canonical_json
from suicha.kit.clock import local_date
from suicha.kit.digest import sha256_hex


async def next_number(session: AsyncSession, kind: Kind, *, now: datetime) -> Numbered:
    """The next number of the year in China, locked until the caller's transaction ends: no gap, none twice."""
    counter = await _locked_counter(session, kind, now=now)
    counter.last += 1
    await session.flush()
    return Numbered(kind, counter.year, counter.last, prefix_of(kind))


async def _locked_counter(session: AsyncSession, kind: Kind, *, now: datetime) -> Counter:
    year = local_date(now).year
    await session.execute(upsert_ignore(session, Counter, [{"kind": kind.value, "year": year, "last": 0}]))
    rows = await session.scalars(
        select(Counter)
        .where(col(Counter.kind) == kind.value, col(Counter.year) == year)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return rows.one()


async def number_for(session: AsyncSession, kind: Kind, about: str, *, now: datetime) -> Numbered:
    """The number that a thing's paper of this kind has already, for a newer revision, else the next one."""
    # Two who make the same paper at once wait for each other: the second makes a revision, not a second number.
    await _locked_counter(session, kind, now=now)
    row = await session.scalar(
        select(Document)
        .where(col(Document.kind) == kind.value, col(Document.about) == about)
        .order_by(col(Document.revision).desc())
        .limit(1)
    )
    return number_of(row) if row else await next_number(session, kind, now=now)


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
    pictures: Mapping[str, bytes] | None = None,
) -> Document:
    """Typeset and keep a document under a number from `next_number`; number, code and digest are added to the facts.

    Raises DocumentFactsMissing before anything is printed. The digest on the pages is that of the facts: a file cannot
    name its own.
    """
    check_entered(number.kind, facts)
    code = code_of(os.urandom(CODE_LENGTH))
    told = {**facts, "number": number.text, "code": in_groups(code), "check_url": check_url(code)}
    text = canonical_json(told)
    pdf = await asyncio.to_thread(render, number.kind, _printed(text), now=now, pictures=pictures)
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
        code=code,
        facts_sha256=sha256_hex(text),
        facts=text,
        agency=facts.get("agency"),
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


def _printed(text: str) -> dict[str, Any]:
    """What a template is told: the kept facts, their digest, and what to put into the code where nothing else is."""
    told: dict[str, Any] = json.loads(text)
    return {"qr": told["check_url"], **told, "facts_digest": sha256_hex(text)}


async def render_again(row: Document, *, pictures: Mapping[str, bytes] | None = None) -> bytes:
    """The paper once more from the facts that were kept with it; raises FactsNotKept for one of the early papers."""
    if row.facts is None:
        raise FactsNotKept
    return await asyncio.to_thread(render, Kind(row.kind), _printed(row.facts), now=row.made_at, pictures=pictures)


def pictures_of(row: Document) -> list[str]:
    """The names of all pictures that the paper shows."""
    facts = json.loads(row.facts or "{}")
    shown = [*facts.get("photos", []), *facts.get("signatures", [])]
    return [one["picture"] for one in shown if isinstance(one, dict) and one.get("picture")]


async def preview(
    kind: Kind, facts: Mapping[str, Any], *, now: datetime, pictures: Mapping[str, bytes] | None = None
) -> bytes:
    """The paper as it would be, marked as a draft, without number and code; raises DocumentFactsMissing."""
    check_entered(kind, facts)
    printed = {**facts, "number": DRAFT_NUMBER, "is_draft": True}
    return await asyncio.to_thread(render, kind, printed, now=now, pictures=pictures)


def check_url(code: str) -> str:
    """Where anybody asks whether the paper is genuine."""
    return f"{settings_from_environment().base_url}/public/documents/{in_groups(code)}"


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


async def withdraw_documents(session: AsyncSession, kind: Kind, about: str, *, now: datetime) -> None:
    """Whoever asks for the code of such a paper hears from now on that it no longer counts."""
    await session.execute(
        update(Document)
        .where(col(Document.kind) == kind.value, col(Document.about) == about, col(Document.withdrawn_at).is_(None))
        .values(withdrawn_at=now)
    )


async def read_document(blobs: BlobStore, row: Document) -> bytes:
    """The bytes as they were made."""
    return await blobs.get(f"sha256/{row.sha256[:2]}/{row.sha256[2:4]}/{row.sha256}")
