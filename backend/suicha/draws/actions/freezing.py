"""Freezing: the pool is written and hashed before any randomness exists, and never changes again."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.queries import Caller
from suicha.draws import queries
from suicha.draws.errors import (
    DrawNotSealed,
    DrawOpen,
    IllegalCampaignStep,
    NothingToReplace,
    ReasonMissing,
    VisitsBegun,
)
from suicha.draws.ports import CheckHistory
from suicha.draws.queries.teams import SeatedTeam, replacements_of, team_numbered
from suicha.draws.rules.campaign import CampaignState, advanced_campaign
from suicha.draws.rules.ceremony import DrawKind, DrawState
from suicha.draws.rules.feasibility import preview
from suicha.draws.rules.freezing import Ledger, Place
from suicha.draws.rules.run import infeasible, run_draw
from suicha.draws.tables import Campaign, Draw, DrawText
from suicha.journal import actions as journal
from suicha.kit.canonical import canonical_json
from suicha.kit.clock import local_date
from suicha.kit.digest import ZERO_HASH, sha256_hex
from suicha.kit.ids import new_id


async def freeze(
    session: AsyncSession,
    campaign_id: str,
    *,
    by: Caller,
    history: CheckHistory,
    now: datetime,
    reason: str | None = None,
) -> Draw:
    """Freeze the pool of a campaign as the rosters stand; the earlier draw stays in force until this one is sealed.

    Raises CampaignUnknown, DrawOpen, ReasonMissing, VisitsBegun, IllegalCampaignStep or DrawInfeasible with causes.
    """
    campaign = await queries.locked_campaign(session, campaign_id, by)
    await _refuse_open_draw(session, campaign.id)
    if await queries.draw_in_force(session, campaign.id) is not None:
        if not (reason or "").strip():
            raise ReasonMissing
        await refuse_begun_visits(session, campaign.id, history)
    campaign.state = advanced_campaign(campaign.state, CampaignState.FROZEN)
    pool = await queries.pool_now(
        session,
        campaign.id,
        queries.settings_of(campaign),
        await ledger_now(session, campaign.id),
        history=history,
        as_of=local_date(now),
    )
    # Asked in a thread: the answer for a large roster takes a while, and others are served meanwhile.
    foreseen = await asyncio.to_thread(preview, pool)
    if not foreseen.is_feasible:
        raise infeasible(foreseen.causes)
    facts = {
        "kind": DrawKind.DRAW.value,
        "reason": (reason or "").strip() or None,
        "site_count": len(pool["sites"]),
        "inspector_count": len(pool["inspectors"]),
    }
    return await _write(session, campaign, pool, facts, by=by, now=now)


async def freeze_replacement(
    session: AsyncSession,
    draw_id: str,
    place: Place,
    why: str,
    *,
    by: Caller,
    history: CheckHistory,
    now: datetime,
) -> Draw:
    """Freeze who may take a place that somebody leaves: the eligible of that kind who sit in no team.

    Raises DrawUnknown, DrawNotSealed, DrawOpen, SeatUnknown, ReasonMissing, NothingToReplace, IllegalCampaignStep or
    DrawInfeasible.
    """
    parent, campaign = await queries.draw_row(session, draw_id, by)
    campaign = await queries.locked_campaign(session, campaign.id, by)
    parent = await queries.locked_draw(session, parent.id)
    if parent.kind != DrawKind.DRAW or parent.state != DrawState.SEALED:
        raise DrawNotSealed(state=parent.state)
    if campaign.state == CampaignState.CLOSED:
        raise IllegalCampaignStep(step="replacement")
    if not why.strip():
        raise ReasonMissing
    await _refuse_open_draw(session, campaign.id)
    teams = await queries.teams_now(session, campaign.id)
    leaver = team_numbered(teams, place.team).seat(place.kind, place.seat)
    pool = await _replacement_pool(session, campaign, parent, place, (leaver, why.strip()), teams, history, now)
    # Who may go does not depend on the seed: where nobody may, the ceremony need not be held.
    await asyncio.to_thread(run_draw, pool, ZERO_HASH)
    facts = {
        "kind": DrawKind.REPLACEMENT.value,
        "reason": why.strip(),
        "parent_id": parent.id,
        "team": place.team,
        "seat_kind": place.kind,
        "seat": place.seat,
        "leaver_id": leaver,
        "site_count": len(pool["sites"]),
        "inspector_count": len(pool["candidates"]),
    }
    return await _write(session, campaign, pool, facts, by=by, now=now)


async def ledger_now(session: AsyncSession, campaign_id: str, *, is_rehearsal: bool = False) -> Ledger:
    """Which number the next draw of a campaign has, and what came before it."""
    number = 0 if is_rehearsal else len(await queries.ledger(session, campaign_id)) + 1
    return Ledger(number, await queries.closed_draws(session, campaign_id))


async def refuse_begun_visits(session: AsyncSession, campaign_id: str, history: CheckHistory) -> None:
    """Raises VisitsBegun: what teams have begun to inspect cannot be drawn anew."""
    begun = await history.begun_visits(session, campaign_id)
    if begun:
        raise VisitsBegun(visits=begun)


async def _refuse_open_draw(session: AsyncSession, campaign_id: str) -> None:
    under_way = await queries.open_draw(session, campaign_id)
    if under_way is not None:
        raise DrawOpen(draw=under_way.id)


async def _replacement_pool(
    session: AsyncSession,
    campaign: Campaign,
    parent: Draw,
    place: Place,
    leaving: tuple[str, str],
    teams: list[SeatedTeam],
    history: CheckHistory,
    now: datetime,
) -> dict[str, Any]:
    record = await queries.sealed_record(session, parent.id)
    finished = await history.finished_sites(session, campaign.id)
    of_team = {visit["site"] for visit in record["result"]["visits"] if visit["team"] == place.team} - finished
    if not of_team:
        raise NothingToReplace(team=place.team)
    earlier = await replacements_of(session, parent.id)
    labels = await _labels(session, record, [row.id for row in earlier])
    leaver, why = leaving
    return await queries.replacement_pool_now(
        session,
        campaign.id,
        queries.settings_of(campaign),
        await ledger_now(session, campaign.id),
        parent=record["digest"],
        place=place,
        leaver={"id": leaver, "label": labels[leaver], "why": why},
        open_sites=[site for site in record["pool"]["sites"] if site["id"] in of_team],
        # Who has left a team of this draw comes back into none.
        seated={*(one for team in teams for one in team.members), *(row.leaver_id for row in earlier if row.leaver_id)},
        as_of=local_date(now),
    )


async def _labels(session: AsyncSession, record: Mapping[str, Any], replacements: list[str]) -> dict[str, str]:
    """The masked names of everybody who was ever in a hat of this draw."""
    people = list(record["pool"]["inspectors"])
    for draw_id in replacements:
        people += (await queries.sealed_record(session, draw_id))["pool"]["candidates"]
    return {person["id"]: person["label"] for person in people}


async def _write(
    session: AsyncSession,
    campaign: Campaign,
    pool: dict[str, Any],
    facts: Mapping[str, Any],
    *,
    by: Caller,
    now: datetime,
) -> Draw:
    text = await asyncio.to_thread(canonical_json, pool)
    draw = Draw(
        id=new_id(),
        campaign_id=campaign.id,
        campaign_name=campaign.name,
        number=pool["number"],
        state=DrawState.FROZEN.value,
        pool_digest=sha256_hex(text),
        frozen_at=now,
        **facts,
    )
    session.add(draw)
    await session.flush()
    session.add(DrawText(draw_id=draw.id, kind="pool", text=text))
    await session.flush()
    await journal.record(
        session,
        by.id,
        "froze_pool",
        f"draw:{draw.id}",
        at=now,
        campaign=campaign.id,
        number=draw.number,
        kind=draw.kind,
        pool_digest=draw.pool_digest,
        reason=draw.reason,
    )
    return draw
