"""Telling people: rows are written with the act that is told; jobs deliver them."""

import re
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.infra.db import upsert_ignore
from suicha.infra.policies import policy
from suicha.journal import actions as journal
from suicha.kit.ids import new_id
from suicha.notices import queries
from suicha.notices.errors import AddressInvalid, DeliverySettled
from suicha.notices.rules import Channel, DeliveryState, first_try
from suicha.notices.tables import Choice, Delivery, Notice

_PHONE = re.compile(r"1\d{10}|0\d{9,11}")
_MAIL = re.compile(r"[^@\s,;<>]{1,64}@[A-Za-z0-9.-]{3,120}")


async def post(
    session: AsyncSession,
    kind: str,
    *,
    to: Iterable[str],
    about: str,
    title: str,
    text: str,
    once: str,
    now: datetime,
    jurisdiction: str = "",
) -> int:
    """Tell some accounts something once: in their inbox, and outside where they chose so; returns how many are told.

    `once` names the occasion: called again for the same occasion and account, nothing happens.
    """
    accounts = list(dict.fromkeys(to))
    known = await queries.accounts_told(session, accounts, once)
    fresh = [account for account in accounts if account not in known]
    if not fresh:
        return 0
    rows = [
        {
            "id": new_id(),
            "account_id": account,
            "kind": kind,
            "about": about,
            "once": once,
            "title": title[:200],
            "text": text,
            "at": now,
            "read_at": None,
            "told_at": None,
        }
        for account in fresh
    ]
    await session.execute(upsert_ignore(session, Notice, rows))
    for choice in await queries.choices_of(session, fresh):
        if kind not in choice.unwanted:
            await _send_later(
                session,
                kind,
                choice.channel,
                choice.address,
                about=about,
                title=title,
                text=text,
                once=f"{once}/{choice.account_id}",
                jurisdiction=jurisdiction,
                is_quiet_at_night=choice.is_quiet_at_night,
                now=now,
            )
    return len(fresh)


async def post_outside(
    session: AsyncSession,
    kind: str,
    *,
    phone: str | None = None,
    email: str | None = None,
    about: str,
    title: str,
    text: str,
    once: str,
    now: datetime,
    jurisdiction: str = "",
) -> int:
    """Tell somebody without an account, such as an enterprise; addresses that cannot be right are left out."""
    found = [
        (channel, address)
        for channel, address in ((Channel.SMS, phone), (Channel.MAIL, email))
        if address and is_address(channel, address)
    ]
    for channel, address in found:
        await _send_later(
            session,
            kind,
            channel.value,
            address,
            about=about,
            title=title,
            text=text,
            once=once,
            jurisdiction=jurisdiction,
            is_quiet_at_night=True,
            now=now,
        )
    return len(found)


async def _send_later(
    session: AsyncSession,
    kind: str,
    channel: str,
    address: str,
    *,
    about: str,
    title: str,
    text: str,
    once: str,
    jurisdiction: str,
    is_quiet_at_night: bool,
    now: datetime,
) -> None:
    is_urgent = kind in policy("notices")["urgent"]
    row = {
        "id": new_id(),
        "channel": channel,
        "address": address,
        "kind": kind,
        "about": about,
        "jurisdiction": jurisdiction,
        "once": once[:160],
        "title": title[:200],
        "text": text,
        "state": DeliveryState.WAITING.value,
        "tries": 0,
        "made_at": now,
        "next_at": first_try(now, is_quiet_at_night=is_quiet_at_night, is_urgent=is_urgent),
    }
    await session.execute(upsert_ignore(session, Delivery, [row]))


def is_address(channel: str, address: str) -> bool:
    """True for what can be a phone number or an e-mail address."""
    pattern = _PHONE if channel == Channel.SMS else _MAIL
    return pattern.fullmatch(address) is not None


async def mark_read(session: AsyncSession, account_id: str, notice_id: str | None, *, now: datetime) -> int:
    """Mark one message of the inbox as read, or all; returns how many were not. Raises NoticeUnknown."""
    if notice_id is not None:
        await queries.notice(session, account_id, notice_id)
    where = [col(Notice.account_id) == account_id, col(Notice.read_at).is_(None)]
    if notice_id is not None:
        where.append(col(Notice.id) == notice_id)
    ids = list(await session.scalars(select(col(Notice.id)).where(*where)))
    await session.execute(update(Notice).where(col(Notice.id).in_(ids)).values(read_at=now))
    return len(ids)


async def choose(
    session: AsyncSession,
    account_id: str,
    channel: Channel,
    *,
    address: str,
    unwanted: Iterable[str],
    is_quiet_at_night: bool,
) -> None:
    """Set where one wants to be told outside; an empty address ends it. Raises AddressInvalid."""
    row = await session.get(Choice, (account_id, channel.value))
    if not address:
        if row is not None:
            await session.delete(row)
        return
    if not is_address(channel, address):
        raise AddressInvalid(channel=channel.value)
    kinds = sorted(set(unwanted))
    if row is None:
        session.add(
            Choice(
                account_id=account_id,
                channel=channel.value,
                address=address,
                unwanted=kinds,
                is_quiet_at_night=is_quiet_at_night,
            )
        )
    else:
        row.address, row.unwanted, row.is_quiet_at_night = address, kinds, is_quiet_at_night
    await session.flush()


async def try_again(session: AsyncSession, delivery_id: str, jurisdiction: str, *, by: str, now: datetime) -> Delivery:
    """Try a message again that was given up; raises DeliveryUnknown or DeliverySettled."""
    row = await queries.delivery(session, delivery_id, jurisdiction)
    if row.state != DeliveryState.DEAD:
        raise DeliverySettled
    row.state, row.tries, row.next_at = DeliveryState.WAITING.value, 0, now
    await session.flush()
    await journal.record(session, by, "retried_delivery", f"delivery:{row.id}", at=now)
    return row


async def drop(
    session: AsyncSession, delivery_id: str, jurisdiction: str, *, reason: str, by: str, now: datetime
) -> Delivery:
    """Put a message aside that was given up; raises DeliveryUnknown or DeliverySettled."""
    row = await queries.delivery(session, delivery_id, jurisdiction)
    if row.state != DeliveryState.DEAD:
        raise DeliverySettled
    row.state, row.dropped_because = DeliveryState.DROPPED.value, reason
    await session.flush()
    await journal.record(session, by, "dropped_delivery", f"delivery:{row.id}", at=now, reason=reason)
    return row
