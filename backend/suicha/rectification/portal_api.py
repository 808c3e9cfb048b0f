"""The enterprise's page: no account, a signed link, four digits. Every route looks only into the link's own order."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, delete, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, Parameter, QueryParameter
from litestar.response import Stream
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts.guards import anyone
from suicha.checklists.loader import read_calendar
from suicha.evidence.rules import Size
from suicha.evidence.serving import shown
from suicha.infra.blobs import BlobStore
from suicha.infra.db import Database
from suicha.infra.settings import Settings
from suicha.infra.uploads import received
from suicha.kit.clock import utc_now
from suicha.kit.digest import sha256_hex
from suicha.kit.ids import is_uuid_text
from suicha.rectification import pages, queries
from suicha.rectification.actions import links, proof, requests
from suicha.rectification.errors import FileUnknown, PortalSignInNeeded, ProblemUnknown, UploadMismatch
from suicha.rectification.portal_schemas import (
    AskedExtensionOut,
    AskedObjectionOut,
    HandInRequest,
    ObjectRequest,
    OpenRequest,
    PageOut,
    ProgressOut,
    ReceiptOut,
    WishRequest,
)
from suicha.rectification.queries.policies import current_policy
from suicha.rectification.rules.links import SESSION_LASTS
from suicha.rectification.tables import Order, Problem, ProofFile
from suicha.registry import queries as registry

COOKIE = "suicha_portal"
MOST_PIECE_BYTES = 2 * 1024 * 1024
Db = NamedDependency[AsyncSession]
Setting = NamedDependency[Settings]
Store = NamedDependency[BlobStore]
Token = FromPath[Annotated[str, Parameter(max_length=100)]]
Id = FromPath[UUID]
_NO_STORE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


class PortalController(Controller):
    """`/api/portal`."""

    path = "/api/portal"
    tags = ["rectification"]

    @get("/links/{token:str}", operation_id="portalPeek", opt=anyone())
    async def peek(self, token: Token, database: NamedDependency[Database], settings: Setting) -> Response[None]:
        """Is the page open? 204, or why it is not."""
        async with database.writing() as session:
            await links.usable_link(session, token, settings=settings, now=utc_now())
        return Response(None, status_code=204, headers=_NO_STORE)

    @post("/links/{token:str}/open", operation_id="portalOpen", status_code=204, opt=anyone())
    async def open(
        self,
        token: Token,
        data: JSONBody[OpenRequest],
        database: NamedDependency[Database],
        settings: Setting,
    ) -> Response[None]:
        """Try the last four digits; a wrong try is counted whatever happens to the answer."""
        async with database.writing() as session:
            cookie, refusal = await links.open_page(session, token, data.digits, settings=settings, now=utc_now())
        if refusal is not None or cookie is None:
            raise refusal or PortalSignInNeeded()
        session_cookie = Cookie(
            key=COOKIE,
            value=cookie,
            max_age=int(SESSION_LASTS.total_seconds()),
            path="/api/portal",
            httponly=True,
            samesite="strict",
            secure=settings.cookie_is_secure,
        )
        return Response(None, status_code=204, cookies=[session_cookie], headers=_NO_STORE)

    @get("/page", operation_id="portalPage", opt=anyone())
    async def page(self, request: Request[Any, Any, Any], session: Db, settings: Setting) -> Response[PageOut]:
        """The order with its problems."""
        order = await _order(request, session)
        calendar = read_calendar(settings.checklists_dir)
        return Response(await pages.page_of(session, order, calendar, now=utc_now()), headers=_NO_STORE)

    @get("/uploads", operation_id="portalUploadProgress", opt=anyone())
    async def upload_progress(
        self,
        request: Request[Any, Any, Any],
        session: Db,
        problem: Annotated[UUID, QueryParameter()],
        sha256: Annotated[str, QueryParameter(pattern=r"^[0-9a-f]{64}$")],
    ) -> Response[ProgressOut]:
        """Where to go on with a file."""
        order = await _order(request, session)
        found = await proof.progress(session, order, str(problem), sha256)
        return Response(_progress(found), headers=_NO_STORE)

    @post("/uploads", operation_id="portalUpload", status_code=200, opt=anyone(), request_max_body_size=None)
    async def upload(
        self,
        request: Request[Any, Any, Any],
        database: NamedDependency[Database],
        blobs: Store,
    ) -> Response[ProgressOut]:
        """Take a piece of a file: multipart with problem, name, sha256, length, offset and `piece` of up to 2 MiB."""
        async with database.reading() as session:
            order_id = (await _order(request, session)).id
        async with received(request.stream(), request.headers, most_bytes=MOST_PIECE_BYTES) as upload:
            piece = _piece(upload.fields, upload.file_name, upload.path, upload.size_bytes)
            found = await proof.take_piece(database, blobs, order_id, piece, now=utc_now())
        return Response(_progress(found), headers=_NO_STORE)

    @delete("/files/{file_id:uuid}", operation_id="portalRemoveFile", status_code=204, opt=anyone())
    async def remove(self, request: Request[Any, Any, Any], file_id: Id, session: Db) -> None:
        """Take a file back that was not handed in."""
        order = await _order(request, session)
        await proof.remove_file(session, order, str(file_id), now=utc_now())

    @post("/problems/{problem_id:uuid}/submissions", operation_id="portalHandIn", opt=anyone())
    async def hand_in(
        self, request: Request[Any, Any, Any], problem_id: Id, data: JSONBody[HandInRequest], session: Db
    ) -> ReceiptOut:
        """Hand in what was uploaded; the answer is the receipt."""
        order = await _order(request, session)
        row = await proof.hand_in(session, order, str(problem_id), text=data.text, now=utc_now())
        problem = await session.get_one(Problem, row.problem_id)
        site, enterprise = await registry.site_with_enterprise(session, order.site_id, "")
        files = [file for file in await queries.files_of(session, [problem.id]) if file.submission_id == row.id]
        return ReceiptOut(
            receipt_no=row.receipt_no,
            submitted_at=row.submitted_at,
            problem_code=problem.code,
            problem_title=problem.title,
            site=site.name,
            enterprise=enterprise.name,
            files=[pages.file_out(file) for file in files],
            text=row.text,
        )

    @post("/problems/{problem_id:uuid}/extensions", operation_id="portalAskExtension", opt=anyone())
    async def ask_extension(
        self, request: Request[Any, Any, Any], problem_id: Id, data: JSONBody[WishRequest], session: Db
    ) -> AskedExtensionOut:
        """Ask for a later day."""
        problem = await _problem(session, await _order(request, session), str(problem_id))
        row = await requests.ask_extension(
            session,
            problem,
            wanted_on=data.wanted_on,
            reason=data.reason,
            policy=current_policy(),
            by=None,
            now=utc_now(),
        )
        return AskedExtensionOut.model_validate(row, from_attributes=True)

    @post("/problems/{problem_id:uuid}/objections", operation_id="portalObject", opt=anyone())
    async def ask_objection(
        self, request: Request[Any, Any, Any], problem_id: Id, data: JSONBody[ObjectRequest], session: Db
    ) -> AskedObjectionOut:
        """Object to a problem."""
        problem = await _problem(session, await _order(request, session), str(problem_id))
        row = await requests.ask_objection(session, problem, text=data.text, by=None, now=utc_now())
        return AskedObjectionOut.model_validate(row, from_attributes=True)

    @get("/files/{file_id:uuid}", operation_id="portalReadFile", opt=anyone())
    async def read_file(
        self,
        request: Request[Any, Any, Any],
        file_id: Id,
        session: Db,
        blobs: Store,
        size: Annotated[Size, QueryParameter()] = Size.VIEW,
    ) -> Stream:
        """One of the enterprise's own files: a picture in the asked size, a PDF as it is."""
        order = await _order(request, session)
        file = await session.get(ProofFile, str(file_id))
        if file is None or file.order_id != order.id:
            raise FileUnknown
        return await shown(session, blobs, file.sha256, size)

    @get("/photos/{sha256:str}", operation_id="portalReadPhoto", opt=anyone())
    async def read_photo(
        self,
        request: Request[Any, Any, Any],
        sha256: FromPath[str],
        session: Db,
        blobs: Store,
        size: Annotated[Size, QueryParameter()] = Size.VIEW,
    ) -> Stream:
        """A photo of the inspectors, if it stands at a problem of this order; never the original."""
        order = await _order(request, session)
        problems = await queries.problems_of_order(session, order.id)
        theirs = await pages.photos_of(session, problems)
        if sha256 not in {photo.sha256 for photos in theirs.values() for photo in photos}:
            raise FileUnknown
        return await shown(session, blobs, sha256, Size.THUMB if size is Size.THUMB else Size.VIEW)


