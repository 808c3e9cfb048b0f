"""Documents get gapless numbers and stay as they were made."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.documents import actions, queries
from suicha.documents.errors import DocumentUnknown, GlyphMissing
from suicha.documents.rules import Kind, file_name
from suicha.documents.tables import Document
from suicha.infra.blobs import FolderBlobs
from suicha.infra.db import Database
from suicha.journal.queries import entries_about
from suicha.kit.digest import sha256_hex

from .facts import a_notice

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
Chapter = Callable[[AsyncSession, FolderBlobs], Awaitable[None]]


def tell(database_url: str, folder: Path, *chapters: Chapter) -> None:
    async def run() -> None:
        database = Database(database_url)
        try:
            for chapter in chapters:
                async with database.writing() as session:
                    await chapter(session, FolderBlobs(folder))
        finally:
            await database.close()

    asyncio.run(run())


async def a_document(session: AsyncSession, blobs: FolderBlobs, *, now: datetime = NOW, **but: object) -> Document:
    number = await actions.next_number(session, Kind.NOTICE, now=now)
    return await actions.make_document(
        session, blobs, number, a_notice(**but), about="inspection:x", jurisdiction="410105", by=None, now=now
    )


def test_numbers_run_by_kind_and_year(database_url: str, tmp_path: Path) -> None:
    async def story(session: AsyncSession, _blobs: FolderBlobs) -> None:
        new_year_in_china = datetime(2026, 12, 31, 16, tzinfo=UTC)
        numbers = [
            await actions.next_number(session, kind, now=now)
            for kind, now in (
                (Kind.NOTICE, NOW),
                (Kind.NOTICE, NOW),
                (Kind.APPROVAL, NOW),
                (Kind.NOTICE, new_year_in_china),
            )
        ]
        assert [number.text for number in numbers] == [
            "检通〔2026〕1号",
            "检通〔2026〕2号",
            "检审〔2026〕1号",
            "检通〔2027〕1号",
        ]

    tell(database_url, tmp_path, story)


def test_a_document_is_kept_byte_for_byte_and_journalled(database_url: str, tmp_path: Path) -> None:
    async def made(session: AsyncSession, blobs: FolderBlobs) -> None:
        await a_document(session, blobs)

    async def found(session: AsyncSession, blobs: FolderBlobs) -> None:
        [row] = await queries.documents_about(session, ["inspection:x"], "4101")
        pdf = await actions.read_document(blobs, row)
        assert (row.number, row.revision, row.size_bytes) == ("检通〔2026〕1号", 1, len(pdf))
        assert sha256_hex(pdf) == row.sha256
        [entry] = await entries_about(session, "inspection:x")
        assert entry.verb == "made_document"
        assert row.sha256 in entry.facts

    tell(database_url, tmp_path, made, found)


def test_a_newer_revision_keeps_its_number_and_the_older_one(database_url: str, tmp_path: Path) -> None:
    async def story(session: AsyncSession, blobs: FolderBlobs) -> None:
        first = await a_document(session, blobs)
        second = await actions.make_document(
            session, blobs, actions.number_of(first), a_notice(agency="示例局"), about="inspection:x",
            jurisdiction="410105", by=None, now=NOW + timedelta(hours=1),
        )  # fmt: skip
        assert (second.number, second.revision) == (first.number, 2)
        assert len(await queries.documents_about(session, ["inspection:x"], "")) == 2
        assert (await a_document(session, blobs)).number == "检通〔2026〕2号"

    tell(database_url, tmp_path, story)


def test_a_document_that_fails_takes_no_number(database_url: str, tmp_path: Path) -> None:
    async def run() -> None:
        database = Database(database_url)
        blobs = FolderBlobs(tmp_path)
        try:
            with pytest.raises(GlyphMissing):
                async with database.writing() as session:
                    await a_document(session, blobs, site={"name": "𠮷", "address": "示例路3号"})
            async with database.writing() as session:
                assert (await a_document(session, blobs)).number == "检通〔2026〕1号"
        finally:
            await database.close()

    asyncio.run(run())


def test_two_at_once_get_two_numbers_without_a_gap(database_url: str, tmp_path: Path) -> None:
    async def run() -> None:
        database = Database(database_url)

        async def one() -> str:
            async with database.writing() as session:
                return (await a_document(session, FolderBlobs(tmp_path))).number

        try:
            numbers = await asyncio.gather(*(one() for _ in range(6)))
        finally:
            await database.close()
        assert sorted(numbers) == [f"检通〔2026〕{n}号" for n in range(1, 7)]

    asyncio.run(run())


def test_two_who_make_the_same_paper_at_once_make_two_revisions_of_one(database_url: str, tmp_path: Path) -> None:
    async def run() -> None:
        database = Database(database_url)

        async def one() -> tuple[str, int]:
            async with database.writing() as session:
                number = await actions.number_for(session, Kind.NOTICE, "inspection:x", now=NOW)
                row = await actions.make_document(
                    session, FolderBlobs(tmp_path), number, a_notice(), about="inspection:x", jurisdiction="410105",
                    by=None, now=NOW,
                )  # fmt: skip
                return row.number, row.revision

        try:
            made = await asyncio.gather(*(one() for _ in range(4)))
        finally:
            await database.close()
        assert sorted(made) == [("检通〔2026〕1号", n) for n in range(1, 5)]

    asyncio.run(run())


def test_a_document_of_another_district_does_not_exist(database_url: str, tmp_path: Path) -> None:
    async def story(session: AsyncSession, blobs: FolderBlobs) -> None:
        row = await a_document(session, blobs)
        assert (await queries.document(session, row.id, "410105")).id == row.id
        assert await queries.documents_about(session, ["inspection:x"], "410102") == []
        with pytest.raises(DocumentUnknown):
            await queries.document(session, row.id, "410102")

    tell(database_url, tmp_path, story)


def test_a_download_has_a_name_that_file_systems_take() -> None:
    assert file_name("检通〔2026〕1号", "行政检查通知书") == "行政检查通知书 检通〔2026〕1号.pdf"
    assert "/" not in file_name("a/b", "c\\d")
