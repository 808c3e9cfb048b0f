"""The libraries over HTTP: lists, single rows, edits, history, files. Rows from elsewhere are as unknown as none."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, ClassVar
from uuid import UUID

from litestar import Controller, Response, get, patch, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.guards import may
from suicha.accounts.queries import Caller
from suicha.accounts.rules import Permission
from suicha.infra.exports import MOST_ROWS, XLSX, attachment, check_size
from suicha.kit.clock import local_date, utc_now
from suicha.registry import actions, queries, spreadsheets
from suicha.registry.import_schemas import RosterHistoryLineOut, RosterHistoryOut
from suicha.registry.queries import Found, RosterFilter
from suicha.registry.rules import InspectorKind, RecusalKind, RiskClass
from suicha.registry.rules.fields import SHEETS, Library
from suicha.registry.schemas import (
    EnterpriseListOut,
    EnterpriseOut,
    EnterprisePatch,
    EnterpriseRequest,
    InspectorListOut,
    InspectorOut,
    InspectorPatch,
    InspectorRequest,
    LeaveListOut,
    LeaveOut,
    LeavePatch,
    LeaveRequest,
    RecusalListOut,
    RecusalOut,
    RecusalPatch,
    RecusalRequest,
    Removed,
    RemoveRequest,
    RestoreRequest,
    SiteListOut,
    SiteOut,
    SitePatch,
    SiteRequest,
)

_MAY = may(Permission.MANAGE_REGISTRY)
_KINDS = f"^({'|'.join([*InspectorKind, *RecusalKind])})$"
Session = NamedDependency[AsyncSession]
By = NamedDependency[Caller]


@dataclass(frozen=True)
class Paging:
    """Which part of a list, in which order; a leading minus turns it round."""

    sort: str | None
    page: int
    size: int


def wanted_rows(
    q: Annotated[str | None, QueryParameter(max_length=100)] = None,
    jurisdiction: Annotated[str | None, QueryParameter(pattern=r"^[0-9]{1,12}$")] = None,
    enterprise: FromQuery[UUID | None] = None,
    inspector: FromQuery[UUID | None] = None,
    kind: Annotated[str | None, QueryParameter(pattern=_KINDS)] = None,
    risk_class: FromQuery[RiskClass | None] = None,
    credit_grade: FromQuery[RiskClass | None] = None,
    eligible_on: FromQuery[date | None] = None,
    removed: FromQuery[Removed] = "no",
) -> RosterFilter:
    """What a list is narrowed to; `eligible_on`: what a draw on that day could take. Others than its own do nothing."""
    return RosterFilter(
        q=q,
        jurisdiction=jurisdiction,
        enterprise=str(enterprise) if enterprise else None,
        inspector=str(inspector) if inspector else None,
        kind=kind,
        risk_class=risk_class,
        credit_grade=credit_grade,
        eligible_on=eligible_on,
        removed=removed,
    )


def wanted_page(
    sort: Annotated[str | None, QueryParameter(pattern=r"^-?[a-z_]{1,40}$")] = None,
    page: Annotated[int, QueryParameter(ge=1, le=10_000)] = 1,
    size: Annotated[int, QueryParameter(ge=1, le=500)] = 50,
) -> Paging:
    """Which page of a list."""
    return Paging(sort, page, size)


def _named(verb: str, noun: str = "") -> Callable[..., str]:
    """The operation's name for the library that the path speaks of: removeSites and the like."""

    def name(_handler: Any, _method: Any, path_components: list[Any]) -> str:
        return f"{verb}{str(path_components[2]).capitalize()}{noun}"

    return name


