"""协同部门 over HTTP: every route looks only into what was addressed to the caller's own department."""

from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from litestar import Controller, Request, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.response import Stream
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.guards import may
from suicha.accounts.queries import Caller
from suicha.accounts.rules import Permission
from suicha.documents import actions as documents
from suicha.documents import queries as document_queries
from suicha.documents.rules import file_name
from suicha.evidence.rules import Size
from suicha.evidence.serving import shown
from suicha.infra.blobs import BlobStore
from suicha.infra.db import Database
from suicha.infra.uploads import received
from suicha.kit.clock import local_date, utc_now
from suicha.rectification import pages, queries
from suicha.rectification.actions import partners
from suicha.rectification.errors import FileUnknown
from suicha.rectification.order_schemas import ReplyFileOut
from suicha.rectification.partner_pages import letter_out, letter_page, recheck_out
from suicha.rectification.partner_schemas import (
    JointRecheckListOut,
    JointRecheckOut,
    LetterDetailOut,
    LetterListOut,
    PartnerReplyRequest,
)
from suicha.rectification.replying import reply_file_stream
from suicha.rectification.rules import ReferralState

Db = NamedDependency[AsyncSession]
Who = NamedDependency[Caller]
Store = NamedDependency[BlobStore]
Id = FromPath[UUID]
_PDF = "application/pdf"
_OURS = may(Permission.ACT_FOR_DEPARTMENT)


class PartnerController(Controller):
    """`/api/partner`: letters to the caller's department, its replies, and the rechecks that it joins."""

    path = "/api/partner"
    tags = ["partner"]

    @get("/referrals", operation_id="listLetters", opt=_OURS)
    async def letters(
        self,
        session: Db,
        caller: Who,
        in_state: Annotated[ReferralState | None, QueryParameter(name="state")] = None,
        page: Annotated[int, QueryParameter(ge=1, le=10_000)] = 1,
        size: Annotated[int, QueryParameter(ge=1, le=200)] = 50,
    ) -> LetterListOut:
        """Letters to the department, the newest first."""
        found, total = await queries.referrals_to(
            session, caller, state=in_state.value if in_state else None, page=page, size=size
        )
        today = local_date(utc_now())
        return LetterListOut(items=[letter_out(one, today=today) for one in found], total=total)

    @get("/referrals/{row_id:uuid}", operation_id="readLetter", opt=_OURS)
    async def letter(self, row_id: Id, session: Db, caller: Who) -> LetterDetailOut:
        """One letter with its problems, photos and files."""
        return await letter_page(session, await queries.referral_to(session, str(row_id), caller), now=utc_now())

    @post("/referrals/{row_id:uuid}/receive", operation_id="receiveLetter", status_code=200, opt=_OURS)
    async def receive(self, row_id: Id, session: Db, caller: Who) -> LetterDetailOut:
        """接收: the department has the letter."""
        row = await queries.referral_to(session, str(row_id), caller, is_locked=True)
        await partners.receive(session, row, by=caller.id, now=utc_now())
        return await letter_page(session, row, now=utc_now())

    @post("/referrals/{row_id:uuid}/reply", operation_id="replyToLetter", status_code=200, opt=_OURS)
    async def reply(self, row_id: Id, data: JSONBody[PartnerReplyRequest], session: Db, caller: Who) -> LetterDetailOut:
        """反馈: with the files that were put to it."""
        row = await queries.referral_to(session, str(row_id), caller, is_locked=True)
        await partners.reply(session, row, words=data.reply, by=caller.id, now=utc_now())
        return await letter_page(session, row, now=utc_now())

    @get(
        "/referrals/{row_id:uuid}/document", operation_id="readLetterDocument", media_type="application/pdf", opt=_OURS
    )
    async def document(self, row_id: Id, session: Db, caller: Who, blobs: Store) -> Response[bytes]:
        """The letter as it was made."""
        row = await queries.referral_to(session, str(row_id), caller)
        if row.document_id is None:
            raise FileUnknown
        paper = await document_queries.document(session, row.document_id, "")
        headers = {
            "Content-Disposition": f"inline; filename*=UTF-8''{quote(file_name(paper.number, paper.title))}",
            "Cache-Control": "private, max-age=3600",
        }
        return Response(await documents.read_document(blobs, paper), media_type=_PDF, headers=headers)

    @get("/referrals/{row_id:uuid}/photos/{sha256:str}", operation_id="readLetterPhoto", opt=_OURS)
    async def photo(
        self,
        row_id: Id,
        sha256: FromPath[str],
        session: Db,
        caller: Who,
        blobs: Store,
        size: Annotated[Size, QueryParameter()] = Size.VIEW,
    ) -> Stream:
        """A photo of the inspectors, if it stands at a problem that was handed over; never the original."""
        row = await queries.referral_to(session, str(row_id), caller)
        theirs = await pages.photos_of(session, await queries.problems_of_referral(session, row.id))
        if sha256 not in {photo.sha256 for photos in theirs.values() for photo in photos}:
            raise FileUnknown
        return await shown(session, blobs, sha256, Size.THUMB if size is Size.THUMB else Size.VIEW)

    @post("/referrals/{row_id:uuid}/files", operation_id="addReplyFile", opt=_OURS, request_max_body_size=None)
    async def add_file(
        self,
        request: Request[Any, Any, Any],
        row_id: Id,
        database: NamedDependency[Database],
        caller: Who,
        blobs: Store,
    ) -> ReplyFileOut:
        """Put a file to the reply: multipart with one file, PDF, JPEG or PNG of up to 20 MiB."""
        async with received(request.stream(), request.headers, most_bytes=partners.MOST_BYTES) as upload:
            row = await partners.keep_file(database, blobs, str(row_id), upload, caller, now=utc_now())
        return ReplyFileOut.model_validate(row)

    @delete("/referrals/{row_id:uuid}/files/{file_id:uuid}", operation_id="removeReplyFile", status_code=204, opt=_OURS)
    async def remove_file(self, row_id: Id, file_id: Id, session: Db, caller: Who) -> None:
        """Take a file back before the reply is given."""
        row = await queries.referral_to(session, str(row_id), caller, is_locked=True)
        await partners.remove_file(session, row, str(file_id), by=caller.id, now=utc_now())

    @get("/referrals/{row_id:uuid}/files/{file_id:uuid}", operation_id="readOwnReplyFile", opt=_OURS)
    async def file(self, row_id: Id, file_id: Id, session: Db, caller: Who, blobs: Store) -> Stream:
        """A file of the department's own reply."""
        row = await queries.referral_to(session, str(row_id), caller)
        return reply_file_stream(blobs, await queries.reply_file(session, row.id, str(file_id)))

    @get("/rechecks", operation_id="listJointRechecks", opt=_OURS)
    async def rechecks(self, session: Db, caller: Who) -> JointRecheckListOut:
        """Rechecks that the department joins."""
        rows = await queries.joint_rechecks(session, caller)
        return JointRecheckListOut(items=[await recheck_out(session, row) for row in rows])

    @get("/rechecks/{recheck_id:uuid}", operation_id="readJointRecheck", opt=_OURS)
    async def recheck(self, recheck_id: Id, session: Db, caller: Who) -> JointRecheckOut:
        """One of them."""
        return await recheck_out(session, await queries.joint_recheck(session, str(recheck_id), caller))
