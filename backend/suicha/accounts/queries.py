"""Finding accounts and sessions."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts.rules import THROTTLE_WINDOW, Permission, permissions_of
from suicha.accounts.tables import Account, AccountRole, LoginFailure, LoginSession


@dataclass(frozen=True)
class Caller:
    """The signed-in account as every layer above sees it."""

    id: str
    username: str
    name: str
    roles: tuple[str, ...]
    jurisdiction: str

    @property
    def permissions(self) -> frozenset[Permission]:
        """What the roles allow."""
        return permissions_of(self.roles)

    def may(self, permission: Permission) -> bool:
        """True when some role carries the permission."""
        return permission in self.permissions


async def account_named(session: AsyncSession, username: str) -> Account | None:
    """The account with this name, disabled or not."""
    return await session.scalar(select(Account).where(col(Account.username) == username))


async def caller_of(session: AsyncSession, account: Account) -> Caller:
    """The account together with its roles."""
    roles = await session.scalars(
        select(col(AccountRole.role)).where(col(AccountRole.account_id) == account.id).order_by(col(AccountRole.role))
    )
    return Caller(account.id, account.username, account.name, tuple(roles), account.jurisdiction)


async def caller_of_token(session: AsyncSession, token_sha256: str, *, now: datetime) -> Caller | None:
    """Who holds the token, if it is known, not expired, not revoked and the account is not disabled."""
    account = await session.scalar(
        select(Account)
        .join(LoginSession, col(LoginSession.account_id) == col(Account.id))
        .where(
            col(LoginSession.token_sha256) == token_sha256,
            col(LoginSession.expires_at) > now,
            col(LoginSession.revoked_at).is_(None),
            col(Account.is_disabled).is_(False),
        )
    )
    return await caller_of(session, account) if account else None


async def recent_failures(
    session: AsyncSession, keys: Iterable[str], *, now: datetime
) -> dict[str, tuple[int, datetime]]:
    """For each key with wrong tries in the last 15 minutes: how many, and when the last one was."""
    rows = await session.execute(
        select(col(LoginFailure.key), func.count(), func.max(col(LoginFailure.at)))
        .where(col(LoginFailure.key).in_(list(keys)), col(LoginFailure.at) > now - THROTTLE_WINDOW)
        .group_by(col(LoginFailure.key))
    )
    return {key: (count, last) for key, count, last in rows}


async def names_of(session: AsyncSession, account_ids: Iterable[str]) -> dict[str, str]:
    """The display names of some accounts."""
    rows = await session.execute(
        select(col(Account.id), col(Account.name)).where(col(Account.id).in_(list(account_ids)))
    )
    return {row[0]: row[1] for row in rows}
