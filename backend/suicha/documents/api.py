"""Made documents over HTTP, and scans of what was signed; other stages make them."""

from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Stream
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.guards import signed_in
from suicha.accounts.queries import Caller
from suicha.documents import actions, queries, scans
from suicha.documents.desk import PaperDesk
from suicha.documents.rules import file_name
from suicha.documents.schemas import PaperOut, ScanOut
from suicha.infra.blobs import BlobStore
from suicha.infra.db import Database
from suicha.infra.uploads import received
from suicha.kit.clock import utc_now

PDF = "application/pdf"
Desk = NamedDependency[PaperDesk]


class DocumentsController(Controller):
    """`/api/documents`: for those who send teams out in their jurisdiction, and for whoever may see the visit."""

    path = "/api/documents"
    tags = ["documents"]

    @get("/", operation_id="listDocuments", opt=signed_in())
    async def documents(
        self,
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
        paper_desk: Desk,
        about: Annotated[str, QueryParameter(max_length=80)],
    ) -> list[PaperOut]:
        """Everything that was made about one thing (`draw:<id>`, `approval:<id>`, `inspection:<id>`, `order:<id>`)."""
        rows = await paper_desk.papers_about(session, about, caller)
        return PaperOut.all_of(rows, await queries.scans_of(session, [row.id for row in rows]))

    @get("/of-visit/{visit_id:uuid}", operation_id="listPapersOfVisit", opt=signed_in())
    async def papers_of_visit(
        self,
        visit_id: FromPath[UUID],
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
        paper_desk: Desk,
    ) -> list[PaperOut]:
        """All papers of a visit: notice, record, orders with their service, rechecks, referrals."""
        rows = await paper_desk.papers_of_visit(session, str(visit_id), caller)
        return PaperOut.all_of(rows, await queries.scans_of(session, [row.id for row in rows]))

    @get("/{document_id:uuid}", operation_id="readDocument", media_type=PDF, opt=signed_in())
    async def read(
        self,
        document_id: FromPath[UUID],
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
        blobs: NamedDependency[BlobStore],
        paper_desk: Desk,
    ) -> Response[bytes]:
        """The PDF, exactly as it was made."""
        row = await paper_desk.paper(session, str(document_id), caller)
        name = quote(file_name(row.number, row.title))
        headers = {
            "Content-Disposition": f"inline; filename*=UTF-8''{name}",
            "Cache-Control": "private, max-age=31536000, immutable",
            "ETag": f'"{row.sha256}"',
        }
        return Response(await actions.read_document(blobs, row), media_type=PDF, headers=headers)

    @post("/{document_id:uuid}/scans", operation_id="addScan", opt=signed_in(), request_max_body_size=None)
    async def add_scan(
        self,
        request: Request[Any, Any, Any],
        document_id: FromPath[UUID],
        database: NamedDependency[Database],
        caller: NamedDependency[Caller],
        blobs: NamedDependency[BlobStore],
        paper_desk: Desk,
    ) -> ScanOut:
        """Keep a scan of the signed paper: multipart with one file, PDF, JPEG or PNG of up to 50 MiB."""
        async with received(request.stream(), request.headers, most_bytes=scans.MOST_BYTES) as upload:
            row = await scans.keep_scan(database, blobs, paper_desk, str(document_id), upload, caller, now=utc_now())
        return ScanOut.model_validate(row)

    @get("/{document_id:uuid}/scans/{scan_id:uuid}", operation_id="readScan", opt=signed_in())
    async def read_scan(
        self,
        document_id: FromPath[UUID],
        scan_id: FromPath[UUID],
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
        blobs: NamedDependency[BlobStore],
        paper_desk: Desk,
    ) -> Stream:
        """The scan as it was sent, to be saved: a file of a stranger never opens as a page of ours."""
        paper = await paper_desk.paper(session, str(document_id), caller)
        row = await queries.scan(session, paper.id, str(scan_id))
        headers = {
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(row.name)}",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, max-age=3600",
        }
        return Stream(scans.bytes_of(blobs, row), media_type=row.content_type, headers=headers)
