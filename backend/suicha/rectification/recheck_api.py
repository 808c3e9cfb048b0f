"""Rechecks as visits: who goes, sending them, what they found; and look-backs."""

from collections import Counter
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.guards import may, signed_in
from suicha.accounts.queries import Caller
from suicha.accounts.rules import Permission
from suicha.documents.schemas import DocumentOut
from suicha.infra.blobs import BlobStore
from suicha.kit.clock import utc_now
from suicha.rectification import papers, queries
from suicha.rectification.actions import lookbacks, rechecks
from suicha.rectification.errors import RecheckNotDrawn
from suicha.rectification.recheck_pages import lookback_page, lookback_rows, recheck_page
from suicha.rectification.recheck_schemas import (
    DrawRequest,
    LookbackDetailOut,
    LookbackOut,
    LookbackPreviewOut,
    LookbackRequest,
    LookbackRowOut,
    RecheckDetailOut,
    ReplaceRequest,
    SendRequest,
)
from suicha.rectification.rules import RecheckState
from suicha.rectification.rules.rechecks import sample_size
from suicha.rectification.tables import Lookback, Recheck

Db = NamedDependency[AsyncSession]
Who = NamedDependency[Caller]
Id = FromPath[UUID]
_MANAGE = may(Permission.MANAGE_RECTIFICATION)


class RecheckController(Controller):
    """`/api/rechecks/{id}` and `/api/lookbacks`."""

    path = "/api"
    tags = ["rectification"]

    @get("/rechecks/{recheck_id:uuid}", operation_id="readRecheck", opt=signed_in())
    async def read(self, recheck_id: Id, session: Db, caller: Who) -> RecheckDetailOut:
        """One recheck."""
        row = await queries.recheck(session, str(recheck_id), caller)
        return await recheck_page(session, row, caller, now=utc_now())

    @post("/rechecks/{recheck_id:uuid}/draw", operation_id="drawRecheckTeam", status_code=200, opt=_MANAGE)
    async def draw(self, recheck_id: Id, data: JSONBody[DrawRequest], session: Db, caller: Who) -> RecheckDetailOut:
        """Draw the two officers; again only with a reason."""
        row = await _to_decide(session, recheck_id, caller)
        if data.reason is None and await queries.draws_of(session, row.id):
            raise RecheckNotDrawn("重新抽取须写明理由")
        await rechecks.draw_team(session, row, reason=data.reason, by=caller.id, now=utc_now())
        return await recheck_page(session, row, caller, now=utc_now())

    @post("/rechecks/{recheck_id:uuid}/replace", operation_id="replaceRecheckMember", status_code=200, opt=_MANAGE)
    async def replace(
        self, recheck_id: Id, data: JSONBody[ReplaceRequest], session: Db, caller: Who
    ) -> RecheckDetailOut:
        """Let the next ticket go in somebody's place."""
        row = await _to_decide(session, recheck_id, caller)
        await rechecks.replace_member(session, row, data.inspector, reason=data.reason, by=caller.id, now=utc_now())
        return await recheck_page(session, row, caller, now=utc_now())

    @post("/rechecks/{recheck_id:uuid}/send", operation_id="sendRecheckTeam", status_code=200, opt=_MANAGE)
    async def send(self, recheck_id: Id, data: JSONBody[SendRequest], session: Db, caller: Who) -> RecheckDetailOut:
        """Send the drawn team: the visit is on their phones."""
        row = await _to_decide(session, recheck_id, caller)
        await rechecks.send_team(session, row, on=data.on, partner=data.partner or None, by=caller.id, now=utc_now())
        return await recheck_page(session, row, caller, now=utc_now())

    @post("/rechecks/{recheck_id:uuid}/document", operation_id="makeRecheckRecord", opt=signed_in())
    async def document(
        self, recheck_id: Id, session: Db, caller: Who, blobs: NamedDependency[BlobStore]
    ) -> DocumentOut:
        """复查记录 of a recheck that is done."""
        row = await _to_decide(session, recheck_id, caller)
        if row.state != RecheckState.DONE:
            raise RecheckNotDrawn("复查还没有完成")
        made = await papers.recheck_record_document(session, blobs, row, by=caller.id, now=utc_now())
        return DocumentOut.model_validate(made)

    @get("/lookbacks", operation_id="listLookbacks", opt=_MANAGE)
    async def list_lookbacks(self, session: Db, caller: Who) -> list[LookbackRowOut]:
        """Samples that were drawn, the newest first."""
        return await lookback_rows(session, caller.jurisdiction)

    @get("/lookbacks/{lookback_id:uuid}", operation_id="readLookback", opt=_MANAGE)
    async def read_lookback(self, lookback_id: Id, session: Db, caller: Who) -> LookbackDetailOut:
        """One sample with what was found."""
        return await lookback_page(session, await queries.lookback(session, str(lookback_id), caller.jurisdiction))

    @post("/lookbacks/preview", operation_id="previewLookback", status_code=200, opt=_MANAGE)
    async def preview(self, data: JSONBody[LookbackRequest], session: Db, caller: Who) -> LookbackPreviewOut:
        """How many problems could be drawn, and would be."""
        found = await queries.closed_between(session, caller, data.first_on, data.last_on, _place(data, caller))
        sizes = Counter(problem.jurisdiction for problem in found)
        districts = {place: (n, sample_size(n, data.percent)) for place, n in sorted(sizes.items())}
        taken = sum(n for _, n in districts.values())
        return LookbackPreviewOut(pool_size=len(found), taken=taken, districts=districts)

    @post("/lookbacks", operation_id="drawLookback", opt=_MANAGE)
    async def lookback(self, data: JSONBody[LookbackRequest], session: Db, caller: Who) -> LookbackOut:
        """Draw the sample and schedule its visits."""
        row: Lookback = await lookbacks.draw_lookback(
            session,
            caller,
            first_on=data.first_on,
            last_on=data.last_on,
            percent=data.percent,
            on=data.on,
            jurisdiction=_place(data, caller),
            now=utc_now(),
        )
        return LookbackOut.model_validate(row)


def _place(data: LookbackRequest, caller: Caller) -> str:
    """What was asked for if it lies in the caller's jurisdiction, else that."""
    return data.jurisdiction if data.jurisdiction.startswith(caller.jurisdiction) else caller.jurisdiction


async def _to_decide(session: AsyncSession, recheck_id: UUID, caller: Caller) -> Recheck:
    row = await queries.recheck(session, str(recheck_id), caller, is_locked=True)
    await queries.check_may_decide(session, row.inspection_id, caller)
    return row
