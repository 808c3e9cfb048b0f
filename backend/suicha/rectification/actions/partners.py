"""协同部门: a department takes a letter, puts files to its reply and answers, at its own desk."""

import asyncio
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts import queries as accounts
from suicha.accounts.queries import Caller
from suicha.documents.scans import file_name
from suicha.evidence.checking import PDF, FileRefused, check_file
from suicha.evidence.rules import original_key
from suicha.infra.blobs import BlobStore
from suicha.infra.db import Database
from suicha.infra.uploads import Upload
from suicha.journal import actions as journal
from suicha.kit.clock import local_date
from suicha.notices import actions as notices
from suicha.rectification import queries
from suicha.rectification.actions import referrals
from suicha.rectification.errors import AlreadyDecided, ReplyFileNotAccepted, ReplyFilesFull
from suicha.rectification.rules import ReferralState
from suicha.rectification.tables import Referral, ReplyFile

MOST_BYTES, MOST_FILES = 20 * 1024 * 1024, 10
_TAKEN = frozenset({PDF, "image/jpeg", "image/png"})


async def receive(session: AsyncSession, row: Referral, *, by: str, now: datetime) -> Referral:
    """The department has the letter; said again, nothing happens."""
    if row.received_at is not None:
        return row
    row.received_at, row.received_by = now, by
    await session.flush()
    await journal.record(session, by, "received_referral", f"referral:{row.id}", at=now, department=row.department)
    return row


async def reply(session: AsyncSession, row: Referral, *, words: str, by: str, now: datetime) -> Referral:
    """The department answers, today; the office is told. Raises AlreadyDecided where there is a reply."""
    await referrals.record_reply(session, row, replied_on=local_date(now), reply=words, by=by, now=now)
    await receive(session, row, by=by, now=now)
    await notices.post(
        session,
        "referral_replied",
        to=await accounts.desk_accounts(session, row.jurisdiction),
        about=f"referral:{row.id}",
        title=f"移送已回复：{row.department}",
        text=f"{row.number or ''} {words[:200]}".strip(),
        once=f"referral_replied/{row.id}",
        jurisdiction=row.jurisdiction,
        now=now,
    )
    return row


async def keep_file(
    database: Database, blobs: BlobStore, referral_id: str, upload: Upload, caller: Caller, *, now: datetime
) -> ReplyFile:
    """Put a file to the reply that is being written; the same file once more is the one that is there.

    Raises ReferralUnknown, AlreadyDecided, ReplyFileNotAccepted or ReplyFilesFull. The bytes are stored before
    anything names them.
    """
    async with database.reading() as session:
        await _open_letter(session, referral_id, caller, is_locked=False)
    try:
        checked = await asyncio.to_thread(check_file, upload.path, only=_TAKEN)
    except FileRefused as refused:
        words = "附件只能是 PDF、JPEG 或 PNG 文件" if refused.reason == "wrong_format" else refused.words
        raise ReplyFileNotAccepted(words, reason=refused.reason) from refused
    await blobs.put_file(original_key(upload.sha256), upload.path)
    async with database.writing() as session:
        row = await _open_letter(session, referral_id, caller, is_locked=True)
        return await _keep(session, row, upload, checked.content_type, caller, now=now)


async def _keep(
    session: AsyncSession, row: Referral, upload: Upload, content_type: str, caller: Caller, *, now: datetime
) -> ReplyFile:
    files = await queries.reply_files_of(session, [row.id])
    same = next((file for file in files if file.sha256 == upload.sha256), None)
    if same is not None:
        return same
    if len(files) >= MOST_FILES:
        raise ReplyFilesFull(most=MOST_FILES)
    file = ReplyFile(
        referral_id=row.id,
        name=file_name(upload.file_name, content_type),
        sha256=upload.sha256,
        size_bytes=upload.size_bytes,
        content_type=content_type,
        received_at=now,
        by=caller.id,
    )
    session.add(file)
    await session.flush()
    await journal.record(
        session, caller.id, "kept_reply_file", f"referral:{row.id}", at=now, name=file.name, sha256=file.sha256
    )
    return file


async def remove_file(session: AsyncSession, row: Referral, file_id: str, *, by: str, now: datetime) -> None:
    """Take a file back before the reply is given; raises FileUnknown or AlreadyDecided."""
    if row.state != ReferralState.SENT:
        raise AlreadyDecided
    file = await queries.reply_file(session, row.id, file_id)
    await session.delete(file)
    await session.flush()
    await journal.record(
        session, by, "removed_reply_file", f"referral:{row.id}", at=now, name=file.name, sha256=file.sha256
    )


async def _open_letter(session: AsyncSession, referral_id: str, caller: Caller, *, is_locked: bool) -> Referral:
    row = await queries.referral_to(session, referral_id, caller, is_locked=is_locked)
    if row.state != ReferralState.SENT:
        raise AlreadyDecided
    return row
