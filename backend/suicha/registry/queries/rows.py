"""Finding sites, enterprises and inspectors. `jurisdiction` is the caller's prefix: "" sees all, "4101" one city."""

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.registry.errors import InspectorUnknown, SiteUnknown
from suicha.registry.tables import Enterprise, Inspector, Jurisdiction, Site

_LOCK = 7_381_903


async def jurisdictions(session: AsyncSession) -> list[Jurisdiction]:
    """All districts in the order of their codes."""
    return list(await session.scalars(select(Jurisdiction).order_by(col(Jurisdiction.code))))


async def jurisdiction_names(session: AsyncSession) -> dict[str, str]:
    """The name of each district by its code."""
    return {row.code: row.name for row in await jurisdictions(session)}


async def sites(session: AsyncSession, jurisdiction: str) -> list[Site]:
    """The sites that lie in the jurisdiction, removed ones too: visits still point at them."""
    rows = await session.scalars(
        select(Site)
        .where(col(Site.jurisdiction).startswith(jurisdiction, autoescape=True))
        .order_by(col(Site.jurisdiction), col(Site.name))
    )
    return list(rows)


async def site_with_enterprise(session: AsyncSession, site_id: str, jurisdiction: str) -> tuple[Site, Enterprise]:
    """One site and who runs it; raises SiteUnknown, also for a site outside the jurisdiction."""
    found = await sites_with_enterprises(session, [site_id], jurisdiction)
    if site_id not in found:
        raise SiteUnknown(site=site_id)
    return found[site_id]


async def sites_with_enterprises(
    session: AsyncSession, site_ids: Iterable[str], jurisdiction: str
) -> dict[str, tuple[Site, Enterprise]]:
    """Some sites and who runs them, by site id; those outside the jurisdiction are left out."""
    rows = await session.execute(
        select(Site, Enterprise)
        .join(Enterprise, col(Enterprise.id) == col(Site.enterprise_id))
        .where(col(Site.id).in_(list(site_ids)), col(Site.jurisdiction).startswith(jurisdiction, autoescape=True))
    )
    return {site.id: (site, enterprise) for site, enterprise in rows}


async def enterprise_by_uscc(session: AsyncSession, uscc: str) -> Enterprise | None:
    """The enterprise with this credit code."""
    return await session.scalar(select(Enterprise).where(col(Enterprise.uscc) == uscc))


async def inspectors(session: AsyncSession, jurisdiction: str) -> list[Inspector]:
    """The inspectors at home in the jurisdiction."""
    rows = await session.scalars(
        select(Inspector)
        .where(col(Inspector.home_jurisdiction).startswith(jurisdiction, autoescape=True))
        .order_by(col(Inspector.kind), col(Inspector.name))
    )
    return list(rows)


async def inspectors_by_account(session: AsyncSession, account_ids: Iterable[str]) -> dict[str, Inspector]:
    """The inspectors behind some accounts, by account id."""
    rows = await session.scalars(select(Inspector).where(col(Inspector.account_id).in_(list(account_ids))))
    return {row.account_id: row for row in rows if row.account_id is not None}


async def inspector_row(session: AsyncSession, inspector_id: str, jurisdiction: str) -> Inspector:
    """One inspector at home in the jurisdiction; raises InspectorUnknown, also for one from elsewhere."""
    row = await session.get(Inspector, inspector_id, populate_existing=True)
    if row is None or not row.home_jurisdiction.startswith(jurisdiction):
        raise InspectorUnknown(inspector=inspector_id)
    return row


async def lock_libraries(session: AsyncSession) -> None:
    """One writer at a time in both libraries; on SQLite the write transaction is that lock already. Lock, then read."""
    if session.get_bind().dialect.name != "sqlite":
        await session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
