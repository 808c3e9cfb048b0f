"""Made documents over HTTP; other stages make them."""

from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.guards import may
from suicha.accounts.queries import Caller
from suicha.accounts.rules import Permission
from suicha.documents import actions, queries
from suicha.documents.rules import file_name
from suicha.documents.schemas import DocumentOut
from suicha.infra.blobs import BlobStore

PDF = "application/pdf"


class DocumentsController(Controller):
    """`/api/documents`: for those who send teams out, in their jurisdiction."""

    path = "/api/documents"
    tags = ["documents"]

    @get("/", operation_id="listDocuments", opt=may(Permission.DISPATCH))
    async def documents(
        self,
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
        about: Annotated[str, QueryParameter(max_length=80)],
    ) -> list[DocumentOut]:
        """Everything that was made about one thing (`draw:<id>`, `approval:<id>`, `inspection:<id>`)."""
        rows = await queries.documents_about(session, [about], caller.jurisdiction)
        return [DocumentOut.model_validate(row) for row in rows]

    @get("/{document_id:uuid}", operation_id="readDocument", media_type=PDF, opt=may(Permission.DISPATCH))
    async def read(
        self,
        document_id: FromPath[UUID],
        session: NamedDependency[AsyncSession],
        caller: NamedDependency[Caller],
        blobs: NamedDependency[BlobStore],
    ) -> Response[bytes]:
        """The PDF, exactly as it was made."""
        row = await queries.document(session, str(document_id), caller.jurisdiction)
        name = quote(file_name(row.number, row.title))
        headers = {
            "Content-Disposition": f"inline; filename*=UTF-8''{name}",
            "Cache-Control": "private, max-age=31536000, immutable",
            "ETag": f'"{row.sha256}"',
        }
        return Response(await actions.read_document(blobs, row), media_type=PDF, headers=headers)
