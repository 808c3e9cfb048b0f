"""What happens by itself: rechecks turn, enterprises are reminded, overdue problems climb the ladder, replies are late.

All find what is due now, whenever they run: a day without the timer delays news, it loses none.
"""

from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.feed import actions as feed
from suicha.infra.blobs import BlobStore
from suicha.infra.db import Database
from suicha.kit.clock import local_date
from suicha.kit.workdays import Calendar
from suicha.rectification import actions, queries
from suicha.rectification.actions import ladder, proof, referrals
from suicha.rectification.queries.policies import current_policy
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


async def remind_enterprises(session: AsyncSession, *, now: datetime) -> int:
    """Reminders whose day has come; returns how many were sent."""
    today, policy = local_date(now), current_policy()
    last = today + timedelta(days=-min((rule.days for rule in policy.reminders), default=0))
    done, after = 0, ""
    while problems := await queries.problems_due(session, last=last, after=after):
        done += await ladder.remind(session, problems, policy, today=today, now=now)
        after = problems[-1].id
    return done


async def climb_ladder(session: AsyncSession, calendar: Calendar, *, now: datetime) -> int:
    """Rungs that overdue problems have reached; returns how many were noted."""
    today, policy = local_date(now), current_policy()
    done, after = 0, ""
    # A recheck in vain reaches rungs before the deadline has passed, hence all that have a deadline.
    while problems := await queries.problems_due(session, last=date.max, after=after):
        done += await ladder.climb(session, problems, policy, calendar, today=today, now=now)
        after = problems[-1].id
    return done


async def tell_late_replies(session: AsyncSession, *, now: datetime) -> int:
    """Departments that have not replied in time; returns how many people were told."""
    return await referrals.tell_late_replies(session, today=local_date(now), now=now)


async def forget_loose_files(session: AsyncSession, *, now: datetime) -> int:
    """Files that enterprises uploaded and never handed in; returns how many."""
    return await proof.forget_loose_files(session, now=now)


async def drop_pieces(database: Database, blobs: BlobStore, *, now: datetime) -> int:
    """Pieces of files that never became whole; returns of how many files."""
    return await proof.drop_pieces(database, blobs, now=now)
