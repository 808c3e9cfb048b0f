"""`suicha backup` and `suicha restore`: on both databases and both stores, crosswise, under load and killed."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from suicha.archive import backup as backups
from suicha.archive import restore as restores
from suicha.archive.backup import HOLDING, back_up
from suicha.archive.errors import BackupRefused
from suicha.archive.restore import restore
from suicha.archive.rows import all_tables
from suicha.evidence.rules import original_key
from suicha.infra.blobs import open_blob_store
from suicha.infra.db import Database
from suicha.infra.settings import Settings
from suicha.inspections import queries as inspections
from suicha.inspections.rules.verify import verify_export
from suicha.kit.digest import sha256_hex
from suicha.sync import queries as sync
from tests.inspections.field import FieldTeam
from tests.inspections.round import NOW, VISIT
from tests.servers.postgres import PostgresServer
from tests.servers.s3 import S3Server
from tests.test_command_line import suicha

from .installation import LATER_VISIT, PHOTOS, PROOF, contents, run, settings_for, use

AT = datetime(2026, 12, 1, 3, tzinfo=UTC)
KINDS = ("sqlite", "postgres")


class Installations:
    """Migrated ones on demand: SQLite with a folder, or PostgreSQL with S3."""

    def __init__(self, folder: Path, request: pytest.FixtureRequest, stack: contextlib.ExitStack) -> None:
        self.folder, self.request, self.stack, self.count = folder, request, stack, 0

    def new(self, kind: str) -> Settings:
        self.count += 1
        folder = self.folder / f"{kind}{self.count}"
        folder.mkdir()
        if kind == "sqlite":
            shutil.copy(self.request.getfixturevalue("sqlite_template"), folder / "suicha.db")
            return settings_for(folder)
        server: PostgresServer = self.request.getfixturevalue("postgres_server")
        url = self.stack.enter_context(server.fresh_database(self.request.getfixturevalue("postgres_template")))
        s3: S3Server = self.request.getfixturevalue("s3_server")
        return settings_for(folder, url, s3, str(self.count))


@pytest.fixture
def installations(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installations]:
    with contextlib.ExitStack() as stack:
        yield Installations(tmp_path, request, stack)


@pytest.fixture(scope="module")
def used(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A used installation and, in `backup`, a backup of it; nobody changes either."""
    folder = tmp_path_factory.mktemp("used")
    shutil.copy(sqlite_template, folder / "suicha.db")
    settings = settings_for(folder)
    run(use(settings))
    run(back_up(settings, folder / "backup", now=AT))
    return settings


def a_copy(used: Settings, folder: Path) -> Path:
    """The backup, to be spoilt."""
    shutil.copytree(used.data_dir / "backup", folder / "backup")
    return folder / "backup"


async def _verify(settings: Settings) -> tuple[str, list[str], list[bytes]]:
    database, blobs = Database(settings.database_url), open_blob_store(settings)
    try:
        async with database.reading() as session:
            report = verify_export(await inspections.export_of(session, VISIT))
            epoch = await sync.current_epoch(session)
        held = [await blobs.get(original_key(sha256_hex(data))) for data in (*PHOTOS[:2], PROOF)]
        return epoch, [finding.text for finding in report.findings], held
    finally:
        await database.close()


@pytest.mark.parametrize("source", KINDS)
@pytest.mark.parametrize("target", KINDS)
def test_a_restore_gives_equal_rows_and_files_on_either_database_and_store(
    installations: Installations, tmp_path: Path, source: str, target: str
) -> None:
    old, new = installations.new(source), installations.new(target)
    run(use(old))
    made = run(back_up(old, tmp_path / "backup", now=AT))
    assert (made.is_whole, made.files, made.copied) == (True, 5, 5)
    restored = run(restore(new, tmp_path / "backup", is_replacing=False, now=AT))
    before, after = run(contents(old)), run(contents(new))
    assert after == before
    assert sum(map(len, before.values())) > 200
    old_epoch, _, _ = run(_verify(old))
    epoch, findings, held = run(_verify(new))
    assert (findings, held) == ([], [*PHOTOS[:2], PROOF])
    assert (epoch, epoch != old_epoch) == (restored.epoch, True)


