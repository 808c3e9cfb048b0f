"""After an addendum (更正记录): problems that the record no longer finds end, the others say what it says now."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.checklists.rules import Edition
from suicha.inspections.tables import Inspection
from suicha.journal import actions as journal
from suicha.kit.workdays import Calendar
from suicha.rectification.actions.ending import end_problem
from suicha.rectification.rules import FINAL, NEXT_ORDER, Answer, OrderState, ProblemState, problems_from, stepped
from suicha.rectification.tables import Order, Problem


async def amend_for(
    session: AsyncSession,
    inspection: Inspection,
    answers: Sequence[Answer],
    *,
    manifest_n: int,
    edition: Edition,
    calendar: Calendar,
    found_on: date,
    now: datetime,
) -> list[Problem]:
    """Let the open problems of a visit follow its newest manifest; returns those that were withdrawn."""
    found = {p.item: p for p in problems_from(answers, edition, found_on=found_on, calendar=calendar)}
    withdrawn = []
    for problem in await _open_problems(session, inspection.id):
        if problem.item in found:
            problem.severity = found[problem.item].severity.value
            problem.remark, problem.op_id = found[problem.item].remark, found[problem.item].op_id
        else:
            await end_problem(session, problem, ProblemState.WITHDRAWN, because="addendum", by=None, now=now)
            withdrawn.append(problem)
    await session.flush()
    await _withdraw_empty_drafts(session, withdrawn, manifest_n, now=now)
    return withdrawn


async def _open_problems(session: AsyncSession, inspection_id: str) -> list[Problem]:
    rows = await session.scalars(
        select(Problem)
        .where(col(Problem.inspection_id) == inspection_id, col(Problem.state).not_in(FINAL))
        .order_by(col(Problem.code))
    )
    return list(rows)


async def _withdraw_empty_drafts(
    session: AsyncSession, withdrawn: Sequence[Problem], manifest_n: int, *, now: datetime
) -> None:
    """An order that nobody issued and on which nothing is left is not issued any more."""
    for order_id in sorted({problem.order_id for problem in withdrawn if problem.order_id}):
        order = await session.get_one(Order, order_id)
        left = await session.scalar(
            select(col(Problem.id)).where(col(Problem.order_id) == order_id, col(Problem.state).not_in(FINAL)).limit(1)
        )
        if left is None and order.state == OrderState.DRAFT:
            order.state = stepped(NEXT_ORDER, order.state, OrderState.WITHDRAWN).value
            order.withdrawn_at, order.withdrawn_because = now, "addendum"
            await journal.record(session, None, "order_withdrawn", f"order:{order.id}", at=now, manifest_n=manifest_n)
    await session.flush()
