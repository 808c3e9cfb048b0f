"""整改证明: pieces of files come in, are checked by content, wait for the enterprise to hand them in, and are kept."""

import asyncio
import hashlib
import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.accounts import queries as accounts
from suicha.evidence import actions as evidence
from suicha.evidence.checking import Checked, FileRefused, check_file
from suicha.evidence.rules import VerifiedBlob, original_key
from suicha.infra.blobs import BlobMissing, BlobStore
from suicha.infra.db import Database, upsert_ignore
from suicha.infra.policies import policy
from suicha.journal import actions as journal
from suicha.kit.clock import local_date
from suicha.kit.ids import is_sha256_text, new_id
from suicha.notices import actions as notices
from suicha.rectification import queries
from suicha.rectification.actions.ending import move_problem
from suicha.rectification.errors import (
    FileNotAccepted,
    FileTooLarge,
    FileUnknown,
    NothingHandedIn,
    ProblemEnded,
    ProblemUnknown,
    SubmissionWaits,
    TooManyFiles,
    UploadMismatch,
    UploadOutOfStep,
)
from suicha.rectification.rules import FINAL, ProblemState, SubmissionState
from suicha.rectification.tables import Order, PartialUpload, Problem, ProofFile, Submission

# One at a time: unpacking a picture of 60 megapixels takes some hundred megabytes.
_CHECKING = asyncio.Semaphore(1)
_NAME_LENGTH = 120


@dataclass(frozen=True)
class Piece:
    """A piece of a file as the enterprise's phone announces it; the bytes are on disk."""

    problem: str
    name: str
    sha256: str
    length: int
    offset: int
    path: Path
    size: int


@dataclass(frozen=True)
class Progress:
    """How far a file has come; `file` is there once it is whole and accepted."""

    offset: int
    length: int
    file: ProofFile | None = None


def proof_scope(problem_id: str) -> str:
    """What the files of a problem are evidence for."""
    return f"proof:{problem_id}"


def _key(piece: Piece) -> str:
    return f"staging/proof/{piece.problem}/{piece.sha256}/{piece.offset}"


async def progress(session: AsyncSession, order: Order, problem_id: str, sha256: str) -> Progress:
    """How far a file of a problem of this order has come; raises ProblemUnknown."""
    await _own_problem(session, order, problem_id)
    known = await _known_file(session, problem_id, sha256)
    if known is not None:
        return Progress(known.size_bytes, known.size_bytes, known)
    partial = await queries.partial(session, problem_id, sha256)
    return Progress(partial.offset_bytes, partial.length_bytes) if partial else Progress(0, 0)


async def take_piece(database: Database, blobs: BlobStore, order_id: str, piece: Piece, *, now: datetime) -> Progress:
    """Keep a piece; with the last one the file is put together, hashed, checked by content and kept.

    Raises FileTooLarge, TooManyFiles, UploadOutOfStep, UploadMismatch or FileNotAccepted; opens its own transactions,
    because a piece must be durable before it is acknowledged and a check takes seconds.
    """
    _check_announced(piece)
    async with database.writing() as session:
        partial, known = await _begin(session, order_id, piece, now=now)
    if known is not None:
        return Progress(known.size_bytes, known.size_bytes, known)
    if partial.offset_bytes != piece.offset:
        raise UploadOutOfStep(offset=partial.offset_bytes, length=partial.length_bytes)
    await blobs.put(_key(piece), await asyncio.to_thread(piece.path.read_bytes))
    if piece.offset + piece.size < piece.length:
        async with database.writing() as session:
            await _note_piece(session, piece, now=now)
        return Progress(piece.offset + piece.size, piece.length)
    return await _complete(database, blobs, order_id, piece, [*partial.chunks, _key(piece)], now=now)


def _check_announced(piece: Piece) -> None:
    rules = policy("proof")
    if not is_sha256_text(piece.sha256) or piece.size < 1 or piece.offset + piece.size > piece.length:
        raise UploadMismatch
    if piece.length > rules["most_file_bytes"]:
        most = rules["most_file_bytes"] // (1024 * 1024)
        raise FileTooLarge(f"单个文件不能超过 {most} MB", most_bytes=rules["most_file_bytes"])


