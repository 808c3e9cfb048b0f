"""What the draw asks of visits: the answers behind `draws.ports.CheckHistory`."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.draws.rules.ceremony import DrawState
from suicha.draws.tables import Draw
from suicha.inspections.rules.lifecycle import VisitState
from suicha.inspections.tables import Inspection, PlannedVisit
from suicha.kit.clock import local_date
from suicha.registry.tables import Site

# Both databases limit how many values one statement takes.
_AT_ONCE = 5_000
_DONE = (VisitState.SEALED.value, VisitState.SIGNED.value, VisitState.CLOSED.value, VisitState.ARCHIVED.value)


class InspectionHistory:
    """Who was checked when, and how far the visits of a campaign are."""

    async def last_checked(self, session: AsyncSession, site_ids: Collection[str]) -> dict[str, date]:
        """For each site that was ever visited: the day of the last visit that began."""
        found: dict[str, date] = {}
        for ids in _pieces(sorted(site_ids)):
            rows = await session.execute(
                select(col(Inspection.site_id), func.max(col(Inspection.begun_at)))
                .where(col(Inspection.site_id).in_(ids), col(Inspection.begun_at).is_not(None))
                .group_by(col(Inspection.site_id))
            )
            found |= {site: local_date(begun_at) for site, begun_at in rows if begun_at}
        return found

    async def checks_in_year(
        self, session: AsyncSession, enterprise_ids: Collection[str], *, year: int, besides: str
    ) -> dict[str, int]:
        """For each enterprise: its visits planned in a year, those of the campaign `besides` not counted.

        Planned ones count before they begin: two campaigns of one month may not both use up the same allowance.
        """
        sent = select(col(Inspection.site_id)).where(
            _in_year(Inspection, year),
            col(Inspection.state) != VisitState.CLOSED.value,
            func.coalesce(col(Inspection.campaign_id), "") != besides,
        )
        still_to_send = (
            select(col(PlannedVisit.site_id))
            .join(Draw, col(Draw.id) == col(PlannedVisit.draw_id))
            .where(
                _in_year(PlannedVisit, year),
                col(PlannedVisit.dispatched_at).is_(None),
                col(Draw.state) == DrawState.SEALED.value,
                col(PlannedVisit.campaign_id) != besides,
            )
        )
        found: Counter[str] = Counter()
        for ids in _pieces(sorted(enterprise_ids)):
            for visits in (sent.subquery(), still_to_send.subquery()):
                rows = await session.execute(
                    select(col(Site.enterprise_id), func.count())
                    .join(visits, visits.c.site_id == col(Site.id))
                    .where(col(Site.enterprise_id).in_(ids))
                    .group_by(col(Site.enterprise_id))
                )
                found.update({row[0]: row[1] for row in rows})
        return dict(found)

    async def begun_visits(self, session: AsyncSession, campaign_id: str) -> int:
        """How many visits of a campaign have begun."""
        query = (
            select(func.count())
            .select_from(Inspection)
            .where(col(Inspection.campaign_id) == campaign_id, col(Inspection.begun_at).is_not(None))
        )
        return await session.scalar(query) or 0

    async def finished_sites(self, session: AsyncSession, campaign_id: str) -> set[str]:
        """The sites of a campaign where nobody has to go any more."""
        rows = await session.scalars(
            select(col(Inspection.site_id)).where(
                col(Inspection.campaign_id) == campaign_id, col(Inspection.state).in_(_DONE)
            )
        )
        return set(rows)


def _in_year(table: type[Inspection] | type[PlannedVisit], year: int) -> ColumnElement[bool]:
    return col(table.planned_on).between(date(year, 1, 1), date(year, 12, 31))


def _pieces(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]
