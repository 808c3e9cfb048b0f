"""From a draw to the phones: days, approval, notice, dispatch. For those who send teams out, in their jurisdiction."""

from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from litestar import Controller, Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.guards import may
from suicha.accounts.queries import Caller
from suicha.accounts.rules import Permission
from suicha.checklists.loader import read_calendar
from suicha.documents.rules import Kind
from suicha.documents.schemas import DocumentOut
from suicha.infra.blobs import BlobStore
from suicha.infra.settings import Settings
from suicha.inspections import approvals, minutes, notices, planning, plans, sending
from suicha.inspections.dispatch_schemas import (
    ApproveRequest,
    ChangedOut,
    DispatchedOut,
    DispatchOut,
    DispatchRequest,
    MakeNoticesRequest,
    MoveVisitRequest,
    NoticesMadeOut,
    PlannedVisitListOut,
    PlannedVisitOut,
    RequestApprovalRequest,
    ReturnApprovalRequest,
    SentNoticesRequest,
    WithholdNoticesRequest,
)
from suicha.inspections.plans import SORTS, Wanted
from suicha.inspections.rules.before import DispatchStep
from suicha.inspections.sending import PastFindings
from suicha.kit.clock import utc_now
from suicha.registry import queries as registry

Db = NamedDependency[AsyncSession]
Who = NamedDependency[Caller]
Store = NamedDependency[BlobStore]
Setting = NamedDependency[Settings]
Draw = FromPath[UUID]
ZIP, BUNDLE = "application/zip", "行政检查通知书.zip"
_MAY = may(Permission.DISPATCH)


