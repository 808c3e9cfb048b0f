"""Bytes handed in and asked for, on both databases."""

import asyncio
import secrets
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from suicha.evidence.errors import BadChunk, BlobMismatch, BlobUnknown, WrongOffset
from suicha.evidence.jobs import drop_stale_partials
from suicha.evidence.rules import Progress, Size, original_key
from suicha.infra.blobs import BlobMissing, FolderBlobs, StoreUnavailable
from tests.evidence.desk import Desk, at_a_desk, name_of, piece

DATA = secrets.token_bytes(10_000)
NAME = name_of(DATA)
VISIT = "insp:00000000-0000-7000-8000-000000000001"
OTHER_VISIT = "insp:00000000-0000-7000-8000-000000000002"


def test_chunks_become_a_blob(database_url: str, tmp_path: Path):
    async def story(desk: Desk):
        assert await desk.send(desk.anna, piece(DATA, 0, 4000)) == Progress(4000, 10_000)
        assert await desk.custody.progress(desk.anna, NAME) == Progress(4000, 10_000)
        assert await desk.send(desk.anna, piece(DATA, 4000, 8000)) == Progress(8000, 10_000)
        assert len(desk.staged()) == 2
        assert (await desk.send(desk.anna, piece(DATA, 8000, 10_000))).is_verified
        assert await desk.blobs.get(original_key(NAME)) == DATA
        assert desk.staged() == []

    at_a_desk(database_url, tmp_path, story)


def test_any_process_takes_the_next_chunk(database_url: str, tmp_path: Path):
    async def story(desk: Desk):
        for number, start in enumerate(range(0, 10_000, 2500)):
            process = desk.another_process() if number % 2 else desk.custody
            await process.take_chunk(desk.anna, piece(DATA, start, start + 2500), now=desk.now)
        assert await desk.blobs.get(original_key(NAME)) == DATA

    at_a_desk(database_url, tmp_path, story)


def test_a_bad_chunk_keeps_the_offset(database_url: str, tmp_path: Path):
    async def story(desk: Desk):
        await desk.send(desk.anna, piece(DATA, 0, 4000))
        with pytest.raises(BadChunk):
            await desk.send(desk.anna, replace(piece(DATA, 4000, 8000), data=bytes(4000)))
        assert (await desk.custody.progress(desk.anna, NAME)).offset == 4000

    at_a_desk(database_url, tmp_path, story)


def test_wrong_bytes_start_again_at_zero(database_url: str, tmp_path: Path):
    async def story(desk: Desk):
        wrong = bytes(5000)
        await desk.send(desk.anna, replace(piece(wrong, 0, 3000), sha256=NAME))
        with pytest.raises(BlobMismatch):
            await desk.send(desk.anna, replace(piece(wrong, 3000, 5000), sha256=NAME))
        with pytest.raises(BlobUnknown):
            await desk.custody.progress(desk.anna, NAME)
        assert desk.staged() == []
        assert await desk.blobs.size(original_key(NAME)) is None
        await desk.send(desk.anna, piece(DATA, 0, 10_000))
        assert (await desk.custody.progress(desk.anna, NAME)).is_verified

    at_a_desk(database_url, tmp_path, story)


def test_a_whole_of_another_digest_is_refused(database_url: str, tmp_path: Path):
    async def story(desk: Desk):
        await desk.send(desk.anna, piece(DATA, 0, 4000))
        with pytest.raises(BlobMismatch):
            await desk.custody.take_whole(desk.anna, NAME, b"something else", now=desk.now)
        with pytest.raises(BlobUnknown):
            await desk.custody.progress(desk.anna, NAME)

    at_a_desk(database_url, tmp_path, story)


def test_an_upload_may_begin_again_with_another_length(database_url: str, tmp_path: Path):
    async def story(desk: Desk):
        await desk.send(desk.anna, piece(DATA, 0, 4000, length=99_999))
        assert await desk.send(desk.anna, piece(DATA, 0, 5000)) == Progress(5000, 10_000)
        await desk.send(desk.anna, piece(DATA, 5000, 10_000))
        assert await desk.blobs.get(original_key(NAME)) == DATA
        assert desk.staged() == []

    at_a_desk(database_url, tmp_path, story)