def test_files_are_copied_once_and_the_newest_backup_counts(
    used: Settings, installations: Installations, tmp_path: Path
) -> None:
    folder = a_copy(used, tmp_path)
    second = run(back_up(used, folder, now=AT + timedelta(days=1)))
    assert (second.files, second.copied) == (5, 0)
    new = installations.new("sqlite")
    assert run(restore(new, folder, is_replacing=False, now=AT)).made_at == "2026-12-02T03:00:00+00:00"
    earlier = folder / "backups" / "20261201T030000.000000Z"
    assert run(restore(new, earlier, is_replacing=True, now=AT)).made_at == "2026-12-01T03:00:00+00:00"


def test_what_is_in_use_is_replaced_only_when_asked_to(used: Settings, installations: Installations) -> None:
    other = installations.new("sqlite")
    run(use(other))
    before = run(contents(other))
    with pytest.raises(BackupRefused, match="not empty"):
        run(restore(other, used.data_dir / "backup", is_replacing=False, now=AT))
    assert run(contents(other)) == before
    run(restore(other, used.data_dir / "backup", is_replacing=True, now=AT))
    assert run(contents(other)) == run(contents(used))


@pytest.mark.parametrize("kind", KINDS)
def test_rows_that_triggers_protect_are_replaced_and_protected_again(
    used: Settings, installations: Installations, kind: str
) -> None:
    other = installations.new(kind)
    run(use(other))
    refusal = "BEFORE DELETE ON rectification_problem"
    statements = {
        "sqlite": [f"CREATE TRIGGER kept {refusal} BEGIN SELECT RAISE(ABORT, 'kept: 1'); END"],
        "postgres": [
            "CREATE FUNCTION kept() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'kept: 1'; END $$ LANGUAGE plpgsql",
            f"CREATE TRIGGER kept {refusal} FOR EACH ROW EXECUTE FUNCTION kept()",
        ],
    }[kind]

    async def run_all(statements: list[str]) -> None:
        database = Database(other.database_url)
        try:
            async with database.writing() as session:
                connection = await session.connection()
                for statement in statements:
                    await connection.exec_driver_sql(statement)
        finally:
            await database.close()

    run(run_all(statements))
    run(restore(other, used.data_dir / "backup", is_replacing=True, now=AT))
    assert run(contents(other)) == run(contents(used))
    with pytest.raises(DBAPIError, match="kept: 1"):
        run(run_all(["DELETE FROM rectification_problem"]))


