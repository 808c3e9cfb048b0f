"""Reading the inbox and what waits to be sent."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.notices.errors import DeliveryUnknown, NoticeUnknown
from suicha.notices.rules import DeliveryState
from suicha.notices.tables import Choice, Delivery, Notice


async def accounts_told(session: AsyncSession, accounts: Sequence[str], once: str) -> set[str]:
    """Which of the accounts know of this occasion."""
    rows = await session.scalars(
        select(col(Notice.account_id)).where(col(Notice.account_id).in_(accounts), col(Notice.once) == once)
    )
    return set(rows)


async def choices_of(session: AsyncSession, accounts: Sequence[str]) -> list[Choice]:
    """Where some accounts want to be told outside."""
    rows = await session.scalars(
        select(Choice).where(col(Choice.account_id).in_(accounts)).order_by(col(Choice.account_id), col(Choice.channel))
    )
    return list(rows)


async def inbox(
    session: AsyncSession, account_id: str, *, is_unread: bool = False, page: int = 1, size: int = 50
) -> tuple[list[Notice], int, int]:
    """One page of the inbox, the newest first; how many there are, and how many of all are unread."""
    where = [col(Notice.account_id) == account_id]
    unread = await session.scalar(select(func.count()).select_from(Notice).where(*where, col(Notice.read_at).is_(None)))
    if is_unread:
        where.append(col(Notice.read_at).is_(None))
    total = await session.scalar(select(func.count()).select_from(Notice).where(*where))
    rows = await session.scalars(
        select(Notice)
        .where(*where)
        .order_by(col(Notice.at).desc(), col(Notice.id).desc())
        .limit(size)
        .offset((page - 1) * size)
    )
    return list(rows), total or 0, unread or 0


async def notice(session: AsyncSession, account_id: str, notice_id: str) -> Notice:
    """One message of the inbox; raises NoticeUnknown."""
    row = await session.scalar(select(Notice).where(col(Notice.id) == notice_id, col(Notice.account_id) == account_id))
    if row is None:
        raise NoticeUnknown
    return row


async def untold(session: AsyncSession, *, limit: int) -> list[Notice]:
    """Messages that phones cannot know of yet, the oldest first."""
    rows = await session.scalars(
        select(Notice).where(col(Notice.told_at).is_(None)).order_by(col(Notice.at), col(Notice.id)).limit(limit)
    )
    return list(rows)


async def due(session: AsyncSession, *, now: datetime, limit: int) -> list[Delivery]:
    """Messages to be tried now that nobody else is trying, the oldest first; locked where the database can."""
    rows = await session.scalars(
        select(Delivery)
        .where(
            col(Delivery.state) == DeliveryState.WAITING.value,
            col(Delivery.next_at) <= now,
            or_(col(Delivery.leased_until).is_(None), col(Delivery.leased_until) < now),
        )
        .order_by(col(Delivery.next_at), col(Delivery.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(rows)


async def something_waits(session: AsyncSession, *, now: datetime) -> bool:
    """True when there is something to tell or to send."""
    return bool(await untold(session, limit=1)) or bool(await due(session, now=now, limit=1))


async def delivery(session: AsyncSession, delivery_id: str, jurisdiction: str) -> Delivery:
    """One message to the outside; raises DeliveryUnknown."""
    row = await session.scalar(
        select(Delivery).where(
            col(Delivery.id) == delivery_id, col(Delivery.jurisdiction).startswith(jurisdiction, autoescape=True)
        )
    )
    if row is None:
        raise DeliveryUnknown
    return row


async def given_up(session: AsyncSession, jurisdiction: str) -> list[Delivery]:
    """What could not be sent and waits for somebody, the newest first."""
    rows = await session.scalars(
        select(Delivery)
        .where(
            col(Delivery.state) == DeliveryState.DEAD.value,
            col(Delivery.jurisdiction).startswith(jurisdiction, autoescape=True),
        )
        .order_by(col(Delivery.made_at).desc(), col(Delivery.id).desc())
        .limit(200)
    )
    return list(rows)
