"""What is known of a team's devices: for the record of a visit, which stands upstream and asks through `DeviceBook`."""

import json
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts.tables import Account
from suicha.inspections.rules.record import Device
from suicha.inspections.tables import OpRow
from suicha.sync.tables import Replica


async def devices_of(session: AsyncSession, account_ids: Sequence[str]) -> list[Device]:
    """The devices of some people, those heard of last first."""
    rows = await session.execute(
        select(Replica, col(Account.name))
        .join(Account, col(Account.id) == col(Replica.account_id))
        .where(col(Replica.account_id).in_(list(account_ids)))
        .order_by(col(Replica.last_seen_at).desc())
    )
    found = [(replica, name) for replica, name in rows]
    flushed = await _flushed(session, [replica.id for replica, _ in found])
    return [
        Device(
            replica=replica.id[-8:],
            account=replica.account_id,
            name=name,
            last_seen_at=replica.last_seen_at,
            acked_seq=replica.acked_seq,
            flushed_seq=flushed.get(replica.id),
        )
        for replica, name in found
    ]


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