class _LibraryController(Controller):
    """What all libraries have in common."""

    library: ClassVar[Library]
    tags = ["registry"]
    dependencies = {
        "wanted": Provide(wanted_rows, sync_to_thread=False),
        "paging": Provide(wanted_page, sync_to_thread=False),
    }

    @get("/export.xlsx", operation_id=_named("export"), opt=_MAY, media_type=XLSX)
    async def export(
        self, session: Session, caller: By, wanted: NamedDependency[RosterFilter], paging: NamedDependency[Paging]
    ) -> Response[bytes]:
        """The rows of the list, all pages, as a file that an import reads back without a change."""
        rows = await queries.roster_values(
            session, self.library, caller.jurisdiction, wanted, sort=paging.sort, most=MOST_ROWS
        )
        check_size(len(rows))
        content = await asyncio.to_thread(spreadsheets.export, self.library, rows)
        return Response(content, media_type=XLSX, headers=attachment(f"{SHEETS[self.library]}.xlsx"))

    @get("/{row_id:uuid}/history", operation_id=_named("get", "History"), opt=_MAY)
    async def history(self, row_id: FromPath[UUID], session: Session, caller: By) -> RosterHistoryOut:
        """Who changed what and when, newest first."""
        await self._row(session, caller, row_id)
        lines = await queries.history_of(session, self.library, str(row_id))
        names = await queries.file_names(session, [line.import_id for line, _ in lines if line.import_id])
        return RosterHistoryOut(items=[RosterHistoryLineOut.of(line, by, names) for line, by in lines])

    @post("/{row_id:uuid}/remove", operation_id=_named("remove"), status_code=204, opt=_MAY)
    async def remove(self, row_id: FromPath[UUID], data: JSONBody[RemoveRequest], session: Session, caller: By) -> None:
        """Take a row out of the library; it stays where something points at it."""
        now = utc_now()
        await actions.remove_row(
            session,
            self.library,
            str(row_id),
            on=data.on or local_date(now),
            reason=data.reason,
            revision=data.revision,
            by=caller,
            today=local_date(now),
            now=now,
        )

    @post("/{row_id:uuid}/restore", operation_id=_named("restore"), status_code=204, opt=_MAY)
    async def restore(
        self, row_id: FromPath[UUID], data: JSONBody[RestoreRequest], session: Session, caller: By
    ) -> None:
        """Put a removed row back."""
        now = utc_now()
        await actions.restore_row(
            session,
            self.library,
            str(row_id),
            reason=data.reason,
            revision=data.revision,
            by=caller,
            today=local_date(now),
            now=now,
        )

    async def _rows(
        self, session: AsyncSession, caller: Caller, wanted: RosterFilter, paging: Paging
    ) -> tuple[list[Found], int]:
        return await queries.roster(
            session,
            self.library,
            caller.jurisdiction,
            wanted,
            today=local_date(utc_now()),
            sort=paging.sort,
            page=paging.page,
            size=paging.size,
        )

    async def _row(self, session: AsyncSession, caller: Caller, row_id: UUID) -> Found:
        return await queries.roster_row(
            session, self.library, str(row_id), caller.jurisdiction, today=local_date(utc_now())
        )

    async def _saved(
        self,
        session: AsyncSession,
        caller: Caller,
        cells: dict[str, str],
        row_id: UUID | None = None,
        revision: int | None = None,
    ) -> Found:
        now = utc_now()
        saved = await actions.save_row(
            session,
            self.library,
            str(row_id) if row_id else None,
            cells,
            revision=revision,
            by=caller,
            today=local_date(now),
            now=now,
        )
        return await self._row(session, caller, UUID(saved))


class EnterprisesController(_LibraryController):
    """`/api/registry/enterprises`."""

    path = "/api/registry/enterprises"
    library = Library.ENTERPRISES

    @get("/", operation_id="listEnterprises", opt=_MAY)
    async def list_rows(
        self, session: Session, caller: By, wanted: NamedDependency[RosterFilter], paging: NamedDependency[Paging]
    ) -> EnterpriseListOut:
        """Enterprises by name; phone numbers are masked."""
        rows, total = await self._rows(session, caller, wanted, paging)
        return EnterpriseListOut(items=[EnterpriseOut.listed(row) for row in rows], total=total)

    @get("/{row_id:uuid}", operation_id="getEnterprise", opt=_MAY)
    async def row(self, row_id: FromPath[UUID], session: Session, caller: By) -> EnterpriseOut:
        """One enterprise in full."""
        return EnterpriseOut.of(await self._row(session, caller, row_id))

    @post("/", operation_id="addEnterprise", opt=_MAY)
    async def add(self, data: JSONBody[EnterpriseRequest], session: Session, caller: By) -> EnterpriseOut:
        """Register an enterprise by its credit code."""
        return EnterpriseOut.of(await self._saved(session, caller, data.cells()))

    @patch("/{row_id:uuid}", operation_id="changeEnterprise", opt=_MAY)
    async def change(
        self, row_id: FromPath[UUID], data: JSONBody[EnterprisePatch], session: Session, caller: By
    ) -> EnterpriseOut:
        """Change an enterprise."""
        return EnterpriseOut.of(await self._saved(session, caller, data.cells(), row_id, data.revision))


class SitesController(_LibraryController):
    """`/api/registry/sites`."""

    path = "/api/registry/sites"
    library = Library.SITES

    @get("/", operation_id="listSites", opt=_MAY)
    async def list_rows(
        self, session: Session, caller: By, wanted: NamedDependency[RosterFilter], paging: NamedDependency[Paging]
    ) -> SiteListOut:
        """Sites by number; phone numbers are masked."""
        rows, total = await self._rows(session, caller, wanted, paging)
        return SiteListOut(items=[SiteOut.listed(row) for row in rows], total=total)

    @get("/{row_id:uuid}", operation_id="getSite", opt=_MAY)
    async def row(self, row_id: FromPath[UUID], session: Session, caller: By) -> SiteOut:
        """One site in full."""
        return SiteOut.of(await self._row(session, caller, row_id))

    @post("/", operation_id="addSite", opt=_MAY)
    async def add(self, data: JSONBody[SiteRequest], session: Session, caller: By) -> SiteOut:
        """Register a site; the system numbers it where nobody did."""
        return SiteOut.of(await self._saved(session, caller, data.cells()))

    @patch("/{row_id:uuid}", operation_id="changeSite", opt=_MAY)
    async def change(self, row_id: FromPath[UUID], data: JSONBody[SitePatch], session: Session, caller: By) -> SiteOut:
        """Change a site."""
        return SiteOut.of(await self._saved(session, caller, data.cells(), row_id, data.revision))


