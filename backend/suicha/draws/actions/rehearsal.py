"""A rehearsal: the draw of a campaign as it stands now, from a text that somebody typed. It changes nothing."""

import asyncio
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.draws import queries
from suicha.draws.actions.freezing import ledger_now
from suicha.draws.ports import CheckHistory
from suicha.draws.rules.record import make_record, record_bytes


async def rehearse(session: AsyncSession, reference: str, seed: str, *, history: CheckHistory, today: date) -> bytes:
    """The record's bytes; raises CampaignUnknown or DrawInfeasible."""
    campaign = await queries.campaign_by_reference(session, reference)
    pool = await queries.pool_now(
        session,
        campaign.id,
        queries.settings_of(campaign),
        await ledger_now(session, campaign.id, is_rehearsal=True),
        history=history,
        as_of=today,
    )
    randomness = {"method": "text", "text": seed}
    return record_bytes(await asyncio.to_thread(lambda: make_record(pool, randomness, purpose="rehearsal")))
