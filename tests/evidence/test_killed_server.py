"""What was acknowledged is still there after the server process was killed."""

import asyncio
import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from suicha.accounts.rules import Role
from suicha.infra.db import Database
from suicha.infra.settings import Settings
from tests.builders import PASSWORD, an_account
from tests.conftest import make_settings
from tests.evidence.test_api import Client, name_of
from tests.live import Person
from tests.servers.processes import free_port

MIB = 1 << 20
CHUNK = MIB // 16


class ServerProcess:
    """`suicha serve`, to be killed and started again."""

    def __init__(self, settings: Settings) -> None:
        """Know the place; start nothing."""
        self.settings, self.port = settings, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        environ = os.environ | {
            "SUICHA_DATA_DIR": str(self.settings.data_dir),
            "SUICHA_DATABASE_URL": self.settings.database_url,
            "SUICHA_SCHEDULER": "none",
            "PORT": str(self.port),
        }
        command = [sys.executable, "-m", "suicha", "serve"]
        self._process = subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 60
        while not self._listens():
            assert self._process.poll() is None, "the server has ended"
            assert time.monotonic() < end, "the server did not start"
            time.sleep(0.05)

    def kill(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def _listens(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False


@contextlib.contextmanager
def killed_after(server: ServerProcess, *, seconds: float) -> Iterator[None]:
    """Within the block the server is killed; at its end it is dead."""
    killer = threading.Timer(seconds, server.kill)
    killer.start()
    try:
        yield
    finally:
        killer.join()


@contextlib.contextmanager
def serving(database_url: str, folder: Path) -> Iterator[tuple[ServerProcess, Person]]:
    """A server process, and somebody who may sign in to it."""
    process = ServerProcess(make_settings(folder, database_url=database_url))
    officer = asyncio.run(_an_officer(database_url))
    process.start()
    try:
        yield process, officer
    finally:
        process.kill()


async def _an_officer(database_url: str) -> Person:
    database = Database(database_url)
    try:
        async with database.writing() as session:
            officer = await an_account(session, Role.OFFICER)
    finally:
        await database.close()
    return Person(officer.username, PASSWORD, officer.name, officer.id)


def test_acknowledged_chunks_survive_a_killed_server(database_url: str, tmp_path: Path):
    data = secrets.token_bytes(20 * CHUNK)
    with serving(database_url, tmp_path) as (server, officer), Client(server, officer) as client:
        acknowledged = _send_until_killed(server, client, data)
        server.start()
        here = client.head(name_of(data))
        offset = int(here.headers.get("Upload-Offset", 0))
        assert offset in {acknowledged, acknowledged + CHUNK}, "nothing acknowledged is lost, at most an answer was"
        while offset < len(data):
            answer = client.patch(name_of(data), data[offset : offset + CHUNK], offset, len(data))
            offset = int(answer.headers["Upload-Offset"])
        assert client.get(name_of(data)).content == data


def _send_until_killed(server: ServerProcess, client: Client, data: bytes) -> int:
    """Send chunk after chunk to a server that is killed over one of them; what was acknowledged."""
    acknowledged = 0
    with killed_after(server, seconds=0.1), contextlib.suppress(httpx.HTTPError):
        while acknowledged < len(data) - CHUNK:
            part = data[acknowledged : acknowledged + CHUNK]
            answer = client.patch(name_of(data), part, acknowledged, len(data))
            acknowledged = int(answer.headers["Upload-Offset"])
    return acknowledged


def test_a_server_killed_over_the_last_chunk_takes_it_again(sqlite_url: str, tmp_path: Path):
    data = secrets.token_bytes(12 * MIB)
    last = 10 * MIB
    with serving(sqlite_url, tmp_path) as (server, officer), Client(server, officer) as client:
        for start in range(0, last, 2 * MIB):
            assert client.patch(name_of(data), data[start : start + 2 * MIB], start, len(data)).status_code == 204
        with killed_after(server, seconds=0.04), contextlib.suppress(httpx.HTTPError):
            client.patch(name_of(data), data[last:], last, len(data))
        server.start()
        if client.head(name_of(data)).headers["Blob-State"] == "partial":
            assert client.head(name_of(data)).headers["Upload-Offset"] == str(last)
            assert client.patch(name_of(data), data[last:], last, len(data)).status_code == 204
        assert client.get(name_of(data)).content == data


def test_another_server_process_takes_the_next_chunk(postgres_url: str, tmp_path: Path):
    data = secrets.token_bytes(4 * CHUNK)
    with (
        serving(postgres_url, tmp_path) as (one, officer),
        serving(postgres_url, tmp_path) as (other, _),
        Client(one, officer) as first,
        Client(other, officer) as second,
    ):
        for number, start in enumerate(range(0, len(data), CHUNK)):
            client = second if number % 2 else first
            answer = client.patch(name_of(data), data[start : start + CHUNK], start, len(data))
            assert answer.status_code == 204
        assert first.get(name_of(data)).content == data
        assert second.get(name_of(data)).content == data
