"""Pytest's side of the servers: started once per test run, by the first process that collects a test for them.

Use it by `pytest_plugins = ["tests.servers.fixtures"]`. Fixtures: `postgres_server`, `s3_server`. Where the
variables of `tests.servers` are set, nothing is started and those servers are used.

A test run has several processes when pytest-xdist divides the work, and none of them may start a second Ceph. They
meet in a folder that the first process makes and names in the environment. The servers are kept by processes of
their own (`python -m tests.servers … --for`), which end when the run does, even when it is killed.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.servers import VARIABLES
from tests.servers.postgres import PostgresServer
from tests.servers.processes import ServerFailed
from tests.servers.s3 import S3Server

RUN_VARIABLE = "SUICHA_TEST_RUN"
START_SECONDS, STOP_SECONDS = 120, 60
ROOT = Path(__file__).parents[2]


def pytest_configure(config: pytest.Config) -> None:
    """The first process of the run makes the meeting place; its workers inherit the name."""
    if not hasattr(config, "workerinput"):
        folder = tempfile.mkdtemp(prefix="suicha-run-")
        os.environ[RUN_VARIABLE] = f"{os.getpid()}:{folder}"


def pytest_collection_finish(session: pytest.Session) -> None:
    """Begin to start what the collected tests will ask for, so that they wait less or not at all."""
    if session.config.option.collectonly:
        return
    wanted = {name for item in session.items for name in getattr(item, "fixturenames", ())}
    for name in VARIABLES:
        if f"{name}_server" in wanted:
            _begin_to_start(name)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing behind."""
    if hasattr(config, "workerinput"):
        return
    _, folder = _run()
    (folder / "stop").touch()
    for started in folder.glob("*.started"):
        _wait_for_end(started)
    shutil.rmtree(folder, ignore_errors=True)
    del os.environ[RUN_VARIABLE]


@pytest.fixture(scope="session")
def postgres_server() -> PostgresServer:
    """A PostgreSQL for this test run."""
    return PostgresServer(_address("postgres"))


@pytest.fixture(scope="session")
def s3_server() -> S3Server:
    """An S3 store for this test run."""
    url = urlsplit(_address("s3"))
    return S3Server(f"{url.hostname}:{url.port}", url.username or "", url.password or "")


def _run() -> tuple[str, Path]:
    pid, _, folder = os.environ[RUN_VARIABLE].partition(":")
    return pid, Path(folder)


def _begin_to_start(name: str) -> None:
    """Start the keeper of a server unless somebody has; does not wait for it."""
    pid, folder = _run()
    if VARIABLES[name] in os.environ:
        return
    with contextlib.suppress(FileExistsError):
        (folder / f"{name}.started").touch(exist_ok=False)
        command = [sys.executable, "-m", "tests.servers", name, "--for", pid, str(folder)]
        with (folder / f"{name}.json").open("wb") as answer, (folder / f"{name}.log").open("wb") as log:
            # A session of its own: Ctrl-C is for the tests, the servers must outlive their tear-down.
            keeper = subprocess.Popen(command, cwd=ROOT, stdout=answer, stderr=log, start_new_session=True)
        (folder / f"{name}.pid").write_text(str(keeper.pid))
        # It ends after us or after a sibling of ours; nobody waits for it in the usual way.
        keeper.returncode = 0


def _address(name: str) -> str:
    """Where the server is; waits until it is up."""
    if VARIABLES[name] in os.environ:
        return os.environ[VARIABLES[name]]
    _begin_to_start(name)
    _, folder = _run()
    end = time.monotonic() + START_SECONDS
    while not (answer := _read_whole_line(folder / f"{name}.json")):
        pid = int(_text(folder / f"{name}.pid") or 0)
        if time.monotonic() > end or (pid and not _is_running(pid)):
            raise ServerFailed(f"the {name} server of the tests did not start: {_text(folder / f'{name}.log')}")
        time.sleep(0.1)
    address: str = json.loads(answer)[VARIABLES[name]]
    return address


def _read_whole_line(path: Path) -> str:
    text = _text(path)
    return text if text.endswith("\n") else ""


def _text(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def _wait_for_end(started: Path) -> None:
    """Until the keeper has stopped its server; it may be our child or that of a worker that is gone."""
    pid = int(_text(started.with_suffix(".pid")) or 0)
    end = time.monotonic() + STOP_SECONDS
    while pid and time.monotonic() < end and _is_running(pid):
        time.sleep(0.05)


def _is_running(pid: int) -> bool:
    """False for a zombie too: it has done its work."""
    state = _text(Path(f"/proc/{pid}/stat")).rpartition(") ")[2][:1]
    return state not in {"", "Z", "X"}
