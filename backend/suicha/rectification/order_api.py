"""Orders and what is asked, stepped up or handed over because of them."""

import json
from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.response import Stream
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts import queries as accounts
from suicha.accounts.guards import signed_in
from suicha.accounts.queries import Caller
from suicha.checklists.loader import read_calendar
from suicha.documents import queries as documents
from suicha.documents.schemas import DocumentOut
from suicha.infra.blobs import BlobStore
from suicha.infra.settings import Settings
from suicha.inspections.tables import Inspection
from suicha.journal.queries import entries_about
from suicha.kit.clock import local_date, utc_now
from suicha.kit.errors import DomainError
from suicha.rectification import queries
from suicha.rectification.actions import ladder, links, orders, referrals, requests
from suicha.rectification.order_schemas import (
    ActOut,
    ExtensionDecision,
    ExtensionListOut,
    ExtensionOut,
    ExtensionRequest,
    LinkOut,
    ObjectionDecision,
    ObjectionListOut,
    ObjectionOut,
    ObjectionRequest,
    OrderListOut,
    OrderOut,
    OrderRowOut,
    PolicyOut,
    ProblemDetailOut,
    ReasonRequest,
    ReferralListOut,
    ReferralOut,
    ReferRequest,
    ReplyRequest,
    ServeRequest,
    StepDecision,
    StepListOut,
    StepOut,
    SubmissionBriefOut,
)
from suicha.rectification.queries import OrdersWanted, Waiting
from suicha.rectification.queries.policies import current_policy
from suicha.rectification.replying import reply_file_stream
from suicha.rectification.rules import OrderState, ReferralState, RequestState, StepState
from suicha.rectification.rules.deadlines import Service
from suicha.rectification.tables import Extension, LadderStep, Objection, Order
from suicha.registry import queries as registry

Db = NamedDependency[AsyncSession]
Who = NamedDependency[Caller]
Store = NamedDependency[BlobStore]
Setting = NamedDependency[Settings]
Id = FromPath[UUID]
Page = Annotated[int, QueryParameter(ge=1, le=10_000)]
PageSize = Annotated[int, QueryParameter(ge=1, le=500)]
_ANY = signed_in()


def provide_orders_wanted(
    in_state: Annotated[OrderState | None, QueryParameter(name="state")] = None,
    jurisdiction: Annotated[str | None, QueryParameter(pattern=r"^[0-9]{1,12}$")] = None,
    campaign: Annotated[str | None, QueryParameter(max_length=120)] = None,
    inspection: Annotated[UUID | None, QueryParameter()] = None,
    q: Annotated[str | None, QueryParameter(max_length=100)] = None,
) -> OrdersWanted:
    """What the list of orders may be narrowed to."""
    visit = str(inspection) if inspection else None
    return OrdersWanted(in_state.value if in_state else None, jurisdiction, campaign, visit, q)


