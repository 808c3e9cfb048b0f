"""The record of a visit over HTTP: all writing comes through sync, but for the office naming another leader."""

from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.guards import may, signed_in
from suicha.accounts.queries import Caller
from suicha.accounts.rules import Permission
from suicha.inspections import leaders, queries
from suicha.inspections.leader_schemas import LeaderCandidateListOut, ReplaceLeaderRequest
from suicha.inspections.records import DeviceBook
from suicha.inspections.schemas import InspectionExportOut, InspectionRecordOut
from suicha.kit.clock import utc_now


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

    @get(
        "/{inspection_id:uuid}/leader-candidates",
        operation_id="listLeaderCandidates",
        opt=may(Permission.DISPATCH),
    )
    async def candidates(
        self,
        inspection_id: FromPath[UUID],
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
    ) -> LeaderCandidateListOut:
        """Who may lead the visit when its leader is gone."""
        found = await leaders.candidates(session, str(inspection_id), caller, now=utc_now())
        return LeaderCandidateListOut.of(found)

    @post(
        "/{inspection_id:uuid}/leader",
        operation_id="replaceLeader",
        status_code=200,
        opt=may(Permission.DISPATCH),
    )
    async def replace_leader(
        self,
        inspection_id: FromPath[UUID],
        data: JSONBody[ReplaceLeaderRequest],
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
        device_book: NamedDependency[DeviceBook],
    ) -> InspectionRecordOut:
        """Name another leader, with the reason."""
        await leaders.replace_leader(
            session, str(inspection_id), data.account, caller, reason=data.reason, now=utc_now()
        )
        return InspectionRecordOut.of(await device_book.record_of(session, str(inspection_id), caller))
