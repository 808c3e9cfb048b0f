"""The account of somebody in the roster: proposed from the row, opened once, linked to it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts import administration
from suicha.accounts import queries as accounts
from suicha.accounts.errors import AccountUnknown, RoleNotAllowed
from suicha.accounts.queries import Caller, ManagedAccount
from suicha.accounts.rules import Role, proposed_username
from suicha.registry import actions, queries
from suicha.registry.errors import InspectorHasAccount, InspectorRemoved
from suicha.registry.rules import InspectorKind
from suicha.registry.tables import Inspector

# What a person may do in a visit is said by the draw; these only choose which half of the app opens.
ROLES_OF_KIND: dict[InspectorKind, tuple[Role, ...]] = {
    InspectorKind.OFFICER: (Role.OFFICER, Role.LEADER),
    InspectorKind.EXPERT: (Role.EXPERT,),
}


@dataclass(frozen=True)
class RosterAccount:
    """The account of a row, or what one would be called; `is_hidden` for one that the caller may not manage."""

    account: ManagedAccount | None
    is_hidden: bool
    proposed_username: str | None
    roles: tuple[Role, ...]


async def account_of_row(session: AsyncSession, inspector_id: str, caller: Caller) -> RosterAccount:
    """What there is or could be; raises InspectorUnknown."""
    row = await queries.inspector_row(session, inspector_id, caller.jurisdiction)
    roles = ROLES_OF_KIND[InspectorKind(row.kind)]
    if row.account_id is None:
        return RosterAccount(None, is_hidden=False, proposed_username=await _free_name(session, row), roles=roles)
    try:
        account = await accounts.managed_account(session, row.account_id, caller)
    except AccountUnknown:
        return RosterAccount(None, is_hidden=True, proposed_username=None, roles=roles)
    return RosterAccount(account, is_hidden=False, proposed_username=None, roles=roles)


async def open_account_of_row(
    session: AsyncSession,
    inspector_id: str,
    *,
    username: str | None,
    roles: Collection[Role],
    password_hash: str,
    by: Caller,
    now: datetime,
) -> ManagedAccount:
    """Open the one account of a row and link it; raises InspectorHasAccount, InspectorRemoved, RoleNotAllowed."""
    await queries.lock_libraries(session)
    row = await queries.inspector_row(session, inspector_id, by.jurisdiction)
    if row.account_id is not None:
        raise InspectorHasAccount
    if row.removed_on is not None:
        raise InspectorRemoved
    fitting = ROLES_OF_KIND[InspectorKind(row.kind)]
    given = tuple(roles) or fitting[:1]
    if not set(given) <= set(fitting):
        raise RoleNotAllowed(roles=sorted(given))
    account = await administration.open_with_first_password(
        session,
        username=username or await _free_name(session, row),
        name=row.name,
        roles=given,
        jurisdiction=row.home_jurisdiction,
        certificate_no=row.certificate_no,
        password_hash=password_hash,
        by=by,
        now=now,
    )
    await actions.link_account(session, row.id, account.id, by=by, now=now)
    return await accounts.managed_account(session, account.id, by)


async def _free_name(session: AsyncSession, row: Inspector) -> str:
    wished = proposed_username(row.certificate_no, row.code, frozenset())
    return proposed_username(row.certificate_no, row.code, await accounts.usernames_like(session, wished))
