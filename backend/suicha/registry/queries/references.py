"""From the codes that files use to the ids that rows use."""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.registry.tables import Enterprise, Inspector, Site

# Both databases limit how many values one statement may carry.
AT_ONCE = 2000


async def ids_of_enterprises(session: AsyncSession, usccs: Collection[str]) -> dict[str, str]:
    """The ids of enterprises by their credit codes."""
    return await _ids(session, Enterprise, col(Enterprise.uscc), usccs)


async def ids_of_sites(session: AsyncSession, codes: Collection[str]) -> dict[str, str]:
    """The ids of sites by their numbers."""
    return await _ids(session, Site, col(Site.code), codes)


async def ids_of_people(session: AsyncSession, said: Collection[str]) -> dict[str, str]:
    """The ids of inspectors by their numbers or certificates; a number comes first."""
    by_certificate = await _ids(session, Inspector, col(Inspector.certificate_no), said)
    return by_certificate | await _ids(session, Inspector, col(Inspector.code), said)


async def _ids(session: AsyncSession, table: Any, column: Any, codes: Collection[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in parts(codes):
        rows = await session.execute(select(column, col(table.id)).where(column.in_(part)))
        found |= {row[0]: row[1] for row in rows}
    return found


async def revisions_of(session: AsyncSession, table: Any, ids: Collection[str]) -> dict[str, int]:
    """The revisions of rows by their ids."""
    found: dict[str, int] = {}
    for part in parts(ids):
        rows = await session.execute(select(col(table.id), col(table.revision)).where(col(table.id).in_(part)))
        found |= {row[0]: row[1] for row in rows}
    return found


async def codes_like(session: AsyncSession, table: type[Site] | type[Inspector], prefix: str) -> list[str]:
    """The numbers of a library that begin so, to find the next one."""
    rows = await session.scalars(select(col(table.code)).where(col(table.code).startswith(prefix, autoescape=True)))
    return list(rows)


async def sites_in_force(session: AsyncSession, enterprise_id: str) -> int:
    """How many sites of an enterprise are in the library."""
    query = select(func.count()).select_from(Site)
    return (
        await session.scalar(query.where(col(Site.enterprise_id) == enterprise_id, col(Site.removed_on).is_(None))) or 0
    )


def parts(items: Collection[str]) -> Iterator[list[str]]:
    """The items in order, in pieces that a statement can carry."""
    ordered = sorted(items)
    for start in range(0, len(ordered), AT_ONCE):
        yield ordered[start : start + AT_ONCE]
