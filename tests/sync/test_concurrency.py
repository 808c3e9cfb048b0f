"""PostgreSQL with real connections: many phones at once on one visit, and connections that are cut mid-transaction."""

import asyncio
import hashlib
import json
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import func, select, text

from suicha.demo.phone import Phone
from suicha.evidence import actions as evidence
from suicha.evidence.rules import VerifiedBlob
from suicha.feed.tables import FeedEntry
from suicha.infra.db import Database
from suicha.inspections.tables import OpRow, RegisterHead
from suicha.sync import actions, pulls, writes
from suicha.sync.errors import DatabaseBusy
from suicha.sync.tables import InboxOp, ReceiptRow, Replica
from tests.builders import NOW, Visit, a_visit
from tests.servers.postgres import PostgresServer

from .ledger import Ledger

PHONES, BATCHES, OPS = 8, 6, 4


async def two_visits(database: Database) -> list[Visit]:
    """One team, two visits."""
    async with database.writing() as session:
        first = await a_visit(session)
        return [first, await a_visit(session, team=first.callers)]


async def one_phone(database: Database, visits: list[Visit], number: int) -> None:
    """Batches that touch both visits, in either order, and photos whose bytes arrive meanwhile."""
    role = ("leader", "officer", "expert")[number % 3]
    caller = visits[0].callers[role]
    phone = Phone(caller.id)
    for batch in range(BATCHES):
        data = f"photo {number} {batch}".encode()
        digest = hashlib.sha256(data).hexdigest()
        for turn in range(OPS):
            on = visits[(number + batch + turn) % 2].on_phone(role)
            if role == "expert" or turn == 0:
                phone.make(on, "note.add@1", at=NOW, body={"text": f"{number}/{batch}/{turn}"})
            else:
                phone.set(on, "A01", f"caption:{turn}", f"{number}/{batch}", at=NOW)
        body = {"photo_id": f"p{number}-{batch}", "sha256": digest, "size": len(data), "mime": "image/jpeg", "w": 1,
                "h": 1, "taken": None, "gps": None, "derivs": []}  # fmt: skip
        phone.make(visits[0].on_phone(role), "photo.add@1", at=NOW, item="A01", body=body)
        pushed = actions.push(database, caller, phone.replica, phone.take_outbox(), now=NOW)
        answer, _ = await asyncio.gather(pushed, bytes_arrive(database, caller.id, digest, len(data)))
        assert {result["outcome"] for result in answer.results} <= {"applied", "conflict"}, answer.results


async def bytes_arrive(database: Database, account_id: str, digest: str, size: int) -> None:
    """What custody does, with its own tries."""
    for _ in range(5):
        try:
            async with database.writing() as session:
                blob = VerifiedBlob(digest, size, "image/jpeg")
                scopes = await evidence.mark_verified(session, blob, account_id=account_id, now=NOW)
                if scopes:
                    await actions.blob_verified(session, blob, scopes, NOW)
                return
        except evidence.LinksGrew:
            continue
    raise AssertionError("links kept growing")


async def poll(database: Database, visits: list[Visit], done: asyncio.Event) -> dict[str, Ledger]:
    """A reader who asks all the time: every page must follow on from the last, and give the promised state."""
    ledgers = {visit.scope: Ledger(visit.scope) for visit in visits}
    caller = visits[0].callers["leader"]
    is_last = False
    while True:
        cursors = {scope: ledger.pos for scope, ledger in ledgers.items()}
        async with database.reading() as session:
            pages, _ = await pulls.news(session, caller.id, cursors, limit=40)
        news = {scope: page for scope, page in pages.items() if scope in ledgers}
        for scope, page in news.items():
            assert ledgers[scope].take(page), f"a page of {scope} does not follow on"
        if is_last and not news:
            return ledgers
        is_last = done.is_set()
        await asyncio.sleep(0.002)


