"""`suicha backup`: every row of one snapshot and every file that those rows name, while the server goes on.

    DIR/blobs/sha256/ab/cd/<digest>     shared by all backups in the folder, copied once
    DIR/backups/<instant>/tables/*.jsonl, blobs.jsonl, backup.json

A backup gets its name at the very end; what is still called `.part` is none. Files are never removed from the store,
so those that a snapshot names are still there when they are copied after it.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Table, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.archive.errors import BackupRefused
from suicha.archive.rows import all_tables, line_of
from suicha.evidence.rules import original_key
from suicha.infra.blobs import BlobMissing, BlobStore, open_blob_store
from suicha.infra.db import Database
from suicha.infra.migrations import newest_revision
from suicha.infra.settings import Settings

MANIFEST, BLOB_LIST, VERSION = "backup.json", "blobs.jsonl", 1
# Uploads under way: their pieces come and go, and phones and pages begin such an upload again by themselves.
LEFT_OUT = frozenset({"evidence_partial", "evidence_partial_chunk", "rectification_partial"})
# Which columns name files in the store, with those that hold their sizes and what must be true of the row.
HOLDING = (
    ("evidence_blob", "sha256", "size_bytes", "verified"),
    ("documents_document", "sha256", "size_bytes", None),
    ("documents_scan", "sha256", "size_bytes", None),
    ("rectification_proof_file", "sha256", "size_bytes", None),
    ("rectification_reply_file", "sha256", "size_bytes", None),
)
ROWS_AT_ONCE = 500


@dataclass(frozen=True)
class Backup:
    """What was written."""

    folder: Path
    rows: int
    files: int
    copied: int
    size: int
    missing: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """True when every file that a row names was in the store, and was what its digest says."""
        return not self.missing

    def lines(self) -> list[str]:
        """The report for people."""
        lost = [f"NOT IN THE STORE, OR DAMAGED: {digest}" for digest in self.missing]
        count = f"{self.rows} rows, {self.files} files ({self.copied} copied now), {self.size} bytes of files"
        return [f"{self.folder}", count, *lost]


async def back_up(settings: Settings, folder: Path, *, now: datetime) -> Backup:
    """Write one backup into the folder. Raises BackupRefused."""
    # It holds digests of passwords and the secret that signs links.
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(folder):
        for old in (folder / "backups").glob("*.part"):
            shutil.rmtree(old)
        name = now.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
        part = folder / "backups" / f"{name}.part"
        (part / "tables").mkdir(parents=True)
        try:
            return await _fill(settings, folder, part, now=now)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise


async def _fill(settings: Settings, folder: Path, part: Path, *, now: datetime) -> Backup:
    database = Database(settings.database_url)
    try:
        async with database.reading() as session:
            revision = await _revision(session)
            tables = [await _write_table(session, held, part) for held in all_tables() if held.name not in LEFT_OUT]
            named = await _named_files(session)
    finally:
        await database.close()
    copied, missing = await _copy_files(open_blob_store(settings), folder / "blobs", named)
    there = {digest: size for digest, size in named.items() if digest not in missing}
    lines = [json.dumps({"sha256": digest, "size": there[digest]}) for digest in sorted(there)]
    manifest = {
        "suicha": "backup",
        "v": VERSION,
        "made_at": now.astimezone(UTC).isoformat(),
        "revision": revision,
        "tables": tables,
        "files": {"count": len(there), "sha256": _write_lines(part / BLOB_LIST, lines)},
        "missing": sorted(missing),
    }
    _write_lines(part / MANIFEST, [json.dumps(manifest, indent=1)])
    whole = part.with_suffix("")
    _flush(part / "tables")
    _flush(part)
    part.rename(whole)
    _flush(whole.parent)
    rows = sum(entry["rows"] for entry in tables)
    return Backup(whole, rows, len(there), copied, sum(there.values()), tuple(sorted(missing)))


async def _revision(session: AsyncSession) -> str:
    """The form of the tables; a backup is made and restored by the version of the program that knows it."""
    revision = str((await session.execute(text("SELECT version_num FROM alembic_version"))).scalar_one())
    if revision != newest_revision():
        raise BackupRefused("the database has the tables of another version: run `suicha migrate` first")
    return revision


async def _write_table(session: AsyncSession, held: Table, part: Path) -> dict[str, Any]:
    rows = await session.stream(
        select(held).order_by(*held.primary_key.columns).execution_options(yield_per=ROWS_AT_ONCE)
    )
    count, digest = 0, hashlib.sha256()
    with (part / "tables" / f"{held.name}.jsonl").open("wb") as file:
        async for row in _mappings(rows):
            line = line_of(row).encode() + b"\n"
            digest.update(line)
            file.write(line)
            count += 1
        _flush_file(file)
    return {"name": held.name, "rows": count, "sha256": digest.hexdigest()}


async def _mappings(rows: Any) -> AsyncIterator[dict[str, Any]]:
    async for row in rows.mappings():
        yield dict(row)


async def _named_files(session: AsyncSession) -> dict[str, int]:
    """Every file that a row of the snapshot names, with its size."""
    held = {table.name: table for table in all_tables()}
    named: dict[str, int] = {}
    for name, digest, size, state in HOLDING:
        columns = held[name].c
        query = select(columns[digest], columns[size])
        found = await session.execute(query.where(columns["state"] == state) if state else query)
        named |= {sha256: bytes_ or 0 for sha256, bytes_ in found}
    return named


async def _copy_files(blobs: BlobStore, into: Path, named: dict[str, int]) -> tuple[int, set[str]]:
    """Copy what is not there yet; returns how many, and which could not be had."""
    copied, missing = 0, set()
    for digest, size in sorted(named.items()):
        path = into / original_key(digest)
        if path.exists() and path.stat().st_size == size:
            continue
        if await _copy_file(blobs, digest, path):
            copied += 1
        else:
            missing.add(digest)
    return copied, missing


async def _copy_file(blobs: BlobStore, digest: str, path: Path) -> bool:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".part")
    found = hashlib.sha256()
    try:
        with beside.open("wb") as file:
            async for piece in blobs.stream(original_key(digest)):
                found.update(piece)
                file.write(piece)
            _flush_file(file)
        if found.hexdigest() != digest:
            return False
        beside.replace(path)
        _flush(path.parent)
    except BlobMissing:
        return False
    finally:
        beside.unlink(missing_ok=True)
    return True


def _write_lines(path: Path, lines: list[str]) -> str:
    data = "".join(f"{line}\n" for line in lines).encode()
    with path.open("wb") as file:
        file.write(data)
        _flush_file(file)
    return hashlib.sha256(data).hexdigest()


def _flush_file(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _flush(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One backup at a time in a folder; the lock ends with the process, however that ends."""
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BackupRefused(f"another backup is being written into {folder}") from error
        yield
