"""From a post to the inbox, the phone and the outside: once, with retries, at night, by several workers, killed."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.feed import queries as feed
from suicha.feed.rules import account_scope, chain_break
from suicha.infra.db import Database
from suicha.kit.canonical import strict_json
from suicha.notices import actions, jobs, queries
from suicha.notices.errors import AddressInvalid, DeliverySettled, DeliveryUnknown, NoticeUnknown
from suicha.notices.port import Message, NoSender, RecordingSender
from suicha.notices.rules import Channel, first_try, pause_after
from suicha.notices.tables import Delivery, Notice

# Monday, ten in the morning in China.
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
ANNA, BEN = "anna", "ben"
SAID: dict[str, Any] = {"about": "order:o1", "title": "整改期限临近", "text": "还有3天", "jurisdiction": "4101"}

Story = Callable[[Database], Awaitable[None]]


def tell(database_url: str, story: Story) -> None:
    async def run() -> None:
        database = Database(database_url)
        try:
            await story(database)
        finally:
            await database.close()

    asyncio.run(run())


async def post(database: Database, *, to: tuple[str, ...] = (ANNA,), once: str = "o1", **more: Any) -> int:
    async with database.writing() as session:
        said = SAID | {"now": NOW} | more
        return await actions.post(session, said.pop("kind", "deadline_near"), to=to, once=once, **said)


async def choose(database: Database, account: str = ANNA, *, address: str = "13700000001", **more: Any) -> None:
    async with database.writing() as session:
        said = {"unwanted": [], "is_quiet_at_night": True} | more
        await actions.choose(session, account, Channel.SMS, address=address, **said)


async def rows(database: Database, table: Any) -> list[Any]:
    async with database.reading() as session:
        return list(await session.scalars(select(table).order_by(col(table.id))))


async def send(database: Database, sender: Any, at: datetime) -> int:
    return await jobs.send_outside(database, sender, clock=lambda: at, dice=lambda: 0.5)


def test_the_same_occasion_is_told_once_to_each(database_url: str) -> None:
    async def story(database: Database) -> None:
        await choose(database)
        assert await post(database, to=(ANNA, ANNA)) == 1
        assert await post(database, to=(ANNA, BEN)) == 1
        assert await post(database, to=(ANNA, BEN)) == 0
        assert await post(database, once="o2", kind="a_kind_nobody_knows") == 1
        assert sorted(row.account_id for row in await rows(database, Notice)) == [ANNA, ANNA, BEN]
        assert [row.address for row in await rows(database, Delivery)] == ["13700000001"] * 2

    tell(database_url, story)


def test_outside_only_where_and_what_one_has_chosen(database_url: str) -> None:
    async def story(database: Database) -> None:
        await choose(database, unwanted=["overdue"])
        await post(database, once="a", kind="overdue", to=(ANNA, BEN))
        assert await rows(database, Delivery) == []
        await post(database, once="b", to=(ANNA, BEN))
        assert len(await rows(database, Delivery)) == 1
        await choose(database, address="")
        await post(database, once="c")
        assert len(await rows(database, Delivery)) == 1
        with pytest.raises(AddressInvalid):
            await choose(database, address="12345")

    tell(database_url, story)


def test_an_enterprise_without_an_account_is_told_by_what_can_be_an_address(database_url: str) -> None:
    async def story(database: Database) -> None:
        async def outside(session: AsyncSession, **who: str | None) -> int:
            return await actions.post_outside(session, "order_issued", once="o", now=NOW, **SAID, **who)

        async with database.writing() as session:
            assert await outside(session, phone="13700000001", email="a@example.org") == 2
            assert await outside(session, phone="13700000001", email="a@example.org") == 2
            assert await outside(session, phone="TEST", email="nobody") == 0
        assert sorted(row.channel for row in await rows(database, Delivery)) == ["mail", "sms"]

    tell(database_url, story)


def test_what_fails_is_tried_with_growing_pauses_then_given_up_retried_and_dropped(database_url: str) -> None:
    async def story(database: Database) -> None:
        await choose(database)
        await post(database)
        sender, at = RecordingSender(failures=99), NOW
        pauses = []
        for _ in range(7):
            assert await send(database, sender, at) == 0
            [row] = await rows(database, Delivery)
            assert await send(database, sender, row.next_at - timedelta(seconds=1)) == 0
            assert (await rows(database, Delivery))[0].tries == row.tries
            pauses.append((row.next_at - at) / timedelta(minutes=1))
            at = row.next_at
        assert pauses == pytest.approx([1.1, 2.2, 4.4, 8.8, 17.6, 35.2, 70.4])
        await send(database, sender, at)
        [row] = await rows(database, Delivery)
        assert (row.state, row.tries, row.last_error) == ("dead", 8, "told to fail")
        assert await send(database, sender, at + timedelta(days=9)) == 0
        async with database.writing() as session:
            assert [dead.id for dead in await queries.given_up(session, "410105")] == []
            assert [dead.id for dead in await queries.given_up(session, "4101")] == [row.id]
            with pytest.raises(DeliveryUnknown):
                await actions.try_again(session, row.id, "410105", by="office", now=at)
            await actions.try_again(session, row.id, "4101", by="office", now=at)
        sender.failures = 0
        assert await send(database, sender, at) == 1
        [message] = sender.sent
        assert message == Message(row.id, "sms", "13700000001", "整改期限临近", "还有3天")
        async with database.writing() as session:
            with pytest.raises(DeliverySettled):
                await actions.drop(session, row.id, "4101", reason="已不需要", by="office", now=at)

    tell(database_url, story)


def test_with_no_service_nothing_is_sent_and_nothing_is_lost(database_url: str) -> None:
    async def story(database: Database) -> None:
        await choose(database)
        await post(database)
        assert await send(database, NoSender(), NOW) == 0
        [row] = await rows(database, Delivery)
        assert (row.state, row.tries) == ("waiting", 1)

    tell(database_url, story)


def test_several_workers_send_each_message_once(database_url: str) -> None:
    class Slow(RecordingSender):
        lock = threading.Lock()

        def send(self, message: Message) -> None:
            with self.lock:
                super().send(message)

    async def story(database: Database) -> None:
        await choose(database)
        for n in range(23):
            await post(database, once=f"o{n}")
        sender = Slow()
        others = [Database(database_url) for _ in range(3)]
        try:
            sent = await asyncio.gather(*(send(each, sender, NOW) for each in [database, *others]))
        finally:
            for other in others:
                await other.close()
        assert sum(sent) == 23
        assert len({message.message_id for message in sender.sent}) == len(sender.sent) == 23

    tell(database_url, story)


def test_a_process_that_dies_after_sending_sends_once_more_and_never_loses(database_url: str) -> None:
    class Dying(RecordingSender):
        def send(self, message: Message) -> None:
            super().send(message)
            raise SystemError("killed")

    async def story(database: Database) -> None:
        await choose(database)
        await post(database)
        dying, sender = Dying(), RecordingSender()
        with pytest.raises(SystemError):
            await send(database, dying, NOW)
        assert await send(database, sender, NOW + timedelta(seconds=119)) == 0
        assert await send(database, sender, NOW + timedelta(seconds=121)) == 1
        assert await send(database, sender, NOW + timedelta(days=1)) == 0
        assert [dying.sent[0].message_id] == [message.message_id for message in sender.sent]

    tell(database_url, story)


def test_phones_learn_it_from_their_own_feed_once(database_url: str) -> None:
    async def story(database: Database) -> None:
        await post(database, to=(ANNA, BEN))
        for told in (2, 0):
            async with database.writing() as session:
                assert await jobs.tell_phones(session, now=NOW) == told
        async with database.reading() as session:
            entries = await feed.entries_after(session, account_scope(ANNA), 0, limit=9)
        [said] = [strict_json(entry.raw) for entry in entries]
        assert chain_break("x", [(entry.pos, entry.raw, entry.hash) for entry in entries]) is None
        assert (said["type"], said["body"]["kind"], said["body"]["title"]) == (
            "notice.posted",
            "deadline_near",
            "整改期限临近",
        )

    tell(database_url, story)


def test_an_inbox_is_ones_own(database_url: str) -> None:
    async def story(database: Database) -> None:
        for n in range(3):
            await post(database, once=f"o{n}", now=NOW + timedelta(minutes=n), to=(ANNA, BEN))
        async with database.writing() as session:
            items, total, unread = await queries.inbox(session, ANNA, size=2)
            assert ([row.once for row in items], total, unread) == (["o2", "o1"], 3, 3)
            with pytest.raises(NoticeUnknown):
                await actions.mark_read(session, BEN, items[0].id, now=NOW)
            assert await actions.mark_read(session, ANNA, items[0].id, now=NOW) == 1
            assert await actions.mark_read(session, ANNA, items[0].id, now=NOW) == 0
            items, total, unread = await queries.inbox(session, ANNA, is_unread=True)
            assert ([row.once for row in items], total, unread) == (["o1", "o0"], 2, 2)
            assert await actions.mark_read(session, ANNA, None, now=NOW) == 2
            assert (await queries.inbox(session, BEN))[2] == 3

    tell(database_url, story)


@pytest.mark.parametrize(
    ("at", "first"),
    [
        ("2026-11-23T21:59:00+08:00", "2026-11-23T21:59:00+08:00"),
        ("2026-11-23T22:00:00+08:00", "2026-11-24T07:00:00+08:00"),
        ("2026-11-24T06:59:00+08:00", "2026-11-24T07:00:00+08:00"),
        ("2026-11-24T07:00:00+08:00", "2026-11-24T07:00:00+08:00"),
    ],
)
def test_at_night_only_what_is_urgent(at: str, first: str) -> None:
    now = datetime.fromisoformat(at)
    assert first_try(now, is_quiet_at_night=True, is_urgent=False) == datetime.fromisoformat(first)
    assert first_try(now, is_quiet_at_night=True, is_urgent=True) == now
    assert first_try(now, is_quiet_at_night=False, is_urgent=False) == now


def test_pauses_grow_to_six_hours_and_a_fifth_more() -> None:
    assert pause_after(1, jitter=0) == timedelta(minutes=1)
    assert pause_after(30, jitter=0) == timedelta(hours=6)
    assert pause_after(30, jitter=1) == timedelta(hours=7, minutes=12)