class OrdersController(Controller):
    """`/api/orders`: for who may see the visit; deciding is for the office and the leader."""

    path = "/api/orders"
    tags = ["rectification"]
    dependencies = {"orders_wanted": Provide(provide_orders_wanted, sync_to_thread=False)}

    @get("/", operation_id="listOrders", opt=_ANY)
    async def list_orders(
        self,
        session: Db,
        caller: Who,
        orders_wanted: NamedDependency[OrdersWanted],
        page: Page = 1,
        size: PageSize = 50,
    ) -> OrderListOut:
        """Orders, what waits longest first."""
        found, total = await queries.orders(session, caller, orders_wanted, page=page, size=size)
        return OrderListOut(items=[OrderRowOut.of(one) for one in found], total=total)

    @get("/{order_id:uuid}", operation_id="readOrder", opt=_ANY)
    async def read(self, order_id: Id, session: Db, caller: Who, settings: Setting) -> OrderOut:
        """One order with its problems, papers and the enterprise's page."""
        return await _shown(session, await queries.order(session, str(order_id), caller), caller, settings)

    @post("/{order_id:uuid}/issue", operation_id="issueOrder", status_code=200, opt=_ANY)
    async def issue(self, order_id: Id, session: Db, caller: Who, blobs: Store, settings: Setting) -> OrderOut:
        """Print it under its number; again for a newer revision."""
        row = await queries.order_to_decide(session, str(order_id), caller)
        await orders.issue_order(session, blobs, row, settings=settings, by=caller.id, now=utc_now())
        return await _shown(session, row, caller, settings)

    @post("/{order_id:uuid}/serve", operation_id="serveOrder", status_code=200, opt=_ANY)
    async def serve(
        self, order_id: Id, data: JSONBody[ServeRequest], session: Db, caller: Who, blobs: Store, settings: Setting
    ) -> OrderOut:
        """Record the service; with it the days begin to run."""
        row = await queries.order_to_decide(session, str(order_id), caller)
        await orders.serve_order(
            session,
            blobs,
            row,
            Service(data.served_on, data.how, data.recipient, data.witness, data.note),
            settings=settings,
            calendar=read_calendar(settings.checklists_dir),
            reason=data.reason,
            by=caller.id,
            now=utc_now(),
        )
        return await _shown(session, row, caller, settings)

    @post("/{order_id:uuid}/withdraw", operation_id="withdrawOrder", status_code=200, opt=_ANY)
    async def withdraw(
        self, order_id: Id, data: JSONBody[ReasonRequest], session: Db, caller: Who, settings: Setting
    ) -> OrderOut:
        """Take it back with its open problems."""
        row = await queries.order_to_decide(session, str(order_id), caller)
        await orders.withdraw_order(session, row, reason=data.reason, by=caller.id, now=utc_now())
        return await _shown(session, row, caller, settings)

    @post("/{order_id:uuid}/link/revoke", operation_id="revokeOrderLink", status_code=200, opt=_ANY)
    async def revoke(self, order_id: Id, session: Db, caller: Who, settings: Setting) -> OrderOut:
        """Close the enterprise's page; a new link is made when one is asked for."""
        row = await queries.order_to_decide(session, str(order_id), caller)
        await links.revoke_links(session, row.id, by=caller.id, now=utc_now())
        return await _shown(session, row, caller, settings)

    @post("/{order_id:uuid}/link", operation_id="makeOrderLink", status_code=200, opt=_ANY)
    async def make_link(self, order_id: Id, session: Db, caller: Who, settings: Setting) -> OrderOut:
        """Make a link where there is none in force."""
        row = await queries.order_to_decide(session, str(order_id), caller)
        await links.link_for(session, row, settings=settings, now=utc_now())
        return await _shown(session, row, caller, settings)

    @post("/{order_id:uuid}/link/unlock", operation_id="unlockOrderLink", status_code=200, opt=_ANY)
    async def unlock(self, order_id: Id, session: Db, caller: Who, settings: Setting) -> OrderOut:
        """Let the digits be tried again."""
        row = await queries.order_to_decide(session, str(order_id), caller)
        await links.unlock_link(session, row.id, by=caller.id, now=utc_now())
        return await _shown(session, row, caller, settings)


