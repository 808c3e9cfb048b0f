"""What happens to rechecks by itself: their day comes, and their day passes.

Both find what is due now, whenever they run: a day without the timer delays news, it loses none.
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.feed import actions as feed
from suicha.kit.clock import local_date
from suicha.rectification import actions, queries
from suicha.rectification.rules import RecheckState


async def turn_rechecks_due(session: AsyncSession, *, now: datetime) -> int:
    """Scheduled rechecks whose day has come are due; returns how many turned."""
    return await _turn(session, RecheckState.SCHEDULED, RecheckState.DUE, now=now)


async def turn_rechecks_overdue(session: AsyncSession, *, now: datetime) -> int:
    """Due rechecks whose day has passed are overdue; returns how many turned."""
    return await _turn(session, RecheckState.DUE, RecheckState.OVERDUE, now=now)


async def _turn(session: AsyncSession, from_: RecheckState, to: RecheckState, *, now: datetime) -> int:
    """Look, lock the feeds in the one order, look again: another process may have turned some meanwhile."""
    today = local_date(now)
    await feed.lock(session, await queries.scopes_of_rechecks_to_turn(session, from_, today=today))
    rechecks = await queries.rechecks_to_turn(session, from_, today=today)
    await actions.turn(session, rechecks, to, now=now)
    return len(rechecks)
