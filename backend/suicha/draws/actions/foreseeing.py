"""A preview: what a campaign's numbers would give with the rosters of now. It writes nothing."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from suicha.accounts.queries import Caller
from suicha.draws import queries
from suicha.draws.actions.campaigns import check
from suicha.draws.actions.freezing import ledger_now
from suicha.draws.ports import CheckHistory
from suicha.draws.rules.campaign import CampaignSettings, PlanState
from suicha.draws.rules.feasibility import Preview, preview
from suicha.infra.db import Database


@dataclass(frozen=True)
class Foreseen:
    """What the numbers give; who and what stays out of the hat, by reason; what else ought to be known."""

    preview: Preview
    sites_out: dict[str, int]
    inspectors_out: dict[str, int]
    remarks: list[str]


async def foresee(
    database: Database,
    campaign_id: str,
    settings: CampaignSettings | None,
    *,
    by: Caller,
    history: CheckHistory,
    today: date,
) -> Foreseen:
    """Count and rehearse; without `settings` with those that are stored.

    Raises CampaignUnknown and what `create_campaign` raises. No transaction is open while it computes.
    """
    async with database.reading() as session:
        found = await queries.campaign(session, campaign_id, by)
        plan = await queries.plan(session, found.row.plan_id, by)
        if settings is not None:
            await check(session, plan, settings, by)
        pool = await queries.pool_now(
            session,
            found.row.id,
            settings or queries.settings_of(found.row),
            await ledger_now(session, found.row.id),
            history=history,
            as_of=today,
        )
    remarks = ["所属年度计划尚未批准"] if plan.state == PlanState.DRAFT else []
    return Foreseen(
        await asyncio.to_thread(preview, pool), _counted(pool, "sites"), _counted(pool, "inspectors"), remarks
    )


def _counted(pool: dict[str, Any], what: str) -> dict[str, int]:
    return dict(sorted(Counter(row["why"] for row in pool["excluded"][what]).items()))
