"""What anybody may read without signing in: the list of draws, their records, and a program that checks them."""

from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.guards import anyone
from suicha.draws import queries
from suicha.draws.schemas.public import PublicDrawListOut, PublicDrawOut

_VERIFIER = Path(__file__).parent / "verifier" / "verify_draw.py"
# Long enough to carry a crowd, short enough that a ceremony can be followed.
_BRIEFLY = {"Cache-Control": "public, max-age=10"}
_FOR_EVER = "public, max-age=31536000, immutable"


class PublicDrawsController(Controller):
    """`/api/public/draws`: no personal data but the officials' names, which make the ceremony answerable."""

    path = "/api/public/draws"
    tags = ["draws"]

    @get("/", operation_id="listPublicDraws", opt=anyone())
    async def draws(
        self,
        session: NamedDependency[AsyncSession],
        page: Annotated[int, QueryParameter(ge=1, le=10_000)] = 1,
        size: Annotated[int, QueryParameter(ge=1, le=500)] = 200,
    ) -> Response[PublicDrawListOut]:
        """All draws, newest first, with the void and the superseded ones."""
        rows, total = await queries.public_draws(session, page=page, size=size)
        shown = PublicDrawListOut(items=[PublicDrawOut.of(row) for row in rows], total=total)
        return Response(shown, headers=_BRIEFLY)

    @get("/verifier", operation_id="getDrawVerifier", opt=anyone(), media_type="text/x-python", sync_to_thread=True)
    def verifier(self) -> Response[str]:
        """`verify_draw.py`: one file, Python's standard library, written from docs/draw.md."""
        name = 'attachment; filename="verify_draw.py"'
        text = _VERIFIER.read_text(encoding="utf-8")
        return Response(text, media_type="text/x-python", headers={**_BRIEFLY, "Content-Disposition": name})

    @get("/{draw_id:uuid}", operation_id="getPublicDraw", opt=anyone())
    async def one(self, draw_id: FromPath[UUID], session: NamedDependency[AsyncSession]) -> Response[PublicDrawOut]:
        """One draw, whatever its state."""
        return Response(PublicDrawOut.of(await queries.draw(session, str(draw_id))), headers=_BRIEFLY)

    @get("/{draw_id:uuid}/record", operation_id="getDrawRecord", opt=anyone(), media_type="application/json")
    async def record(
        self,
        draw_id: FromPath[UUID],
        request: Request[Any, Any, Any],
        session: NamedDependency[AsyncSession],
        download: FromQuery[bool | None] = None,
    ) -> Response[bytes]:
        """The canonical record, byte for byte; its `digest` is what was shown when it was sealed."""
        row = await queries.draw(session, str(draw_id))
        etag = f'"{row.digest}"'
        headers = {"ETag": etag, "Cache-Control": _FOR_EVER}
        if row.digest and request.headers.get("if-none-match") == etag:
            return Response(b"", status_code=304, headers=headers)
        text = await queries.record_text(session, row.id)
        if download:
            name = await queries.record_name(session, row)
            headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return Response(text.encode(), media_type="application/json", headers=headers)
