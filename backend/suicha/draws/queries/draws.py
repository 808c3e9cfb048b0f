"""Draws, what their ceremonies have gathered, and their records."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts.queries import Caller
from suicha.accounts.tables import Account
from suicha.draws.errors import DrawNotSealed, DrawUnknown
from suicha.draws.queries.campaigns import visible_campaigns
from suicha.draws.rules.ceremony import OPEN_STATES, DrawKind, DrawState, official_label, why_void
from suicha.draws.tables import Campaign, Commitment, Draw, DrawText, ValueEntry
from suicha.kit.canonical import strict_json

_OPEN = [state.value for state in OPEN_STATES]
_SEALED = (DrawState.SEALED, DrawState.SUPERSEDED)


@dataclass(frozen=True)
class DrawFacts:
    """A draw with its campaign and everything that was said in its ceremony."""

    row: Draw
    campaign: Campaign
    commitments: list[Commitment]
    entries: list[ValueEntry]


async def draw_row(session: AsyncSession, draw_id: str, caller: Caller) -> tuple[Draw, Campaign]:
    """One draw and its campaign; raises DrawUnknown. Cheap: no pool, no record."""
    found = (
        await session.execute(
            select(Draw, Campaign)
            .join(Campaign, col(Campaign.id) == col(Draw.campaign_id))
            .where(col(Draw.id) == draw_id, visible_campaigns(caller))
        )
    ).first()
    if found is None:
        raise DrawUnknown
    return found[0], found[1]


async def draw_facts(session: AsyncSession, draw_id: str, caller: Caller) -> DrawFacts:
    """One draw as a ceremony page shows it; raises DrawUnknown."""
    row, campaign = await draw_row(session, draw_id, caller)
    return DrawFacts(row, campaign, await commitments(session, row.id), await value_entries(session, row.id))


async def draw(session: AsyncSession, draw_id: str) -> Draw:
    """One draw, whoever asks; raises DrawUnknown."""
    row = await session.get(Draw, draw_id)
    if row is None:
        raise DrawUnknown
    return row


async def locked_draw(session: AsyncSession, draw_id: str, caller: Caller | None = None) -> Draw:
    """One draw, to be changed; raises DrawUnknown."""
    if caller is not None:
        await draw_row(session, draw_id, caller)
    row = await session.scalar(
        select(Draw).where(col(Draw.id) == draw_id).with_for_update().execution_options(populate_existing=True)
    )
    if row is None:
        raise DrawUnknown
    return row


async def draws_for(
    session: AsyncSession, caller: Caller, *, is_open: bool | None, page: int, size: int
) -> tuple[list[Draw], int]:
    """Draws that the caller may watch or take part in, newest first."""
    found = select(Draw).join(Campaign, col(Campaign.id) == col(Draw.campaign_id)).where(visible_campaigns(caller))
    if is_open is not None:
        found = found.where(col(Draw.state).in_(_OPEN) if is_open else col(Draw.state).not_in(_OPEN))
    return await _paged(session, found.order_by(col(Draw.frozen_at).desc(), col(Draw.id).desc()), page, size)


async def ledger(session: AsyncSession, campaign_id: str) -> list[Draw]:
    """All draws of a campaign in their order, whatever became of them."""
    rows = await session.scalars(select(Draw).where(col(Draw.campaign_id) == campaign_id).order_by(col(Draw.number)))
    return list(rows)


async def closed_draws(session: AsyncSession, campaign_id: str) -> list[dict[str, Any]]:
    """The member `earlier` of the campaign's next pool."""
    return [
        {
            "number": row.number,
            "kind": row.kind,
            "state": row.state,
            "digest": row.digest or row.pool_digest,
            "reason": why_void(row.void_reason, row.unrevealed_name) if row.state == DrawState.VOID else row.reason,
        }
        for row in await ledger(session, campaign_id)
        if row.state not in OPEN_STATES
    ]


async def open_draw(session: AsyncSession, campaign_id: str) -> Draw | None:
    """The draw of a campaign that is under way."""
    return await session.scalar(
        select(Draw).where(col(Draw.campaign_id) == campaign_id, col(Draw.state).in_(_OPEN)).limit(1)
    )


