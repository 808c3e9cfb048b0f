"""What happens to teams by itself: a sealed replacement reaches the phones."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.draws.rules.ceremony import DrawKind, DrawState
from suicha.draws.tables import Draw
from suicha.infra.logs import get_logger
from suicha.inspections import sending
from suicha.inspections.errors import InspectorWithoutAccount
from suicha.inspections.rules.lifecycle import VisitState
from suicha.inspections.tables import Inspection

_log = get_logger()


async def replacements_waiting(session: AsyncSession) -> list[str]:
    """Sealed replacements in teams that still have visits to make, oldest first; most of them are applied already."""
    rows = await session.scalars(
        select(col(Draw.id))
        .where(
            col(Draw.kind) == DrawKind.REPLACEMENT.value,
            col(Draw.state) == DrawState.SEALED.value,
            select(Inspection)
            .where(
                col(Inspection.campaign_id) == col(Draw.campaign_id),
                col(Inspection.team_no) == col(Draw.team),
                col(Inspection.state).in_([VisitState.ASSIGNED.value, VisitState.UNDER_WAY.value]),
            )
            .exists(),
        )
        .order_by(col(Draw.sealed_at), col(Draw.id))
    )
    return list(rows)


async def apply_replacement(session: AsyncSession, draw_id: str, *, now: datetime) -> int:
    """Bring a team in line with what was drawn; returns how many visits changed.

    A team whose new member cannot sign in yet stays as it is and is tried again.
    """
    try:
        return await sending.apply_replacement(session, draw_id, by=None, now=now)
    except InspectorWithoutAccount as refusal:
        _log.info("replacement_waits", draw=draw_id, code=refusal.code)
        return 0
