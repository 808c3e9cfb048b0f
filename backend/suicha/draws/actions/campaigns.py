"""Campaigns: drafted, changed until their pool is frozen, closed when the round is over."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts.queries import Caller
from suicha.checklists import queries as checklists
from suicha.draws import queries
from suicha.draws.errors import CampaignCodeTaken, CampaignNotDraft, DrawOpen, LedgerNotEmpty, RevisionStale
from suicha.draws.rules.campaign import (
    CampaignSettings,
    CampaignState,
    advanced_campaign,
    check_settings,
    scope_of,
)
from suicha.draws.tables import Campaign, Plan
from suicha.journal import actions as journal
from suicha.registry import queries as registry


async def create_campaign(
    session: AsyncSession, plan_id: str, settings: CampaignSettings, *, by: Caller, now: datetime
) -> Campaign:
    """Begin a campaign; raises PlanUnknown, EditionUnknown, CampaignCodeTaken and what `check_settings` raises."""
    plan = await queries.plan(session, plan_id, by)
    await check(session, plan, settings, by)
    await _refuse_taken_code(session, settings.short_code, None)
    campaign = Campaign(plan_id=plan.id, state=CampaignState.DRAFT.value, created_at=now, **columns_of(settings))
    session.add(campaign)
    await _flush(session, settings.short_code)
    await journal.record(
        session, by.id, "created_campaign", f"campaign:{campaign.id}", at=now, settings=facts_of(settings)
    )
    return campaign


async def change_campaign(
    session: AsyncSession,
    campaign_id: str,
    settings: CampaignSettings,
    *,
    revision: int,
    by: Caller,
    now: datetime,
) -> Campaign:
    """Change a draft; raises CampaignUnknown, CampaignNotDraft, RevisionStale and what `create_campaign` raises."""
    campaign = await queries.locked_campaign(session, campaign_id, by)
    if campaign.state != CampaignState.DRAFT:
        raise CampaignNotDraft(state=campaign.state)
    if campaign.revision != revision:
        raise RevisionStale(revision=campaign.revision)
    await check(session, await queries.plan(session, campaign.plan_id, by), settings, by)
    await _refuse_taken_code(session, settings.short_code, campaign.id)
    before = facts_of(queries.settings_of(campaign))
    for name, value in columns_of(settings).items():
        setattr(campaign, name, value)
    campaign.revision += 1
    await _flush(session, settings.short_code)
    changed = {name: value for name, value in facts_of(settings).items() if before[name] != value}
    await journal.record(session, by.id, "changed_campaign", f"campaign:{campaign.id}", at=now, changed=changed)
    return campaign


async def delete_campaign(session: AsyncSession, campaign_id: str, *, by: Caller, now: datetime) -> None:
    """Take a draft away that nobody drew for; raises CampaignUnknown, CampaignNotDraft or LedgerNotEmpty."""
    campaign = await queries.locked_campaign(session, campaign_id, by)
    if campaign.state != CampaignState.DRAFT:
        raise CampaignNotDraft(state=campaign.state)
    if await queries.ledger(session, campaign_id):
        raise LedgerNotEmpty
    await session.delete(campaign)
    await session.flush()
    await journal.record(
        session,
        by.id,
        "deleted_campaign",
        f"campaign:{campaign.id}",
        at=now,
        name=campaign.name,
        code=campaign.short_code,
    )


async def close_campaign(session: AsyncSession, campaign_id: str, *, by: Caller, now: datetime) -> Campaign:
    """结束; raises CampaignUnknown, DrawOpen or IllegalCampaignStep."""
    campaign = await queries.locked_campaign(session, campaign_id, by)
    under_way = await queries.open_draw(session, campaign.id)
    if under_way is not None:
        raise DrawOpen(draw=under_way.id)
    campaign.state = advanced_campaign(campaign.state, CampaignState.CLOSED)
    campaign.revision += 1
    await session.flush()
    await journal.record(session, by.id, "closed_campaign", f"campaign:{campaign.id}", at=now)
    return campaign


async def check(session: AsyncSession, plan: Plan, settings: CampaignSettings, by: Caller) -> None:
    """Raises what `check_settings` raises, and EditionUnknown."""
    known = await registry.jurisdiction_names(session)
    check_settings(settings, known=known, plan=plan.jurisdiction, caller=by.jurisdiction)
    await checklists.edition_by_hash(session, settings.edition_hash)


async def _refuse_taken_code(session: AsyncSession, short_code: str, own_id: str | None) -> None:
    taken = await session.scalar(select(col(Campaign.id)).where(col(Campaign.short_code) == short_code))
    if taken is not None and taken != own_id:
        raise CampaignCodeTaken(short_code=short_code)


async def _flush(session: AsyncSession, short_code: str) -> None:
    try:
        async with session.begin_nested():
            await session.flush()
    except IntegrityError as error:
        # Somebody else took the code in the same moment.
        raise CampaignCodeTaken(short_code=short_code) from error


def columns_of(settings: CampaignSettings) -> dict[str, Any]:
    """The settings as columns of the table."""
    return {
        **asdict(settings),
        "name": settings.name.strip(),
        "kind": settings.kind.value,
        "cross": settings.cross.value,
        "authority": (settings.authority or "").strip() or None,
        "scope": scope_of(settings.jurisdictions),
        "jurisdictions": sorted(settings.jurisdictions),
        "ratios": dict(settings.ratios),
        "overrides": [
            asdict(ratio) for ratio in sorted(settings.overrides, key=lambda ratio: (ratio.jurisdiction, ratio.risk))
        ],
        "departments": list(settings.departments),
    }


def facts_of(settings: CampaignSettings) -> dict[str, Any]:
    """The settings as plain JSON for the journal."""
    columns = columns_of(settings)
    days = {name: columns[name].isoformat() for name in ("from_on", "until_on")}
    return {name: value for name, value in columns.items() if name != "scope"} | days
