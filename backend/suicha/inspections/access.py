"""Who may see a visit: its team, and those who may see all visits of their jurisdiction."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts.queries import Caller
from suicha.accounts.rules import Permission, may_see, permissions_of
from suicha.accounts.tables import Account, AccountRole
from suicha.evidence.tables import Holder, Share
from suicha.feed.rules import VISIT_PREFIX
from suicha.inspections.tables import GrantRow, Inspection


async def may_read_blob(session: AsyncSession, account_id: str, sha256: str, linking: Sequence[str]) -> bool:
    """May this account see these bytes, because a visit that it may see refers to them?

    A visit gives access only to what its own team has brought: who merely knows the hash of somebody else's evidence
    could otherwise name it in a visit of his own and read it there.
    """
    scopes = await _visits_that_hold(session, sha256, linking)
    is_member = await session.scalar(
        select(col(GrantRow.id))
        .where(
            col(GrantRow.account_id) == account_id, col(GrantRow.scope).in_(scopes), col(GrantRow.revoked_pos).is_(None)
        )
        .limit(1)
    )
    if is_member or await _is_shared(session, account_id, sha256):
        return True
    roles = await session.scalars(select(col(AccountRole.role)).where(col(AccountRole.account_id) == account_id))
    if Permission.READ_ALL_VISITS not in permissions_of(roles):
        return False
    own = await session.scalar(select(col(Account.jurisdiction)).where(col(Account.id) == account_id))
    ids = [scope.removeprefix(VISIT_PREFIX) for scope in scopes]
    found = await session.scalars(select(col(Inspection.jurisdiction)).where(col(Inspection.id).in_(ids)))
    return any(may_see(own or "", jurisdiction) for jurisdiction in found)


async def _is_shared(session: AsyncSession, account_id: str, sha256: str) -> bool:
    """Was it named for a visit in which this account has a part now?"""
    found = await session.scalar(
        select(col(GrantRow.id))
        .join(Share, col(Share.scope) == col(GrantRow.scope))
        .where(col(Share.sha256) == sha256, col(GrantRow.account_id) == account_id, col(GrantRow.revoked_pos).is_(None))
        .limit(1)
    )
    return found is not None


async def _visits_that_hold(session: AsyncSession, sha256: str, scopes: Sequence[str]) -> list[str]:
    rows = await session.scalars(
        select(col(GrantRow.scope))
        .join(Holder, col(Holder.account_id) == col(GrantRow.account_id))
        .where(col(Holder.sha256) == sha256, col(GrantRow.scope).in_(scopes))
        .distinct()
    )
    return list(rows)


def own_inspections(caller: Caller) -> ColumnElement[bool]:
    """The condition under which the caller has a part in a visit that nobody took back."""
    return col(Inspection.id).in_(
        select(col(GrantRow.inspection_id)).where(
            col(GrantRow.account_id) == caller.id, col(GrantRow.revoked_pos).is_(None)
        )
    )


def visible_inspections(caller: Caller) -> ColumnElement[bool]:
    """The condition under which a visit is there for the caller; for all others it does not exist."""
    is_member = own_inspections(caller)
    if not caller.may(Permission.READ_ALL_VISITS):
        return is_member
    return or_(is_member, col(Inspection.jurisdiction).startswith(caller.jurisdiction, autoescape=True))
