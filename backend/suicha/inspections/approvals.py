"""审批: one form for all visits that have none; a second person approves or returns it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts import queries as accounts
from suicha.accounts.queries import Caller
from suicha.documents import actions as documents
from suicha.documents import queries as document_queries
from suicha.documents.rules import Kind, Numbered
from suicha.documents.tables import Document
from suicha.feed import actions as feed
from suicha.feed.rules import visit_scope
from suicha.infra.blobs import BlobStore
from suicha.inspections import plans
from suicha.inspections.errors import ApprovalSettled, NothingToApprove
from suicha.inspections.plans import DrawInForce, Planned
from suicha.inspections.rules.before import approval_news, check_may_approve
from suicha.inspections.rules.papers import Signed, approval_facts
from suicha.inspections.tables import Approval
from suicha.journal import actions as journal
from suicha.kit.clock import local_date, rfc3339
from suicha.kit.ids import new_id

REQUEST = "拟按“双随机”抽取结果实施检查，请批准。"


async def request(
    session: AsyncSession,
    blobs: BlobStore,
    draw_id: str,
    caller: Caller,
    *,
    urgent_reason: str | None = None,
    now: datetime,
) -> Approval:
    """Ask for approval of every visit that stands on no form; with a reason it is urgent and approved afterwards.

    Raises ProposalMissing or NothingToApprove.
    """
    draw = await plans.draw_in_force(session, draw_id, caller, is_locked=True)
    waiting = [one for one in await plans.planned(session, draw_id) if one.row.approval_id is None]
    if not waiting:
        raise NothingToApprove
    number = await documents.next_number(session, Kind.APPROVAL, now=now)
    row = Approval(
        id=new_id(),
        draw_id=draw_id,
        campaign_id=draw.campaign.id,
        jurisdiction=draw.campaign.scope,
        number=number.text,
        document_id="",
        visit_count=len(waiting),
        is_urgent=urgent_reason is not None,
        urgent_reason=urgent_reason,
        requested_by=caller.id,
        requested_at=now,
    )
    row.document_id = (await _print(session, blobs, draw, row, waiting, number, by=caller, now=now)).id
    session.add(row)
    await session.flush()
    for one in waiting:
        one.row.approval_id = row.id
    await session.flush()
    await journal.record(
        session,
        caller.id,
        "requested_approval",
        f"draw:{draw_id}",
        at=now,
        number=row.number,
        visits=len(waiting),
        is_urgent=row.is_urgent,
    )
    return row


async def approve(
    session: AsyncSession,
    blobs: BlobStore,
    draw_id: str,
    approval_id: str,
    caller: Caller,
    *,
    opinion: str,
    now: datetime,
) -> Approval:
    """Approve a form as another person than who asked; raises ApprovalUnknown, ApprovalSettled or ApprovalOwn.

    Visits that were sent as urgent learn of it through their feeds.
    """
    draw = await plans.draw_in_force(session, draw_id, caller, is_locked=True)
    row = await plans.approval(session, draw_id, approval_id)
    check_may_approve(requested_by=row.requested_by, by=caller.id, is_settled=_is_settled(row))
    row.approved_by, row.approved_at, row.opinion = caller.id, now, opinion
    on_form = [one for one in await plans.planned(session, draw_id) if one.row.approval_id == row.id]
    number = documents.number_of(await document_queries.document(session, row.document_id, ""))
    row.document_id = (await _print(session, blobs, draw, row, on_form, number, by=caller, now=now)).id
    await session.flush()
    await _tell_the_sent(session, row, on_form, now=now)
    await journal.record(session, caller.id, "approved", f"draw:{draw_id}", at=now, number=row.number, opinion=opinion)
    return row


async def give_back(
    session: AsyncSession, draw_id: str, approval_id: str, caller: Caller, *, reason: str, now: datetime
) -> Approval:
    """Return a form with a reason, or withdraw one's own: its visits that were not sent are free to change again."""
    await plans.draw_in_force(session, draw_id, caller, is_locked=True)
    row = await plans.approval(session, draw_id, approval_id)
    if _is_settled(row):
        raise ApprovalSettled
    row.returned_by, row.returned_at, row.returned_because = caller.id, now, reason
    for one in await plans.planned(session, draw_id):
        if one.row.approval_id == row.id and one.row.dispatched_at is None:
            one.row.approval_id = None
    await session.flush()
    await journal.record(
        session, caller.id, "returned_approval", f"draw:{draw_id}", at=now, number=row.number, reason=reason
    )
    return row


def _is_settled(row: Approval) -> bool:
    return row.approved_at is not None or row.returned_at is not None


async def _print(
    session: AsyncSession,
    blobs: BlobStore,
    draw: DrawInForce,
    row: Approval,
    on_form: Sequence[Planned],
    number: Numbered,
    *,
    by: Caller,
    now: datetime,
) -> Document:
    people = [account for account in (row.requested_by, row.approved_by) if account]
    names = await accounts.names_of(session, people)
    requested = Signed(names[row.requested_by], REQUEST, local_date(row.requested_at))
    approved = None
    if row.approved_by and row.approved_at:
        approved = Signed(names[row.approved_by], row.opinion or "", local_date(row.approved_at))
    facts = approval_facts(
        await plans.round_of(session, draw),
        await plans.lines(session, on_form),
        requested=requested,
        approved=approved,
        urgent_reason=row.urgent_reason,
    )
    return await documents.make_document(
        session, blobs, number, facts, about=f"approval:{row.id}", jurisdiction=row.jurisdiction, by=by.id, now=now
    )


async def _tell_the_sent(session: AsyncSession, row: Approval, on_form: Sequence[Planned], *, now: datetime) -> None:
    scopes = [visit_scope(one.row.id) for one in on_form if one.row.dispatched_at]
    news = approval_news(row.number, approved_at=rfc3339(now), is_urgent=row.is_urgent)
    await feed.lock(session, scopes)
    for scope in sorted(scopes):
        await feed.append(session, scope, "inspection.approved", news, at=now)
