"""What devices have announced and not brought: all that a server can know of what still lies on them."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.evidence.rules import BlobState
from suicha.evidence.tables import Blob, Link
from suicha.inspections.tables import OpRow
from suicha.sync.tables import InboxOp


async def gaps(session: AsyncSession, replicas: Sequence[str]) -> dict[str, tuple[int, int]]:
    """For each device with records that wait for an earlier one: how many wait, and the seq of the first of them."""
    seq = col(InboxOp.seq)
    rows = await session.execute(
        select(col(InboxOp.replica), func.count(seq.distinct()), func.min(seq))
        .where(col(InboxOp.replica).in_(list(replicas)), col(InboxOp.is_waiting).is_(True))
        .group_by(col(InboxOp.replica))
    )
    return {replica: (count, first) for replica, count, first in rows}


async def photos(session: AsyncSession, replicas: Sequence[str]) -> dict[str, int]:
    """How many pictures each device has announced whose bytes are not here."""
    rows = await session.execute(
        select(col(OpRow.replica), func.count(col(Link.sha256).distinct()))
        .join(Link, col(Link.op_id) == col(OpRow.op_id))
        .join(Blob, col(Blob.sha256) == col(Link.sha256))
        .where(col(OpRow.replica).in_(list(replicas)), col(Blob.state) != BlobState.VERIFIED.value)
        .group_by(col(OpRow.replica))
    )
    return {row[0]: row[1] for row in rows}
