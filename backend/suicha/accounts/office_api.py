"""Accounts over HTTP for those who open and close them: the office those of the field, the administrator all."""

from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts import administration, passwords, queries
from suicha.accounts.guards import may
from suicha.accounts.queries import ACCOUNT_SORTS, AccountsWanted, Caller
from suicha.accounts.rules import AccountState, Permission, Role
from suicha.accounts.schemas import (
    DisableAccountRequest,
    FirstPasswordOut,
    ManagedAccountListOut,
    ManagedAccountOut,
    OpenDeskAccountRequest,
)
from suicha.kit.clock import utc_now

_SORT_PATTERN = f"^({'|'.join(ACCOUNT_SORTS)})$"


class AccountsController(Controller):
    """`/api/accounts`: an account that the caller may not manage is answered as one that does not exist."""

    path = "/api/accounts"
    tags = ["accounts"]

    @get("/", operation_id="listAccounts", opt=may(Permission.MANAGE_ACCOUNTS))
    async def list_accounts(
        self,
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
        q: Annotated[str, QueryParameter(max_length=100)] = "",
        role: Annotated[Role | None, QueryParameter()] = None,
        in_state: Annotated[AccountState | None, QueryParameter(name="state")] = None,
        jurisdiction: Annotated[str, QueryParameter(pattern=r"^[0-9]{0,12}$")] = "",
        sort: Annotated[str, QueryParameter(pattern=_SORT_PATTERN)] = "username",
        page: Annotated[int, QueryParameter(ge=1, le=10_000)] = 1,
        size: Annotated[int, QueryParameter(ge=1, le=500)] = 50,
    ) -> ManagedAccountListOut:
        """Accounts that the caller may manage."""
        wanted = AccountsWanted(q.strip(), role, in_state, jurisdiction, sort, page, size)
        found, total = await queries.managed_accounts(session, caller, wanted)
        return ManagedAccountListOut(items=[ManagedAccountOut.of(account) for account in found], total=total)

    @post("/", operation_id="openDeskAccount", opt=may(Permission.MANAGE_ALL_ACCOUNTS))
    async def open(
        self,
        data: JSONBody[OpenDeskAccountRequest],
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
    ) -> Response[FirstPasswordOut]:
        """Open an account of the office, of an administrator, of a witness or of another department."""
        password = passwords.first_password()
        account = await administration.open_desk_account(
            session,
            username=data.username,
            name=data.name,
            roles=data.roles,
            jurisdiction=data.jurisdiction,
            department=data.department,
            password_hash=await passwords.hash_of(password),
            by=caller,
            now=utc_now(),
        )
        return first_password_shown(await queries.managed_account(session, account.id, caller), password, status=201)

    @get("/{account_id:uuid}", operation_id="getAccount", opt=may(Permission.MANAGE_ACCOUNTS))
    async def one(
        self, account_id: FromPath[UUID], session: NamedDependency[AsyncSession], caller: NamedDependency[Caller]
    ) -> ManagedAccountOut:
        """One account."""
        return ManagedAccountOut.of(await queries.managed_account(session, str(account_id), caller))

    @post(
        "/{account_id:uuid}/reset-password",
        operation_id="resetPassword",
        status_code=200,
        opt=may(Permission.MANAGE_ACCOUNTS),
    )
    async def reset(
        self, account_id: FromPath[UUID], session: NamedDependency[AsyncSession], caller: NamedDependency[Caller]
    ) -> Response[FirstPasswordOut]:
        """Give a new first password; the person is signed out everywhere."""
        password = passwords.first_password()
        password_hash = await passwords.hash_of(password)
        await administration.reset_password(
            session, str(account_id), password_hash=password_hash, by=caller, now=utc_now()
        )
        return first_password_shown(await queries.managed_account(session, str(account_id), caller), password)

    @post(
        "/{account_id:uuid}/disable",
        operation_id="disableAccount",
        status_code=200,
        opt=may(Permission.MANAGE_ACCOUNTS),
    )
    async def disable(
        self,
        account_id: FromPath[UUID],
        data: JSONBody[DisableAccountRequest],
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
    ) -> ManagedAccountOut:
        """Close an account: no sign-in, no sync; what it recorded stays."""
        await administration.disable(session, str(account_id), reason=data.reason, by=caller, now=utc_now())
        return ManagedAccountOut.of(await queries.managed_account(session, str(account_id), caller))

    @post(
        "/{account_id:uuid}/enable",
        operation_id="enableAccount",
        status_code=200,
        opt=may(Permission.MANAGE_ACCOUNTS),
    )
    async def enable(
        self, account_id: FromPath[UUID], session: NamedDependency[AsyncSession], caller: NamedDependency[Caller]
    ) -> ManagedAccountOut:
        """Open a closed account again."""
        await administration.enable(session, str(account_id), by=caller, now=utc_now())
        return ManagedAccountOut.of(await queries.managed_account(session, str(account_id), caller))


def first_password_shown(
    account: queries.ManagedAccount, password: str, *, status: int = 200
) -> Response[FirstPasswordOut]:
    """The answer that no cache may keep."""
    shown = FirstPasswordOut(account=ManagedAccountOut.of(account), first_password=password)
    return Response(shown, status_code=status, headers={"Cache-Control": "no-store"})
