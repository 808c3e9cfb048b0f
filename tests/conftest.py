"""What all tests share: migrated databases (SQLite and PostgreSQL), an object store, and a running server."""

import asyncio
import gc
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from suicha.infra.logs import configure_logs
from suicha.infra.settings import Settings, settings_from_environment
from suicha.web.serve import prepare
from tests.live import LiveServer, Team
from tests.servers.postgres import PostgresServer
from tests.servers.processes import quickest_folder
from tests.servers.s3 import S3Server

configure_logs(level="CRITICAL")
# As the program itself does.
gc.set_threshold(20_000, 20, 20)
# Papers about visits outside a campaign name the organ that the installation names.
os.environ.setdefault("SUICHA_AGENCY", "示例市住房保障和房地产管理局")
# Where pytest makes the folders of the tests.
if folder := quickest_folder():
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", folder)
pytest_plugins = ["tests.servers.fixtures"]
ROOT = Path(__file__).parents[1]
TEMPLATE = "suicha_template"

hypothesis_settings.register_profile(
    "ci", deadline=None, derandomize=True, print_blob=True, suppress_health_check=list(HealthCheck)
)
hypothesis_settings.load_profile("ci")


# The longest files, which must not be left to the end of the run, when one worker has nothing else to do.
LONGEST_FIRST = ("demo/test_whole_story", "e2e/test_story", "sync/test_machine", "e2e/", "independent/")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the random order, but begin with the longest files."""

    def place(item: pytest.Item) -> int:
        return next((n for n, part in enumerate(LONGEST_FIRST) if part in item.nodeid), len(LONGEST_FIRST))

    items.sort(key=place)


def make_settings(folder: Path, *, database_url: str | None = None, s3: S3Server | None = None) -> Settings:
    """Settings of a throw-away installation below `folder`."""
    environ = {"SUICHA_DATA_DIR": str(folder), "SUICHA_SCHEDULER": "none"}
    if database_url:
        environ["SUICHA_DATABASE_URL"] = database_url
    if s3:
        environ |= {
            "SUICHA_S3_ENDPOINT": f"http://{s3.endpoint}",
            "SUICHA_S3_ACCESS_KEY": s3.access_key,
            "SUICHA_S3_SECRET_KEY": s3.secret_key,
            "SUICHA_S3_BUCKET": f"test-{folder.name.lower()[-40:]}",
        }
    return settings_from_environment(environ)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file with the editions of the project, to be copied."""
    folder = tmp_path_factory.mktemp("template")
    asyncio.run(prepare(make_settings(folder)))
    return folder / "suicha.db"


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """The same on PostgreSQL: copied by `CREATE DATABASE … TEMPLATE`."""

    def fill(url: str) -> None:
        asyncio.run(prepare(make_settings(Path("/nonexistent"), database_url=url)))

    return postgres_server.template(TEMPLATE, fill)


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh migrated SQLite database."""
    path = tmp_path / "suicha.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite+aiosqlite:///{path}"


@pytest.fixture
def postgres_url(postgres_server: PostgresServer, postgres_template: str) -> Iterator[str]:
    """A fresh migrated PostgreSQL database."""
    with postgres_server.fresh_database(postgres_template) as url:
        yield url.replace("postgresql://", "postgresql+asyncpg://", 1)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Each test that asks for it runs on both databases. Open it inside the test's own event loop: `open_database`."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(scope="session")
def live_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A server with the embedded defaults: SQLite and a folder."""
    folder = tmp_path_factory.mktemp("live")
    shutil.copy(sqlite_template, folder / "suicha.db")
    with LiveServer(make_settings(folder)) as server:
        yield server


@pytest.fixture(scope="session")
def live_postgres(
    postgres_server: PostgresServer,
    postgres_template: str,
    s3_server: S3Server,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[LiveServer]:
    """A server with PostgreSQL and a real S3 store."""
    folder = tmp_path_factory.mktemp("live-s3")
    with (
        postgres_server.fresh_database(postgres_template) as url,
        LiveServer(make_settings(folder, database_url=url, s3=s3_server)) as server,
    ):
        yield server


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def live_server(request: pytest.FixtureRequest) -> LiveServer:
    """A running server, once on each pair of database and store."""
    server: LiveServer = request.getfixturevalue(f"live_{request.param}")
    return server


@pytest.fixture
def fresh_visit(live_server: LiveServer) -> Callable[[], Team]:
    """Make visits that no other test touches."""
    return live_server.new_visit
