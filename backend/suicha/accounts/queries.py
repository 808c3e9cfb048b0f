"""Finding accounts and sessions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts.errors import AccountUnknown
from suicha.accounts.rules import (
    THROTTLE_WINDOW,
    AccountState,
    Permission,
    Role,
    account_state,
    may_manage,
    permissions_of,
)
from suicha.accounts.tables import Account, AccountRole, LoginFailure, LoginSession


@dataclass(frozen=True)
class Caller:
    """The signed-in account as every layer above sees it."""

    id: str
    username: str
    name: str
    roles: tuple[str, ...]
    jurisdiction: str
    must_change_password: bool = False
    department: str | None = None

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
    return Caller(
        account.id,
        account.username,
        account.name,
        tuple(roles),
        account.jurisdiction,
        account.must_change_password,
        account.department,
    )


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


async def desk_accounts(session: AsyncSession, jurisdiction: str) -> list[str]:
    """The office's accounts that see rows of this jurisdiction: those whose own code is the beginning of it."""
    rows = await session.execute(
        select(col(Account.id), col(Account.jurisdiction))
        .join(AccountRole, col(AccountRole.account_id) == col(Account.id))
        .where(col(AccountRole.role).in_([Role.OFFICE.value, Role.ADMIN.value]), col(Account.is_disabled).is_(False))
        .order_by(col(Account.id))
    )
    return list(dict.fromkeys(row[0] for row in rows if jurisdiction.startswith(row[1])))


async def department_accounts(session: AsyncSession, department: str, jurisdiction: str) -> list[str]:
    """The accounts of another department (协同部门) that see rows of this jurisdiction."""
    rows = await session.execute(
        select(col(Account.id), col(Account.jurisdiction))
        .where(col(Account.department) == department, col(Account.is_disabled).is_(False))
        .order_by(col(Account.id))
    )
    return [row[0] for row in rows if jurisdiction.startswith(row[1])]


@dataclass(frozen=True)
class ManagedAccount:
    """An account as those see it who open and close accounts."""

    id: str
    username: str
    name: str
    roles: tuple[str, ...]
    jurisdiction: str
    certificate_no: str | None
    department: str | None
    state: AccountState
    created_at: datetime
    last_signed_in_at: datetime | None


@dataclass(frozen=True)
class AccountsWanted:
    """Which accounts a list asks for, and in which order."""

    q: str = ""
    role: Role | None = None
    state: AccountState | None = None
    jurisdiction: str = ""
    sort: str = "username"
    page: int = 1
    size: int = 50


_LAST_SIGN_IN = (
    select(func.max(col(LoginSession.created_at)))
    .where(col(LoginSession.account_id) == col(Account.id))
    .correlate(Account)
    .scalar_subquery()
)
_ORDERS: dict[str, Any] = {
    "username": col(Account.username),
    "name": col(Account.name),
    "jurisdiction": col(Account.jurisdiction),
    "created_at": col(Account.created_at),
    "last_signed_in_at": _LAST_SIGN_IN,
}
ACCOUNT_SORTS = (*_ORDERS, *(f"-{name}" for name in _ORDERS))


async def managed_accounts(
    session: AsyncSession, caller: Caller, wanted: AccountsWanted
) -> tuple[list[ManagedAccount], int]:
    """One page of the accounts that the caller may manage, and how many there are."""
    found = select(Account, _LAST_SIGN_IN).where(*_manageable(caller), *_wanted(wanted))
    total = await session.scalar(select(func.count()).select_from(found.subquery())) or 0
    order = _ORDERS[wanted.sort.removeprefix("-")]
    ordered = found.order_by(
        (order.desc() if wanted.sort.startswith("-") else order.asc()).nulls_last(), col(Account.id)
    )
    page = ordered.offset((wanted.page - 1) * wanted.size).limit(wanted.size)
    return await _with_roles(session, page), total


