"""Pytest's side of the servers: started when a collected test needs one, both at once, shared by all workers.

Use it by `pytest_plugins = ["tests.servers.fixtures"]`. Fixtures: `postgres_server`, `s3_server`, and
`empty_postgres_url`, a database of its own for each test module.
"""

import json
import os
import select
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.servers import POSTGRES_VARIABLE, S3_VARIABLE
from tests.servers.postgres import PostgresServer
from tests.servers.processes import ServerFailed
from tests.servers.s3 import S3Server

VARIABLES = {"postgres": POSTGRES_VARIABLE, "s3": S3_VARIABLE}
START_SECONDS = 120


class Keepers:
    """The processes that keep our servers; each ends when our end of its pipe closes, even if we are killed."""

    def __init__(self) -> None:
        """Nothing runs yet."""
        self._running: dict[str, subprocess.Popen[str]] = {}

    def start(self, name: str) -> None:
        """Begin to start a server unless somebody already keeps one; does not wait for it."""
        if VARIABLES[name] in os.environ or name in self._running:
            return
        self._running[name] = subprocess.Popen(
            [sys.executable, "-m", "tests.servers", name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            # Ctrl-C is for the tests; the servers must outlive their tear-down.
            start_new_session=True,
        )

    def address(self, name: str) -> str:
        """Where the server is; waits until it is up."""
        variable = VARIABLES[name]
        if variable not in os.environ:
            self.start(name)
            os.environ.update(self._first_line(name))
        return os.environ[variable]

    def _first_line(self, name: str) -> dict[str, str]:
        output = self._running[name].stdout
        assert output is not None
        is_readable, _, _ = select.select([output], [], [], START_SECONDS)
        line = output.readline() if is_readable else ""
        if not line:
            raise ServerFailed(f"the {name} server of the tests did not start, see above")
        variables: dict[str, str] = json.loads(line)
        return variables

    def stop(self) -> None:
        """End what we started."""
        for process in self._running.values():
            assert process.stdin is not None
            process.stdin.close()
        for name, process in self._running.items():
            process.wait(60)
            assert process.stdout is not None
            process.stdout.close()
            os.environ.pop(VARIABLES[name], None)
        self._running.clear()


keepers = Keepers()


def pytest_configure(config: pytest.Config) -> None:
    """The controller of parallel workers starts the servers, and the workers inherit their addresses."""
    if getattr(config.option, "numprocesses", None) and not hasattr(config, "workerinput"):
        for name in VARIABLES:
            keepers.start(name)
        for name in VARIABLES:
            keepers.address(name)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Begin to start what the collected tests will ask for, so that they wait less or not at all."""
    if session.config.option.collectonly:
        return
    wanted = {name for item in session.items for name in getattr(item, "fixturenames", ())}
    for name in VARIABLES:
        if f"{name}_server" in wanted:
            keepers.start(name)


def pytest_unconfigure() -> None:
    """Leave nothing behind."""
    keepers.stop()


@pytest.fixture(scope="session")
def postgres_server() -> PostgresServer:
    """A PostgreSQL for this test run."""
    return PostgresServer(keepers.address("postgres"))


@pytest.fixture(scope="session")
def s3_server() -> S3Server:
    """An S3 store for this test run."""
    url = urlsplit(keepers.address("s3"))
    assert url.username is not None
    assert url.password is not None
    return S3Server(f"{url.hostname}:{url.port}", url.username, url.password)


@pytest.fixture(scope="module")
def empty_postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A new, empty database for one test module."""
    with postgres_server.fresh_database() as url:
        yield url
