"""The papers of a draw: its record with signature lines, and the list of its results."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.queries import Caller
from suicha.documents import actions as documents
from suicha.documents import queries as document_queries
from suicha.documents.errors import DocumentUnknown
from suicha.documents.rules import Kind
from suicha.documents.tables import Document
from suicha.draws import queries as draws
from suicha.draws.rules.ceremony import DrawKind
from suicha.infra.blobs import BlobStore
from suicha.inspections import plans
from suicha.inspections.rules.papers import draw_list_facts, draw_record_facts


async def print_draw(
    session: AsyncSession,
    blobs: BlobStore,
    draw_id: str,
    caller: Caller,
    *,
    kind: Kind,
    public_url: str | None,
    now: datetime,
) -> Document:
    """The paper of a sealed draw; raises DrawUnknown, DrawNotSealed or, for other papers and draws, DocumentUnknown.

    A record never changes, so it is made once, also for a draw that was superseded. The list names people as the teams
    stand now, so it is made anew under its number.
    """
    draw, campaign = await draws.draw_row(session, draw_id, caller)
    await draws.locked_draw(session, draw_id)
    if draw.kind != DrawKind.DRAW or kind not in (Kind.DRAW_RECORD, Kind.DRAW_LIST):
        raise DocumentUnknown
    about = f"draw:{draw_id}"
    made = [row for row in await document_queries.documents_about(session, [about], "") if row.kind == kind]
    if made and kind is Kind.DRAW_RECORD:
        return made[-1]
    facts = (
        await _record_facts(session, draw_id, sealed_at=draw.sealed_at, public_url=public_url)
        if kind is Kind.DRAW_RECORD
        else await _list_facts(session, draw_id, caller)
    )
    number = documents.number_of(made[-1]) if made else await documents.next_number(session, kind, now=now)
    return await documents.make_document(
        session, blobs, number, facts, about=about, jurisdiction=campaign.scope, by=caller.id, now=now
    )


async def _record_facts(
    session: AsyncSession, draw_id: str, *, sealed_at: datetime | None, public_url: str | None
) -> Mapping[str, Any]:
    record = await draws.sealed_record(session, draw_id)
    url = f"{public_url}/public/draws/{draw_id}" if public_url else None
    return draw_record_facts(record, sealed_at=sealed_at, verify_url=url)


async def _list_facts(session: AsyncSession, draw_id: str, caller: Caller) -> Mapping[str, Any]:
    in_force = await plans.draw_in_force(session, draw_id, caller)
    found = await plans.planned(session, draw_id)
    return draw_list_facts(await plans.round_of(session, in_force), await plans.lines(session, found))
