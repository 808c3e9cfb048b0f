"""Adding to the libraries."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.registry.errors import UsccTaken
from suicha.registry.rules import checked_uscc
from suicha.registry.tables import Enterprise


async def add_enterprises(session: AsyncSession, enterprises: Sequence[Enterprise]) -> None:
    """Register enterprises; raises UsccInvalid or UsccTaken before anything is added."""
    codes = [checked_uscc(enterprise.uscc) for enterprise in enterprises]
    taken = set(await session.scalars(select(col(Enterprise.uscc)).where(col(Enterprise.uscc).in_(codes))))
    for place, code in enumerate(codes):
        if code in taken or code in codes[:place]:
            raise UsccTaken(uscc=code)
    for enterprise, code in zip(enterprises, codes, strict=True):
        enterprise.uscc = code
    session.add_all(enterprises)
    await session.flush()