class InspectorsController(_LibraryController):
    """`/api/registry/inspectors`."""

    path = "/api/registry/inspectors"
    library = Library.INSPECTORS

    @get("/", operation_id="listInspectors", opt=_MAY)
    async def list_rows(
        self, session: Session, caller: By, wanted: NamedDependency[RosterFilter], paging: NamedDependency[Paging]
    ) -> InspectorListOut:
        """Inspectors by number."""
        rows, total = await self._rows(session, caller, wanted, paging)
        return InspectorListOut(items=[InspectorOut.listed(row) for row in rows], total=total)

    @get("/{row_id:uuid}", operation_id="getInspector", opt=_MAY)
    async def row(self, row_id: FromPath[UUID], session: Session, caller: By) -> InspectorOut:
        """One inspector."""
        return InspectorOut.of(await self._row(session, caller, row_id))

    @post("/", operation_id="addInspector", opt=_MAY)
    async def add(self, data: JSONBody[InspectorRequest], session: Session, caller: By) -> InspectorOut:
        """Register an officer or an expert."""
        return InspectorOut.of(await self._saved(session, caller, data.cells()))

    @patch("/{row_id:uuid}", operation_id="changeInspector", opt=_MAY)
    async def change(
        self, row_id: FromPath[UUID], data: JSONBody[InspectorPatch], session: Session, caller: By
    ) -> InspectorOut:
        """Change an inspector."""
        return InspectorOut.of(await self._saved(session, caller, data.cells(), row_id, data.revision))


class RecusalsController(_LibraryController):
    """`/api/registry/recusals`."""

    path = "/api/registry/recusals"
    library = Library.RECUSALS

    @get("/", operation_id="listRecusals", opt=_MAY)
    async def list_rows(
        self, session: Session, caller: By, wanted: NamedDependency[RosterFilter], paging: NamedDependency[Paging]
    ) -> RecusalListOut:
        """Recusals of the caller's people, newest first."""
        rows, total = await self._rows(session, caller, wanted, paging)
        return RecusalListOut(items=[RecusalOut.listed(row) for row in rows], total=total)

    @get("/{row_id:uuid}", operation_id="getRecusal", opt=_MAY)
    async def row(self, row_id: FromPath[UUID], session: Session, caller: By) -> RecusalOut:
        """One recusal."""
        return RecusalOut.of(await self._row(session, caller, row_id))

    @post("/", operation_id="addRecusal", opt=_MAY)
    async def add(self, data: JSONBody[RecusalRequest], session: Session, caller: By) -> RecusalOut:
        """Declare a recusal."""
        return RecusalOut.of(await self._saved(session, caller, data.cells()))

    @patch("/{row_id:uuid}", operation_id="changeRecusal", opt=_MAY)
    async def change(
        self, row_id: FromPath[UUID], data: JSONBody[RecusalPatch], session: Session, caller: By
    ) -> RecusalOut:
        """Change a recusal."""
        return RecusalOut.of(await self._saved(session, caller, data.cells(), row_id, data.revision))


class LeavesController(_LibraryController):
    """`/api/registry/leaves`."""

    path = "/api/registry/leaves"
    library = Library.LEAVES

    @get("/", operation_id="listLeaves", opt=_MAY)
    async def list_rows(
        self, session: Session, caller: By, wanted: NamedDependency[RosterFilter], paging: NamedDependency[Paging]
    ) -> LeaveListOut:
        """Leave of the caller's people, latest first."""
        rows, total = await self._rows(session, caller, wanted, paging)
        return LeaveListOut(items=[LeaveOut.listed(row) for row in rows], total=total)

    @get("/{row_id:uuid}", operation_id="getLeave", opt=_MAY)
    async def row(self, row_id: FromPath[UUID], session: Session, caller: By) -> LeaveOut:
        """One leave."""
        return LeaveOut.of(await self._row(session, caller, row_id))

    @post("/", operation_id="addLeave", opt=_MAY)
    async def add(self, data: JSONBody[LeaveRequest], session: Session, caller: By) -> LeaveOut:
        """Enter leave."""
        return LeaveOut.of(await self._saved(session, caller, data.cells()))

    @patch("/{row_id:uuid}", operation_id="changeLeave", opt=_MAY)
    async def change(
        self, row_id: FromPath[UUID], data: JSONBody[LeavePatch], session: Session, caller: By
    ) -> LeaveOut:
        """Change leave."""
        return LeaveOut.of(await self._saved(session, caller, data.cells(), row_id, data.revision))
