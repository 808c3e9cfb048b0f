"""The record of a visit over HTTP: read only, all writing comes through sync."""

from uuid import UUID

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.guards import signed_in
from suicha.accounts.queries import Caller
from suicha.inspections import queries
from suicha.inspections.records import DeviceBook
from suicha.inspections.schemas import InspectionExportOut, InspectionRecordOut


class InspectionsController(Controller):
    """`/api/inspections/{id}`: for the team, and for those who may see all visits of their jurisdiction; else 404."""

    path = "/api/inspections"
    tags = ["inspections"]

    @get("/{inspection_id:uuid}", operation_id="getInspection", opt=signed_in())
    async def record(
        self,
        inspection_id: FromPath[UUID],
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
        device_book: NamedDependency[DeviceBook],
    ) -> InspectionRecordOut:
        """Who answered what, when by which clock, what is disputed, sealed, signed and late."""
        return InspectionRecordOut.of(await device_book.record_of(session, str(inspection_id), caller))

    @get("/{inspection_id:uuid}/export", operation_id="exportInspection", opt=signed_in())
    async def export(
        self,
        inspection_id: FromPath[UUID],
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
    ) -> Response[InspectionExportOut]:
        """The visit as a file that anybody can check with `suicha verify inspection`."""
        inspection = await queries.visible_inspection(session, str(inspection_id), caller)
        export = InspectionExportOut.model_validate(await queries.export_of(session, inspection.id))
        name = f'attachment; filename="inspection-{inspection.id}.json"'
        return Response(export, headers={"Content-Disposition": name})
