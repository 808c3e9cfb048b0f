"""通知: a notice for each enterprise, sent in some way, or withheld for a reason."""

import asyncio
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.queries import Caller
from suicha.documents import actions as documents
from suicha.documents import queries as document_queries
from suicha.documents.rules import Kind, file_name
from suicha.feed import actions as feed
from suicha.feed.rules import visit_scope
from suicha.infra.blobs import BlobStore
from suicha.inspections import plans
from suicha.inspections.errors import ApprovalMissing, NoticeNotMade, NoticeSent
from suicha.inspections.plans import Planned
from suicha.inspections.rules.before import Delivery, NoticeState, notice_news
from suicha.inspections.rules.papers import notice_facts
from suicha.inspections.tables import Notice
from suicha.journal import actions as journal
from suicha.kit.clock import local_date, rfc3339


@dataclass(frozen=True)
class Made:
    """How many notices were made now, and how many wait still."""

    made: int
    left: int


async def make(
    session: AsyncSession,
    blobs: BlobStore,
    draw_id: str,
    caller: Caller,
    *,
    visits: Sequence[str] | None = None,
    limit: int,
    now: datetime,
) -> Made:
    """Make up to `limit` notices that are not there yet, each with its number; raises ApprovalMissing.

    A few at a time, so that nobody else waits long for the database; whoever asks goes on until none is left. Those
    that are named are made in any case: a withheld one to be handed over on the spot, and one that is there in a newer
    revision under its number, because its team has changed.
    """
    draw = await plans.draw_in_force(session, draw_id, caller, is_locked=True)
    found = plans.chosen(await plans.planned(session, draw_id), visits)
    without = found if visits is not None else [one for one in found if one.readiness.notice is NoticeState.NONE]
    allowed = [one for one in without if one.readiness.may_be_noticed]
    if without and not allowed:
        raise ApprovalMissing(f"还有 {len(without)} 次检查没有批准", visits=len(without))
    round_ = await plans.round_of(session, draw)
    for one, line in zip(allowed[:limit], await plans.lines(session, allowed[:limit]), strict=True):
        approved = one.approval.number if one.approval and one.approval.approved_at else None
        facts = notice_facts(round_, line, approval=approved, made_on=local_date(now))
        await _make_one(session, blobs, one, facts, caller, now=now)
    return Made(len(allowed[:limit]), len(allowed[limit:]))


def _document_of(one: Planned) -> str | None:
    return one.notice.document_id if one.notice else None


async def _make_one(
    session: AsyncSession, blobs: BlobStore, one: Planned, facts: Mapping[str, Any], caller: Caller, *, now: datetime
) -> None:
    made = _document_of(one)
    number = (
        documents.number_of(await document_queries.document(session, made, ""))
        if made
        else await documents.next_number(session, Kind.NOTICE, now=now)
    )
    document = await documents.make_document(
        session,
        blobs,
        number,
        facts,
        about=f"inspection:{one.row.id}",
        jurisdiction=one.row.jurisdiction,
        by=caller.id,
        now=now,
    )
    row = one.notice or Notice(visit_id=one.row.id, by=caller.id)
    row.number, row.document_id, row.made_at = number.text, document.id, now
    session.add(row)
    await session.flush()


async def mark_sent(
    session: AsyncSession,
    draw_id: str,
    caller: Caller,
    *,
    visits: Sequence[str] | None = None,
    sent_at: datetime,
    how: Delivery,
    recipient: str | None,
    now: datetime,
) -> int:
    """Note that notices were sent; without names, all that are made and not sent. Raises NoticeNotMade.

    Said again of one that was sent, it changes nothing. Visits that are under way learn of it through their feeds.
    """
    await plans.draw_in_force(session, draw_id, caller, is_locked=True)
    found = plans.chosen(await plans.planned(session, draw_id), visits)
    unmade = [one for one in found if _document_of(one) is None]
    if visits is not None and unmade:
        raise NoticeNotMade(visit=unmade[0].row.id)
    sent = [one for one in found if one.notice and one.notice.document_id and one.notice.sent_at is None]
    if not sent and not visits:
        raise NoticeNotMade
    await feed.lock(session, [visit_scope(one.row.id) for one in sent if one.row.dispatched_at])
    for one in sent:
        await _mark(session, one, caller, sent_at=sent_at, how=how, recipient=recipient, now=now)
    return len(sent)


async def _mark(
    session: AsyncSession,
    one: Planned,
    caller: Caller,
    *,
    sent_at: datetime,
    how: Delivery,
    recipient: str | None,
    now: datetime,
) -> None:
    row = one.notice
    if row is None:
        raise NoticeNotMade(visit=one.row.id)
    row.sent_at, row.how, row.recipient, row.by = sent_at, how.value, recipient, caller.id
    await session.flush()
    await journal.record(
        session,
        caller.id,
        "sent_notice",
        f"inspection:{one.row.id}",
        at=now,
        number=row.number,
        how=how.value,
        recipient=recipient,
        sent_at=rfc3339(sent_at),
    )
    if one.row.dispatched_at:
        await feed.append(session, visit_scope(one.row.id), "inspection.notified", news_of(row), at=now)


def news_of(row: Notice) -> dict[str, Any]:
    """A notice as phones are told of it."""
    return notice_news(
        number=row.number,
        sent_at=rfc3339(row.sent_at) if row.sent_at else None,
        how=row.how,
        withheld=row.withheld_because,
    )


async def withhold(
    session: AsyncSession, draw_id: str, caller: Caller, *, visits: Sequence[str], reason: str, now: datetime
) -> int:
    """Write down why some enterprises are not told beforehand; raises NoticeSent where one was told."""
    await plans.draw_in_force(session, draw_id, caller, is_locked=True)
    found = plans.chosen(await plans.planned(session, draw_id), visits)
    told = [one for one in found if one.readiness.notice is NoticeState.SENT]
    if told:
        raise NoticeSent(visit=told[0].row.id)
    for one in found:
        row = one.notice or Notice(visit_id=one.row.id, by=caller.id)
        row.withheld_at, row.withheld_because, row.by = now, reason, caller.id
        session.add(row)
        await session.flush()
        await journal.record(session, caller.id, "withheld_notice", f"inspection:{one.row.id}", at=now, reason=reason)
    return len(found)


async def bundle(session: AsyncSession, blobs: BlobStore, draw_id: str, caller: Caller) -> bytes:
    """All notices that are made, as one ZIP for whoever prints them; raises NoticeNotMade."""
    await plans.draw_in_force(session, draw_id, caller)
    named = {}
    for one in await plans.planned(session, draw_id):
        if one.notice and one.notice.document_id:
            row = await document_queries.document(session, one.notice.document_id, "")
            named[f"{one.row.code} {file_name(row.number, row.title)}"] = await documents.read_document(blobs, row)
    if not named:
        raise NoticeNotMade
    return await asyncio.to_thread(_zipped, named)


def _zipped(named: Mapping[str, bytes]) -> bytes:
    out = BytesIO()
    # PDFs are packed already; entries without a day of their own make the same bundle from the same notices.
    with zipfile.ZipFile(out, "w") as bundle_:
        for name, data in sorted(named.items()):
            bundle_.writestr(zipfile.ZipInfo(name), data)
    return out.getvalue()
