"""Seal → problems → rechecks → order → publication: killed at any statement and started again, it is done once."""

import asyncio
import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlmodel import SQLModel

from suicha.infra.db import Database
from suicha.sync import actions as sync
from tests.inspections.field import FieldTeam
from tests.inspections.round import caller, fill
from tests.rectification.office import SEALED_AT
from tests.servers.postgres import PostgresServer

Batch = dict[str, Any]
Rows = dict[str, int]


class Killed(BaseException):
    """Nothing catches it, as nothing catches a power cut."""


async def sealed_on_the_phone(url: str) -> Batch:
    """A visit with three failed items whose seal has not been pushed yet."""
    database = Database(url)
    try:
        await fill(database)
        team = await FieldTeam(database, at=SEALED_AT).arrive("leader", "officer")
        team.answer_all("officer", A01="fail", B02="fail", E03="fail")
        await team.make_seal()
        phone = team.phones["leader"]
        return {"replica": phone.replica, "ops": phone.take_outbox(), "at": SEALED_AT.isoformat()}
    finally:
        await database.close()


async def pushed(url: str, batch: Batch, *, kill_at: int | None = None) -> tuple[int, list[str]]:
    """Push it; how many statements that took, and the outcomes. Killed before statement `kill_at`."""
    database = Database(url)
    count = 0

    def look(*_: object) -> None:
        nonlocal count
        count += 1
        if count == kill_at:
            raise Killed

    event.listen(database.engine.sync_engine, "before_cursor_execute", look)
    try:
        now = datetime.fromisoformat(batch["at"])
        answer = await sync.push(database, caller("leader"), batch["replica"], batch["ops"], now=now)
        return count, [result["outcome"] for result in answer.results]
    finally:
        await database.close()


async def rows(url: str) -> Rows:
    """How many rows there are in every table: what was done twice shows somewhere."""
    database = Database(url)
    try:
        async with database.reading() as session:
            found: Rows = {}
            for table in SQLModel.metadata.sorted_tables:
                found[table.name] = await session.scalar(select(func.count()).select_from(table)) or 0
            return found
    finally:
        await database.close()


def check_every_kill(prepared: Batch, copy: Callable[[], AbstractContextManager[str]], *, step: int) -> None:
    with copy() as url:
        before = asyncio.run(rows(url))
        statements, outcomes = asyncio.run(pushed(url, prepared))
        after = asyncio.run(rows(url))
    assert outcomes == ["applied"]
    assert statements > 40
    done = {name: after[name] - before[name] for name in after if after[name] != before[name]}
    assert done["rectification_problem"] == 3
    assert (done["rectification_order"], done["publication_publication"]) == (1, 1)
    for kill_at in range(1, statements + 1, step):
        with copy() as url:
            with pytest.raises(Killed):
                asyncio.run(pushed(url, prepared, kill_at=kill_at))
            left = asyncio.run(rows(url))
            # All of the hand-over or nothing of it; that a replica called is remembered either way.
            assert {name: left[name] for name in done if name != "sync_replica"} in (
                {name: before[name] for name in done if name != "sync_replica"},
                {name: after[name] for name in done if name != "sync_replica"},
            ), kill_at
            asyncio.run(pushed(url, prepared))
            assert asyncio.run(rows(url)) == after, kill_at
            asyncio.run(pushed(url, prepared))
            assert asyncio.run(rows(url)) == after, kill_at


def test_killed_at_every_other_statement_on_sqlite(sqlite_url: str, tmp_path: Path) -> None:
    prepared = asyncio.run(sealed_on_the_phone(sqlite_url))
    source, target = tmp_path / "suicha.db", tmp_path / "copy.db"

    def copy() -> AbstractContextManager[str]:
        for path in tmp_path.glob("copy.db*"):
            path.unlink()
        shutil.copy(source, target)
        return nullcontext(f"sqlite+aiosqlite:///{target}")

    check_every_kill(prepared, copy, step=2)


def test_killed_at_some_statements_on_postgresql(postgres_url: str, postgres_server: PostgresServer) -> None:
    prepared = asyncio.run(sealed_on_the_phone(postgres_url))
    template = postgres_url.rsplit("/", 1)[1]

    class Copy(AbstractContextManager[str]):
        def __enter__(self) -> str:
            self.made = postgres_server.fresh_database(template)
            return self.made.__enter__().replace("postgresql://", "postgresql+asyncpg://", 1)

        def __exit__(self, *error: object) -> None:
            self.made.__exit__(*error)

    check_every_kill(prepared, Copy, step=17)


CHILD = """
import asyncio, json, os, signal, sys
from datetime import datetime
from sqlalchemy import event
from suicha.infra.db import Database
from suicha.sync import actions as sync
from tests.inspections.round import caller

url, path, kill_at = sys.argv[1], sys.argv[2], int(sys.argv[3])
batch = json.load(open(path))

async def main():
    database, count = Database(url), 0

    def look(*_):
        nonlocal count
        count += 1
        if count == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(database.engine.sync_engine, "before_cursor_execute", look)
    now = datetime.fromisoformat(batch["at"])
    await sync.push(database, caller("leader"), batch["replica"], batch["ops"], now=now)
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


@pytest.mark.parametrize("kill_at", [40, 10_000], ids=["in the middle", "before the answer"])
def test_a_process_that_is_killed_leaves_it_to_be_done_once(sqlite_url: str, tmp_path: Path, kill_at: int) -> None:
    prepared = asyncio.run(sealed_on_the_phone(sqlite_url))
    path = tmp_path / "batch.json"
    path.write_text(json.dumps(prepared), encoding="utf-8")
    command = [sys.executable, "-c", CHILD, sqlite_url, str(path), str(kill_at)]
    done = subprocess.run(command, check=False, cwd=Path(__file__).parents[2], timeout=120)
    assert done.returncode == -signal.SIGKILL
    asyncio.run(pushed(sqlite_url, prepared))
    found = asyncio.run(rows(sqlite_url))
    assert found["rectification_problem"] == 3
    assert (found["rectification_order"], found["publication_publication"]) == (1, 1)
    asyncio.run(pushed(sqlite_url, prepared))
    assert asyncio.run(rows(sqlite_url)) == found
