"""Scans of what was signed and sealed by hand: kept beside the paper that was printed, none is replaced."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts.queries import Caller
from suicha.documents.desk import PaperDesk
from suicha.documents.errors import ScansFull
from suicha.documents.tables import Document, Scan
from suicha.infra.blobs import BlobStore
from suicha.infra.db import Database
from suicha.infra.uploads import Upload
from suicha.journal import actions as journal

MOST_BYTES, MOST_SCANS = 50 * 1024 * 1024, 20
_UNFIT = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]')
_SUFFIXES = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}


async def keep_scan(
    database: Database,
    blobs: BlobStore,
    desk: PaperDesk,
    document_id: str,
    upload: Upload,
    caller: Caller,
    *,
    now: datetime,
) -> Scan:
    """Keep a file that was received; the same file once more is the scan that is there already.

    Raises DocumentUnknown, ScanNotAccepted or ScansFull. The bytes are stored before anything names them.
    """
    async with database.reading() as session:
        await desk.paper(session, document_id, caller)
    content_type = await asyncio.to_thread(desk.check_scan, upload.path)
    await blobs.put_file(key_of(upload.sha256), upload.path)
    async with database.writing() as session:
        paper = await desk.paper(session, document_id, caller)
        return await _keep(session, paper, upload, content_type, caller, now=now)


async def _keep(
    session: AsyncSession, paper: Document, upload: Upload, content_type: str, caller: Caller, *, now: datetime
) -> Scan:
    # The row of the paper is the lock under which its scans are counted.
    await session.execute(select(col(Document.id)).where(col(Document.id) == paper.id).with_for_update())
    rows = list(await session.scalars(select(Scan).where(col(Scan.document_id) == paper.id)))
    same = next((row for row in rows if row.sha256 == upload.sha256), None)
    if same is not None:
        return same
    if len(rows) >= MOST_SCANS:
        raise ScansFull(most=MOST_SCANS)
    scan = Scan(
        document_id=paper.id,
        name=file_name(upload.file_name, content_type),
        sha256=upload.sha256,
        size_bytes=upload.size_bytes,
        content_type=content_type,
        received_at=now,
        by=caller.id,
    )
    session.add(scan)
    await session.flush()
    await journal.record(
        session,
        caller.id,
        "kept_scan",
        paper.about,
        at=now,
        document=paper.id,
        number=paper.number,
        revision=paper.revision,
        scan=scan.id,
        sha256=scan.sha256,
    )
    return scan


def key_of(sha256: str) -> str:
    """Where the bytes are in the store."""
    return f"sha256/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def file_name(given: str, content_type: str) -> str:
    """What the sender called it, without what file systems dislike, ending in what the content really is."""
    stem = _UNFIT.sub("", given).strip(". ")
    suffix = _SUFFIXES[content_type]
    stem = re.sub(r"\.(pdf|jpe?g|png)$", "", stem, flags=re.IGNORECASE)
    return f"{stem[:100] or '扫描件'}{suffix}"


def bytes_of(blobs: BlobStore, scan: Scan) -> AsyncIterator[bytes]:
    """The scan, in pieces."""
    return blobs.stream(key_of(scan.sha256))
