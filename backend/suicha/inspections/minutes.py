"""The papers of a draw: its record with signature lines, and the list of its results."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.queries import Caller
from suicha.documents import actions as documents
from suicha.documents import queries as document_queries
from suicha.documents.rules import Kind
from suicha.documents.tables import Document
from suicha.draws import queries as draws
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
    """The paper of a sealed draw, made once: who asks again gets the same one.

    The list names people as the teams stand now, so it is made anew; raises DrawUnknown, DrawNotSealed.
    """
    draw = await plans.draw_in_force(session, draw_id, caller, is_locked=True)
    about = f"draw:{draw_id}"
    made = [row for row in await document_queries.documents_about(session, [about], "") if row.kind == kind]
    if made and kind is Kind.DRAW_RECORD:
        return made[-1]
    if kind is Kind.DRAW_RECORD:
        record = await draws.sealed_record(session, draw_id)
        url = f"{public_url}/public/draws/{draw_id}" if public_url else None
        facts = draw_record_facts(record, sealed_at=draw.row.sealed_at, verify_url=url)
    else:
        found = await plans.planned(session, draw_id)
        facts = draw_list_facts(await plans.round_of(session, draw), await plans.lines(session, found))
    number = documents.number_of(made[-1]) if made else await documents.next_number(session, kind, now=now)
    return await documents.make_document(
        session, blobs, number, facts, about=about, jurisdiction=draw.campaign.scope, by=caller.id, now=now
    )
