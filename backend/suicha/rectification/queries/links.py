"""Links, their sessions and the files of the enterprise."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.rectification.rules.states import SubmissionState
from suicha.rectification.tables import Link, PartialUpload, PortalSession, Problem, ProofFile, Submission


async def link_in_force(session: AsyncSession, order_id: str) -> Link | None:
    """The link of an order that nobody revoked."""
    return await session.scalar(
        select(Link)
        .where(col(Link.order_id) == order_id, col(Link.revoked_at).is_(None))
        .order_by(col(Link.id).desc())
        .limit(1)
    )


async def locked_link(session: AsyncSession, link_id: str) -> Link | None:
    """A link, locked, so that wrong tries are counted one after the other."""
    return await session.scalar(
        select(Link).where(col(Link.id) == link_id).with_for_update().execution_options(populate_existing=True)
    )


async def link_of_session(session: AsyncSession, token_sha256: str, *, now: datetime) -> Link | None:
    """The link that a session was opened for, while both last."""
    return await session.scalar(
        select(Link)
        .join(PortalSession, col(PortalSession.link_id) == col(Link.id))
        .where(col(PortalSession.token_sha256) == token_sha256, col(PortalSession.expires_at) > now)
    )


async def last_deadline(session: AsyncSession, order_id: str) -> date | None:
    """The latest deadline of an order's problems."""
    return await session.scalar(select(func.max(col(Problem.due_on))).where(col(Problem.order_id) == order_id))


async def submissions_of(session: AsyncSession, problem_ids: Sequence[str]) -> list[Submission]:
    """What was handed in for some problems, in order."""
    rows = await session.scalars(
        select(Submission)
        .where(col(Submission.problem_id).in_(problem_ids))
        .order_by(col(Submission.problem_id), col(Submission.n))
    )
    return list(rows)


async def waiting_submission(session: AsyncSession, problem_id: str) -> Submission | None:
    """The submission that waits for a decision."""
    return await session.scalar(
        select(Submission).where(
            col(Submission.problem_id) == problem_id, col(Submission.state) == SubmissionState.WAITING.value
        )
    )


async def files_of(session: AsyncSession, problem_ids: Sequence[str]) -> list[ProofFile]:
    """The files for some problems, handed in or not, in the order in which they came."""
    rows = await session.scalars(
        select(ProofFile).where(col(ProofFile.problem_id).in_(problem_ids)).order_by(col(ProofFile.id))
    )
    return list(rows)


async def partial(
    session: AsyncSession, problem_id: str, sha256: str, *, is_locked: bool = False
) -> PartialUpload | None:
    """An upload under way."""
    query = select(PartialUpload).where(
        col(PartialUpload.problem_id) == problem_id, col(PartialUpload.sha256) == sha256
    )
    return await session.scalar(query.with_for_update() if is_locked else query)