async def _begin(
    session: AsyncSession, order_id: str, piece: Piece, *, now: datetime
) -> tuple[PartialUpload, ProofFile | None]:
    """The upload's row, made with its first piece; or the file, where it is here already."""
    order = await session.get_one(Order, order_id)
    problem = await _own_problem(session, order, piece.problem)
    if ProblemState(problem.state) in FINAL:
        raise ProblemEnded
    row: dict[str, Any] = {
        "id": new_id(),
        "problem_id": piece.problem,
        "order_id": order.id,
        "name": _plain_name(piece.name),
        "sha256": piece.sha256,
        "length_bytes": piece.length,
        "offset_bytes": 0,
        "chunks": [],
        "updated_at": now,
    }
    known = await _known_file(session, piece.problem, piece.sha256)
    if known is None:
        await _check_room(session, order, piece)
        await session.execute(upsert_ignore(session, PartialUpload, [row]))
    partial = await queries.partial(session, piece.problem, piece.sha256)
    if partial is not None and partial.length_bytes != piece.length:
        raise UploadMismatch
    return partial or PartialUpload(**row), known


async def _check_room(session: AsyncSession, order: Order, piece: Piece) -> None:
    rules = policy("proof")
    files = [file for file in await queries.files_of(session, [piece.problem]) if file.submission_id is None]
    if len(files) >= rules["most_files_per_problem"]:
        raise TooManyFiles(f"每个问题一次最多提交 {rules['most_files_per_problem']} 个文件")
    total = await session.scalar(
        select(func.coalesce(func.sum(col(ProofFile.size_bytes)), 0)).where(col(ProofFile.order_id) == order.id)
    )
    if (total or 0) + piece.length > rules["most_bytes_per_order"]:
        raise FileTooLarge("这份通知书的文件总量已达上限，请删除不需要的文件或联系制发机关")


