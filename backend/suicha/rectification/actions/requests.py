"""延期 and 异议: asked by the enterprise or by the office for it, decided once by a person."""

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts import queries as accounts
from suicha.journal import actions as journal
from suicha.kit.clock import local_date
from suicha.kit.workdays import Calendar, Day
from suicha.notices import actions as notices
from suicha.rectification import queries
from suicha.rectification.actions.days import set_deadline
from suicha.rectification.actions.ending import end_problem
from suicha.rectification.errors import AlreadyDecided, OrderNotServed, ProblemEnded, RequestPending
from suicha.rectification.rules import FINAL, OrderState, ProblemState, RequestState
from suicha.rectification.rules.deadlines import check_extension
from suicha.rectification.rules.policy import RectificationPolicy
from suicha.rectification.tables import Extension, Objection, Order, Problem
from suicha.registry import queries as registry


async def ask_extension(
    session: AsyncSession,
    problem: Problem,
    *,
    wanted_on: date,
    reason: str,
    policy: RectificationPolicy,
    by: str | None,
    now: datetime,
) -> Extension:
    """Ask for a later day; raises OrderNotServed, ProblemEnded, RequestPending or what is wrong with the day."""
    order = await _served_order(session, problem)
    if await queries.pending_extension(session, problem.id):
        raise RequestPending
    _check_day(wanted_on, problem, order, policy, now=now)
    row = Extension(
        problem_id=problem.id,
        order_id=order.id,
        jurisdiction=problem.jurisdiction,
        state=RequestState.ASKED.value,
        asked_at=now,
        asked_by=by,
        reason=reason,
        wanted_on=wanted_on,
        old_due_on=problem.due_on,
    )
    session.add(row)
    await session.flush()
    await journal.record(
        session, by, "asked_extension", f"problem:{problem.id}", at=now, wanted_on=wanted_on.isoformat(), reason=reason
    )
    await _tell_desk(session, problem, "extension_asked", f"申请延期至 {wanted_on}：{reason}", row.id, now=now)
    return row


async def decide_extension(
    session: AsyncSession,
    row: Extension,
    *,
    new_due_on: date | None,
    answer: str,
    policy: RectificationPolicy,
    calendar: Calendar,
    by: str,
    now: datetime,
) -> Extension:
    """Grant a new day, or refuse with None; the old day stays on the row. Raises AlreadyDecided or ProblemEnded."""
    if row.state != RequestState.ASKED:
        raise AlreadyDecided
    problem = await queries.locked_problem(session, row.problem_id)
    if ProblemState(problem.state) in FINAL and new_due_on is not None:
        raise ProblemEnded
    row.decided_at, row.decided_by, row.answer = now, by, answer
    if new_due_on is None:
        row.state = RequestState.REFUSED.value
    else:
        order = await session.get_one(Order, row.order_id)
        _check_day(new_due_on, problem, order, policy, now=now)
        row.state, row.new_due_on = RequestState.GRANTED.value, new_due_on
        is_uncertain = not calendar.knows([new_due_on])
        await set_deadline(session, problem, Day(new_due_on, is_uncertain), calendar, now=now)
    await session.flush()
    await journal.record(
        session,
        by,
        f"extension_{row.state}",
        f"problem:{problem.id}",
        at=now,
        old_due_on=row.old_due_on.isoformat(),
        new_due_on=new_due_on.isoformat() if new_due_on else None,
        answer=answer,
    )
    words = f"同意延期至 {new_due_on}" if new_due_on else "未同意延期"
    await tell_enterprise(session, problem, "extension_decided", f"{words}：{answer}", row.id, now=now)
    return row


async def ask_objection(
    session: AsyncSession, problem: Problem, *, text: str, by: str | None, now: datetime
) -> Objection:
    """Say that a problem is none (陈述、申辩); raises OrderNotServed, ProblemEnded or RequestPending."""
    order = await _served_order(session, problem)
    if await queries.pending_objection(session, problem.id):
        raise RequestPending
    row = Objection(
        problem_id=problem.id,
        order_id=order.id,
        jurisdiction=problem.jurisdiction,
        state=RequestState.ASKED.value,
        asked_at=now,
        text=text,
    )
    session.add(row)
    await session.flush()
    await journal.record(session, by, "asked_objection", f"problem:{problem.id}", at=now, text=text)
    await _tell_desk(session, problem, "objection_asked", text, row.id, now=now)
    return row


async def decide_objection(
    session: AsyncSession, row: Objection, *, is_upheld: bool, answer: str, by: str, now: datetime
) -> Objection:
    """Uphold it, which withdraws the problem, or dismiss it with a reason; raises AlreadyDecided or IllegalStep."""
    if row.state != RequestState.ASKED:
        raise AlreadyDecided
    problem = await queries.locked_problem(session, row.problem_id)
    row.state = (RequestState.GRANTED if is_upheld else RequestState.REFUSED).value
    row.decided_at, row.decided_by, row.answer = now, by, answer
    await session.flush()
    await journal.record(session, by, f"objection_{row.state}", f"problem:{problem.id}", at=now, answer=answer)
    if is_upheld:
        await end_problem(session, problem, ProblemState.WITHDRAWN, because="objection_upheld", by=by, now=now)
    words = "异议成立，问题已撤销" if is_upheld else "异议不成立"
    await tell_enterprise(session, problem, "objection_decided", f"{words}：{answer}", row.id, now=now)
    return row


async def _served_order(session: AsyncSession, problem: Problem) -> Order:
    if ProblemState(problem.state) in FINAL:
        raise ProblemEnded
    order = await session.get(Order, problem.order_id) if problem.order_id else None
    if order is None or order.state != OrderState.SERVED or order.served_on is None:
        raise OrderNotServed
    return order


def _check_day(day: date, problem: Problem, order: Order, policy: RectificationPolicy, *, now: datetime) -> None:
    check_extension(
        day,
        due_on=problem.due_on,
        served_on=order.served_on or day,
        today=local_date(now),
        most_days=policy.most_extension_days,
    )


async def _tell_desk(
    session: AsyncSession, problem: Problem, kind: str, text: str, row_id: str, *, now: datetime
) -> None:
    await notices.post(
        session,
        kind,
        to=await accounts.desk_accounts(session, problem.jurisdiction),
        about=f"problem:{problem.id}",
        title=f"{problem.code} {problem.title}",
        text=text,
        once=f"{kind}/{row_id}",
        jurisdiction=problem.jurisdiction,
        now=now,
    )


async def tell_enterprise(
    session: AsyncSession, problem: Problem, kind: str, text: str, row_id: str, *, now: datetime
) -> None:
    """A message to the enterprise's registered phone, where there is one."""
    site, enterprise = await registry.site_with_enterprise(session, problem.site_id, "")
    await notices.post_outside(
        session,
        kind,
        phone=site.contact_phone or enterprise.phone,
        about=f"problem:{problem.id}",
        title=f"{site.name} {problem.title}",
        text=text,
        once=f"{kind}/{row_id}",
        jurisdiction=problem.jurisdiction,
        now=now,
    )