class FollowUpController(Controller):
    """`/api/…` for one problem, and the lists of what waits for a decision."""

    path = "/api"
    tags = ["rectification"]

    @get("/rectification/policy", operation_id="getRectificationPolicy", opt=_ANY)
    async def policy(self) -> PolicyOut:
        """What forms need of the policy."""
        found = current_policy()
        return PolicyOut(
            departments=list(found.departments),
            rungs={rung.code: rung.name for rung in found.ladder},
            reply_working_days=found.reply_working_days,
            lookback_percent=found.lookback_percent,
        )

    @get("/problems/{problem_id:uuid}", operation_id="readProblem", opt=_ANY)
    async def problem(self, problem_id: Id, session: Db, caller: Who) -> ProblemDetailOut:
        """A problem with its whole history."""
        row = await queries.problem(session, str(problem_id), caller)
        entries = list(await entries_about(session, f"problem:{row.id}"))
        entries += await entries_about(session, f"order:{row.order_id}") if row.order_id else []
        entries += await entries_about(session, f"referral:{row.referral_id}") if row.referral_id else []
        names = await accounts.names_of(session, {entry.by for entry in entries if entry.by})
        acts = [
            ActOut(at=entry.at, verb=entry.verb, by=names.get(entry.by or ""), facts=json.loads(entry.facts))
            for entry in sorted(entries, key=lambda entry: (entry.at, entry.n))
        ]
        submissions = await queries.submissions_of(session, [row.id])
        names_of_members = set(ProblemDetailOut.model_fields) & set(type(row).model_fields)
        return ProblemDetailOut(
            **{name: getattr(row, name) for name in names_of_members},
            inspection=row.inspection_id,
            order=row.order_id,
            referral=row.referral_id,
            may_decide=await _may_decide(session, row.inspection_id, caller),
            submissions=[SubmissionBriefOut.model_validate(one) for one in submissions],
            acts=acts,
        )

    @post("/problems/{problem_id:uuid}/extensions", operation_id="askExtension", opt=_ANY)
    async def ask_extension(
        self, problem_id: Id, data: JSONBody[ExtensionRequest], session: Db, caller: Who
    ) -> ExtensionOut:
        """Enter the enterprise's wish for a later day."""
        problem = await queries.problem_to_decide(session, str(problem_id), caller)
        row = await requests.ask_extension(
            session,
            problem,
            wanted_on=data.wanted_on,
            reason=data.reason,
            policy=current_policy(),
            by=caller.id,
            now=utc_now(),
        )
        return ExtensionOut.of(await _about(session, row, caller))

    @post("/problems/{problem_id:uuid}/objections", operation_id="enterObjection", opt=_ANY)
    async def ask_objection(
        self, problem_id: Id, data: JSONBody[ObjectionRequest], session: Db, caller: Who
    ) -> ObjectionOut:
        """Enter what the enterprise said against a problem."""
        problem = await queries.problem_to_decide(session, str(problem_id), caller)
        row = await requests.ask_objection(session, problem, text=data.text, by=caller.id, now=utc_now())
        return ObjectionOut.of(await _about(session, row, caller))

    @get("/extensions", operation_id="listExtensions", opt=_ANY)
    async def extensions(
        self,
        session: Db,
        caller: Who,
        in_state: Annotated[RequestState | None, QueryParameter(name="state")] = None,
        page: Page = 1,
        size: PageSize = 50,
    ) -> ExtensionListOut:
        """Extensions, the oldest first."""
        found, total = await queries.requests(
            session, caller, Extension, state=in_state.value if in_state else None, page=page, size=size
        )
        return ExtensionListOut(items=[ExtensionOut.of(one) for one in found], total=total)

    @post("/extensions/{row_id:uuid}/decide", operation_id="decideExtension", status_code=200, opt=_ANY)
    async def decide_extension(
        self, row_id: Id, data: JSONBody[ExtensionDecision], session: Db, caller: Who, settings: Setting
    ) -> ExtensionOut:
        """Grant a new day, or none."""
        row = await queries.request_to_decide(session, Extension, str(row_id), caller)
        await requests.decide_extension(
            session,
            row,
            new_due_on=data.new_due_on,
            answer=data.answer,
            policy=current_policy(),
            calendar=read_calendar(settings.checklists_dir),
            by=caller.id,
            now=utc_now(),
        )
        return ExtensionOut.of(await _about(session, row, caller))

    @get("/objections", operation_id="listObjections", opt=_ANY)
    async def objections(
        self,
        session: Db,
        caller: Who,
        in_state: Annotated[RequestState | None, QueryParameter(name="state")] = None,
        page: Page = 1,
        size: PageSize = 50,
    ) -> ObjectionListOut:
        """Objections, the oldest first."""
        found, total = await queries.requests(
            session, caller, Objection, state=in_state.value if in_state else None, page=page, size=size
        )
        return ObjectionListOut(items=[ObjectionOut.of(one) for one in found], total=total)

    @post("/objections/{row_id:uuid}/decide", operation_id="decideObjection", status_code=200, opt=_ANY)
    async def decide_objection(
        self, row_id: Id, data: JSONBody[ObjectionDecision], session: Db, caller: Who
    ) -> ObjectionOut:
        """Uphold it or not."""
        row = await queries.request_to_decide(session, Objection, str(row_id), caller)
        await requests.decide_objection(
            session, row, is_upheld=data.is_upheld, answer=data.answer, by=caller.id, now=utc_now()
        )
        return ObjectionOut.of(await _about(session, row, caller))

    @get("/ladder-steps", operation_id="listLadderSteps", opt=_ANY)
    async def steps(
        self,
        session: Db,
        caller: Who,
        in_state: Annotated[StepState | None, QueryParameter(name="state")] = None,
        page: Page = 1,
        size: PageSize = 50,
    ) -> StepListOut:
        """Rungs that overdue problems have reached, the oldest first."""
        found, total = await queries.requests(
            session, caller, LadderStep, state=in_state.value if in_state else None, page=page, size=size
        )
        return StepListOut(items=[StepOut.of(one, current_policy()) for one in found], total=total)

    @post("/ladder-steps/{row_id:uuid}/decide", operation_id="decideLadderStep", status_code=200, opt=_ANY)
    async def decide_step(self, row_id: Id, data: JSONBody[StepDecision], session: Db, caller: Who) -> StepOut:
        """Note that it was taken, or why not."""
        row = await queries.request_to_decide(session, LadderStep, str(row_id), caller)
        await ladder.decide_step(session, row, is_taken=data.is_taken, note=data.note, by=caller.id, now=utc_now())
        return StepOut.of(await _about(session, row, caller), current_policy())

    @get("/referrals", operation_id="listReferrals", opt=_ANY)
    async def list_referrals(
        self,
        session: Db,
        caller: Who,
        in_state: Annotated[ReferralState | None, QueryParameter(name="state")] = None,
        page: Page = 1,
        size: PageSize = 50,
    ) -> ReferralListOut:
        """Referrals, the newest first."""
        found, total = await queries.referrals(
            session, caller, state=in_state.value if in_state else None, page=page, size=size
        )
        files = await queries.reply_files_of(session, [one.row.id for one in found])
        today = local_date(utc_now())
        return ReferralListOut(items=[ReferralOut.of(one, today=today, files=files) for one in found], total=total)

    @get("/referrals/{row_id:uuid}/files/{file_id:uuid}", operation_id="readReplyFile", opt=_ANY)
    async def reply_file(self, row_id: Id, file_id: Id, session: Db, caller: Who, blobs: Store) -> Stream:
        """A file of a department's reply."""
        row = await queries.visible_referral(session, str(row_id), caller)
        return reply_file_stream(blobs, await queries.reply_file(session, row.id, str(file_id)))

    @post("/referrals", operation_id="makeReferral", opt=_ANY)
    async def refer(
        self, data: JSONBody[ReferRequest], session: Db, caller: Who, blobs: Store, settings: Setting
    ) -> ReferralOut:
        """Hand problems over to a department, with a letter."""
        problems = [await queries.problem_to_decide(session, one, caller) for one in sorted(set(data.problems))]
        row = await referrals.refer(
            session,
            blobs,
            problems,
            department=data.department,
            reason=data.reason,
            policy=current_policy(),
            calendar=read_calendar(settings.checklists_dir),
            by=caller.id,
            now=utc_now(),
        )
        about = Waiting(row, None, row.inspection_id, *await _names(session, row.inspection_id))
        return ReferralOut.of(about, today=local_date(utc_now()))

    @post("/referrals/{row_id:uuid}/reply", operation_id="recordReferralReply", status_code=200, opt=_ANY)
    async def reply(self, row_id: Id, data: JSONBody[ReplyRequest], session: Db, caller: Who) -> ReferralOut:
        """Keep what the department answered."""
        row = await queries.referral_to_decide(session, str(row_id), caller)
        await referrals.record_reply(
            session, row, replied_on=data.replied_on, reply=data.reply, by=caller.id, now=utc_now()
        )
        about = Waiting(row, None, row.inspection_id, *await _names(session, row.inspection_id))
        return ReferralOut.of(about, today=local_date(utc_now()))


