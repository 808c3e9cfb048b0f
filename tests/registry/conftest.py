"""A server whose libraries are empty when a test begins, on each database."""

import asyncio
import shutil
from collections.abc import Iterator

import pytest
from sqlalchemy import delete

from suicha.infra.db import Database
from suicha.registry.tables import (
    Change,
    Enterprise,
    Import,
    ImportRow,
    Inspector,
    Jurisdiction,
    Leave,
    Recusal,
    Site,
)
from tests.conftest import make_settings
from tests.live import LiveServer
from tests.servers.postgres import PostgresServer

_DEPENDENT_FIRST = (Change, ImportRow, Import, Leave, Recusal, Inspector, Site, Enterprise, Jurisdiction)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def running(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A server for the tests of one file."""
    folder = tmp_path_factory.mktemp("registry")
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), folder / "suicha.db")
        with LiveServer(make_settings(folder)) as server:
            yield server
        return
    postgres: PostgresServer = request.getfixturevalue("postgres_server")
    with postgres.fresh_database(request.getfixturevalue("postgres_template")) as url:
        settings = make_settings(folder, database_url=url.replace("postgresql://", "postgresql+asyncpg://", 1))
        with LiveServer(settings) as server:
            yield server


@pytest.fixture
def server(running: LiveServer) -> LiveServer:
    """The server, with nothing in the libraries."""

    async def empty() -> None:
        database = Database(running.settings.database_url)
        try:
            async with database.writing() as session:
                for table in _DEPENDENT_FIRST:
                    await session.execute(delete(table))
        finally:
            await database.close()

    asyncio.run(empty())
    return running