async def draw_in_force(session: AsyncSession, campaign_id: str) -> Draw | None:
    """The sealed draw of a campaign that nothing has superseded."""
    return await session.scalar(
        select(Draw).where(
            col(Draw.campaign_id) == campaign_id,
            col(Draw.kind) == DrawKind.DRAW.value,
            col(Draw.state) == DrawState.SEALED.value,
        )
    )


async def commitments(session: AsyncSession, draw_id: str) -> list[Commitment]:
    """The officials of a draw in the order in which they committed."""
    rows = await session.scalars(
        select(Commitment)
        .where(col(Commitment.draw_id) == draw_id)
        .order_by(col(Commitment.committed_at), col(Commitment.id))
        .execution_options(populate_existing=True)
    )
    return list(rows)


async def official_label_of(session: AsyncSession, caller: Caller) -> str:
    """The name under which the caller's commitment stands in the record."""
    name = await session.scalar(select(col(Account.name)).where(col(Account.id) == caller.id))
    namesakes = select(func.count()).select_from(Account).where(col(Account.name) == name)
    return official_label(name or caller.name, caller.id, is_shared=(await session.scalar(namesakes) or 0) > 1)


async def is_barred(session: AsyncSession, draw: Draw, account_id: str) -> bool:
    """True for who let an earlier draw of the campaign fail, until one has been sealed since."""
    before = [row for row in await ledger(session, draw.campaign_id) if row.number < draw.number]
    for row in reversed(before):
        if row.state in _SEALED:
            return False
        if row.unrevealed_account == account_id:
            return True
    return False


async def is_value_used(session: AsyncSession, key: str) -> bool:
    """True where a public value stands in some draw already."""
    return await session.scalar(select(col(Draw.id)).where(col(Draw.value_key) == key)) is not None


async def value_entries(session: AsyncSession, draw_id: str) -> list[ValueEntry]:
    """Everything that was entered as the public value, oldest first."""
    rows = await session.scalars(
        select(ValueEntry).where(col(ValueEntry.draw_id) == draw_id).order_by(col(ValueEntry.n))
    )
    return list(rows)


async def pool_text(session: AsyncSession, draw_id: str) -> str:
    """The canonical pool of a draw; raises DrawUnknown."""
    return await _text(session, draw_id, "pool")


async def record_text(session: AsyncSession, draw_id: str) -> str:
    """The canonical record of a draw, whether it is still in force or superseded; raises DrawUnknown, DrawNotSealed."""
    if (await draw(session, draw_id)).state not in _SEALED:
        raise DrawNotSealed
    return await _text(session, draw_id, "record")


async def sealed_record(session: AsyncSession, draw_id: str) -> dict[str, Any]:
    """The record of a draw as a document; raises DrawUnknown, DrawNotSealed."""
    record: dict[str, Any] = strict_json(await record_text(session, draw_id))
    return record


async def _text(session: AsyncSession, draw_id: str, kind: str) -> str:
    text = await session.scalar(
        select(col(DrawText.text)).where(col(DrawText.draw_id) == draw_id, col(DrawText.kind) == kind)
    )
    if text is None:
        raise DrawUnknown
    return text


async def public_draws(session: AsyncSession, *, page: int, size: int) -> tuple[list[Draw], int]:
    """All draws for everybody, newest first. What is in them names nobody but the officials."""
    return await _paged(session, select(Draw).order_by(col(Draw.frozen_at).desc(), col(Draw.id).desc()), page, size)


async def record_name(session: AsyncSession, row: Draw) -> str:
    """A good name for the file of a record."""
    short_code = await session.scalar(select(col(Campaign.short_code)).where(col(Campaign.id) == row.campaign_id))
    return f"suicha-draw-{short_code}-{row.number}.json"


async def _paged(session: AsyncSession, found: Select[Draw], page: int, size: int) -> tuple[list[Draw], int]:
    total = await session.scalar(select(func.count()).select_from(found.order_by(None).subquery())) or 0
    rows = await session.scalars(found.limit(size).offset((page - 1) * size))
    return list(rows), total
