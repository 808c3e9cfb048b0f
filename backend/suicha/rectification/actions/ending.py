"""The one way to an end, and back: what follows from a problem that ends or is opened again."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.feed import actions as feed
from suicha.journal import actions as journal
from suicha.rectification.rules import FINAL, NEXT_ORDER, NEXT_PROBLEM, OrderState, ProblemState, RecheckState, stepped
from suicha.rectification.tables import Order, Problem, Recheck

# A recheck in one of these has not been made: without anything to look at it is not needed.
_TO_COME = (RecheckState.SCHEDULED.value, RecheckState.DUE.value, RecheckState.OVERDUE.value)


async def end_problem(
    session: AsyncSession, problem: Problem, to: ProblemState, *, because: str, by: str | None, now: datetime
) -> None:
    """Bring a problem to its end; its order closes with the last one, a recheck without any is not made.

    Raises IllegalStep where the problem has ended already.
    """
    problem.state = stepped(NEXT_PROBLEM, problem.state, to).value
    problem.closed_at, problem.ended_because = now, because
    await session.flush()
    await journal.record(session, by, f"problem_{to.value}", f"problem:{problem.id}", at=now, because=because)
    await _close_order(session, problem, now=now)
    await cancel_empty_recheck(session, problem.recheck_id, now=now)


async def reopen_problem(
    session: AsyncSession, problem: Problem, *, because: str, by: str | None, now: datetime
) -> None:
    """Open a problem again that a recheck found not put right, or a look-back found broken; raises IllegalStep."""
    was_final = ProblemState(problem.state) in FINAL
    problem.state = stepped(NEXT_PROBLEM, problem.state, ProblemState.OPEN).value
    problem.closed_at, problem.ended_because = None, None
    await session.flush()
    await journal.record(session, by, "problem_reopened", f"problem:{problem.id}", at=now, because=because)
    if was_final and problem.order_id:
        order = await session.get_one(Order, problem.order_id)
        if order.state == OrderState.CLOSED:
            order.state, order.closed_at = stepped(NEXT_ORDER, order.state, OrderState.SERVED).value, None
            await session.flush()


async def move_problem(
    session: AsyncSession,
    problem: Problem,
    to: ProblemState,
    *,
    verb: str,
    by: str | None,
    now: datetime,
    **facts: object,
) -> None:
    """Any step that is neither an end nor back to open; raises IllegalStep."""
    problem.state = stepped(NEXT_PROBLEM, problem.state, to).value
    await session.flush()
    await journal.record(session, by, verb, f"problem:{problem.id}", at=now, **facts)


async def _close_order(session: AsyncSession, problem: Problem, *, now: datetime) -> None:
    if problem.order_id is None:
        return
    still_open = await session.scalar(
        select(func.count())
        .select_from(Problem)
        .where(col(Problem.order_id) == problem.order_id, col(Problem.state).not_in(FINAL))
    )
    order = await session.get_one(Order, problem.order_id)
    if not still_open and order.state == OrderState.SERVED:
        order.state, order.closed_at = stepped(NEXT_ORDER, order.state, OrderState.CLOSED).value, now
        await session.flush()


async def cancel_empty_recheck(session: AsyncSession, recheck_id: str, *, now: datetime) -> None:
    """Nobody goes where there is nothing left to look at; the phones of the visit are told."""
    recheck = await session.get_one(Recheck, recheck_id)
    left = await session.scalar(
        select(func.count())
        .select_from(Problem)
        .where(col(Problem.recheck_id) == recheck_id, col(Problem.state).not_in(FINAL))
    )
    if left or recheck.state not in _TO_COME:
        return
    recheck.state, recheck.turned_at = RecheckState.CANCELLED.value, now
    await session.flush()
    body = {
        "recheck": recheck.id,
        "scheduled_on": recheck.scheduled_on.isoformat(),
        "is_uncertain": recheck.is_uncertain,
    }
    await feed.append(session, recheck.scope, "recheck.cancelled", body, at=now)
