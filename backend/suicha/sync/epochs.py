"""Which life of the server this is. A phone that meets another one sends again what the server may have lost."""

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.kit.ids import new_id
from suicha.sync.tables import ServerEpoch


async def begin_epoch(session: AsyncSession) -> str:
    """Begin another one, after a restore."""
    epoch = new_id()
    await session.execute(delete(ServerEpoch))
    session.add(ServerEpoch(id=1, epoch=epoch))
    await session.flush()
    return epoch
