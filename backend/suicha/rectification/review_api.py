"""What enterprises handed in, side by side with what was found; for the office and the leader of the visit."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.response import Stream
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts import queries as accounts
from suicha.accounts.guards import signed_in
from suicha.accounts.queries import Caller
from suicha.evidence.rules import Size
from suicha.evidence.serving import shown
from suicha.infra.blobs import BlobStore
from suicha.inspections.access import visible_inspections
from suicha.inspections.tables import Inspection
from suicha.kit.clock import local_date, utc_now
from suicha.kit.errors import DomainError
from suicha.rectification import pages, queries
from suicha.rectification.actions import review
from suicha.rectification.errors import FileUnknown, NothingHandedIn, SubmissionUnknown
from suicha.rectification.portal_schemas import DecideRequest, SubmissionListOut, SubmissionOut, SubmissionRowOut
from suicha.rectification.rules import SubmissionState
from suicha.rectification.tables import Problem, ProofFile, Submission
from suicha.registry.tables import Enterprise, Site

Db = NamedDependency[AsyncSession]
Who = NamedDependency[Caller]
Id = FromPath[UUID]


class SubmissionsController(Controller):
    """`/api/submissions`."""

    path = "/api/submissions"
    tags = ["rectification"]

    @get("/", operation_id="listSubmissions", opt=signed_in())
    async def queue(
        self,
        session: Db,
        caller: Who,
        in_state: Annotated[SubmissionState | None, QueryParameter(name="state")] = None,
        inspection: Annotated[UUID | None, QueryParameter()] = None,
        page: Annotated[int, QueryParameter(ge=1, le=10_000)] = 1,
        size: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
    ) -> SubmissionListOut:
        """Submissions, the oldest first."""
        query = _query(caller)
        if in_state is not None:
            query = query.where(col(Submission.state) == in_state.value)
        if inspection is not None:
            query = query.where(col(Problem.inspection_id) == str(inspection))
        total = await session.scalar(
            select(func.count()).select_from(query.with_only_columns(col(Submission.id)).subquery())
        )
        rows = await session.execute(query.order_by(col(Submission.id)).limit(size).offset((page - 1) * size))
        return SubmissionListOut(items=[_row(*row) for row in rows], total=total or 0)

    @get("/{submission_id:uuid}", operation_id="readSubmission", opt=signed_in())
    async def read(self, submission_id: Id, session: Db, caller: Who) -> SubmissionOut:
        """Before and after, with hints, words and what was handed in earlier."""
        return await _shown(session, str(submission_id), caller)

    @post("/{submission_id:uuid}/decide", operation_id="decideSubmission", status_code=200, opt=signed_in())
    async def decide(self, submission_id: Id, data: JSONBody[DecideRequest], session: Db, caller: Who) -> SubmissionOut:
        """Accept it, return it with a reason, or send somebody to look."""
        found = await _found(session, str(submission_id), caller)
        await queries.check_may_decide(session, found[1].inspection_id, caller)
        row = await session.get_one(Submission, str(submission_id), with_for_update=True, populate_existing=True)
        if data.decision == "accept":
            await review.accept(session, row, reason=data.reason or None, by=caller.id, now=utc_now())
        elif not data.reason:
            raise NothingHandedIn("请写明理由")
        elif data.decision == "return":
            await review.give_back(session, row, reason=data.reason, by=caller.id, now=utc_now())
        else:
            await review.look_on_site(session, row, on=data.recheck_on, reason=data.reason, by=caller.id, now=utc_now())
        return await _shown(session, row.id, caller)

    @get("/{submission_id:uuid}/files/{file_id:uuid}", operation_id="readProofFile", opt=signed_in())
    async def file(
        self,
        submission_id: Id,
        file_id: Id,
        session: Db,
        caller: Who,
        blobs: NamedDependency[BlobStore],
        size: Annotated[Size, QueryParameter()] = Size.VIEW,
    ) -> Stream:
        """A file of the enterprise."""
        _, problem, *_ = await _found(session, str(submission_id), caller)
        file = await session.get(ProofFile, str(file_id))
        if file is None or file.problem_id != problem.id or file.submission_id is None:
            raise FileUnknown
        return await shown(session, blobs, file.sha256, size)


def _query(caller: Caller) -> Any:
    files = select(func.count()).select_from(ProofFile).where(col(ProofFile.submission_id) == col(Submission.id))
    return (
        select(
            Submission,
            Problem,
            col(Site.name),
            col(Enterprise.name),
            files.correlate(Submission).scalar_subquery(),
        )
        .join(Problem, col(Problem.id) == col(Submission.problem_id))
        .join(Inspection, col(Inspection.id) == col(Problem.inspection_id))
        .join(Site, col(Site.id) == col(Problem.site_id))
        .join(Enterprise, col(Enterprise.id) == col(Site.enterprise_id))
        .where(visible_inspections(caller))
    )


async def _found(session: AsyncSession, submission_id: str, caller: Caller) -> Any:
    row = (await session.execute(_query(caller).where(col(Submission.id) == submission_id))).first()
    if row is None:
        raise SubmissionUnknown
    return row


def _row(row: Submission, problem: Problem, site: str, enterprise: str, files: int) -> SubmissionRowOut:
    return SubmissionRowOut(
        id=row.id,
        receipt_no=row.receipt_no,
        n=row.n,
        state=SubmissionState(row.state),
        submitted_at=row.submitted_at,
        problem=problem.id,
        problem_code=problem.code,
        problem_title=problem.title,
        severity=problem.severity,
        due_on=problem.due_on,
        is_late=not problem.is_due_provisional and local_date(row.submitted_at) > problem.due_on,
        inspection=problem.inspection_id,
        site=site,
        enterprise=enterprise,
        jurisdiction=problem.jurisdiction,
        files=files,
    )


async def _shown(session: AsyncSession, submission_id: str, caller: Caller) -> SubmissionOut:
    row, problem, site, enterprise, count = await _found(session, submission_id, caller)
    files = await queries.files_of(session, [problem.id])
    earlier = [one for one in await queries.submissions_of(session, [problem.id]) if one.id != row.id]
    names = await accounts.names_of(session, [row.decided_by] if row.decided_by else [])
    photos = await pages.photos_of(session, [problem])
    try:
        await queries.check_may_decide(session, problem.inspection_id, caller)
        may_decide = row.state == SubmissionState.WAITING
    except DomainError:
        may_decide = False
    return SubmissionOut(
        row=_row(row, problem, site, enterprise, count),
        text=row.text,
        reason=row.reason,
        decided_at=row.decided_at,
        decided_by=names.get(row.decided_by or ""),
        fact=problem.remark or f"检查项“{problem.title}”不符合",
        before=photos.get(problem.id, []),
        after=await pages.reviewed_files(session, problem, [file for file in files if file.submission_id == row.id]),
        earlier=[pages.handed_in_out(one, files) for one in earlier],
        may_decide=may_decide,
    )
