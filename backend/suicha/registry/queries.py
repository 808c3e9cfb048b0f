"""Finding sites, enterprises and inspectors. `jurisdiction` is the caller's prefix: "" sees all, "4101" one city."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.registry.errors import SiteUnknown
from suicha.registry.rules import InspectorFacts, InspectorKind
from suicha.registry.tables import Enterprise, Inspector, Jurisdiction, Recusal, Site


async def jurisdictions(session: AsyncSession) -> list[Jurisdiction]:
    """All districts in the order of their codes."""
    return list(await session.scalars(select(Jurisdiction).order_by(col(Jurisdiction.code))))


async def jurisdiction_names(session: AsyncSession) -> dict[str, str]:
    """The name of each district by its code."""
    return {row.code: row.name for row in await jurisdictions(session)}


async def sites(session: AsyncSession, jurisdiction: str) -> list[Site]:
    """The sites that lie in the jurisdiction."""
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


async def inspector_facts(session: AsyncSession, inspector_ids: Iterable[str]) -> dict[str, InspectorFacts]:
    """What decides whether these people may be sent to a site, by inspector id."""
    ids = list(inspector_ids)
    people = await session.scalars(select(Inspector).where(col(Inspector.id).in_(ids)))
    recusals = list(await session.scalars(select(Recusal).where(col(Recusal.inspector_id).in_(ids))))
    return {person.id: _facts(person, [r for r in recusals if r.inspector_id == person.id]) for person in people}


def _facts(person: Inspector, recusals: list[Recusal]) -> InspectorFacts:
    return InspectorFacts(
        id=person.id,
        kind=InspectorKind(person.kind),
        home_jurisdiction=person.home_jurisdiction,
        certificate_expires_on=person.certificate_expires_on,
        is_on_leave=person.is_on_leave,
        recused_enterprise_ids=frozenset(r.enterprise_id for r in recusals if r.enterprise_id is not None),
        recused_site_ids=frozenset(r.site_id for r in recusals if r.site_id is not None),
    )
