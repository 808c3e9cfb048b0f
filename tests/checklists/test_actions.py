"""Storing editions: once, under their hash, never changed."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.checklists import queries
from suicha.checklists.actions import load_editions
from suicha.checklists.errors import EditionChanged, EditionUnknown
from suicha.infra.db import Database
from suicha.kit.digest import sha256_hex

CHECKLISTS = Path(__file__).parents[2] / "checklists"
NOW = datetime(2026, 11, 22, 1, tzinfo=UTC)
V1 = "property-service-ref-27/v1.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The top folder with one checklist."""
    only = shutil.ignore_patterns("management-assessment-*")
    return Path(shutil.copytree(CHECKLISTS, tmp_path / "checklists", ignore=only))


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    try:
        yield database
    finally:
        await database.close()


async def _stored(session: AsyncSession) -> list[tuple[str, int]]:
    rows = await queries.stored_editions(session)
    return [(row.checklist, row.version) for row in rows if row.checklist == "property-service-ref-27"]


def test_an_edition_is_stored_once_and_found_by_hash(database_url: str, folder: Path) -> None:
    async def story() -> None:
        async with opened(database_url) as database:
            async with database.writing() as session:
                [edition] = await load_editions(session, folder, now=NOW)
            async with database.writing() as session:
                await load_editions(session, folder, now=NOW)
                assert await _stored(session) == [("property-service-ref-27", 1)]
            async with database.reading() as session:
                row = await queries.edition_by_hash(session, edition.hash)
                assert sha256_hex(row.raw) == edition.hash == row.hash
                assert (await queries.edition_facts(session, edition.hash)).id == row.id
                assert len(await queries.item_codes(session, edition.hash)) == 27
                with pytest.raises(EditionUnknown):
                    await queries.edition_by_hash(session, "0" * 64)

    asyncio.run(story())


def test_a_stored_edition_is_never_changed_by_an_edited_file(database_url: str, folder: Path) -> None:
    async def story() -> None:
        async with opened(database_url) as database:
            async with database.writing() as session:
                await load_editions(session, folder, now=NOW)
            path = folder / V1
            path.write_text(path.read_text().replace("未悬挂营业执照", "没有悬挂营业执照"))
            with pytest.raises(EditionChanged) as caught:
                async with database.writing() as session:
                    await load_editions(session, folder, now=NOW)
            assert caught.value.facts == {"edition": "property-service-ref-27/v1"}

    asyncio.run(story())


def test_a_new_version_stands_beside_the_old_one(database_url: str, folder: Path) -> None:
    async def story() -> None:
        async with opened(database_url) as database:
            async with database.writing() as session:
                await load_editions(session, folder, now=NOW)
            text = (folder / V1).read_text()
            (folder / V1.replace("v1", "v10")).write_text(text.replace("version: 1", "version: 10"))
            (folder / V1.replace("v1", "v2")).write_text(text.replace("version: 1", "version: 2"))
            async with database.writing() as session:
                await load_editions(session, folder, now=NOW)
                assert [version for _, version in await _stored(session)] == [10, 2, 1]
                assert (await queries.latest_edition(session, "property-service-ref-27")).version == 10
                with pytest.raises(EditionUnknown):
                    await queries.latest_edition(session, "no-such-list")

    asyncio.run(story())
