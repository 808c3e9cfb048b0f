"""Signing in and out, one's own password, and making accounts."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts import passwords, queries
from suicha.accounts.errors import BadCredentials, LoginThrottled, OldPasswordWrong, PasswordTooWeak
from suicha.accounts.queries import Caller
from suicha.accounts.rules import Role, password_weakness, wait_after
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
        if not is_right or account is None or caller is None or not await _is_still_so(session, account):
            session.add_all([LoginFailure(key=key, at=now) for key in keys])
        else:
            token, digest = passwords.new_token()
            session.add(
                LoginSession(token_sha256=digest, account_id=account.id, created_at=now, expires_at=now + lasts)
            )
            await journal.record(session, account.id, "signed_in", f"account:{account.id}", at=now)
            return token, caller
    raise BadCredentials


async def _is_still_so(session: AsyncSession, account: Account) -> bool:
    """The password was checked outside of any transaction: a reset or a disabling may have come between."""
    now = await session.get(Account, account.id)
    return now is not None and now.password_hash == account.password_hash and not now.is_disabled


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


async def change_password(
    database: Database, caller: Caller, old: str, new: str, *, kept_session: str, now: datetime
) -> None:
    """A new password of one's own; every other session ends. Raises OldPasswordWrong, PasswordTooWeak, LoginThrottled.

    Wrong tries count as wrong sign-ins do: a borrowed session is no place to guess.
    """
    key = f"name:{caller.username[:60]}"
    async with database.reading() as session:
        failures = await queries.recent_failures(session, [key], now=now)
        account = await queries.account_named(session, caller.username)
    _refuse_if_too_fast(failures, now=now)
    weakness = password_weakness(new, username=caller.username, old=old)
    if weakness:
        raise PasswordTooWeak(reason=weakness)
    checked_hash = account.password_hash if account else None
    is_right = await passwords.is_password(old, checked_hash)
    new_hash = await passwords.hash_of(new) if is_right else None
    async with database.writing() as session:
        if not await _took_new_password(session, caller.id, checked_hash, new_hash):
            session.add(LoginFailure(key=key, at=now))
        else:
            await end_sessions(session, caller.id, but=kept_session, now=now)
            await journal.record(session, caller.id, "changed_password", f"account:{caller.id}", at=now)
            return
    raise OldPasswordWrong


async def _took_new_password(
    session: AsyncSession, account_id: str, checked_hash: str | None, new_hash: str | None
) -> bool:
    """Only over the password that was checked: a reset that came between stands."""
    if new_hash is None:
        return False
    taken = await session.execute(
        update(Account)
        .where(col(Account.id) == account_id, col(Account.password_hash) == checked_hash)
        .values(password_hash=new_hash, must_change_password=False)
    )
    return cast("CursorResult[Any]", taken).rowcount == 1


async def end_sessions(session: AsyncSession, account_id: str, *, now: datetime, but: str | None = None) -> None:
    """Sign an account out everywhere, save for the session whose token has the digest `but`."""
    ours = [col(LoginSession.account_id) == account_id, col(LoginSession.revoked_at).is_(None)]
    if but is not None:
        ours.append(col(LoginSession.token_sha256) != but)
    await session.execute(update(LoginSession).where(*ours).values(revoked_at=now))


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
    department: str | None = None,
    must_change_password: bool = False,
) -> Account:
    """Make an account with its roles."""
    account = Account(
        username=username,
        name=name,
        password_hash=password_hash,
        jurisdiction=jurisdiction,
        certificate_no=certificate_no,
        department=department,
        must_change_password=must_change_password,
        created_at=now,
    )
    if account_id:
        account.id = account_id
    session.add(account)
    await session.flush()
    session.add_all([AccountRole(account_id=account.id, role=role) for role in roles])
    return account
