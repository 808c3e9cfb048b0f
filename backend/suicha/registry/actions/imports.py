"""Imports: a file is read, every row is judged, the dry run is kept; then all of it is written, or nothing."""

import asyncio
import json
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import delete, insert, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts.queries import Caller
from suicha.journal import actions as journal
from suicha.kit.ids import new_id
from suicha.registry import queries
from suicha.registry.actions.writing import write
from suicha.registry.errors import ImportHasRejects, ImportNotReady, ImportOutdated
from suicha.registry.rules.fields import Library
from suicha.registry.rules.imports import (
    ImportState,
    counts_of,
    is_same_outcome,
    plain_changes,
    plain_problems,
    rejected_in,
)
from suicha.registry.rules.judge import judge_rows
from suicha.registry.rules.rows import RawRow, Verdict
from suicha.registry.rules.wanted import wanted_by
from suicha.registry.tables import Import, ImportRow


async def begin_import(
    session: AsyncSession,
    *,
    file_name: str,
    sha256: str,
    size_bytes: int,
    row_estimate: int,
    by: Caller,
    now: datetime,
) -> Import:
    """Note that a file is here and is being read."""
    row = Import(
        file_name=file_name,
        sha256=sha256,
        size_bytes=size_bytes,
        by=by.id,
        jurisdiction=by.jurisdiction,
        at=now,
        beat_at=now,
        state=ImportState.READING.value,
        total=row_estimate,
    )
    session.add(row)
    await session.flush()
    await journal.record(session, by.id, "uploaded_import", f"import:{row.id}", at=now, sha256=sha256, name=file_name)
    return row


async def judged(session: AsyncSession, rows: Sequence[RawRow], *, scope: str, today: date) -> list[Verdict]:
    """What the rows of a file would do to the libraries as they stand in this transaction."""
    known = await queries.known_for(session, await asyncio.to_thread(wanted_by, rows))
    return await asyncio.to_thread(judge_rows, rows, known, scope=scope, today=today)


async def store_dry_run(
    session: AsyncSession, import_id: str, rows: Sequence[RawRow], verdicts: Sequence[Verdict], *, now: datetime
) -> None:
    """Keep what was read and what it would do; the import can be committed from here on."""
    record = await session.get(Import, import_id, populate_existing=True)
    if record is None or record.state != ImportState.READING:
        return
    await session.execute(delete(ImportRow).where(col(ImportRow.import_id) == import_id))
    await session.execute(
        insert(ImportRow),
        [
            {
                "id": new_id(),
                "import_id": import_id,
                "n": n,
                "library": raw.library.value,
                "row_no": raw.row_no,
                "state": verdict.state.value,
                "label": verdict.label,
                "cells": json.dumps(dict(raw.cells), ensure_ascii=False),
                "problems": json.dumps(plain_problems(verdict.problems), ensure_ascii=False),
                "changes": json.dumps(plain_changes(verdict.changes), ensure_ascii=False),
            }
            for n, (raw, verdict) in enumerate(zip(rows, verdicts, strict=True))
        ],
    )
    record.counts = json.dumps(counts_of(verdicts))
    record.done = record.total = len(rows)
    record.beat_at = now
    record.state = ImportState.CHECKED.value
    await session.flush()


async def refuse_import(session: AsyncSession, import_id: str, *, code: str, because: str, now: datetime) -> None:
    """Note that the file cannot be read to its end."""
    record = await session.get(Import, import_id, populate_existing=True)
    if record is not None and record.state == ImportState.READING:
        record.state = ImportState.REFUSED.value
        record.refused_code, record.refused_because = code, because[:400]
        record.beat_at = now
        await session.flush()


async def commit_import(session: AsyncSession, import_id: str, *, by: Caller, today: date, now: datetime) -> Import:
    """Write all rows of a dry run, or raise: ImportNotReady, ImportHasRejects, ImportOutdated. Nothing in between."""
    await queries.lock_libraries(session)
    record = await queries.import_of(session, import_id, by.jurisdiction, is_locked=True)
    state = queries.state_of(record, now=now)
    if state is not ImportState.CHECKED:
        raise ImportNotReady(state=state.value)
    counts = json.loads(record.counts)
    if rejected := rejected_in(counts):
        raise ImportHasRejects(rejected=rejected)
    kept = await queries.all_import_rows(session, import_id)
    rows = [RawRow(Library(row.library), row.row_no, json.loads(row.cells)) for row in kept]
    verdicts = await judged(session, rows, scope=record.jurisdiction, today=today)
    if not is_same_outcome(verdicts, [(row.state, json.loads(row.changes)) for row in kept]):
        raise ImportOutdated
    await write(session, verdicts, by=by.id, now=now, import_id=import_id)
    # The libraries have what the cells said; a second copy of phone numbers serves nobody.
    await session.execute(update(ImportRow).where(col(ImportRow.import_id) == import_id).values(cells="{}"))
    record.state = ImportState.COMMITTED.value
    record.committed_at, record.committed_by = now, by.id
    await session.flush()
    await journal.record(
        session,
        by.id,
        "committed_import",
        f"import:{import_id}",
        at=now,
        sha256=record.sha256,
        name=record.file_name,
        counts=counts,
    )
    return record
