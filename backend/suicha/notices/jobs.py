"""Delivering: into the feeds of the people, and outside. Each finds what is due whenever it runs."""

import asyncio
import random
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.feed import actions as feed
from suicha.feed.rules import account_scope
from suicha.infra.db import Database
from suicha.infra.logs import get_logger
from suicha.kit.clock import Clock, rfc3339
from suicha.notices import queries
from suicha.notices.port import Message, NotSent, Sender
from suicha.notices.rules import LEASE, MOST_TRIES, DeliveryState, pause_after
from suicha.notices.tables import Delivery

AT_ONCE = 50
# Few enough that none is still waiting in this process when its lease runs out.
SENDING_AT_ONCE = 5


async def tell_phones(session: AsyncSession, *, now: datetime) -> int:
    """Write messages into the people's own feeds, from which phones have them offline; returns how many."""
    rows = await queries.untold(session, limit=AT_ONCE)
    await feed.lock(session, sorted({account_scope(row.account_id) for row in rows}))
    for row in rows:
        body = {
            "notice": row.id,
            "kind": row.kind,
            "about": row.about,
            "title": row.title,
            "text": row.text,
            "at": rfc3339(row.at),
        }
        await feed.append(session, account_scope(row.account_id), "notice.posted", body, at=now)
        row.told_at = now
    await session.flush()
    return len(rows)


async def send_outside(
    database: Database, sender: Sender, *, clock: Clock, dice: Callable[[], float] = random.random
) -> int:
    """Send what is due: lease, send in a thread, note the outcome; returns how many were sent.

    A process that dies in between leaves a lease that runs out: the message is sent once more at most, none is lost.
    """
    sent = 0
    served = sender.channels()
    while rows := await _leased(database, now=clock()):
        for row in rows:
            error = await _try(sender, row, served)
            sent += error is None
            await _note(database, row, error, now=clock(), jitter=dice())
    return sent


async def _try(sender: Sender, row: Delivery, served: frozenset[str]) -> str | None:
    """Why it was not sent, or nothing."""
    if row.channel not in served:
        return "没有配置这一方式的服务"
    try:
        await asyncio.to_thread(sender.send, Message(row.id, row.channel, row.address, row.title, row.text))
    except NotSent as failure:
        return str(failure)[:200]
    return None


async def _leased(database: Database, *, now: datetime) -> list[Delivery]:
    async with database.writing() as session:
        rows = await queries.due(session, now=now, limit=SENDING_AT_ONCE)
        for row in rows:
            row.leased_until = now + LEASE
        return rows


async def _note(database: Database, row: Delivery, error: str | None, *, now: datetime, jitter: float) -> None:
    tries = row.tries + 1
    values: dict[str, object] = {"tries": tries, "leased_until": None, "last_error": error}
    if error is None:
        values |= {"state": DeliveryState.SENT.value, "sent_at": now}
    elif tries >= MOST_TRIES:
        values |= {"state": DeliveryState.DEAD.value}
        get_logger().warning("delivery_given_up", delivery=row.id, channel=row.channel, kind=row.kind)
    else:
        values |= {"next_at": now + pause_after(tries, jitter=jitter)}
    async with database.writing() as session:
        await session.execute(update(Delivery).where(col(Delivery.id) == row.id).values(**values))
