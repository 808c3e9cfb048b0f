"""Pictures are made by a job, stored bytes are looked at again."""

import secrets
from datetime import timedelta
from pathlib import Path

import pytest

from suicha.evidence import actions
from suicha.evidence.errors import DerivativeFailed, DerivativePending
from suicha.evidence.jobs import make_derivatives, reverify_some
from suicha.evidence.rules import MAX_ATTEMPTS, Size, derived_key, original_key
from suicha.evidence.tables import Blob
from suicha.infra.blobs import FolderBlobs, StoreUnavailable
from tests.evidence.desk import Desk, at_a_desk, name_of
from tests.evidence.photos import a_jpeg, is_upright, opened

PHOTO = a_jpeg(1200, 800, orientation=6, has_position=True)
NAME = name_of(PHOTO)


async def work(desk: Desk, *, minutes: int = 0) -> int:
    return await make_derivatives(desk.database, desk.blobs, clock=lambda: desk.now + timedelta(minutes=minutes))


def test_a_verified_photo_gets_its_pictures_once(database_url: str, tmp_path: Path):
    async def story(desk: Desk):
        await desk.upload(desk.anna, PHOTO)
        with pytest.raises(DerivativePending) as refusal:
            await desk.custody.open(desk.anna, NAME, Size.THUMB)
        assert refusal.value.facts["retry_after_s"] > 0
        assert await work(desk) == 1
        assert await work(desk) == 0
        thumb = await desk.custody.open(desk.anna, NAME, Size.THUMB)
        assert thumb.content_type == "image/jpeg"
        image = opened(await desk.blobs.get(thumb.key))
        assert image.size == (320, 213)
        assert is_upright(image)
        assert await desk.blobs.get(original_key(NAME)) == PHOTO
        async with desk.database.reading() as session:
            blob = await session.get_one(Blob, NAME)
            assert (blob.width, blob.height) == (1200, 800)

    at_a_desk(database_url, tmp_path, story)


def test_a_broken_photo_is_given_up_at_once_and_kept(database_url: str, tmp_path: Path):
    broken = PHOTO[:-2000]

    async def story(desk: Desk):
        await desk.upload(desk.anna, broken)
        await desk.upload(desk.anna, PHOTO)
        assert await work(desk) == 1, "one bad photo does not stand in the way of the others"
        with pytest.raises(DerivativeFailed) as refusal:
            await desk.custody.open(desk.anna, name_of(broken), Size.VIEW)
        assert refusal.value.facts == {"reason": "image_broken"}
        assert await desk.blobs.get(original_key(name_of(broken))) == broken

    at_a_desk(database_url, tmp_path, story)


def test_what_is_no_photo_gets_no_pictures(database_url: str, tmp_path: Path):
    page = b"<!doctype html><script>alert(1)</script>"

    async def story(desk: Desk):
        await desk.upload(desk.anna, page)
        assert await work(desk) == 0
        with pytest.raises(DerivativeFailed):
            await desk.custody.open(desk.anna, name_of(page), Size.THUMB)

    at_a_desk(database_url, tmp_path, story)


def test_a_photo_that_kills_its_process_is_tried_a_few_times_only(database_url: str, tmp_path: Path):
    async def story(desk: Desk):
        await desk.upload(desk.anna, PHOTO)
        for attempt in range(MAX_ATTEMPTS):
            async with desk.database.writing() as session:
                await actions.begin_derivatives(session, NAME, now=desk.now + timedelta(minutes=10 * attempt))
        assert await work(desk, minutes=10 * MAX_ATTEMPTS) == 0
        with pytest.raises(DerivativeFailed) as refusal:
            await desk.custody.open(desk.anna, NAME, Size.VIEW)
        assert refusal.value.facts == {"reason": "gave_up"}

    at_a_desk(database_url, tmp_path, story)


def test_two_workers_do_not_make_the_same_picture(database_url: str, tmp_path: Path):
    async def story(desk: Desk):
        await desk.upload(desk.anna, PHOTO)
        async with desk.database.writing() as session:
            await actions.begin_derivatives(session, NAME, now=desk.now)
        assert await work(desk, minutes=1) == 0
        assert await work(desk, minutes=6) == 1, "the other one is taken for dead"

    at_a_desk(database_url, tmp_path, story)


def test_a_store_out_of_reach_uses_up_no_attempts(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    async def down(*_: object) -> bytes:
        raise StoreUnavailable

    async def story(desk: Desk):
        await desk.upload(desk.anna, PHOTO)
        with monkeypatch.context() as patch:
            patch.setattr(FolderBlobs, "get", down)
            for _ in range(MAX_ATTEMPTS + 1):
                with pytest.raises(StoreUnavailable):
                    await work(desk)
        assert await work(desk) == 1

    at_a_desk(database_url, tmp_path, story)


def test_pictures_that_are_lost_do_not_hide_the_original(database_url: str, tmp_path: Path):
    async def story(desk: Desk):
        await desk.upload(desk.anna, PHOTO)
        await work(desk)
        await desk.blobs.delete(derived_key(NAME, Size.VIEW))
        assert (await desk.custody.open(desk.anna, NAME, Size.ORIGINAL)).size_bytes == len(PHOTO)

    at_a_desk(database_url, tmp_path, story)


def test_changed_and_missing_bytes_are_found(database_url: str, tmp_path: Path):
    async def story(desk: Desk):
        files = [secrets.token_bytes(1000) for _ in range(3)]
        for data in files:
            await desk.upload(desk.anna, data)
        good, changed, missing = map(name_of, files)
        (desk.folder / original_key(changed)).write_bytes(b"somebody was here")
        (desk.folder / original_key(missing)).unlink()
        assert await reverify_some(desk.database, desk.blobs, clock=lambda: desk.now, limit=10) == 2
        async with desk.database.reading() as session:
            found = {name: (await session.get_one(Blob, name)).damage for name in (good, changed, missing)}
        assert found == {good: None, changed: "changed", missing: "missing"}

    at_a_desk(database_url, tmp_path, story)


def test_what_was_looked_at_longest_ago_comes_first(database_url: str, tmp_path: Path):
    async def story(desk: Desk):
        for _ in range(3):
            await desk.upload(desk.anna, secrets.token_bytes(10))
        for day in range(3):
            await reverify_some(
                desk.database, desk.blobs, clock=lambda day=day: desk.now + timedelta(days=day), limit=1
            )
        async with desk.database.reading() as session:
            names = await session.run_sync(lambda sync: [blob.checked_at for blob in sync.query(Blob)])
        assert sorted(names) == [desk.now + timedelta(days=day) for day in range(3)]

    at_a_desk(database_url, tmp_path, story)
