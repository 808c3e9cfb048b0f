"""The enterprise's page of an order: made with the order, opened by the last four digits, revoked with a reason."""

import hashlib
import os
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts import queries as accounts
from suicha.infra.db import upsert_ignore
from suicha.infra.settings import Settings
from suicha.journal import actions as journal
from suicha.kit.clock import local_date
from suicha.kit.digest import sha256_hex
from suicha.kit.ids import new_id
from suicha.notices import actions as notices
from suicha.rectification import queries
from suicha.rectification.errors import (
    DigitsWrong,
    LinkExpired,
    LinkLocked,
    LinkRevoked,
    LinkUnknown,
    NoPhoneRegistered,
    TooManyTries,
)
from suicha.rectification.queries.policies import current_policy
from suicha.rectification.rules.links import (
    SESSION_LASTS,
    expires_on,
    last_digits,
    link_of,
    token_of,
    wait_after_wrong,
)
from suicha.rectification.rules.states import OrderState
from suicha.rectification.tables import Link, Order, PortalSession, Secret
from suicha.registry import queries as registry

_SECRET_BYTES = 32


async def installation_secret(session: AsyncSession, settings: Settings) -> bytes:
    """What links are signed with: of the settings, else one that was made when it was first needed."""
    if settings.link_secret:
        return settings.link_secret.encode()
    row = await session.get(Secret, "link")
    if row is None:
        made = os.urandom(_SECRET_BYTES).hex()
        await session.execute(upsert_ignore(session, Secret, [{"name": "link", "value": made}]))
        row = await session.get_one(Secret, "link", populate_existing=True)
    return bytes.fromhex(row.value)


async def known_secret(session: AsyncSession, settings: Settings) -> bytes | None:
    """The same for readers: None before the first link was made."""
    if settings.link_secret:
        return settings.link_secret.encode()
    row = await session.get(Secret, "link")
    return bytes.fromhex(row.value) if row else None


async def link_for(session: AsyncSession, order: Order, *, settings: Settings, now: datetime) -> str:
    """The address of the enterprise's page; made when first asked for, the same until it is revoked."""
    link = await queries.link_in_force(session, order.id)
    if link is None:
        link = Link(id=new_id(), order_id=order.id, made_at=now)
        session.add(link)
        await session.flush()
    return address_of(link, await installation_secret(session, settings), settings)


def address_of(link: Link, secret: bytes, settings: Settings) -> str:
    """The whole address."""
    return f"{settings.base_url}/p/{token_of(link.id, secret)}"


async def revoke_links(session: AsyncSession, order_id: str, *, by: str, now: datetime) -> None:
    """Close the page; sessions that are open end with it. A new link may be made."""
    link = await queries.link_in_force(session, order_id)
    if link is None:
        return
    link.revoked_at, link.revoked_by = now, by
    await session.flush()
    await journal.record(session, by, "revoked_link", f"order:{order_id}", at=now, link=link.id)


async def unlock_link(session: AsyncSession, order_id: str, *, by: str, now: datetime) -> None:
    """Let the digits be tried again after too many wrong ones."""
    link = await queries.link_in_force(session, order_id)
    if link is None:
        raise LinkUnknown
    link.wrong_tries, link.locked_at, link.last_wrong_at = 0, None, None
    await session.flush()
    await journal.record(session, by, "unlocked_link", f"order:{order_id}", at=now, link=link.id)


async def usable_link(session: AsyncSession, token: str, *, settings: Settings, now: datetime) -> tuple[Link, Order]:
    """The link behind a token if its page is open; raises LinkUnknown, LinkRevoked or LinkExpired.

    A guess, a forgery and a link that never was are one and the same.
    """
    link_id = link_of(token, await installation_secret(session, settings))
    link = await queries.locked_link(session, link_id) if link_id else None
    if link is None:
        raise LinkUnknown
    return link, await check_open(session, link, now=now)


async def check_open(session: AsyncSession, link: Link, *, now: datetime) -> Order:
    """The order of a link whose page is open; raises LinkRevoked or LinkExpired."""
    order = await session.get_one(Order, link.order_id)
    if link.revoked_at is not None or order.state == OrderState.WITHDRAWN:
        raise LinkRevoked
    last = await queries.last_deadline(session, order.id)
    if last is not None and local_date(now) > expires_on(last, current_policy().link_days_after_deadline):
        raise LinkExpired
    return order


async def open_page(
    session: AsyncSession, token: str, digits: str, *, settings: Settings, now: datetime
) -> tuple[str | None, Exception | None]:
    """Try the last four digits: the cookie of a session, or the refusal that the caller raises once this is kept.

    Wrong tries are counted in a transaction that stays, so the refusal is handed back instead of being raised.
    """
    link, order = await usable_link(session, token, settings=settings, now=now)
    if link.locked_at is not None:
        return None, LinkLocked()
    wait = wait_after_wrong(link.wrong_tries, link.last_wrong_at, now=now)
    if wait:
        return None, TooManyTries(retry_after_s=max(1, int(wait.total_seconds())))
    site, enterprise = await registry.site_with_enterprise(session, order.site_id, "")
    registered = last_digits(site.contact_phone, enterprise.phone)
    if not registered:
        return None, NoPhoneRegistered()
    if digits not in registered:
        return None, await _wrong(session, link, order, now=now)
    link.wrong_tries, link.last_wrong_at = 0, None
    link.opened_at, link.open_count = now, link.open_count + 1
    cookie = os.urandom(_SECRET_BYTES).hex()
    session.add(
        PortalSession(token_sha256=sha256_hex(cookie), link_id=link.id, made_at=now, expires_at=now + SESSION_LASTS)
    )
    await session.flush()
    await journal.record(session, None, "opened_page", f"order:{order.id}", at=now, link=link.id)
    return cookie, None


async def _wrong(session: AsyncSession, link: Link, order: Order, *, now: datetime) -> Exception:
    most = current_policy().most_wrong_tries
    link.wrong_tries, link.last_wrong_at = link.wrong_tries + 1, now
    left = most - link.wrong_tries
    await session.flush()
    if left > 0:
        return DigitsWrong(f"号码后四位不对，还可以试 {left} 次", left=left)
    link.locked_at = now
    await session.flush()
    await journal.record(session, None, "locked_link", f"order:{order.id}", at=now, link=link.id)
    await notices.post(
        session,
        "link_locked",
        to=await accounts.desk_accounts(session, order.jurisdiction),
        about=f"order:{order.id}",
        title=f"企业页面已锁定：{order.number or ''}",
        text="号码后四位连续输错次数过多，企业需要联系办公室解锁。",
        once=f"link_locked/{link.id}/{now.isoformat()}",
        jurisdiction=order.jurisdiction,
        now=now,
    )
    return LinkLocked()


def fingerprint(data: bytes) -> str:
    """The digest of some bytes, for names of pieces in the store."""
    return hashlib.sha256(data).hexdigest()
