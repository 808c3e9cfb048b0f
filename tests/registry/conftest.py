"""A server with an empty registry for each test file's worker, and fresh ones where a test counts everything."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import make_settings
from tests.live import LiveServer
from tests.servers.postgres import PostgresServer


@pytest.fixture(params=["sqlite", "postgres"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LiveServer]:
    """A server of its own for one test, on each database."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "suicha.db")
        with LiveServer(make_settings(tmp_path)) as running:
            yield running
        return
    postgres: PostgresServer = request.getfixturevalue("postgres_server")
    with postgres.fresh_database(request.getfixturevalue("postgres_template")) as url:
        settings = make_settings(tmp_path, database_url=url.replace("postgresql://", "postgresql+asyncpg://", 1))
        with LiveServer(settings) as running:
            yield running
