"""提醒 and 逾期处理: reminders go by themselves, the steps that follow an overdue problem wait for a person."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts import queries as accounts
from suicha.journal import actions as journal
from suicha.kit.ids import new_id
from suicha.kit.workdays import Calendar
from suicha.notices import actions as notices
from suicha.rectification import queries
from suicha.rectification.actions.ending import end_problem
from suicha.rectification.actions.requests import tell_enterprise
from suicha.rectification.errors import AlreadyDecided, ReferFirst
from suicha.rectification.rules import ProblemState, StepState
from suicha.rectification.rules.deadlines import reminders_come, rungs_reached
from suicha.rectification.rules.policy import RectificationPolicy, Rung
from suicha.rectification.tables import LadderStep, Problem, Reminder

_KINDS = {"before_3": "deadline_near", "before_1": "deadline_near", "on_day": "deadline_today", "overdue": "overdue"}
_WORDS = {
    "before_3": "整改期限还剩 3 天",
    "before_1": "整改期限明天届满",
    "on_day": "整改期限今天届满",
    "overdue": "整改期限已过，请立即整改并提交证明",
}


async def remind(
    session: AsyncSession, problems: Sequence[Problem], policy: RectificationPolicy, *, today: date, now: datetime
) -> int:
    """Send the newest reminder whose day has come, once for each deadline.

    Earlier ones that were missed are noted as passed: two days before it nobody is told that three days are left.
    """
    sent = 0
    known = await queries.reminders_of(session, [problem.id for problem in problems])
    for problem in problems:
        come = [
            rule
            for rule in reminders_come(problem.due_on, today, policy)
            if (problem.id, problem.due_on, rule.kind) not in known
        ]
        if not come:
            continue
        session.add_all(Reminder(problem_id=problem.id, due_on=problem.due_on, kind=rule.kind, at=now) for rule in come)
        await session.flush()
        last = come[-1].kind
        once = f"{problem.id}/{problem.due_on}/{last}"
        text = f"{_WORDS[last]}（{problem.due_on}）：{problem.title}"
        await tell_enterprise(session, problem, _KINDS[last], text, once, now=now)
        if last == "overdue":
            await _tell_desk(session, problem, "overdue", text, once, now=now)
        sent += 1
    return sent


async def climb(
    session: AsyncSession,
    problems: Sequence[Problem],
    policy: RectificationPolicy,
    calendar: Calendar,
    *,
    today: date,
    now: datetime,
) -> int:
    """Note every rung that overdue problems have reached, in order and once for each deadline; returns how many."""
    known = await queries.steps_known(session, [problem.id for problem in problems])
    taken = 0
    for problem in problems:
        for rung in rungs_reached(problem.due_on, today, problem.failed_rechecks, policy, calendar):
            if (problem.id, rung.code, problem.due_on) not in known:
                await _reach(session, problem, rung, today=today, now=now)
                taken += 1
    return taken


async def _reach(session: AsyncSession, problem: Problem, rung: Rung, *, today: date, now: datetime) -> None:
    step = LadderStep(
        id=new_id(),
        problem_id=problem.id,
        jurisdiction=problem.jurisdiction,
        rung=rung.code,
        due_on=problem.due_on,
        reached_on=today,
        state=(StepState.DONE if rung.is_automatic else StepState.PROPOSED).value,
        decided_at=now if rung.is_automatic else None,
    )
    session.add(step)
    await session.flush()
    await journal.record(session, None, "reached_rung", f"problem:{problem.id}", at=now, rung=rung.code)
    text = f"{rung.name}：期限 {problem.due_on}，{problem.title}"
    if rung.is_automatic:
        await tell_enterprise(session, problem, "overdue", text, step.id, now=now)
    else:
        await _tell_desk(session, problem, "ladder_step", text, step.id, now=now)


async def decide_step(
    session: AsyncSession, step: LadderStep, *, is_taken: bool, note: str, by: str, now: datetime
) -> LadderStep:
    """Note that a step was taken, or why not; `bad_record` ends the problem with a proposal to the credit file.

    Raises AlreadyDecided, ReferFirst, or IllegalStep where the problem has ended meanwhile.
    """
    if step.state != StepState.PROPOSED:
        raise AlreadyDecided
    if is_taken and step.rung == "referral":
        raise ReferFirst
    step.state = (StepState.DONE if is_taken else StepState.SKIPPED).value
    step.decided_at, step.decided_by, step.note = now, by, note
    await session.flush()
    await journal.record(
        session, by, f"step_{step.state}", f"problem:{step.problem_id}", at=now, rung=step.rung, note=note
    )
    if is_taken and step.rung == "bad_record":
        problem = await queries.locked_problem(session, step.problem_id)
        await end_problem(session, problem, ProblemState.RECORDED, because="bad_record", by=by, now=now)
    return step


async def _tell_desk(
    session: AsyncSession, problem: Problem, kind: str, text: str, once: str, *, now: datetime
) -> None:
    await notices.post(
        session,
        kind,
        to=await accounts.desk_accounts(session, problem.jurisdiction),
        about=f"problem:{problem.id}",
        title=f"{problem.code} {problem.title}",
        text=text,
        once=f"{kind}/{once}",
        jurisdiction=problem.jurisdiction,
        now=now,
    )
