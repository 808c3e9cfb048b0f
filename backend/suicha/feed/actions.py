"""Writing feeds. Number order is commit order because positions are taken under the head row's lock."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.feed.rules import Entry, Tail, extend
from suicha.feed.tables import FeedEntry, FeedHead
from suicha.infra.db import upsert_ignore


async def lock(session: AsyncSession, scopes: Iterable[str]) -> dict[str, Tail]:
    """Lock the heads of `scopes`, in the one order that everybody uses, and tell where they end.

    On SQLite the write transaction itself is the lock (`BEGIN IMMEDIATE`), FOR UPDATE compiles to nothing there.
    """
    wanted = sorted(set(scopes))
    if not wanted:
        return {}
    await session.execute(
        upsert_ignore(session, FeedHead, [{"scope": s, "pos": 0, "chain": Tail(s).chain} for s in wanted])
    )
    rows = await session.execute(
        select(col(FeedHead.scope), col(FeedHead.pos), col(FeedHead.chain))
        .where(col(FeedHead.scope).in_(wanted))
        .order_by(col(FeedHead.scope))
        .with_for_update()
    )
    return {scope: Tail(scope, pos, chain) for scope, pos, chain in rows}


async def write(session: AsyncSession, tails: Iterable[Tail], entries: Sequence[Entry]) -> None:
    """Store entries made by `rules.extend` over locked tails, and move the heads."""
    if not entries:
        return
    await session.execute(insert(FeedEntry), [vars(entry) for entry in entries])
    moved = [{"_scope": tail.scope, "_pos": tail.pos, "_chain": tail.chain} for tail in tails]
    heads = FeedHead.__table__  # type: ignore[attr-defined]
    await (await session.connection()).execute(
        update(heads)
        .where(heads.c.scope == bindparam("_scope"))
        .values(pos=bindparam("_pos"), chain=bindparam("_chain")),
        moved,
    )


async def append(session: AsyncSession, scope: str, type_: str, body: Mapping[str, Any], *, at: datetime) -> Entry:
    """Add one entry to a scope: what office handlers and jobs use to reach phones."""
    tail = (await lock(session, [scope]))[scope]
    tail, entry = extend(tail, type_, body, at)
    await write(session, [tail], [entry])
    return entry
