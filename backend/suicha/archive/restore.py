"""`suicha restore`: check the whole backup first, put its files into the store, then all its rows in one transaction.

Whatever goes wrong or is killed before that transaction ends, the installation is as it was: files that no row names
do no harm. Afterwards a new epoch has begun, so phones send again what the backup does not know.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, func, insert, inspect, select, table, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.archive.backup import BLOB_LIST, LEFT_OUT, MANIFEST, VERSION
from suicha.archive.errors import BackupRefused
from suicha.archive.rows import all_tables, own_references, row_of, written_as
from suicha.evidence.rules import DerivativeState, original_key
from suicha.evidence.tables import Derivative
from suicha.infra.blobs import BlobStore, open_blob_store
from suicha.infra.db import Database
from suicha.infra.migrations import migrate, newest_revision
from suicha.infra.settings import Settings
from suicha.journal import actions as journal
from suicha.kit.ids import is_sha256_text
from suicha.sync.epochs import begin_epoch

ROWS_AT_ONCE = 500
# What an installation holds before anybody has used it: editions, the journal of their loading, runs of jobs.
SET_UP = frozenset(
    {"alembic_version", "checklists_edition", "journal_entry", "rectification_secret", "sync_epoch", "worker_job_run"}
)


@dataclass(frozen=True)
class Restored:
    """What was put back."""

    source: Path
    made_at: str
    rows: int
    files: int
    missing: tuple[str, ...]
    epoch: str

    def lines(self) -> list[str]:
        """The report for people, and what to do next."""
        lost = [f"THE BACKUP DOES NOT HOLD {digest}" for digest in self.missing]
        return [
            f"restored {self.source.name}, made at {self.made_at}: {self.rows} rows, {self.files} files",
            *lost,
            f"a new epoch has begun: {self.epoch}",
            "next: start the server and the worker; every phone sends again by itself what was made after the backup;",
            "what was done at the desk after the backup must be done again;",
            "then `suicha verify inspection ID` for a visit of the last days.",
        ]


@dataclass(frozen=True)
class Source:
    """A backup whose every digest was found right."""

    folder: Path
    blobs: Path
    manifest: Mapping[str, Any]
    files: Mapping[str, int]


async def restore(settings: Settings, folder: Path, *, is_replacing: bool, now: datetime) -> Restored:
    """Put a backup into this installation. Raises BackupRefused, and then nothing was changed."""
    source = _checked(_newest(folder))
    database = Database(settings.database_url)
    blobs = open_blob_store(settings)
    try:
        if not is_replacing and await _is_used(database):
            raise BackupRefused("this installation is not empty; `--replace` puts the backup in its place")
        await migrate(database)
        for digest, size in source.files.items():
            await _put(blobs, digest, size, source.blobs / original_key(digest))
        async with database.writing() as session:
            await _empty(session)
            for held in all_tables():
                if held.name not in LEFT_OUT:
                    await _load(session, held, source.folder / "tables" / f"{held.name}.jsonl")
            await _ask_for_lost_pictures(session, blobs)
            epoch = await begin_epoch(session)
            made_at = str(source.manifest["made_at"])
            await journal.record(session, None, "restored_backup", "installation", at=now, made_at=made_at, epoch=epoch)
    finally:
        await database.close()
    rows = sum(entry["rows"] for entry in source.manifest["tables"])
    return Restored(source.folder, made_at, rows, len(source.files), tuple(source.manifest["missing"]), epoch)


def _newest(folder: Path) -> Path:
    if (folder / MANIFEST).is_file():
        return folder
    whole = sorted(path.parent for path in (folder / "backups").glob(f"*/{MANIFEST}") if path.parent.suffix != ".part")
    if not whole:
        raise BackupRefused(f"there is no finished backup in {folder}")
    return whole[-1]


def _checked(folder: Path) -> Source:
    """Compare every digest before anything is touched."""
    if folder.suffix == ".part":
        raise BackupRefused(f"{folder.name} was never finished")
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        if (manifest["suicha"], manifest["v"]) != ("backup", VERSION):
            raise BackupRefused(f"{folder} is not a backup in version {VERSION}")
        _check_form(manifest)
        for entry in manifest["tables"]:
            _check_digest(folder / "tables" / f"{entry['name']}.jsonl", entry["sha256"])
        _check_digest(folder / BLOB_LIST, manifest["files"]["sha256"])
        files = {said["sha256"]: int(said["size"]) for said in map(json.loads, _lines(folder / BLOB_LIST))}
    except (KeyError, TypeError, json.JSONDecodeError, UnicodeDecodeError) as error:
        raise BackupRefused(f"{folder} cannot be read as a backup: {error}") from error
    blobs = folder.parent.parent / "blobs"
    for digest in files:
        if not is_sha256_text(digest):
            raise BackupRefused(f"{BLOB_LIST} names something that is no digest")
        _check_digest(blobs / original_key(digest), digest)
    return Source(folder, blobs, manifest, files)


def _check_form(manifest: Mapping[str, Any]) -> None:
    here = newest_revision()
    if manifest["revision"] != here:
        raise BackupRefused(
            f"the backup has tables of the form {manifest['revision']} and this program has {here}: restore it with "
            "the version of the program that made it, and bring it up to date afterwards with `suicha migrate`"
        )
    wanted = {held.name for held in all_tables()} - LEFT_OUT
    if {entry["name"] for entry in manifest["tables"]} != wanted:
        raise BackupRefused("the backup does not hold the tables that this program has")


def _check_digest(path: Path, digest: str) -> None:
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError as error:
        raise BackupRefused(f"the backup is not whole: {path.name} is missing") from error
    if found != digest:
        raise BackupRefused(f"the backup is damaged: {path.name} does not have its digest")


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", newline="\n") as file:
        yield from file


async def _is_used(database: Database) -> bool:
    async with database.engine.connect() as connection:
        return await connection.run_sync(_has_rows)


def _has_rows(connection: Connection) -> bool:
    names = set(inspect(connection).get_table_names()) - SET_UP
    return any(connection.scalar(select(func.count()).select_from(table(name))) for name in sorted(names))


async def _put(blobs: BlobStore, digest: str, size: int, path: Path) -> None:
    """Leave what is there and right, replace what is damaged."""
    key = original_key(digest)
    if await blobs.size(key) == size:
        found = hashlib.sha256()
        async for piece in blobs.stream(key):
            found.update(piece)
        if found.hexdigest() == digest:
            return
        await blobs.delete(key)
    await blobs.put_file(key, path)


async def _empty(session: AsyncSession) -> None:
    """Remove every row, also of tables whose triggers refuse that; the triggers are back before anything is written."""
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    again = await (_without_triggers(session) if is_sqlite else _with_triggers_off(session))
    for held in reversed(all_tables()):
        await session.execute(delete(held))
    connection = await session.connection()
    for statement in again:
        await connection.exec_driver_sql(statement)


async def _without_triggers(session: AsyncSession) -> list[str]:
    rows = (await session.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))).all()
    for name, _ in rows:
        await session.execute(text(f'DROP TRIGGER "{name}"'))
    return [str(sql) for _, sql in rows]


async def _with_triggers_off(session: AsyncSession) -> list[str]:
    found = await session.scalars(
        text("SELECT DISTINCT CAST(CAST(tgrelid AS regclass) AS text) FROM pg_trigger WHERE NOT tgisinternal")
    )
    names = list(found)
    for name in names:
        await session.execute(text(f"ALTER TABLE {name} DISABLE TRIGGER USER"))
    return [f"ALTER TABLE {name} ENABLE TRIGGER USER" for name in names]


async def _load(session: AsyncSession, held: Table, path: Path) -> None:
    """Insert the rows; those that point at others of the same table get that in a second step."""
    later = own_references(held)
    into = written_as(held)
    pointing: list[dict[str, Any]] = []
    for rows in _in_batches(held, path):
        if later:
            pointing += [row.copy() for row in rows if any(row[name] is not None for name in later)]
            rows = [row | dict.fromkeys(later) for row in rows]  # noqa: PLW2901 - the same rows without their pointers
        await session.execute(insert(into), rows)
    keys = [column.name for column in held.primary_key.columns]
    for row in pointing:
        where = [into.c[name] == bindparam(f"_{name}") for name in keys]
        values = {name: row[name] for name in later}
        await session.execute(update(into).where(*where).values(**values), {f"_{name}": row[name] for name in keys})


def _in_batches(held: Table, path: Path) -> Iterator[list[dict[str, Any]]]:
    rows: list[dict[str, Any]] = []
    try:
        for line in _lines(path):
            rows.append(row_of(held, line))
            if len(rows) == ROWS_AT_ONCE:
                yield rows
                rows = []
    except (ValueError, TypeError) as error:
        raise BackupRefused(f"{path.name} does not fit the table: {error}") from error
    if rows:
        yield rows


async def _ask_for_lost_pictures(session: AsyncSession, blobs: BlobStore) -> None:
    """Small pictures are in no backup: those that the store does not have are made again by the worker."""
    for row in await session.scalars(select(Derivative)):
        if row.state == DerivativeState.READY and row.key is not None and await blobs.size(row.key) is None:
            row.state, row.key, row.attempts = DerivativeState.MAKING.value, None, 0
    await session.flush()