def test_phones_go_on_in_the_new_epoch(used: Settings, installations: Installations) -> None:
    new = installations.new("sqlite")
    run(restore(new, used.data_dir / "backup", is_replacing=False, now=AT))

    async def go_on() -> list[str]:
        database = Database(new.database_url)
        try:
            team = await FieldTeam(database, LATER_VISIT, at=NOW).arrive("leader", "officer")
            team.answer_all("officer")
            return [result["outcome"] for result in await team.push()]
        finally:
            await database.close()

    assert set(run(go_on())) == {"applied"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_backup_made_while_phones_push_is_of_one_moment(
    installations: Installations, tmp_path: Path, kind: str
) -> None:
    busy, new = installations.new(kind), installations.new("sqlite")
    run(use(busy))

    async def under_load() -> int:
        database = Database(busy.database_url)
        team = await FieldTeam(database, LATER_VISIT, at=NOW).arrive("leader", "officer")
        is_over = asyncio.Event()

        async def push() -> int:
            count = 0
            while not is_over.is_set():
                team.set("officer", team.items[count % 27], "remark", f"第{count}次")
                await team.push("officer")
                count += 1
            return count

        pushing = asyncio.create_task(push())
        try:
            for n in range(3):
                await back_up(busy, tmp_path / "backup", now=AT + timedelta(hours=n))
        finally:
            is_over.set()
            count = await pushing
            await database.close()
        return count

    assert run(under_load()) > 3
    for folder in sorted((tmp_path / "backup" / "backups").iterdir()):
        run(restore(new, folder, is_replacing=True, now=AT))

        async def record() -> list[str]:
            database = Database(new.database_url)
            try:
                async with database.reading() as session:
                    return [f.text for f in verify_export(await inspections.export_of(session, LATER_VISIT)).findings]
            finally:
                await database.close()

        assert run(record()) == []
        rows = run(contents(new))
        [head] = [json.loads(line) for line in rows["feed_head"] if LATER_VISIT in line]
        assert sum(f"insp:{LATER_VISIT}" in json.loads(line)["scope"] for line in rows["feed_entry"]) == head["pos"]
        assert len(rows["inspections_op"]) == len(rows["sync_receipt"])


def test_a_backup_that_was_killed_is_none(used: Settings, tmp_path: Path) -> None:
    program = (
        "import asyncio, os, signal, sys\nfrom datetime import datetime, UTC\nfrom pathlib import Path\n"
        "from suicha.archive import backup\nfrom suicha.infra.settings import settings_from_environment\n"
        "async def die(*_): os.kill(os.getpid(), signal.SIGKILL)\nbackup._copy_files = die\n"
        "asyncio.run(backup.back_up(settings_from_environment(), Path(sys.argv[1]),"
        " now=datetime(2026,12,1,tzinfo=UTC)))"
    )
    folder = tmp_path / "backup"
    environ = os.environ | {"SUICHA_DATA_DIR": str(used.data_dir)}
    killed = subprocess.run([sys.executable, "-c", program, str(folder)], check=False, env=environ)
    assert killed.returncode == -signal.SIGKILL
    [left] = (folder / "backups").iterdir()
    assert left.suffix == ".part"
    with pytest.raises(BackupRefused, match="no finished backup"):
        run(restore(used, folder, is_replacing=True, now=AT))
    with pytest.raises((BackupRefused, OSError)):
        run(restore(used, left, is_replacing=True, now=AT))
    run(back_up(used, folder, now=AT))
    assert [path.suffix for path in (folder / "backups").iterdir()] == [".000000Z"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_restore_that_fails_half_way_leaves_what_was_there(
    used: Settings, installations: Installations, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    other = installations.new(kind)
    run(use(other))
    before = run(contents(other))

    async def fail(*_: object) -> None:
        raise RuntimeError("killed")

    monkeypatch.setattr(restores, "begin_epoch", fail)
    with pytest.raises(RuntimeError, match="killed"):
        run(restore(other, used.data_dir / "backup", is_replacing=True, now=AT))
    assert run(contents(other)) == before


def test_a_restore_that_is_killed_leaves_what_was_there(used: Settings, installations: Installations) -> None:
    other = installations.new("sqlite")
    run(use(other))
    before = run(contents(other))
    program = (
        "import asyncio, os, signal, sys\nfrom datetime import datetime, UTC\nfrom pathlib import Path\n"
        "from suicha.archive import restore\nfrom suicha.infra.settings import settings_from_environment\n"
        "async def die(*_): os.kill(os.getpid(), signal.SIGKILL)\nrestore.begin_epoch = die\n"
        "asyncio.run(restore.restore(settings_from_environment(), Path(sys.argv[1]), is_replacing=True,"
        " now=datetime(2026,12,1,tzinfo=UTC)))"
    )
    environ = os.environ | {"SUICHA_DATA_DIR": str(other.data_dir)}
    source = str(used.data_dir / "backup")
    killed = subprocess.run([sys.executable, "-c", program, source], check=False, env=environ)
    assert killed.returncode == -signal.SIGKILL
    assert run(contents(other)) == before


def _spoil_rows(folder: Path) -> None:
    path = next(folder.glob("backups/*/tables/feed_entry.jsonl"))
    path.write_bytes(path.read_bytes().replace(b"applied", b"parked_", 1))


def _lose_rows(folder: Path) -> None:
    next(folder.glob("backups/*/tables/accounts_account.jsonl")).unlink()


def _spoil_file(folder: Path) -> None:
    path = folder / "blobs" / original_key(sha256_hex(PROOF))
    path.write_bytes(b"x" * len(PROOF))


def _lose_file(folder: Path) -> None:
    (folder / "blobs" / original_key(sha256_hex(PROOF))).unlink()


def _another_form(folder: Path) -> None:
    path = next(folder.glob("backups/*/backup.json"))
    said = json.loads(path.read_text())
    path.write_text(json.dumps(said | {"revision": "000000000000"}))


def _nonsense(folder: Path) -> None:
    next(folder.glob("backups/*/backup.json")).write_bytes(b"{")


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (_spoil_rows, "feed_entry.jsonl does not have its digest"),
        (_lose_rows, "accounts_account.jsonl is missing"),
        (_spoil_file, "does not have its digest"),
        (_lose_file, "is missing"),
        (_another_form, "tables of the form 000000000000"),
        (_nonsense, "cannot be read as a backup"),
    ],
)
def test_a_spoilt_backup_is_refused_before_anything_is_touched(
    used: Settings, installations: Installations, tmp_path: Path, spoil: object, sentence: str
) -> None:
    folder = a_copy(used, tmp_path)
    spoil(folder)  # type: ignore[operator]
    new = installations.new("sqlite")
    before = run(contents(new))
    with pytest.raises(BackupRefused, match=sentence):
        run(restore(new, folder, is_replacing=False, now=AT))
    assert run(contents(new)) == before
    assert not (new.data_dir / "evidence").exists()


def test_a_file_that_the_store_has_lost_is_named_and_the_rest_is_saved(
    used: Settings, installations: Installations, tmp_path: Path
) -> None:
    other, new = installations.new("sqlite"), installations.new("sqlite")
    run(restore(other, used.data_dir / "backup", is_replacing=False, now=AT))
    lost = sha256_hex(PHOTOS[0])
    (other.data_dir / "evidence" / original_key(lost)).write_bytes(b"?" * len(PHOTOS[0]))
    made = run(back_up(other, tmp_path / "backup", now=AT))
    assert (made.missing, made.is_whole, made.files) == ((lost,), False, 4)
    restored = run(restore(new, tmp_path / "backup", is_replacing=False, now=AT))
    assert (restored.missing, restored.files) == ((lost,), 4)


def test_a_damaged_file_in_the_store_is_put_right_by_a_restore(used: Settings, installations: Installations) -> None:
    other = installations.new("sqlite")
    run(restore(other, used.data_dir / "backup", is_replacing=False, now=AT))
    path = other.data_dir / "evidence" / original_key(sha256_hex(PROOF))
    path.write_bytes(b"?" * len(PROOF))
    run(restore(other, used.data_dir / "backup", is_replacing=True, now=AT))
    assert path.read_bytes() == PROOF


def test_two_backups_do_not_write_into_one_folder_at_once(used: Settings, tmp_path: Path) -> None:
    (tmp_path / "backup").mkdir()
    with backups._alone(tmp_path / "backup"), pytest.raises(BackupRefused, match="another backup"):
        run(back_up(used, tmp_path / "backup", now=AT))


def test_every_column_that_names_a_file_is_known() -> None:
    """A new table with files would otherwise be missing from every backup."""
    names_no_file = {
        "evidence_partial",
        "evidence_partial_chunk",
        "evidence_share",  # names a blob that evidence_blob holds
        "journal_entry",  # a chain
        "publication_revision",  # the text stands beside it
        "rectification_partial",
        "registry_import",  # the file is not kept
    }
    found = {
        held.name
        for held in all_tables()
        if "sha256" in held.columns
        and not any(key.column.table.name == "evidence_blob" for key in held.c.sha256.foreign_keys)
    }
    assert found - names_no_file == {name for name, *_ in HOLDING}


def test_at_the_shell(used: Settings, tmp_path: Path) -> None:
    told = suicha("backup", str(tmp_path / "backup"), SUICHA_DATA_DIR=str(used.data_dir))
    assert told.returncode == 0
    assert " rows, 5 files (5 copied now)" in told.stdout
    told = suicha("restore", str(tmp_path / "backup"), SUICHA_DATA_DIR=str(tmp_path / "new"))
    assert (told.returncode, told.stderr) == (0, "")
    assert "a new epoch has begun" in told.stdout
    again = suicha("restore", str(tmp_path / "backup"), SUICHA_DATA_DIR=str(tmp_path / "new"))
    assert (again.returncode, again.stderr.count("\n")) == (1, 1)
    checked = suicha("verify", "inspection", VISIT, SUICHA_DATA_DIR=str(tmp_path / "new"))
    assert (checked.returncode, checked.stdout.splitlines()[-1]) == (0, "sound")