def _plain_name(name: str) -> str:
    """A name is text to be read and nothing else: no path, no control characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(sign for sign in last if sign.isprintable())[:_NAME_LENGTH] or "文件"


async def _own_problem(session: AsyncSession, order: Order, problem_id: str) -> Problem:
    problem = await session.get(Problem, problem_id)
    if problem is None or problem.order_id != order.id:
        raise ProblemUnknown
    return problem


async def _known_file(session: AsyncSession, problem_id: str, sha256: str) -> ProofFile | None:
    return await session.scalar(
        select(ProofFile).where(
            col(ProofFile.problem_id) == problem_id,
            col(ProofFile.sha256) == sha256,
            col(ProofFile.submission_id).is_(None),
        )
    )


async def _note_piece(session: AsyncSession, piece: Piece, *, now: datetime) -> None:
    partial = await queries.partial(session, piece.problem, piece.sha256, is_locked=True)
    if partial is None or partial.offset_bytes != piece.offset:
        raise UploadOutOfStep(offset=partial.offset_bytes if partial else 0, length=piece.length)
    partial.chunks = [*partial.chunks, _key(piece)]
    partial.offset_bytes, partial.updated_at = piece.offset + piece.size, now
    await session.flush()


async def _complete(
    database: Database, blobs: BlobStore, order_id: str, piece: Piece, keys: Sequence[str], *, now: datetime
) -> Progress:
    handle, name = tempfile.mkstemp(prefix="suicha-proof-")
    os.close(handle)
    path = Path(name)
    try:
        if await _put_together(blobs, keys, path) != piece.sha256:
            await _forget(database, blobs, piece, keys)
            raise UploadMismatch
        try:
            async with _CHECKING:
                checked = await asyncio.to_thread(check_file, path)
        except FileRefused as refusal:
            await _forget(database, blobs, piece, keys)
            raise FileNotAccepted(refusal.words, reason=refusal.reason) from refusal
        await blobs.put_file(original_key(piece.sha256), path)
    finally:
        path.unlink(missing_ok=True)
    async with database.writing() as session:
        file = await _keep(session, order_id, piece, checked, now=now)
    await _discard(blobs, keys)
    return Progress(piece.length, piece.length, file)


async def _put_together(blobs: BlobStore, keys: Sequence[str], path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("wb") as out:
        for key in keys:
            try:
                async for data in blobs.stream(key):
                    digest.update(data)
                    await asyncio.to_thread(out.write, data)
            except BlobMissing:
                return ""
    return digest.hexdigest()


async def _forget(database: Database, blobs: BlobStore, piece: Piece, keys: Sequence[str]) -> None:
    async with database.writing() as session:
        await _drop_partial(session, piece)
    await _discard(blobs, keys)


async def _drop_partial(session: AsyncSession, piece: Piece) -> None:
    await session.execute(
        delete(PartialUpload).where(
            col(PartialUpload.problem_id) == piece.problem, col(PartialUpload.sha256) == piece.sha256
        )
    )


async def _discard(blobs: BlobStore, keys: Sequence[str]) -> None:
    """What stays behind costs space and nothing else."""
    with suppress(Exception):
        for key in keys:
            await blobs.delete(key)


async def _keep(session: AsyncSession, order_id: str, piece: Piece, checked: Checked, *, now: datetime) -> ProofFile:
    known = await _known_file(session, piece.problem, piece.sha256)
    if known is not None:
        return known
    file = ProofFile(
        id=new_id(),
        order_id=order_id,
        problem_id=piece.problem,
        name=_plain_name(piece.name),
        sha256=piece.sha256,
        size_bytes=piece.length,
        content_type=checked.content_type,
        received_at=now,
        facts=checked.facts,
    )
    session.add(file)
    await session.flush()
    blob = VerifiedBlob(piece.sha256, piece.length, checked.content_type)
    await evidence.keep_upload(session, blob, scope=proof_scope(piece.problem), by=file.id, now=now)
    await _drop_partial(session, piece)
    await journal.record(
        session,
        None,
        "received_file",
        f"problem:{piece.problem}",
        at=now,
        sha256=piece.sha256,
        size_bytes=piece.length,
        content_type=checked.content_type,
    )
    return file


async def remove_file(session: AsyncSession, order: Order, file_id: str, *, now: datetime) -> None:
    """Take a file back that was not handed in; raises FileUnknown. Its bytes and the journal stay."""
    file = await session.get(ProofFile, file_id)
    if file is None or file.order_id != order.id or file.submission_id is not None:
        raise FileUnknown
    await session.delete(file)
    await session.flush()
    await journal.record(session, None, "removed_file", f"problem:{file.problem_id}", at=now, sha256=file.sha256)


async def hand_in(session: AsyncSession, order: Order, problem_id: str, *, text: str, now: datetime) -> Submission:
    """Hand in what was uploaded for a problem, with some words: a receipt is given, and a person will look at it.

    Raises ProblemUnknown, ProblemEnded, SubmissionWaits or NothingHandedIn.
    """
    await _own_problem(session, order, problem_id)
    problem = await queries.locked_problem(session, problem_id)
    if ProblemState(problem.state) in FINAL or problem.state == ProblemState.RECHECKING:
        raise ProblemEnded
    if await queries.waiting_submission(session, problem_id):
        raise SubmissionWaits
    files = [file for file in await queries.files_of(session, [problem_id]) if file.submission_id is None]
    if not files and not text.strip():
        raise NothingHandedIn
    n = len(await queries.submissions_of(session, [problem_id])) + 1
    row = Submission(
        id=new_id(),
        problem_id=problem_id,
        order_id=order.id,
        jurisdiction=problem.jurisdiction,
        n=n,
        receipt_no=f"ZM{local_date(now):%Y%m%d}-{problem.code}-{n}",
        state=SubmissionState.WAITING.value,
        text=text.strip(),
        submitted_at=now,
    )
    session.add(row)
    await session.flush()
    for file in files:
        file.submission_id = row.id
    await move_problem(
        session,
        problem,
        ProblemState.SUBMITTED,
        verb="handed_in",
        by=None,
        now=now,
        receipt_no=row.receipt_no,
        files=[file.sha256 for file in files],
        text=row.text,
    )
    await notices.post(
        session,
        "proof_waiting",
        to=await accounts.desk_accounts(session, problem.jurisdiction),
        about=f"submission:{row.id}",
        title=f"{problem.code} {problem.title}",
        text=f"企业提交了整改证明（{len(files)} 个文件），回执 {row.receipt_no}",
        once=f"submission/{row.id}",
        jurisdiction=problem.jurisdiction,
        now=now,
    )
    return row


async def forget_loose_files(session: AsyncSession, *, now: datetime) -> int:
    """Remove rows of files that were never handed in; returns how many. Their bytes stay, as the journal names them."""
    before = now - timedelta(days=policy("proof")["forget_after_days"])
    loose = list(
        await session.scalars(
            select(ProofFile).where(col(ProofFile.submission_id).is_(None), col(ProofFile.received_at) < before)
        )
    )
    for file in loose:
        await session.delete(file)
    await session.flush()
    return len(loose)


async def drop_pieces(database: Database, blobs: BlobStore, *, now: datetime) -> int:
    """Forget uploads that nobody went on with, with their pieces in the store; returns how many.

    The row goes first: whoever goes on at that moment is told to begin anew.
    """
    before = now - timedelta(days=policy("proof")["forget_after_days"])
    async with database.writing() as session:
        stale = list(await session.scalars(select(PartialUpload).where(col(PartialUpload.updated_at) < before)))
        for partial in stale:
            await session.delete(partial)
    for partial in stale:
        await _discard(blobs, partial.chunks)
    return len(stale)
