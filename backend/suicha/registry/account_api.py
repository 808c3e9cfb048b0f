"""The account of a row in the roster of inspectors, over HTTP."""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts import passwords
from suicha.accounts.guards import may
from suicha.accounts.office_api import first_password_shown
from suicha.accounts.queries import Caller
from suicha.accounts.rules import Permission, Role
from suicha.accounts.schemas import FirstPasswordOut, ManagedAccountOut, Words
from suicha.kit.clock import utc_now
from suicha.registry import inspector_accounts
from suicha.registry.inspector_accounts import RosterAccount


class OpenRosterAccountRequest(BaseModel):
    """What to call the account; the proposal and the kind's first role where nothing is said."""

    username: Words | None = Field(default=None, min_length=1, max_length=60)
    roles: list[Role] = Field(default_factory=list, max_length=2)


class RosterAccountOut(BaseModel):
    """The account of a row; `is_hidden`: there is one that the caller may not manage."""

    account: ManagedAccountOut | None
    is_hidden: bool
    proposed_username: str | None
    roles: list[Role]

    @classmethod
    def of(cls, found: RosterAccount) -> "RosterAccountOut":
        """Show what there is or could be."""
        return cls(
            account=ManagedAccountOut.of(found.account) if found.account else None,
            is_hidden=found.is_hidden,
            proposed_username=found.proposed_username,
            roles=list(found.roles),
        )


class RosterAccountController(Controller):
    """`/api/registry/inspectors/{id}/account`: from a row in the roster to somebody who can sign in."""

    path = "/api/registry/inspectors/{inspector_id:uuid}/account"
    tags = ["accounts"]

    @get("/", operation_id="getRosterAccount", opt=may(Permission.MANAGE_ACCOUNTS))
    async def one(
        self, inspector_id: FromPath[UUID], session: NamedDependency[AsyncSession], caller: NamedDependency[Caller]
    ) -> RosterAccountOut:
        """The account of a row, or the name that one would get."""
        return RosterAccountOut.of(await inspector_accounts.account_of_row(session, str(inspector_id), caller))

    @post("/", operation_id="openRosterAccount", opt=may(Permission.MANAGE_ACCOUNTS))
    async def open(
        self,
        inspector_id: FromPath[UUID],
        data: JSONBody[OpenRosterAccountRequest],
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
    ) -> Response[FirstPasswordOut]:
        """Open the account of a row; its first password is told once, here."""
        password = passwords.first_password()
        account = await inspector_accounts.open_account_of_row(
            session,
            str(inspector_id),
            username=data.username,
            roles=data.roles,
            password_hash=await passwords.hash_of(password),
            by=caller,
            now=utc_now(),
        )
        return first_password_shown(account, password, status=201)
