"""After an addendum (更正记录): problems that the record no longer finds end, what it finds again is open again."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.checklists.rules import Edition
from suicha.inspections.tables import Inspection
from suicha.journal import actions as journal
from suicha.kit.workdays import Calendar
from suicha.rectification.actions.days import move_recheck
from suicha.rectification.actions.ending import end_problem, reopen_problem
from suicha.rectification.rules import (
    FINAL,
    NEXT_ORDER,
    Answer,
    NewProblem,
    OrderState,
    ProblemState,
    problems_from,
    stepped,
)
from suicha.rectification.tables import Order, Problem

BECAUSE = "addendum"


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
            await end_problem(session, problem, ProblemState.WITHDRAWN, because=BECAUSE, by=None, now=now)
            withdrawn.append(problem)
    await session.flush()
    await _withdraw_empty_drafts(session, withdrawn, manifest_n, now=now)
    for problem in await _withdrawn_by_addendum(session, inspection.id):
        if problem.item in found:
            await _find_again(session, problem, found[problem.item], manifest_n, calendar, found_on=found_on, now=now)
    return withdrawn


async def _withdrawn_by_addendum(session: AsyncSession, inspection_id: str) -> list[Problem]:
    """Not those whose objection was upheld or whose order was taken back: the record alone does not undo that."""
    rows = await session.scalars(
        select(Problem)
        .where(
            col(Problem.inspection_id) == inspection_id,
            col(Problem.state) == ProblemState.WITHDRAWN.value,
            col(Problem.ended_because) == BECAUSE,
        )
        .order_by(col(Problem.code))
    )
    return list(rows)


async def _find_again(
    session: AsyncSession,
    problem: Problem,
    found: NewProblem,
    manifest_n: int,
    calendar: Calendar,
    *,
    found_on: date,
    now: datetime,
) -> None:
    """Open it as if it were found today. What was told to the enterprise no longer held: it needs an order anew."""
    await reopen_problem(session, problem, because=BECAUSE, by=None, now=now)
    order = await session.get(Order, problem.order_id) if problem.order_id else None
    if order is not None and order.state != OrderState.DRAFT:
        problem.order_id = None
    problem.severity, problem.remark, problem.op_id = found.severity.value, found.remark, found.op_id
    problem.manifest_n, problem.found_on = manifest_n, found_on
    problem.term_value = found.term.value if found.term else None
    problem.term_unit = found.term.unit if found.term else None
    problem.due_on, problem.is_due_uncertain, problem.is_due_provisional = found.due.on, found.due.is_uncertain, True
    await move_recheck(session, problem, found.recheck, calendar, now=now)


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
