"""责令限期改正通知书: drafted with the problems, issued by a person, served, and with service the days begin to run."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts import queries as accounts
from suicha.documents import actions as documents
from suicha.documents.rules import Kind
from suicha.infra.blobs import BlobStore
from suicha.infra.settings import Settings
from suicha.journal import actions as journal
from suicha.kit.clock import local_date
from suicha.kit.ids import new_id
from suicha.kit.workdays import Calendar, TermUnit
from suicha.notices import actions as notices
from suicha.rectification import papers, queries
from suicha.rectification.actions.days import set_deadline
from suicha.rectification.actions.ending import end_problem
from suicha.rectification.actions.links import link_for, revoke_links
from suicha.rectification.errors import OrderNotIssued, ServiceFixed
from suicha.rectification.rules import FINAL, NEXT_ORDER, OrderState, ProblemState, stepped
from suicha.rectification.rules.deadlines import Service, check_service, due_after_service
from suicha.rectification.tables import Order, Problem
from suicha.registry import queries as registry


async def draft_orders(session: AsyncSession, inspection_id: str, *, now: datetime) -> Order | None:
    """Put the problems of a visit that stand on no order on a new draft; None where there is none of them."""
    loose = await queries.problems_without_order(session, inspection_id)
    if not loose:
        return None
    first = loose[0]
    _, enterprise = await registry.site_with_enterprise(session, first.site_id, "")
    order = Order(
        id=new_id(),
        inspection_id=inspection_id,
        n=await queries.last_order_number(session, inspection_id) + 1,
        site_id=first.site_id,
        enterprise_id=enterprise.id,
        jurisdiction=first.jurisdiction,
        state=OrderState.DRAFT.value,
        drafted_at=now,
    )
    session.add(order)
    await session.flush()
    for problem in loose:
        problem.order_id = order.id
    await session.flush()
    await journal.record(
        session, None, "drafted_order", f"order:{order.id}", at=now, problems=[problem.code for problem in loose]
    )
    return order


async def issue_order(
    session: AsyncSession, blobs: BlobStore, order: Order, *, settings: Settings, by: str, now: datetime
) -> Order:
    """Print an order under its number; one that is issued already is printed anew as a newer revision.

    Raises DocumentFactsMissing before anything is changed, and IllegalStep for one that was withdrawn or has ended.
    """
    if order.state != OrderState.ISSUED:
        order.state = stepped(NEXT_ORDER, order.state, OrderState.ISSUED).value
    order.issued_at = order.issued_at or now
    order.issued_by = order.issued_by or by
    link = await link_for(session, order, settings=settings, now=now)
    document = await papers.order_document(session, blobs, order, link_url=link, by=by, now=now)
    order.number, order.document_id = document.number, document.id
    await session.flush()
    await journal.record(
        session, by, "issued_order", f"order:{order.id}", at=now, number=order.number, revision=document.revision
    )
    return order


async def serve_order(
    session: AsyncSession,
    blobs: BlobStore,
    order: Order,
    service: Service,
    *,
    settings: Settings,
    calendar: Calendar,
    reason: str | None = None,
    by: str,
    now: datetime,
) -> Order:
    """Record the service: every open problem gets its day anew from it. A wrong record is put right with a reason.

    Raises OrderNotIssued, ServiceTooEarly, ServiceTooLate, ServiceIncomplete, DayBeforeService or ServiceFixed.
    """
    is_correction = order.state == OrderState.SERVED
    if not is_correction:
        if order.state != OrderState.ISSUED or order.issued_at is None:
            raise OrderNotIssued
        order.state = stepped(NEXT_ORDER, order.state, OrderState.SERVED).value
    elif await queries.has_granted_extension(session, order.id):
        raise ServiceFixed
    check_service(service, issued_on=local_date(order.issued_at or now), today=local_date(now))
    before = order.served_on
    order.served_on, order.served_how = service.on, service.how.value
    order.recipient, order.witness, order.service_note = service.recipient, service.witness, service.note
    order.served_by, order.service_recorded_at = by, now
    await session.flush()
    for problem in await queries.problems_of_order(session, order.id, is_open=True):
        due = due_after_service(_term(problem), problem.due_on, service.on, calendar)
        await set_deadline(session, problem, due, calendar, now=now)
    document = await papers.service_document(session, blobs, order, by=by, now=now)
    order.service_document_id = document.id
    await session.flush()
    await journal.record(
        session,
        by,
        "corrected_service" if is_correction else "served_order",
        f"order:{order.id}",
        at=now,
        served_on=service.on.isoformat(),
        how=service.how.value,
        before=before.isoformat() if before else None,
        reason=reason,
    )
    await _tell_enterprise(session, order, settings=settings, now=now)
    return order


def _term(problem: Problem) -> tuple[int, TermUnit] | None:
    if problem.term_value is None or problem.term_unit is None:
        return None
    unit: TermUnit = "working_days" if problem.term_unit == "working_days" else "calendar_days"
    return problem.term_value, unit


async def _tell_enterprise(session: AsyncSession, order: Order, *, settings: Settings, now: datetime) -> None:
    site, enterprise = await registry.site_with_enterprise(session, order.site_id, "")
    problems = await queries.problems_of_order(session, order.id, is_open=True)
    if not problems:
        return
    first = min(problem.due_on for problem in problems)
    link = await link_for(session, order, settings=settings, now=now)
    await notices.post_outside(
        session,
        "order_issued",
        phone=site.contact_phone or enterprise.phone,
        about=f"order:{order.id}",
        title=f"责令限期改正通知书 {order.number}",
        text=f"{site.name}有 {len(problems)} 个问题需要改正，最早于 {first} 到期。查看和提交整改证明：{link}",
        once=f"served/{order.id}/{order.served_on}",
        jurisdiction=order.jurisdiction,
        now=now,
    )


async def withdraw_order(session: AsyncSession, order: Order, *, reason: str, by: str, now: datetime) -> Order:
    """Take an order back with its open problems: it should not have been made. Its number stays used."""
    order.state = stepped(NEXT_ORDER, order.state, OrderState.WITHDRAWN).value
    order.withdrawn_at, order.withdrawn_because = now, reason
    await session.flush()
    await revoke_links(session, order.id, by=by, now=now)
    await documents.withdraw_documents(session, Kind.ORDER, f"order:{order.id}", now=now)
    for problem in await queries.problems_of_order(session, order.id):
        if ProblemState(problem.state) not in FINAL:
            await end_problem(session, problem, ProblemState.WITHDRAWN, because="order_withdrawn", by=by, now=now)
    await journal.record(session, by, "withdrew_order", f"order:{order.id}", at=now, reason=reason)
    return order


async def waiting_for_office(session: AsyncSession, order: Order) -> list[str]:
    """Whom to tell of something that the office must decide about an order."""
    return await accounts.desk_accounts(session, order.jurisdiction)
