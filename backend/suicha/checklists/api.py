"""Editions and the holiday calendar over HTTP, for any signed-in account."""

from litestar import Controller, MediaType, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.guards import signed_in
from suicha.checklists import queries
from suicha.checklists.loader import read_calendar
from suicha.checklists.schemas import CalendarOut, EditionListOut, EditionSummaryOut
from suicha.infra.settings import Settings

# A hash names its bytes, so whoever has them need never ask again. Not public: a cache in between keeps out.
IMMUTABLE = "private, max-age=31536000, immutable"


class ChecklistsController(Controller):
    """`/api/checklists`: what is asked, and which days count."""

    path = "/api/checklists"
    tags = ["checklists"]

    @get("/editions", operation_id="listEditions", opt=signed_in())
    async def editions(self, session: NamedDependency[AsyncSession]) -> EditionListOut:
        """All stored editions, newest version of each checklist first."""
        items = [EditionSummaryOut.of(row) for row in await queries.stored_editions(session)]
        return EditionListOut(items=items, total=len(items))

    @get("/editions/{edition_hash:str}", operation_id="getEdition", opt=signed_in(), media_type=MediaType.JSON)
    async def edition(self, session: NamedDependency[AsyncSession], edition_hash: FromPath[str]) -> Response[bytes]:
        """The immutable JSON bytes whose SHA-256 is the hash."""
        row = await queries.edition_by_hash(session, edition_hash)
        return Response(
            row.raw.encode(),
            media_type=MediaType.JSON,
            headers={"Cache-Control": IMMUTABLE, "ETag": f'"{row.hash}"'},
        )

    @get("/calendar", operation_id="getCalendar", opt=signed_in())
    async def calendar(self, settings: NamedDependency[Settings]) -> CalendarOut:
        """Days off and shifted working days of the years that are known."""
        return CalendarOut.of(read_calendar(settings.checklists_dir))