async def _order(request: Request[Any, Any, Any], session: AsyncSession) -> Order:
    """The order of the caller's session; raises PortalSignInNeeded, LinkRevoked or LinkExpired."""
    cookie = request.cookies.get(COOKIE)
    link = await queries.link_of_session(session, sha256_hex(cookie), now=utc_now()) if cookie else None
    if link is None:
        raise PortalSignInNeeded
    return await links.check_open(session, link, now=utc_now())


async def _problem(session: AsyncSession, order: Order, problem_id: str) -> Problem:
    found = await session.scalar(
        select(col(Problem.id)).where(col(Problem.id) == problem_id, col(Problem.order_id) == order.id)
    )
    if found is None:
        raise ProblemUnknown
    return await queries.locked_problem(session, problem_id)


def _piece(fields: dict[str, str], name: str, path: Any, size: int) -> proof.Piece:
    numbers = [fields.get("length", ""), fields.get("offset", "")]
    if not all(number.isascii() and number.isdigit() and len(number) < 13 for number in numbers):  # noqa: PLR2004
        raise UploadMismatch
    if not is_uuid_text(fields.get("problem")):
        raise ProblemUnknown
    return proof.Piece(
        problem=fields["problem"],
        name=fields.get("name") or name,
        sha256=fields.get("sha256", ""),
        length=int(numbers[0]),
        offset=int(numbers[1]),
        path=path,
        size=size,
    )


def _progress(found: proof.Progress) -> ProgressOut:
    file = pages.file_out(found.file) if found.file else None
    return ProgressOut(offset=found.offset, length=found.length, file=file)
