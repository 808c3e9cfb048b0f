"""审核: a person looks at what was handed in, and accepts it, returns it with a reason, or sends somebody to look."""

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.journal import actions as journal
from suicha.rectification import queries
from suicha.rectification.actions.ending import end_problem, move_problem
from suicha.rectification.actions.rechecks import send_to_recheck
from suicha.rectification.actions.requests import tell_enterprise
from suicha.rectification.errors import AlreadyDecided
from suicha.rectification.rules import ProblemState, SubmissionState
from suicha.rectification.tables import Problem, Submission


async def _begin(session: AsyncSession, row: Submission) -> Problem:
    if row.state != SubmissionState.WAITING:
        raise AlreadyDecided
    return await queries.locked_problem(session, row.problem_id)


async def accept(session: AsyncSession, row: Submission, *, reason: str | None, by: str, now: datetime) -> Submission:
    """Accept the proof: the problem is put right (销号). Raises AlreadyDecided."""
    problem = await _begin(session, row)
    _decide(row, SubmissionState.ACCEPTED, reason, by=by, now=now)
    await session.flush()
    await journal.record(session, by, "accepted_proof", f"problem:{problem.id}", at=now, receipt_no=row.receipt_no)
    await end_problem(session, problem, ProblemState.CLOSED, because="proof_accepted", by=by, now=now)
    await tell_enterprise(session, problem, "proof_accepted", f"整改已认可（{row.receipt_no}）", row.id, now=now)
    return row


async def give_back(session: AsyncSession, row: Submission, *, reason: str, by: str, now: datetime) -> Submission:
    """Return the proof with the reason, which the enterprise sees. Raises AlreadyDecided."""
    problem = await _begin(session, row)
    _decide(row, SubmissionState.RETURNED, reason, by=by, now=now)
    await move_problem(
        session,
        problem,
        ProblemState.RETURNED,
        verb="returned_proof",
        by=by,
        now=now,
        receipt_no=row.receipt_no,
        reason=reason,
    )
    await tell_enterprise(session, problem, "proof_returned", f"整改证明已退回：{reason}", row.id, now=now)
    return row


async def look_on_site(
    session: AsyncSession, row: Submission, *, on: date | None, reason: str, by: str, now: datetime
) -> Submission:
    """Let a recheck decide. Raises AlreadyDecided."""
    problem = await _begin(session, row)
    _decide(row, SubmissionState.TO_RECHECK, reason, by=by, now=now)
    await session.flush()
    await send_to_recheck(session, problem, on=on, reason=reason, by=by, now=now)
    return row


def _decide(row: Submission, state: SubmissionState, reason: str | None, *, by: str, now: datetime) -> None:
    row.state, row.reason, row.decided_by, row.decided_at = state.value, reason, by, now