async def managed_account(session: AsyncSession, account_id: str, caller: Caller) -> ManagedAccount:
    """One account that the caller may manage; raises AccountUnknown."""
    found = select(Account, _LAST_SIGN_IN).where(col(Account.id) == account_id, *_manageable(caller))
    rows = await _with_roles(session, found)
    if not rows:
        raise AccountUnknown
    return rows[0]


async def locked_account(session: AsyncSession, account_id: str, caller: Caller) -> Account:
    """The row of an account that the caller may manage, to be changed; raises AccountUnknown."""
    account = await session.scalar(
        select(Account).where(col(Account.id) == account_id).with_for_update().execution_options(populate_existing=True)
    )
    if account is None:
        raise AccountUnknown
    roles = (await caller_of(session, account)).roles
    if not may_manage(caller.permissions, caller.jurisdiction, roles=roles, jurisdiction=account.jurisdiction):
        raise AccountUnknown
    return account


async def usernames_like(session: AsyncSession, start: str) -> frozenset[str]:
    """The names in use that begin so: whoever proposes a name steers round them."""
    rows = await session.scalars(
        select(col(Account.username)).where(col(Account.username).startswith(start, autoescape=True))
    )
    return frozenset(rows)


async def locked_admins(session: AsyncSession) -> list[Account]:
    """The administrators who may sign in, locked in one order, so that two cannot disable each other."""
    rows = await session.scalars(
        select(Account)
        .where(_has_role(Role.ADMIN), col(Account.is_disabled).is_(False))
        .order_by(col(Account.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(rows)


def _manageable(caller: Caller) -> list[ColumnElement[bool]]:
    """The twin of `rules.may_manage` for the database."""
    within = col(Account.jurisdiction).startswith(caller.jurisdiction, autoescape=True)
    if caller.may(Permission.MANAGE_ALL_ACCOUNTS):
        return [within]
    return [within, ~_has_role(Role.OFFICE, Role.ADMIN)]


def _wanted(wanted: AccountsWanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.jurisdiction:
        found.append(col(Account.jurisdiction).startswith(wanted.jurisdiction, autoescape=True))
    if wanted.role:
        found.append(_has_role(wanted.role))
    if wanted.state is AccountState.DISABLED:
        found.append(col(Account.is_disabled).is_(True))
    elif wanted.state:
        is_first = wanted.state is AccountState.INVITED
        found += [col(Account.is_disabled).is_(False), col(Account.must_change_password).is_(is_first)]
    if wanted.q:
        texts = (col(Account.username), col(Account.name), col(Account.certificate_no))
        found.append(or_(*(text.icontains(wanted.q, autoescape=True) for text in texts)))
    return found


def _has_role(*roles: Role) -> ColumnElement[bool]:
    return exists().where(
        col(AccountRole.account_id) == col(Account.id), col(AccountRole.role).in_([role.value for role in roles])
    )


async def _with_roles(session: AsyncSession, found: Select[Account, datetime]) -> list[ManagedAccount]:
    rows = (await session.execute(found)).all()
    roles = await _roles_of(session, [account.id for account, _ in rows])
    return [
        ManagedAccount(
            id=account.id,
            username=account.username,
            name=account.name,
            roles=tuple(roles.get(account.id, ())),
            jurisdiction=account.jurisdiction,
            certificate_no=account.certificate_no,
            department=account.department,
            state=account_state(is_disabled=account.is_disabled, must_change_password=account.must_change_password),
            created_at=account.created_at,
            last_signed_in_at=last,
        )
        for account, last in rows
    ]


async def _roles_of(session: AsyncSession, account_ids: Sequence[str]) -> dict[str, list[str]]:
    rows = await session.execute(
        select(col(AccountRole.account_id), col(AccountRole.role))
        .where(col(AccountRole.account_id).in_(account_ids))
        .order_by(col(AccountRole.role))
    )
    roles: dict[str, list[str]] = {}
    for account_id, role in rows:
        roles.setdefault(account_id, []).append(role)
    return roles