class DispatchController(Controller):
    """`/api/dispatch/{draw}`: every answer that changes something is the state after it."""

    path = "/api/dispatch"
    tags = ["dispatch"]

    @get("/campaigns/{campaign_id:uuid}", operation_id="readDispatch", opt=_MAY)
    async def overview(self, campaign_id: FromPath[UUID], session: Db, caller: Who) -> DispatchOut:
        """How far the draw in force of a campaign is on its way to the phones."""
        found = await plans.overview(session, str(campaign_id), caller)
        return DispatchOut.of(found, caller_id=caller.id)

    @get("/{draw_id:uuid}/visits", operation_id="listPlannedVisits", opt=_MAY)
    async def visits(
        self,
        draw_id: Draw,
        session: Db,
        caller: Who,
        q: Annotated[str | None, QueryParameter(max_length=100)] = None,
        team: Annotated[int | None, QueryParameter(ge=0, le=100_000)] = None,
        jurisdiction: Annotated[str | None, QueryParameter(pattern=r"^[0-9]{1,12}$")] = None,
        step: Annotated[DispatchStep | None, QueryParameter()] = None,
        sort: Annotated[str, QueryParameter(pattern=f"^({'|'.join(SORTS)})$")] = "code",
        page: Annotated[int, QueryParameter(ge=1, le=10_000)] = 1,
        size: Annotated[int, QueryParameter(ge=1, le=500)] = 50,
    ) -> PlannedVisitListOut:
        """The drawn sites with their days."""
        draw = await plans.draw_in_force(session, str(draw_id), caller)
        wanted = Wanted((q or "").strip() or None, team, jurisdiction, step, sort, page, size)
        found, total = await plans.planned_page(session, draw.row.id, wanted)
        return PlannedVisitListOut.of(found, total, await registry.jurisdiction_names(session))

    @post("/{draw_id:uuid}/proposal", operation_id="proposeVisits", status_code=200, opt=_MAY)
    async def propose(self, draw_id: Draw, session: Db, caller: Who, settings: Setting) -> ChangedOut:
        """Give every drawn site a day; asked again, it changes nothing."""
        calendar = read_calendar(settings.checklists_dir)
        found = await planning.propose(session, str(draw_id), caller, calendar=calendar, now=utc_now())
        return ChangedOut(changed=len(found))

    @patch("/{draw_id:uuid}/visits/{visit_id:uuid}", operation_id="movePlannedVisit", opt=_MAY)
    async def move(
        self,
        draw_id: Draw,
        visit_id: FromPath[UUID],
        data: JSONBody[MoveVisitRequest],
        session: Db,
        caller: Who,
        settings: Setting,
    ) -> PlannedVisitOut:
        """Put a visit on another day."""
        moved = await planning.move(
            session,
            str(draw_id),
            str(visit_id),
            caller,
            on=data.planned_on,
            calendar=read_calendar(settings.checklists_dir),
            now=utc_now(),
        )
        return PlannedVisitOut.of(moved, await registry.jurisdiction_names(session))

    @post("/{draw_id:uuid}/approvals", operation_id="requestApproval", status_code=200, opt=_MAY)
    async def request_approval(
        self, draw_id: Draw, data: JSONBody[RequestApprovalRequest], session: Db, caller: Who, blobs: Store
    ) -> ChangedOut:
        """Ask for approval of all visits that stand on no form."""
        row = await approvals.request(
            session, blobs, str(draw_id), caller, urgent_reason=data.urgent_reason, now=utc_now()
        )
        return ChangedOut(changed=row.visit_count)

    @post("/{draw_id:uuid}/approvals/{approval_id:uuid}/approve", operation_id="approve", status_code=200, opt=_MAY)
    async def approve(
        self,
        draw_id: Draw,
        approval_id: FromPath[UUID],
        data: JSONBody[ApproveRequest],
        session: Db,
        caller: Who,
        blobs: Store,
    ) -> ChangedOut:
        """Approve a form that somebody else has asked for."""
        row = await approvals.approve(
            session, blobs, str(draw_id), str(approval_id), caller, opinion=data.opinion, now=utc_now()
        )
        return ChangedOut(changed=row.visit_count)

    @post(
        "/{draw_id:uuid}/approvals/{approval_id:uuid}/return",
        operation_id="returnApproval",
        status_code=200,
        opt=_MAY,
    )
    async def give_back(
        self,
        draw_id: Draw,
        approval_id: FromPath[UUID],
        data: JSONBody[ReturnApprovalRequest],
        session: Db,
        caller: Who,
    ) -> ChangedOut:
        """Return a form, or withdraw one's own."""
        row = await approvals.give_back(
            session, str(draw_id), str(approval_id), caller, reason=data.reason, now=utc_now()
        )
        return ChangedOut(changed=row.visit_count)

    @post("/{draw_id:uuid}/notices", operation_id="makeNotices", status_code=200, opt=_MAY)
    async def make_notices(
        self, draw_id: Draw, data: JSONBody[MakeNoticesRequest], session: Db, caller: Who, blobs: Store
    ) -> NoticesMadeOut:
        """Make some of the notices; call again while some are left."""
        made = await notices.make(
            session, blobs, str(draw_id), caller, visits=data.visits, limit=data.limit, now=utc_now()
        )
        return NoticesMadeOut(made=made.made, left=made.left)

    @get("/{draw_id:uuid}/notices.zip", operation_id="downloadNotices", media_type=ZIP, opt=_MAY)
    async def download_notices(self, draw_id: Draw, session: Db, caller: Who, blobs: Store) -> Response[bytes]:
        """All notices that are made, for printing."""
        data = await notices.bundle(session, blobs, str(draw_id), caller)
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(BUNDLE)}"}
        return Response(data, media_type=ZIP, headers=headers)

    @post("/{draw_id:uuid}/notices/sent", operation_id="markNoticesSent", status_code=200, opt=_MAY)
    async def notices_sent(
        self, draw_id: Draw, data: JSONBody[SentNoticesRequest], session: Db, caller: Who
    ) -> ChangedOut:
        """Note how and when notices went out."""
        changed = await notices.mark_sent(
            session,
            str(draw_id),
            caller,
            visits=data.visits,
            sent_at=data.sent_at,
            how=data.how,
            recipient=data.recipient,
            now=utc_now(),
        )
        return ChangedOut(changed=changed)

    @post("/{draw_id:uuid}/notices/withheld", operation_id="withholdNotices", status_code=200, opt=_MAY)
    async def notices_withheld(
        self, draw_id: Draw, data: JSONBody[WithholdNoticesRequest], session: Db, caller: Who
    ) -> ChangedOut:
        """Write down why some enterprises are not told beforehand."""
        changed = await notices.withhold(
            session, str(draw_id), caller, visits=data.visits, reason=data.reason, now=utc_now()
        )
        return ChangedOut(changed=changed)

    @post("/{draw_id:uuid}/dispatch", operation_id="dispatchDraw", status_code=200, opt=_MAY)
    async def dispatch(
        self,
        draw_id: Draw,
        data: JSONBody[DispatchRequest],
        session: Db,
        caller: Who,
        past_findings: NamedDependency[PastFindings],
    ) -> DispatchedOut:
        """Send some of the visits that are ready; call again while some are left. Twice makes none twice."""
        sent = await sending.dispatch_draw(
            session, str(draw_id), caller, past=past_findings, limit=data.limit, now=utc_now()
        )
        return DispatchedOut(dispatched=sent.dispatched, in_all=sent.in_all, left=sent.left)

    @post("/{draw_id:uuid}/documents/{kind:str}", operation_id="printDraw", status_code=200, opt=_MAY)
    async def print_draw(
        self, draw_id: Draw, kind: FromPath[Kind], session: Db, caller: Who, blobs: Store, settings: Setting
    ) -> DocumentOut:
        """The draw's record (`draw_record`) or the list of its results (`draw_list`) as a document."""
        row = await minutes.print_draw(
            session, blobs, str(draw_id), caller, kind=kind, public_url=settings.public_url, now=utc_now()
        )
        return DocumentOut.model_validate(row)
