"""`make bench`: speed as ratios within one run, so that they mean the same on every machine. Not part of the tests.

Each line compares what we do with the plainest thing that the same database could do with the same rows.
"""

import asyncio
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from suicha.demo.phone import Phone
from suicha.feed.rules import chain_break
from suicha.infra.db import Database
from suicha.infra.logs import configure_logs
from suicha.sync import actions, pulls
from suicha.web.serve import prepare
from tests.builders import NOW, Visit, a_visit
from tests.conftest import make_settings
from tests.perf.draw import draw_growth
from tests.perf.public import public_ratios

ROUNDS = 5
BATCH = 50
Timed = Callable[[], Awaitable[float]]


async def seconds(work: Awaitable[object]) -> float:
    """How long one await takes."""
    began = time.perf_counter()
    await work
    return time.perf_counter() - began


def raw_insert(path: Path, rows: int, *, transactions: int) -> float:
    """Seconds for plain SQLite rows of an op's size, durable like ours."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE IF NOT EXISTS plain (id INTEGER PRIMARY KEY, raw TEXT)")
    began = time.perf_counter()
    for _ in range(transactions):
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO plain (raw) VALUES (?)", [("x" * 700,)] * (rows // transactions))
        connection.execute("COMMIT")
    took = time.perf_counter() - began
    connection.close()
    return took


async def push_notes(database: Database, visit: Visit, phone: Phone, count: int) -> tuple[float, list[dict[str, str]]]:
    """Push `count` fresh notes in one batch."""
    for n in range(count):
        phone.make(visit.on_phone("officer"), "note.add@1", at=NOW, item="A01", body={"text": f"说明 {n}"})
    batch = phone.take_outbox()
    caller = visit.callers["officer"]
    return await seconds(actions.push(database, caller, phone.replica, batch, now=NOW)), batch


async def pull_all(database: Database, visit: Visit) -> float:
    """Pull everything and check its chain, as a phone does."""
    began = time.perf_counter()
    async with database.reading() as session:
        said, _ = await pulls.news(session, visit.callers["leader"].id, {}, limit=1000)
    entries = [(e["pos"], e["raw"], e["hash"]) for e in said[visit.scope]["entries"]]
    if chain_break(visit.scope, entries):
        raise ValueError("the feed does not hold")
    return time.perf_counter() - began


def plain_select(path: Path, scope: str) -> float:
    """Read the same rows with nothing around."""
    began = time.perf_counter()
    connection = sqlite3.connect(path)
    connection.execute("SELECT pos, raw, hash FROM feed_entry WHERE scope = ? ORDER BY pos", (scope,)).fetchall()
    connection.close()
    return time.perf_counter() - began


async def measure(folder: Path) -> dict[str, float]:
    """Median ratios over a few rounds."""
    settings = make_settings(folder)
    await prepare(settings)
    database = Database(settings.database_url)
    found: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        async with database.writing() as session:
            visit = await a_visit(session)
        phone = Phone(visit.callers["officer"].id)
        one, _batch = await push_notes(database, visit, phone, 1)
        found.setdefault("R1 push of 1 op : one plain row", []).append(
            one / raw_insert(folder / "raw.db", 1, transactions=1)
        )
        many, batch = await push_notes(database, visit, phone, BATCH)
        found.setdefault(f"R2 push of {BATCH} ops : {BATCH} plain rows at once", []).append(
            many / raw_insert(folder / "raw.db", BATCH, transactions=1)
        )
        found.setdefault(f"   push of {BATCH} ops : {BATCH} pushes of one", []).append(many / (one * BATCH))
        again = await seconds(actions.push(database, visit.callers["officer"], phone.replica, batch, now=NOW))
        found.setdefault("R6 the same batch again : the first time", []).append(again / many)
        for _ in range(8):
            await push_notes(database, visit, phone, BATCH)
        full, _ = await push_notes(database, visit, phone, BATCH)
        found.setdefault("   push into a visit of 450 ops : into a new one", []).append(full / many)
        found.setdefault("R7 pull and verify : plain SELECT", []).append(
            await pull_all(database, visit) / plain_select(folder / "suicha.db", visit.scope)
        )
    await database.close()
    return {name: statistics.median(values) for name, values in found.items()}


def main() -> None:
    """Print the ratios."""
    configure_logs(level="CRITICAL")
    folder = Path(tempfile.mkdtemp(prefix="suicha-bench-"))
    try:
        for name, ratio in asyncio.run(measure(folder)).items():
            print(f"{ratio:8.2f}   {name}")
        for ratio, name in asyncio.run(public_ratios(folder)):
            print(f"{ratio:8.2f}   {name}")
        for ratio, name in draw_growth():
            print(f"{ratio:8.2f}   {name}")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