def test_eight_phones_push_at_once_and_every_position_is_seen_once_in_order(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    unexpected: list[Any] = []

    async def one_by_one(*args: Any, **more: Any) -> Any:
        unexpected.append(args)
        raise AssertionError("a batch failed, perhaps by a deadlock")

    monkeypatch.setattr(actions, "_take_in_one_by_one", one_by_one)

    async def story() -> None:
        database = Database(postgres_url)
        visits = await two_visits(database)
        done = asyncio.Event()
        polling = asyncio.create_task(poll(database, visits, done))
        await asyncio.gather(*(one_phone(database, visits, number) for number in range(PHONES)))
        done.set()
        ledgers = await polling
        assert not unexpected
        assert sum(len(ledger.ops) for ledger in ledgers.values()) == PHONES * BATCHES * (OPS + 1)
        told = [json.loads(wire["raw"]) for wire in ledgers[visits[0].scope].wires]
        blobs = [entry["body"]["sha256"] for entry in told if entry["type"] == "blob.verified"]
        assert len(blobs) == len(set(blobs)) == PHONES * BATCHES, "each photo's bytes are announced once"
        await database.close()

    asyncio.run(story())


POINTS: list[tuple[ModuleType, str]] = [
    (actions, "_load_world"),
    (writes, "_write_ops"),
    (writes, "_write_heads"),
    (writes, "_write_receipts"),
    (actions, "_hand_over"),
]


@pytest.mark.parametrize(("module", "step"), POINTS, ids=[step for _, step in POINTS])
def test_a_connection_that_is_cut_leaves_nothing_half_written(
    postgres_url: str, postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch, module: ModuleType, step: str
) -> None:
    real = getattr(module, step)
    cuts: list[int] = []

    async def cut(session: Any, *args: Any, **more: Any) -> Any:
        done = await real(session, *args, **more)
        pid = int((await session.execute(text("SELECT pg_backend_pid()"))).scalar_one())
        cuts.append(pid)
        await asyncio.to_thread(postgres_server.sql, f"SELECT pg_terminate_backend({pid})")
        # The server says yes before the connection is gone.
        for _ in range(500):
            await session.execute(text("SELECT 1"))
            await asyncio.sleep(0.01)
        return done

    async def story() -> None:
        database = Database(postgres_url)
        [visit, _] = await two_visits(database)
        caller, phone = visit.callers["officer"], Phone(visit.callers["officer"].id)
        phone.set(visit.on_phone("officer"), "A01", "result", "pass", at=NOW)
        phone.make(visit.on_phone("officer"), "note.add@1", at=NOW, body={"text": "记"})
        batch = phone.take_outbox()
        before = await _counts(database)
        monkeypatch.setattr(module, step, cut)
        with pytest.raises(DatabaseBusy):
            await actions.push(database, caller, phone.replica, batch, now=NOW)
        monkeypatch.undo()
        assert len(cuts) == 2, "the batch, and once more"
        assert await _counts(database) == before
        answer = await actions.push(database, caller, phone.replica, batch, now=NOW)
        assert [result["outcome"] for result in answer.results] == ["applied", "applied"]
        assert answer.acked_seq == 2
        await database.close()

    asyncio.run(story())


def test_a_connection_that_is_cut_once_is_not_noticed_by_the_phone(
    postgres_url: str, postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = writes._write_heads
    cuts: list[int] = []

    async def cut_once(session: Any, *args: Any, **more: Any) -> Any:
        if not cuts:
            cuts.append(int((await session.execute(text("SELECT pg_backend_pid()"))).scalar_one()))
            await asyncio.to_thread(postgres_server.sql, f"SELECT pg_terminate_backend({cuts[0]})")
        return await real(session, *args, **more)

    async def story() -> None:
        database = Database(postgres_url)
        [visit, _] = await two_visits(database)
        phone = Phone(visit.callers["officer"].id)
        phone.set(visit.on_phone("officer"), "A01", "result", "pass", at=NOW)
        monkeypatch.setattr(writes, "_write_heads", cut_once)
        answer = await actions.push(database, visit.callers["officer"], phone.replica, phone.take_outbox(), now=NOW)
        assert (answer.results[0]["outcome"], answer.acked_seq, len(cuts)) == ("applied", 1, 1)
        await database.close()

    asyncio.run(story())


async def _counts(database: Database) -> dict[str, int]:
    tables = (FeedEntry, OpRow, RegisterHead, InboxOp, ReceiptRow, Replica)
    async with database.reading() as session:
        return {
            table.__tablename__: (await session.execute(select(func.count()).select_from(table))).scalar_one()
            for table in tables
        }
