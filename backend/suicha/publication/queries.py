"""Finding publications: all of them for the office, and what is published for everybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.inspections.tables import Inspection
from suicha.publication.errors import PublicationUnknown
from suicha.publication.rules.states import PublicationState
from suicha.publication.tables import Category, Publication, Revision
from suicha.registry.tables import Enterprise, Site


@dataclass(frozen=True)
class Queued:
    """A publication in the office's list, with its place as the registry has it now."""

    row: Publication
    visit_code: str
    campaign: str
    site: str
    enterprise: str


async def publication(
    session: AsyncSession, publication_id: str, jurisdiction: str, *, is_locked: bool = False
) -> Publication:
    """One publication of the caller's jurisdiction; raises PublicationUnknown."""
    query = select(Publication).where(
        col(Publication.id) == publication_id, col(Publication.jurisdiction).startswith(jurisdiction, autoescape=True)
    )
    row = await session.scalar(
        query.with_for_update().execution_options(populate_existing=True) if is_locked else query
    )
    if row is None:
        raise PublicationUnknown
    return row


async def queue(
    session: AsyncSession, jurisdiction: str, *, state: str | None, q: str = "", page: int = 1, size: int = 50
) -> tuple[list[Queued], int]:
    """Publications of the caller's jurisdiction, first due first; and how many there are."""
    query: Any = (
        select(Publication, col(Inspection.code), col(Inspection.campaign), col(Site.name), col(Enterprise.name))
        .join(Inspection, col(Inspection.id) == col(Publication.inspection_id))
        .join(Site, col(Site.id) == col(Inspection.site_id))
        .join(Enterprise, col(Enterprise.id) == col(Site.enterprise_id))
        .where(col(Publication.jurisdiction).startswith(jurisdiction, autoescape=True))
    )
    if state:
        query = query.where(col(Publication.state) == state)
    for word in q.replace("\0", "").split():
        names = (col(Inspection.code), col(Site.name), col(Enterprise.name), col(Inspection.campaign))
        query = query.where(or_(*(name.icontains(word, autoescape=True) for name in names)))
    total = await session.scalar(
        select(func.count()).select_from(query.with_only_columns(col(Publication.id)).subquery())
    )
    rows = await session.execute(
        query.order_by(col(Publication.due_on), col(Publication.id)).limit(size).offset((page - 1) * size)
    )
    return [Queued(*row) for row in rows], total or 0


async def revisions(session: AsyncSession, publication_id: str) -> list[Revision]:
    """Everything that was published and taken back, in order."""
    rows = await session.scalars(
        select(Revision).where(col(Revision.publication_id) == publication_id).order_by(col(Revision.n))
    )
    return list(rows)


async def proposed_due(session: AsyncSession, *, last: date) -> list[Publication]:
    """What is not published and due by `last`, the first due first."""
    rows = await session.scalars(
        select(Publication)
        .where(col(Publication.state) == PublicationState.PROPOSED.value, col(Publication.due_on) <= last)
        .order_by(col(Publication.due_on), col(Publication.id))
    )
    return list(rows)


async def counts(session: AsyncSession, jurisdiction: str, *, today: date) -> dict[str, int]:
    """How many wait, are overdue, published and withdrawn."""
    within = col(Publication.jurisdiction).startswith(jurisdiction, autoescape=True)
    rows = await session.execute(
        select(col(Publication.state), func.count()).where(within).group_by(col(Publication.state))
    )
    found = {state.value: 0 for state in PublicationState} | {row[0]: row[1] for row in rows}
    overdue = await session.scalar(
        select(func.count())
        .select_from(Publication)
        .where(within, col(Publication.state) == PublicationState.PROPOSED.value, col(Publication.due_on) < today)
    )
    return found | {"overdue": overdue or 0}


@dataclass(frozen=True)
class Searched:
    """What somebody of the public looks for."""

    q: str = ""
    district: str | None = None
    campaign: str | None = None
    category: str | None = None
    first: date | None = None
    last: date | None = None


def _conditions(wanted: Searched) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [col(Publication.state) == PublicationState.PUBLISHED.value]
    for word in wanted.q.replace("\0", "").split():
        names = (col(Publication.site), col(Publication.enterprise), col(Publication.uscc), col(Publication.code))
        found.append(or_(*(name.icontains(word, autoescape=True) for name in names)))
    if wanted.district:
        found.append(col(Publication.district) == wanted.district.replace("\0", ""))
    if wanted.campaign:
        found.append(col(Publication.campaign) == wanted.campaign.replace("\0", ""))
    if wanted.category:
        found.append(
            col(Publication.id).in_(
                select(col(Category.publication_id)).where(col(Category.code) == wanted.category.replace("\0", ""))
            )
        )
    if wanted.first:
        found.append(col(Publication.published_on) >= wanted.first)
    if wanted.last:
        found.append(col(Publication.published_on) <= wanted.last)
    return found


def _newest_first(query: Select[Any]) -> Select[Any]:
    return query.order_by(col(Publication.published_on).desc(), col(Publication.id).desc())


async def published(
    session: AsyncSession, wanted: Searched, *, page: int = 1, size: int = 20
) -> tuple[list[Publication], int]:
    """What is published now, the newest first; and how many there are."""
    where = _conditions(wanted)
    total = await session.scalar(select(func.count()).select_from(Publication).where(*where)) or 0
    query = _newest_first(select(Publication).where(*where)).limit(size).offset((page - 1) * size)
    return list(await session.scalars(query)), total


async def all_published(session: AsyncSession, wanted: Searched, *, most: int) -> list[Publication]:
    """The same in one piece, for a file."""
    return list(await session.scalars(_newest_first(select(Publication).where(*_conditions(wanted))).limit(most)))


async def public_one(session: AsyncSession, publication_id: str) -> Publication:
    """One that was published, also where it was withdrawn since; raises PublicationUnknown."""
    row = await session.get(Publication, publication_id)
    if row is None or row.revision == 0:
        raise PublicationUnknown
    return row


async def facets(session: AsyncSession) -> dict[str, Sequence[str]]:
    """The districts and campaigns for which there are results."""
    where = col(Publication.state) == PublicationState.PUBLISHED.value
    districts = await session.scalars(
        select(col(Publication.district)).where(where).distinct().order_by(col(Publication.district))
    )
    campaigns = await session.scalars(
        select(col(Publication.campaign)).where(where).distinct().order_by(col(Publication.campaign))
    )
    return {"districts": [one for one in districts if one], "campaigns": [one for one in campaigns if one]}


async def version(session: AsyncSession) -> str:
    """Something that changes whenever anything public does: for ETags."""
    row = (await session.execute(select(func.count(), func.max(col(Revision.id))).select_from(Revision))).one()
    return f"{row[0]}-{row[1] or ''}"