async def _about(session: AsyncSession, row: Extension | Objection | LadderStep, caller: Caller) -> Waiting:
    problem = await queries.problem(session, row.problem_id, caller)
    return Waiting(row, problem, problem.inspection_id, *await _names(session, problem.inspection_id))


async def _names(session: AsyncSession, inspection_id: str) -> tuple[str, str, str]:
    """The visit's code, the site and the enterprise."""
    inspection = await session.get_one(Inspection, inspection_id)
    site, enterprise = await registry.site_with_enterprise(session, inspection.site_id, "")
    return inspection.code, site.name, enterprise.name


async def _may_decide(session: AsyncSession, inspection_id: str, caller: Caller) -> bool:
    try:
        await queries.check_may_decide(session, inspection_id, caller)
    except DomainError:
        return False
    return True


async def _shown(session: AsyncSession, row: Order, caller: Caller, settings: Settings) -> OrderOut:
    may_decide = await _may_decide(session, row.inspection_id, caller)
    link = await queries.link_in_force(session, row.id)
    secret = await links.known_secret(session, settings) if link and may_decide else None
    code, site, enterprise = await _names(session, row.inspection_id)
    _, owner = await registry.site_with_enterprise(session, row.site_id, "")
    names = await accounts.names_of(session, [one for one in (row.issued_by, row.served_by) if one])
    papers = await documents.documents_about(session, [f"order:{row.id}"], "")
    return OrderOut.of(
        row,
        await queries.problems_of_order(session, row.id),
        visit_code=code,
        site=site,
        enterprise=enterprise,
        uscc=owner.uscc,
        issued_by=names.get(row.issued_by or ""),
        served_by=names.get(row.served_by or ""),
        may_decide=may_decide,
        documents=[DocumentOut.model_validate(paper) for paper in papers],
        link=LinkOut(
            url=links.address_of(link, secret, settings),
            is_locked=link.locked_at is not None,
            open_count=link.open_count,
            opened_at=link.opened_at,
        )
        if link and secret
        else None,
    )
