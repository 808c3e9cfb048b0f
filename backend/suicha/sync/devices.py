"""What is known of people's devices, and taking one out of service.

The record of a visit stands upstream and asks through `DeviceBook`.
"""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts import actions as accounts
from suicha.accounts import queries as account_queries
from suicha.accounts.queries import Caller
from suicha.accounts.tables import Account
from suicha.inspections.rules.record import Device
from suicha.inspections.tables import OpRow
from suicha.journal import actions as journal
from suicha.sync import owed
from suicha.sync.errors import DeviceUnknown
from suicha.sync.tables import Replica


async def devices_of(session: AsyncSession, account_ids: Sequence[str]) -> list[Device]:
    """The devices of some people, those heard of last first."""
    rows = await session.execute(
        select(Replica, col(Account.name))
        .join(Account, col(Account.id) == col(Replica.account_id))
        .where(col(Replica.account_id).in_(list(account_ids)))
        .order_by(col(Replica.last_seen_at).desc(), col(Replica.id))
    )
    found = [(replica, name) for replica, name in rows]
    ids = [replica.id for replica, _ in found]
    flushed, gaps, photos = await _flushed(session, ids), await owed.gaps(session, ids), await owed.photos(session, ids)
    return [
        Device(
            replica=replica.id[-8:],
            account=replica.account_id,
            name=name,
            last_seen_at=replica.last_seen_at,
            acked_seq=replica.acked_seq,
            flushed_seq=flushed.get(replica.id),
            made_with=replica.user_agent,
            is_revoked=replica.is_revoked,
            waiting=gaps[replica.id][0] if replica.id in gaps else 0,
            missing=max(0, gaps[replica.id][1] - replica.acked_seq - 1) if replica.id in gaps else 0,
            photos_owed=photos.get(replica.id, 0),
        )
        for replica, name in found
    ]


async def replicas_of(session: AsyncSession, account_id: str, caller: Caller) -> list[Replica]:
    """The devices of an account that the caller may manage, those heard of last first; raises AccountUnknown."""
    account = await account_queries.managed_account(session, account_id, caller)
    rows = await session.scalars(
        select(Replica)
        .where(col(Replica.account_id) == account.id)
        .order_by(col(Replica.last_seen_at).desc(), col(Replica.id))
    )
    return list(rows)


async def revoke(
    session: AsyncSession, account_id: str, replica_id: str, *, reason: str, by: Caller, now: datetime
) -> None:
    """Take a device out of service: it pushes and pulls no more, what it recorded stays on it.

    A session does not know its device, so all of the account's sessions end: the other devices sign in again.
    """
    replica = await _locked(session, account_id, replica_id, by)
    if replica.is_revoked:
        return
    replica.is_revoked = True
    await accounts.end_sessions(session, account_id, now=now)
    about = f"account:{account_id}"
    await journal.record(session, by.id, "revoked_device", about, at=now, replica=replica_id, reason=reason)


async def restore(session: AsyncSession, account_id: str, replica_id: str, *, by: Caller, now: datetime) -> None:
    """Back in service: a device that was found again may bring what it still holds."""
    replica = await _locked(session, account_id, replica_id, by)
    if not replica.is_revoked:
        return
    replica.is_revoked = False
    await journal.record(session, by.id, "restored_device", f"account:{account_id}", at=now, replica=replica_id)


async def _locked(session: AsyncSession, account_id: str, replica_id: str, by: Caller) -> Replica:
    account = await account_queries.managed_account(session, account_id, by)
    replica = await session.scalar(
        select(Replica)
        .where(col(Replica.id) == replica_id, col(Replica.account_id) == account.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if replica is None:
        raise DeviceUnknown
    return replica


async def _flushed(session: AsyncSession, replicas: Sequence[str]) -> dict[str, int]:
    """Up to which seq each device said that nothing older is unsent; its last word counts."""
    rows = await session.execute(
        select(col(OpRow.replica), col(OpRow.raw))
        .where(
            col(OpRow.replica).in_(list(replicas)),
            col(OpRow.kind) == "replica.flush@1",
            col(OpRow.outcome) == "applied",
        )
        .order_by(col(OpRow.seq))
    )
    return {replica: int(json.loads(raw)["body"]["last_seq"]) for replica, raw in rows}
