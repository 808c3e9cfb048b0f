"""Is this paper genuine? Anybody may ask with the code that stands on each page; nothing personal is answered."""

from datetime import datetime
from typing import Annotated

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, Parameter
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.guards import anyone
from suicha.documents import queries
from suicha.documents.errors import DocumentCodeUnknown
from suicha.documents.rules import in_groups, read_code

Code = Annotated[str, Parameter(max_length=60)]


class GenuineOut(BaseModel):
    """What is known of a genuine paper: which one it is, and the digests to compare it with."""

    code: str
    kind: str
    title: str
    number: str
    agency: str | None
    made_at: datetime
    revision: int
    newest_revision: int
    is_withdrawn: bool
    content_sha256: str | None
    file_sha256: str
    size_bytes: int


class PublicDocumentsController(Controller):
    """`/api/public/documents`."""

    path = "/api/public/documents"
    tags = ["documents"]

    @get("/{code:str}", operation_id="checkDocument", opt=anyone())
    async def check(self, code: FromPath[Code], session: NamedDependency[AsyncSession]) -> Response[GenuineOut]:
        """The paper that carries this code; 404 where there is none."""
        known = read_code(code)
        if known is None:
            raise DocumentCodeUnknown
        row = await queries.document_with_code(session, known)
        found = GenuineOut(
            code=in_groups(known),
            kind=row.kind,
            title=row.title,
            number=row.number,
            agency=row.agency,
            made_at=row.made_at,
            revision=row.revision,
            newest_revision=await queries.newest_revision(session, row),
            is_withdrawn=row.withdrawn_at is not None,
            content_sha256=row.facts_sha256,
            file_sha256=row.sha256,
            size_bytes=row.size_bytes,
        )
        return Response(found, headers={"Cache-Control": "public, max-age=60"})
