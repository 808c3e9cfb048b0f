"""Roster files over HTTP: templates out, files in, the dry run, the commit."""

import asyncio
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, MultipartBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.guards import may
from suicha.accounts.queries import Caller
from suicha.accounts.rules import Permission
from suicha.infra.exports import XLSX, attachment
from suicha.kit.clock import local_date, utc_now
from suicha.kit.errors import NotFound
from suicha.registry import actions, queries, spreadsheets
from suicha.registry.errors import ImportFileMissing, ImportTooBig
from suicha.registry.import_desk import ImportDesk
from suicha.registry.import_schemas import ImportListOut, ImportOut, ImportRowListOut, ImportRowOut
from suicha.registry.rules.fields import SHEETS, Library
from suicha.registry.rules.rows import RowState
from suicha.registry.rules.values import is_storable

MOST_BYTES = 20_000_000
# What a form says around its file.
_FORM_BYTES = 10_000
_MAY = may(Permission.MANAGE_REGISTRY)
_ALL = "all"
_LONGEST_NAME = 200


@dataclass
class ImportForm:
    """A form with one file."""

    file: UploadFile


def refuse_big_uploads(request: Request[Any, Any, Any]) -> None:
    """Say so before the body is read, where the client says how long it is; the limit of the route counts it anyway."""
    if (request.content_length or 0) > MOST_BYTES + _FORM_BYTES:
        raise ImportTooBig(most_bytes=MOST_BYTES)


class ImportsController(Controller):
    """`/api/registry/imports` and `/api/registry/templates`."""

    path = "/api/registry"
    tags = ["registry"]

    @get("/templates/{name:str}", operation_id="getTemplate", opt=_MAY, media_type=XLSX)
    async def template(self, name: FromPath[str]) -> Response[bytes]:
        """An empty file to fill in: all.xlsx, or one library's, like sites.xlsx."""
        wanted = name.removesuffix(".xlsx")
        libraries = list(Library) if wanted == _ALL else [library for library in Library if library == wanted]
        if not libraries:
            raise NotFound
        content = await asyncio.to_thread(spreadsheets.template, libraries)
        title = "名录导入模板" if wanted == _ALL else f"{SHEETS[libraries[0]]}导入模板"
        return Response(content, media_type=XLSX, headers=attachment(f"{title}.xlsx"))

    @get("/imports", operation_id="listImports", opt=_MAY)
    async def imports(
        self,
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
        page: Annotated[int, QueryParameter(ge=1, le=10_000)] = 1,
        size: Annotated[int, QueryParameter(ge=1, le=500)] = 50,
    ) -> ImportListOut:
        """Imports made in the caller's jurisdiction, newest first."""
        now = utc_now()
        rows, total = await queries.imports(session, caller.jurisdiction, page=page, size=size)
        return ImportListOut(
            items=[ImportOut.of(row, by, queries.state_of(row, now=now)) for row, by in rows], total=total
        )

    @post(
        "/imports",
        operation_id="uploadImport",
        opt=_MAY,
        before_request=refuse_big_uploads,
        request_max_body_size=MOST_BYTES + _FORM_BYTES,
    )
    async def upload(
        self,
        data: MultipartBody[ImportForm],
        import_desk: NamedDependency[ImportDesk],
        caller: NamedDependency[Caller],
    ) -> ImportOut:
        """Take a file: refused at once as a whole, or being read; ask for the import until its state is `checked`."""
        content = await data.file.read()
        if not content:
            raise ImportFileMissing
        if len(content) > MOST_BYTES:
            raise ImportTooBig(most_bytes=MOST_BYTES)
        record = await import_desk.receive(content, _plain_name(data.file.filename), caller)
        return ImportOut.of(record, caller.name, queries.state_of(record, now=utc_now()))

    @get("/imports/{import_id:uuid}", operation_id="getImport", opt=_MAY)
    async def one(
        self,
        import_id: FromPath[UUID],
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
    ) -> ImportOut:
        """How far the reading has come, or what the dry run counts."""
        record, by = await queries.import_with_name(session, str(import_id), caller.jurisdiction)
        return ImportOut.of(record, by, queries.state_of(record, now=utc_now()))

    @get("/imports/{import_id:uuid}/rows", operation_id="listImportRows", opt=_MAY)
    async def rows(
        self,
        import_id: FromPath[UUID],
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
        in_state: Annotated[RowState | None, QueryParameter(name="state")] = None,
        library: FromQuery[Library | None] = None,
        page: Annotated[int, QueryParameter(ge=1, le=10_000)] = 1,
        size: Annotated[int, QueryParameter(ge=1, le=500)] = 50,
    ) -> ImportRowListOut:
        """Rows of the dry run in the order of the file, each with its problems or its old and new values."""
        await queries.import_of(session, str(import_id), caller.jurisdiction)
        rows, total = await queries.import_rows(
            session, str(import_id), states=[in_state] if in_state else [], library=library, page=page, size=size
        )
        return ImportRowListOut(items=[ImportRowOut.of(row) for row in rows], total=total)

    @post("/imports/{import_id:uuid}/commit", operation_id="commitImport", status_code=200, opt=_MAY)
    async def commit(
        self,
        import_id: FromPath[UUID],
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
    ) -> ImportOut:
        """Write all rows of a dry run, or none."""
        now = utc_now()
        await actions.commit_import(session, str(import_id), by=caller, today=local_date(now), now=now)
        record, by = await queries.import_with_name(session, str(import_id), caller.jurisdiction)
        return ImportOut.of(record, by, queries.state_of(record, now=now))


def _plain_name(name: str) -> str:
    """The last part of what the client calls the file, as people see it."""
    last = name.replace("\\", "/").rpartition("/")[2].strip()[-_LONGEST_NAME:]
    return last if last and is_storable(last) else "未命名.xlsx"
