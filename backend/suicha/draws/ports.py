"""What the draw must know of visits. `inspections` stands above this stage, so it is handed in."""

from collections.abc import Collection
from datetime import date
from typing import Protocol, runtime_checkable

from sqlalchemy.ext.asyncio import AsyncSession


@runtime_checkable
class CheckHistory(Protocol):
    """Who was checked when, and how far the visits of a campaign are."""

    async def last_checked(self, session: AsyncSession, site_ids: Collection[str]) -> dict[str, date]:
        """For each site that was ever visited: the day of the last visit that began."""
        ...

    async def checks_in_year(
        self, session: AsyncSession, enterprise_ids: Collection[str], *, year: int, besides: str
    ) -> dict[str, int]:
        """For each enterprise: its visits planned in a year, those of the campaign `besides` not counted."""
        ...

    async def begun_visits(self, session: AsyncSession, campaign_id: str) -> int:
        """How many visits of a campaign have begun."""
        ...

    async def finished_sites(self, session: AsyncSession, campaign_id: str) -> set[str]:
        """The sites of a campaign where nobody has to go any more."""
        ...