def test_two_people_upload_the_same_bytes_apart(database_url: str, tmp_path: Path):
    async def story(desk: Desk):
        await desk.send(desk.anna, piece(DATA, 0, 4000))
        with pytest.raises(BlobUnknown):
            await desk.custody.progress(desk.ben, NAME)
        assert await desk.send(desk.ben, piece(DATA, 0, 1000)) == Progress(1000, 10_000)
        await desk.send(desk.anna, piece(DATA, 4000, 10_000))
        # Ben learns nothing of it, and is not let off the rest.
        assert await desk.custody.progress(desk.ben, NAME) == Progress(1000, 10_000)
        await desk.send(desk.ben, piece(DATA, 1000, 10_000))
        assert (await desk.custody.progress(desk.ben, NAME)).is_verified

    at_a_desk(database_url, tmp_path, story)


def test_evidence_of_others_does_not_exist(database_url: str, tmp_path: Path):
    async def story(desk: Desk):
        desk.members = {VISIT: {desk.anna}, OTHER_VISIT: {desk.ben}}
        await desk.link(VISIT, NAME)
        await desk.upload(desk.anna, DATA)
        for ask in (desk.custody.progress(desk.ben, NAME), desk.custody.open(desk.ben, NAME, Size.ORIGINAL)):
            with pytest.raises(BlobUnknown):
                await ask
        assert await desk.custody.take_whole(desk.ben, NAME, DATA, now=desk.now), "new, as far as Ben can tell"
        assert not await desk.custody.take_whole(desk.ben, NAME, DATA, now=desk.now)
        assert (await desk.custody.open(desk.ben, NAME, Size.ORIGINAL)).size_bytes == 10_000

    at_a_desk(database_url, tmp_path, story)


def test_a_member_of_a_linking_visit_reads_what_a_colleague_brought(database_url: str, tmp_path: Path):
    async def story(desk: Desk):
        desk.members = {VISIT: {desk.ben}}
        await desk.upload(desk.anna, DATA)
        with pytest.raises(BlobUnknown):
            await desk.custody.progress(desk.ben, NAME)
        await desk.link(VISIT, NAME)
        opened = await desk.custody.open(desk.ben, NAME, Size.ORIGINAL)
        assert b"".join([part async for part in await desk.custody.read(opened, start=0, length=10_000)]) == DATA

    at_a_desk(database_url, tmp_path, story)


@pytest.mark.parametrize("order", ["link first", "bytes first"])
def test_every_linking_visit_is_told_once(database_url: str, tmp_path: Path, order: str):
    async def story(desk: Desk):
        steps = [desk.link(VISIT, NAME), desk.upload(desk.anna, DATA)]
        for step in steps if order == "link first" else reversed(steps):
            await step
        await desk.link(VISIT, NAME)
        await desk.upload(desk.anna, DATA)
        await desk.link(OTHER_VISIT, NAME)
        assert desk.told == [(VISIT, NAME, 10_000), (OTHER_VISIT, NAME, 10_000)]

    at_a_desk(database_url, tmp_path, story)


def test_another_who_brings_the_same_bytes_is_news_to_the_visits_once(database_url: str, tmp_path: Path):
    async def story(desk: Desk):
        await desk.upload(desk.anna, DATA)
        await desk.link(VISIT, NAME)
        desk.told.clear()
        await desk.upload(desk.ben, DATA)
        await desk.upload(desk.ben, DATA)
        assert desk.told == [(VISIT, NAME, 10_000)]

    at_a_desk(database_url, tmp_path, story)


def test_a_link_and_the_last_byte_at_the_same_moment_do_not_miss_each_other(database_url: str, tmp_path: Path):
    async def story(desk: Desk):
        for _ in range(15):
            data = secrets.token_bytes(100)
            scopes = [f"{VISIT}{number}" for number in range(3)]
            await asyncio.gather(desk.upload(desk.anna, data), *(desk.link(scope, name_of(data)) for scope in scopes))
            told = sorted(scope for scope, sha256, _ in desk.told if sha256 == name_of(data))
            assert told == scopes

    at_a_desk(database_url, tmp_path, story)


