"""Timed work: lists of periods that are over are computed once, entries take effect and end on their days."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.credit.actions.effects import expire_due, take_effect_due
from suicha.credit.actions.rounds import compute, propose_bad_records
from suicha.credit.gathering import current_rules, first_sealed_on
from suicha.credit.rules.periods import finished
from suicha.credit.tables import Round
from suicha.kit.clock import local_date

# After a long silence the newest lists are what anybody still decides about.
MOST_PERIODS = 12


async def propose_due(session: AsyncSession, *, now: datetime) -> int:
    """Compute every list whose period is over and that was not computed since; returns how many."""
    rules, today = current_rules(), local_date(now)
    await propose_bad_records(session, now=now)
    first = await first_sealed_on(session)
    if first is None:
        return 0
    done = {
        (row.list_code, row.period) for row in await session.scalars(select(Round).where(col(Round.is_final).is_(True)))
    }
    count = 0
    for wanted in rules.lists:
        for period in [*finished(wanted.period, first=first, today=today)][-MOST_PERIODS:]:
            if (wanted.code, period) not in done:
                await compute(session, rules, wanted.code, period, by=None, today=today, now=now)
                count += 1
    return count


async def turn_entries(session: AsyncSession, *, now: datetime) -> int:
    """Put into force and end what is due today; returns how many."""
    today = local_date(now)
    turned = await take_effect_due(session, current_rules(), today=today, now=now)
    return turned + await expire_due(session, today=today, now=now)
