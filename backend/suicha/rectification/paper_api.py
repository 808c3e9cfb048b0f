"""Making the papers that nobody orders by another act: the record of a visit, the table of a campaign."""

from uuid import UUID

from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.guards import may, signed_in
from suicha.accounts.queries import Caller
from suicha.accounts.rules import Permission
from suicha.documents.schemas import DocumentOut
from suicha.infra.blobs import BlobStore
from suicha.infra.db import Database
from suicha.inspections import queries as inspections
from suicha.inspections.site_record import make_site_record
from suicha.kit.clock import utc_now
from suicha.rectification import queries
from suicha.rectification.summary import make_summary

Store = NamedDependency[BlobStore]
Who = NamedDependency[Caller]
Id = FromPath[UUID]


class PapersController(Controller):
    """`/api/inspections/{id}/site-record` and `/api/campaigns/{id}/summary`."""

    path = "/api"
    tags = ["documents"]

    @post("/inspections/{inspection_id:uuid}/site-record", operation_id="makeSiteRecord", opt=signed_in())
    async def site_record(
        self, inspection_id: Id, database: NamedDependency[Database], caller: Who, blobs: Store
    ) -> DocumentOut:
        """Make 现场检查笔录, or a newer revision of it: for the office and the visit's leader."""
        async with database.reading() as session:
            await inspections.visible_inspection(session, str(inspection_id), caller)
            await queries.check_may_decide(session, str(inspection_id), caller)
        made = await make_site_record(database, blobs, str(inspection_id), caller, now=utc_now())
        return DocumentOut.model_validate(made)

    @post("/campaigns/{campaign_id:uuid}/summary", operation_id="makeSummary", opt=may(Permission.MANAGE_RECTIFICATION))
    async def summary(
        self, campaign_id: Id, session: NamedDependency[AsyncSession], caller: Who, blobs: Store
    ) -> DocumentOut:
        """Make 检查情况汇总表 of a campaign, or a newer revision of it."""
        return DocumentOut.model_validate(await make_summary(session, blobs, str(campaign_id), caller, now=utc_now()))
