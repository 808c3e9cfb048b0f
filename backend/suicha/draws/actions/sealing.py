"""Sealing: the record is computed outside of any transaction, and stored once."""

import asyncio
from datetime import datetime
from typing import Any, cast

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.queries import Caller
from suicha.draws import queries
from suicha.draws.actions.ceremony import free_campaign
from suicha.draws.errors import DrawInfeasible
from suicha.draws.queries.teams import replacements_of
from suicha.draws.rules.campaign import CampaignState, advanced_campaign
from suicha.draws.rules.ceremony import DrawKind, DrawState, Step, advanced, check_step, randomness_of
from suicha.draws.rules.record import make_record, record_bytes
from suicha.draws.tables import Campaign, Draw, DrawText
from suicha.infra.db import Database
from suicha.journal import actions as journal
from suicha.kit.canonical import strict_json

# The outcome of pressing the button: pressed again, it is told again.
_OUTCOMES = (DrawState.SEALED, DrawState.SUPERSEDED)


_Outcome = tuple[dict[str, Any], str] | DrawInfeasible
"""A record and its text, or why there can be none."""


async def seal(database: Database, draw_id: str, *, by: Caller, now: datetime) -> Draw:
    """Draw and seal; pressed twice, or by two at once, it gives the same. Without a result the draw is void.

    Raises DrawUnknown or IllegalDrawStep. No transaction is open while the draw is computed.
    """
    async with database.reading() as session:
        draw, _ = await queries.draw_row(session, draw_id, by)
        if _is_settled(draw):
            return draw
        pool, randomness = await _inputs(session, draw)
    outcome = await asyncio.to_thread(_computed, pool, randomness)
    async with database.writing() as session:
        return await _settle(session, draw_id, outcome, by=by, now=now)


async def seal_within(session: AsyncSession, draw_id: str, *, by: Caller, now: datetime) -> Draw:
    """The same in the caller's transaction, for rounds that are made in one go."""
    draw, _ = await queries.draw_row(session, draw_id, by)
    if _is_settled(draw):
        return draw
    pool, randomness = await _inputs(session, draw)
    outcome = await asyncio.to_thread(_computed, pool, randomness)
    return await _settle(session, draw_id, outcome, by=by, now=now)


def _is_settled(draw: Draw) -> bool:
    return draw.state in _OUTCOMES or (draw.state == DrawState.VOID and draw.void_causes is not None)


async def _inputs(session: AsyncSession, draw: Draw) -> tuple[str, dict[str, Any]]:
    check_step(draw.state, Step.SEAL)
    pool = await queries.pool_text(session, draw.id)
    rows = await queries.commitments(session, draw.id)
    secrets = [(row.official, row.commitment, row.secret or "") for row in rows]
    return pool, randomness_of((draw.value_source or "", draw.value or ""), secrets)


def _computed(pool: str, randomness: dict[str, Any]) -> _Outcome:
    try:
        record = make_record(strict_json(pool), randomness, purpose="official")
        return record, record_bytes(record).decode()
    except DrawInfeasible as refusal:
        return refusal


async def _settle(session: AsyncSession, draw_id: str, outcome: _Outcome, *, by: Caller, now: datetime) -> Draw:
    draw, _ = await queries.draw_row(session, draw_id, by)
    campaign = await queries.locked_campaign(session, draw.campaign_id)
    draw = await queries.locked_draw(session, draw_id)
    if _is_settled(draw):
        return draw
    check_step(draw.state, Step.SEAL)
    draw.revision += 1
    if isinstance(outcome, DrawInfeasible):
        await _void(session, draw, campaign, outcome, by=by, now=now)
    else:
        await _store(session, draw, campaign, *outcome, by=by, now=now)
    return draw


async def _store(
    session: AsyncSession,
    draw: Draw,
    campaign: Campaign,
    record: dict[str, Any],
    text: str,
    *,
    by: Caller,
    now: datetime,
) -> None:
    result = record["result"]
    draw.digest, draw.seed, draw.sealed_at = record["digest"], record["seed"], now
    if draw.kind == DrawKind.DRAW:
        draw.drawn_count, draw.team_count = len(result["drawn"]), len(result["teams"])
        await _supersede_earlier(session, draw, now)
        campaign.state = advanced_campaign(campaign.state, CampaignState.DRAWN)
    else:
        draw.chosen_id = result["chosen"]
    draw.state = advanced(draw.state, DrawState.SEALED)
    session.add(DrawText(draw_id=draw.id, kind="record", text=text))
    await session.flush()
    await journal.record(
        session, by.id, "sealed_draw", f"draw:{draw.id}", at=now, digest=draw.digest, seed=draw.seed, number=draw.number
    )


async def _supersede_earlier(session: AsyncSession, draw: Draw, now: datetime) -> None:
    earlier = await queries.draw_in_force(session, draw.campaign_id)
    if earlier is None:
        return
    for row in (earlier, *await replacements_of(session, earlier.id)):
        row.state, row.superseded_by, row.superseded_at = advanced(row.state, DrawState.SUPERSEDED), draw.id, now
        row.revision += 1
    await session.flush()


async def _void(
    session: AsyncSession, draw: Draw, campaign: Campaign, refusal: DrawInfeasible, *, by: Caller, now: datetime
) -> None:
    draw.state, draw.voided_at = advanced(draw.state, DrawState.VOID), now
    draw.void_reason = refusal.detail or refusal.title
    draw.void_causes = list(cast("list[dict[str, Any]]", refusal.facts["causes"]))
    await free_campaign(session, draw, campaign)
    await session.flush()
    await journal.record(
        session,
        by.id,
        "voided_infeasible_draw",
        f"draw:{draw.id}",
        at=now,
        reason=draw.void_reason,
        causes=draw.void_causes,
    )
