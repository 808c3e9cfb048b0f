"""The pool of a campaign as the rosters stand: what a freeze writes, a preview shows and a rehearsal draws from."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.draws.ports import CheckHistory
from suicha.draws.rules.campaign import CampaignSettings
from suicha.draws.rules.freezing import Ledger, PastChecks, Place, frozen_pool, frozen_replacement_pool
from suicha.registry import queries as registry
from suicha.registry.rules import PoolFacts


async def pool_now(
    session: AsyncSession,
    campaign_id: str,
    settings: CampaignSettings,
    ledger: Ledger,
    *,
    history: CheckHistory,
    as_of: date,
) -> dict[str, Any]:
    """The pool of a whole draw."""
    roster = await _roster(session, settings)
    # In a thread: a province's rosters take seconds, and others are served meanwhile.
    return await asyncio.to_thread(
        frozen_pool,
        campaign_id,
        settings,
        roster,
        await past_checks(session, campaign_id, settings, roster, history),
        ledger,
        names=await registry.jurisdiction_names(session),
        as_of=as_of,
    )


async def replacement_pool_now(
    session: AsyncSession,
    campaign_id: str,
    settings: CampaignSettings,
    ledger: Ledger,
    *,
    parent: str,
    place: Place,
    leaver: Mapping[str, str],
    open_sites: Iterable[Mapping[str, Any]],
    seated: Iterable[str],
    as_of: date,
) -> dict[str, Any]:
    """The pool of one place; `open_sites` stand in the parent's pool."""
    return frozen_replacement_pool(
        campaign_id,
        settings,
        await _roster(session, settings),
        ledger,
        parent=parent,
        place=place,
        leaver=leaver,
        open_sites=open_sites,
        seated=seated,
        names=await registry.jurisdiction_names(session),
        as_of=as_of,
    )


async def _roster(session: AsyncSession, settings: CampaignSettings) -> PoolFacts:
    return await registry.pool_facts(
        session, jurisdictions=settings.jurisdictions, on=settings.from_on, until=settings.until_on
    )


async def past_checks(
    session: AsyncSession, campaign_id: str, settings: CampaignSettings, roster: PoolFacts, history: CheckHistory
) -> PastChecks:
    """What the campaign's exclusions need; nothing is asked that no exclusion wants to know."""
    last_on: dict[str, date] = {}
    this_year: dict[str, int] = {}
    if settings.exclude_checked_within_months is not None:
        last_on = await history.last_checked(session, [site.id for site in roster.sites])
    if settings.yearly_limit is not None:
        enterprises = {site.enterprise_id for site in roster.sites}
        this_year = await history.checks_in_year(
            session, sorted(enterprises), year=settings.from_on.year, besides=campaign_id
        )
    return PastChecks(last_on, this_year)