def test_the_same_chunk_sent_twice_at_once_counts_once(database_url: str, tmp_path: Path):
    async def story(desk: Desk):
        for start in (0, 4000, 8000):
            chunk = piece(DATA, start, min(start + 4000, 10_000))
            answers = await asyncio.gather(*(desk.send(desk.anna, chunk) for _ in range(4)), return_exceptions=True)
            assert all(isinstance(answer, (Progress, WrongOffset)) for answer in answers), answers
            assert (await desk.custody.progress(desk.anna, NAME)).offset == chunk.end
        assert await desk.blobs.get(original_key(NAME)) == DATA

    at_a_desk(database_url, tmp_path, story)


def test_a_store_that_fails_acknowledges_nothing(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    async def down(*_: object) -> None:
        raise StoreUnavailable

    async def story(desk: Desk):
        await desk.send(desk.anna, piece(DATA, 0, 4000))
        with monkeypatch.context() as patch:
            patch.setattr(FolderBlobs, "put", down)
            for chunk in (piece(DATA, 4000, 8000), piece(DATA, 4000, 10_000)):
                with pytest.raises(StoreUnavailable):
                    await desk.send(desk.anna, chunk)
        assert await desk.custody.progress(desk.anna, NAME) == Progress(4000, 10_000)
        assert (await desk.send(desk.anna, piece(DATA, 4000, 10_000))).is_verified

    at_a_desk(database_url, tmp_path, story)


def test_telling_that_fails_takes_nothing_back_and_can_be_repeated(database_url: str, tmp_path: Path):
    async def story(desk: Desk):
        desk.custody.on_verified = _fails
        await desk.link(VISIT, NAME)
        with pytest.raises(RuntimeError):
            await desk.upload(desk.anna, DATA)
        with pytest.raises(BlobUnknown):
            await desk.custody.progress(desk.anna, NAME)
        desk.custody = desk.another_process()
        await desk.upload(desk.anna, DATA)
        assert desk.told == [(VISIT, NAME, 10_000)]

    at_a_desk(database_url, tmp_path, story)


async def _fails(*_: object) -> None:
    raise RuntimeError("the server dies here")


def test_a_lost_piece_starts_the_upload_again(database_url: str, tmp_path: Path):
    async def story(desk: Desk):
        await desk.send(desk.anna, piece(DATA, 0, 4000))
        desk.staged()[0].unlink()
        with pytest.raises(WrongOffset) as refusal:
            await desk.send(desk.anna, piece(DATA, 4000, 10_000))
        assert refusal.value.http_headers["Upload-Offset"] == "0"
        await desk.send(desk.anna, piece(DATA, 0, 10_000))

    at_a_desk(database_url, tmp_path, story)


def test_a_lost_original_is_a_clear_error_before_anything_is_sent(database_url: str, tmp_path: Path):
    async def story(desk: Desk):
        await desk.upload(desk.anna, DATA)
        await desk.blobs.delete(original_key(NAME))
        with pytest.raises(BlobMissing):
            await desk.custody.read(await desk.custody.open(desk.anna, NAME, Size.ORIGINAL), start=0, length=10)

    at_a_desk(database_url, tmp_path, story)


def test_abandoned_uploads_are_forgotten_after_two_weeks(database_url: str, tmp_path: Path):
    async def story(desk: Desk):
        await desk.send(desk.anna, piece(DATA, 0, 4000))
        later = desk.now + timedelta(days=13)
        assert await drop_stale_partials(desk.database, desk.blobs, clock=lambda: later) == 0
        much_later = desk.now + timedelta(days=15)
        assert await drop_stale_partials(desk.database, desk.blobs, clock=lambda: much_later) == 1
        assert desk.staged() == []
        with pytest.raises(BlobUnknown):
            await desk.custody.progress(desk.anna, NAME)

    at_a_desk(database_url, tmp_path, story)


def test_64_mib_in_chunks(sqlite_url: str, tmp_path: Path):
    data = secrets.token_bytes(1 << 20) * 64

    async def story(desk: Desk):
        step = 2 << 20
        for start in range(0, len(data), step):
            await desk.send(desk.anna, piece(data, start, start + step))
        assert (await desk.custody.progress(desk.anna, name_of(data))).is_verified

    at_a_desk(sqlite_url, tmp_path, story)
