"""A throw-away PostgreSQL: scram passwords, C.UTF-8, no fsync, a free port, one database per test module."""

import contextlib
import getpass
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from tests.servers.processes import ServerFailed, free_port, quickest_folder, run_tool, running, wait_until

# Durability is what the product promises, not what its tests need.
SPEED = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200", "shared_buffers=64MB")


@dataclass(frozen=True)
class PostgresServer:
    """A running server, known by the address of its maintenance database."""

    admin_url: str

    def url(self, database: str) -> str:
        """The address of one of its databases."""
        return urlsplit(self.admin_url)._replace(path=f"/{database}").geturl()

    def sql(self, statement: str, *, database: str = "postgres") -> str:
        """Run one statement outside any event loop and return its plain output."""
        options = ["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1"]
        command = [_program("psql"), *options, "-d", self.url(database), "-c", statement]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            raise ServerFailed(done.stderr.strip())
        return done.stdout.strip()

    def has_database(self, name: str) -> bool:
        """True when a database of that name is there."""
        return self.sql(f"SELECT 1 FROM pg_database WHERE datname = '{name}'") == "1"

    def template(self, name: str, prepare: Callable[[str], None]) -> str:
        """The name of a database that `prepare(url)` has filled once, whoever asks first.

        Built under a private name and renamed when it is ready, so that several test processes
        can ask at the same time and nobody copies a half-migrated database.
        """
        if self.has_database(name):
            return name
        private = f"{name}_{secrets.token_hex(4)}"
        self.sql(f'CREATE DATABASE "{private}"')
        prepare(self.url(private))
        try:
            self.sql(f'ALTER DATABASE "{private}" RENAME TO "{name}"')
        except ServerFailed:
            self.drop_database(private)
            if not self.has_database(name):
                raise
        return name

    @contextlib.contextmanager
    def fresh_database(self, template: str = "template0") -> Iterator[str]:
        """The address of a new copy of `template`, dropped at the end of the block."""
        name = f"test_{secrets.token_hex(6)}"
        # Copying files asks for a checkpoint, which costs nothing without fsync; the usual way writes every page twice.
        self.sql(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        try:
            yield self.url(name)
        finally:
            self.drop_database(name)

    def drop_database(self, name: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextlib.contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """A new server for the length of the block."""
    folder = Path(tempfile.mkdtemp(prefix="suicha-postgres-", dir=quickest_folder()))
    try:
        # initdb refuses to run as root, and its account must reach the folder through every parent.
        folder.chmod(0o755)
        with _started(folder, free_port(), secrets.token_hex(12)) as server:
            yield server
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _started(folder: Path, port: int, password: str) -> Iterator[PostgresServer]:
    data, log = folder / "data", folder / "postgres.log"
    _initialise(folder, data, password)
    settings = [*SPEED, "listen_addresses=127.0.0.1", f"port={port}", f"unix_socket_directories={data}"]
    options = [word for setting in settings for word in ("-c", setting)]
    server = PostgresServer(f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres")
    with running([*_as_postgres(), _program("postgres"), "-D", str(data), *options], log=log) as process:
        wait_until(lambda: _answers(server), process=process, log=log)
        yield server


def _initialise(folder: Path, data: Path, password: str) -> None:
    password_file = folder / "password"
    password_file.write_text(password)
    data.mkdir()
    if os.getuid() == 0:
        shutil.chown(data, "postgres", "postgres")
        shutil.chown(password_file, "postgres", "postgres")
    words = ["-D", data, "-U", "postgres", "--auth=scram-sha-256", f"--pwfile={password_file}"]
    run_tool(*_as_postgres(), _program("initdb"), *words, "--locale=C.UTF-8", "--encoding=UTF8", "--no-sync")
    password_file.unlink()


def _as_postgres() -> list[str]:
    """Who must run the server: root lends it to the account of the Debian package."""
    if getpass.getuser() != "root":
        return []
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--reset-env"]


@cache
def _program(name: str) -> str:
    """A program of the newest installed server; Debian keeps the server off the PATH, and wraps the client in Perl."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    found = [folder / name for folder in folders if (folder / name).exists()]
    program = str(found[-1]) if found else shutil.which(name)
    if program is None:
        raise ServerFailed("PostgreSQL is not installed: run tests/servers/install.sh")
    return program


def _answers(server: PostgresServer) -> bool:
    with contextlib.suppress(ServerFailed):
        return server.sql("SELECT 1") == "1"
    return False
