"""移送: problems go to the department that decides where we cannot; its reply is awaited and kept."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts import queries as accounts
from suicha.infra.blobs import BlobStore
from suicha.journal import actions as journal
from suicha.kit.clock import local_date
from suicha.kit.ids import new_id
from suicha.kit.workdays import Calendar, add_working_days
from suicha.notices import actions as notices
from suicha.rectification import papers, queries
from suicha.rectification.actions.ending import end_problem
from suicha.rectification.errors import AlreadyDecided, NothingToRefer
from suicha.rectification.rules import FINAL, ProblemState, ReferralState, StepState
from suicha.rectification.rules.policy import RectificationPolicy
from suicha.rectification.tables import LadderStep, Problem, Referral


async def refer(
    session: AsyncSession,
    blobs: BlobStore,
    problems: Sequence[Problem],
    *,
    department: str,
    reason: str,
    policy: RectificationPolicy,
    calendar: Calendar,
    by: str,
    now: datetime,
) -> Referral:
    """Hand open problems of one visit over, with a letter; they end as referred. Raises NothingToRefer."""
    fits = problems and all(ProblemState(problem.state) not in FINAL for problem in problems)
    if not fits or len({problem.inspection_id for problem in problems}) != 1:
        raise NothingToRefer
    today = local_date(now)
    reply = add_working_days(today, policy.reply_working_days, calendar)
    row = Referral(
        id=new_id(),
        inspection_id=problems[0].inspection_id,
        jurisdiction=problems[0].jurisdiction,
        department=department,
        reason=reason,
        state=ReferralState.SENT.value,
        sent_on=today,
        sent_by=by,
        reply_due_on=reply.on,
        is_reply_due_uncertain=reply.is_uncertain,
        recorded_at=now,
    )
    session.add(row)
    await session.flush()
    for problem in problems:
        problem.referral_id = row.id
        await end_problem(session, problem, ProblemState.REFERRED, because="referred", by=by, now=now)
    await _take_steps(session, [problem.id for problem in problems], by=by, now=now)
    document = await papers.referral_document(session, blobs, row, by=by, now=now)
    row.number, row.document_id = document.number, document.id
    await session.flush()
    await journal.record(
        session,
        by,
        "referred",
        f"referral:{row.id}",
        at=now,
        department=department,
        number=row.number,
        problems=[problem.code for problem in problems],
    )
    await notices.post(
        session,
        "referral_sent",
        to=await accounts.department_accounts(session, department, row.jurisdiction),
        about=f"referral:{row.id}",
        title=f"移送函 {row.number}",
        text=f"移送 {len(problems)} 个问题，请于 {row.reply_due_on} 前回复",
        once=f"referral_sent/{row.id}",
        jurisdiction=row.jurisdiction,
        now=now,
    )
    return row


async def _take_steps(session: AsyncSession, problem_ids: Sequence[str], *, by: str, now: datetime) -> None:
    """What waited for a decision about these problems is settled by the referral."""
    await session.execute(
        update(LadderStep)
        .where(col(LadderStep.problem_id).in_(problem_ids), col(LadderStep.state) == StepState.PROPOSED.value)
        .where(col(LadderStep.rung) == "referral")
        .values(state=StepState.DONE.value, decided_at=now, decided_by=by)
    )


async def record_reply(
    session: AsyncSession, row: Referral, *, replied_on: date, reply: str, by: str, now: datetime
) -> Referral:
    """Keep what the department answered; raises AlreadyDecided where there is a reply."""
    if row.state != ReferralState.SENT:
        raise AlreadyDecided
    row.state, row.replied_on, row.reply, row.replied_by = ReferralState.REPLIED.value, replied_on, reply, by
    await session.flush()
    await journal.record(
        session, by, "replied_to_referral", f"referral:{row.id}", at=now, replied_on=replied_on.isoformat(), reply=reply
    )
    return row


async def tell_late_replies(session: AsyncSession, *, today: date, now: datetime) -> int:
    """Tell the office once of each referral whose reply is late; returns how many were told."""
    told = 0
    for row in await queries.referrals_late(session, today=today):
        told += await notices.post(
            session,
            "referral_reply_late",
            to=await accounts.desk_accounts(session, row.jurisdiction),
            about=f"referral:{row.id}",
            title=f"移送未按期回复：{row.department}",
            text=f"{row.number or ''} 应于 {row.reply_due_on} 前回复",
            once=f"referral_late/{row.id}",
            jurisdiction=row.jurisdiction,
            now=now,
        )
    return told
