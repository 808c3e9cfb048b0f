"""Opening, resetting, disabling and enabling accounts; what somebody does to his own account is in `actions`."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts import actions, queries
from suicha.accounts.errors import (
    DepartmentUnfit,
    LastAdmin,
    NotPermitted,
    OwnAccount,
    RoleNotAllowed,
    UsernameInvalid,
    UsernameTaken,
)
from suicha.accounts.queries import Caller
from suicha.accounts.rules import DESK_ROLES, FIELD_ROLES, Permission, Role, fits_department, is_username, may_manage
from suicha.accounts.tables import Account
from suicha.journal import actions as journal


async def open_desk_account(
    session: AsyncSession,
    *,
    username: str,
    name: str,
    roles: Collection[Role],
    jurisdiction: str,
    password_hash: str,
    by: Caller,
    now: datetime,
    department: str | None = None,
) -> Account:
    """An account for somebody without a row in the roster: office, admin, witness, partner.

    Raises RoleNotAllowed, DepartmentUnfit, NotPermitted, UsernameInvalid or UsernameTaken.
    """
    if not roles or not DESK_ROLES.issuperset(roles):
        raise RoleNotAllowed(roles=sorted(roles))
    if not fits_department(roles, department):
        raise DepartmentUnfit
    if not by.may(Permission.MANAGE_ALL_ACCOUNTS):
        raise NotPermitted
    return await open_with_first_password(
        session,
        username=username,
        name=name,
        roles=roles,
        jurisdiction=jurisdiction,
        password_hash=password_hash,
        by=by,
        now=now,
        department=department,
    )


async def open_with_first_password(
    session: AsyncSession,
    *,
    username: str,
    name: str,
    roles: Collection[Role],
    jurisdiction: str,
    password_hash: str,
    by: Caller,
    now: datetime,
    certificate_no: str | None = None,
    department: str | None = None,
) -> Account:
    """An account whose password must be changed at the first sign-in; raises UsernameInvalid or UsernameTaken."""
    if not is_username(username):
        raise UsernameInvalid(username=username[:60])
    if not may_manage(by.permissions, by.jurisdiction, roles=roles, jurisdiction=jurisdiction):
        raise NotPermitted
    try:
        # Whoever took the name at the same time is only seen by the database's own rule.
        async with session.begin_nested():
            account = await actions.open_account(
                session,
                username=username,
                name=name,
                password_hash=password_hash,
                roles=roles,
                jurisdiction=jurisdiction,
                certificate_no=certificate_no,
                department=department,
                must_change_password=True,
                now=now,
            )
    except IntegrityError as error:
        raise UsernameTaken(username=username) from error
    facts = {"username": username, "roles": sorted(roles), "jurisdiction": jurisdiction}
    if department:
        facts["department"] = department
    await journal.record(session, by.id, "opened_account", f"account:{account.id}", at=now, **facts)
    return account


async def open_admin(session: AsyncSession, *, username: str, name: str, password_hash: str, now: datetime) -> Account:
    """An administrator for the whole installation, made by whoever can reach its database; see `suicha admin`.

    Raises UsernameInvalid or UsernameTaken.
    """
    if not is_username(username):
        raise UsernameInvalid(username=username[:60])
    if await queries.account_named(session, username) is not None:
        raise UsernameTaken(username=username)
    account = await actions.open_account(
        session,
        username=username,
        name=name,
        password_hash=password_hash,
        roles=[Role.ADMIN],
        jurisdiction="",
        must_change_password=True,
        now=now,
    )
    await journal.record(session, None, "opened_account", f"account:{account.id}", at=now, username=username)
    return account


async def reset_password(
    session: AsyncSession, account_id: str, *, password_hash: str, by: Caller, now: datetime
) -> Account:
    """A new first password; every session ends, what is on the phones stays there."""
    account = await _somebody_else(session, account_id, by)
    account.password_hash = password_hash
    account.must_change_password = True
    await actions.end_sessions(session, account.id, now=now)
    await journal.record(session, by.id, "reset_password", f"account:{account.id}", at=now)
    return account


async def disable(session: AsyncSession, account_id: str, *, reason: str, by: Caller, now: datetime) -> None:
    """No sign-in and no sync from now on; raises OwnAccount or LastAdmin. Doing it twice changes nothing."""
    admins = await queries.locked_admins(session)
    account = await _somebody_else(session, account_id, by)
    if [admin.id for admin in admins] == [account.id]:
        raise LastAdmin
    if account.is_disabled:
        return
    account.is_disabled = True
    await actions.end_sessions(session, account.id, now=now)
    await journal.record(session, by.id, "disabled_account", f"account:{account.id}", at=now, reason=reason)


async def enable(session: AsyncSession, account_id: str, *, by: Caller, now: datetime) -> None:
    """May sign in again, with the password that there was; the sessions of before stay ended."""
    account = await _somebody_else(session, account_id, by)
    if not account.is_disabled:
        return
    account.is_disabled = False
    await journal.record(session, by.id, "enabled_account", f"account:{account.id}", at=now)


async def follow_roster(
    session: AsyncSession,
    account_id: str,
    *,
    name: str,
    certificate_no: str | None,
    home: str,
    by: str,
    now: datetime,
) -> None:
    """What the roster says now. An account that also sits at a desk keeps the jurisdiction that it was given there."""
    account = await session.get(Account, account_id, populate_existing=True, with_for_update=True)
    if account is None:
        return
    is_field = FIELD_ROLES.issuperset((await queries.caller_of(session, account)).roles)
    said = {"name": name, "certificate_no": certificate_no, "jurisdiction": home if is_field else account.jurisdiction}
    changed = {member: value for member, value in said.items() if getattr(account, member) != value}
    if not changed:
        return
    account.sqlmodel_update(changed)
    await journal.record(session, by, "followed_roster", f"account:{account_id}", at=now, **changed)


async def _somebody_else(session: AsyncSession, account_id: str, by: Caller) -> Account:
    if account_id == by.id:
        raise OwnAccount
    return await queries.locked_account(session, account_id, by)
