"""Signing in and out, and making accounts."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts import passwords, queries
from suicha.accounts.errors import BadCredentials, LoginThrottled
from suicha.accounts.queries import Caller
from suicha.accounts.rules import Role, wait_after
from suicha.accounts.tables import Account, AccountRole, LoginFailure, LoginSession
from suicha.infra.db import Database
from suicha.journal import actions as journal


async def sign_in(
    database: Database, username: str, password: str, *, address: str, lasts: timedelta, now: datetime
) -> tuple[str, Caller]:
    """A new token for the account; raises BadCredentials or LoginThrottled.

    The password is checked between two short transactions: argon2 takes a fifth of a second, and the
    embedded database has one writer.
    """
    keys = (f"name:{username[:60]}", f"address:{address}")
    async with database.reading() as session:
        failures = await queries.recent_failures(session, keys, now=now)
        account = await queries.account_named(session, username)
        caller = await queries.caller_of(session, account) if account else None
    _refuse_if_too_fast(failures, now=now)
    is_right = await passwords.is_password(password, account.password_hash if account else None)
    async with database.writing() as session:
        if not is_right or account is None or caller is None or account.is_disabled:
            session.add_all([LoginFailure(key=key, at=now) for key in keys])
        else:
            token, digest = passwords.new_token()
            session.add(
                LoginSession(token_sha256=digest, account_id=account.id, created_at=now, expires_at=now + lasts)
            )
            await journal.record(session, account.id, "signed_in", f"account:{account.id}", at=now)
            return token, caller
    raise BadCredentials


def _refuse_if_too_fast(failures: dict[str, tuple[int, datetime]], *, now: datetime) -> None:
    # An address is shared by a whole office: it may fail ten times as often as one name.
    waits = [
        wait_after(count // 10 if key.startswith("address:") else count, last, now=now)
        for key, (count, last) in failures.items()
    ]
    longest = max(waits, default=timedelta(0))
    if longest > timedelta(0):
        raise LoginThrottled(retry_after_s=int(longest.total_seconds()) + 1)


async def sign_out(session: AsyncSession, token_sha256: str, *, now: datetime) -> None:
    """End one session; the data on the device stays where it is."""
    await session.execute(
        update(LoginSession).where(col(LoginSession.token_sha256) == token_sha256).values(revoked_at=now)
    )


async def open_account(
    session: AsyncSession,
    *,
    username: str,
    name: str,
    password_hash: str,
    roles: Iterable[Role],
    jurisdiction: str,
    now: datetime,
    account_id: str | None = None,
    certificate_no: str | None = None,
) -> Account:
    """Make an account with its roles."""
    account = Account(
        username=username,
        name=name,
        password_hash=password_hash,
        jurisdiction=jurisdiction,
        certificate_no=certificate_no,
        created_at=now,
    )
    if account_id:
        account.id = account_id
    session.add(account)
    await session.flush()
    session.add_all([AccountRole(account_id=account.id, role=role) for role in roles])
    return account
