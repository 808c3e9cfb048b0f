"""Reading feeds; the caller has checked that the scope may be read."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.feed.rules import Tail
from suicha.feed.tables import FeedEntry, FeedHead


async def entries_after(
    session: AsyncSession, scope: str, pos: int, *, limit: int, until: int | None = None
) -> Sequence[FeedEntry]:
    """At most `limit` entries after `pos`, not past `until`."""
    query = select(FeedEntry).where(col(FeedEntry.scope) == scope, col(FeedEntry.pos) > pos)
    if until is not None:
        query = query.where(col(FeedEntry.pos) <= until)
    return (await session.scalars(query.order_by(col(FeedEntry.pos)).limit(limit))).all()


async def tails(session: AsyncSession, scopes: Iterable[str]) -> dict[str, Tail]:
    """The ends of several feeds; a scope without entries is at position 0."""
    wanted = sorted(set(scopes))
    rows = await session.execute(
        select(col(FeedHead.scope), col(FeedHead.pos), col(FeedHead.chain)).where(col(FeedHead.scope).in_(wanted))
    )
    found = {scope: Tail(scope, pos, chain) for scope, pos, chain in rows}
    return {scope: found.get(scope, Tail(scope)) for scope in wanted}
