"""An account carries the name of its row in the roster: what is changed there is changed here."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts import administration
from suicha.registry.tables import Inspector

_AT_ONCE = 1000


async def follow_in_accounts(session: AsyncSession, inspector_ids: Sequence[str], *, by: str, now: datetime) -> None:
    """Tell the accounts of these people their present name, certificate and home."""
    for start in range(0, len(inspector_ids), _AT_ONCE):
        some = inspector_ids[start : start + _AT_ONCE]
        rows = await session.execute(
            select(
                col(Inspector.account_id),
                col(Inspector.name),
                col(Inspector.certificate_no),
                col(Inspector.home_jurisdiction),
            ).where(col(Inspector.id).in_(some))
        )
        for account_id, name, certificate_no, home in rows.all():
            if account_id is not None:
                await administration.follow_roster(
                    session, account_id, name=name, certificate_no=certificate_no, home=home, by=by, now=now
                )
