"""A real HTTP server in a thread, and visits on it."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import uvicorn
from litestar import Litestar
from litestar.datastructures import State

from suicha.accounts.queries import Caller
from suicha.infra.db import Database
from suicha.infra.settings import Settings
from suicha.web.app import create_app
from suicha.web.parts import open_parts
from tests.builders import PASSWORD, Visit, a_visit

# Putting the routes together takes a second; what differs from test to test is only what stands behind them.
_idle: list[Litestar] = []


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Litestar]:
    """The application for these settings, started; one that an earlier test has done with, if there is any."""
    if _idle:
        app = _idle.pop()
        app.state = State({"parts": open_parts(settings)})
    else:
        app = create_app(settings)
    async with app.lifespan():
        yield app
    _idle.append(app)


@dataclass(frozen=True)
class Person:
    """Who signs in how."""

    username: str
    password: str
    name: str
    account_id: str


@dataclass(frozen=True)
class Team:
    """A visit of its own with its people, and one who may not see it."""

    url: str
    scope: str
    leader: Person
    officer: Person
    expert: Person
    stranger: Person


class LiveServer:
    """uvicorn on a free port of this machine, for the length of a `with` block."""

    def __init__(self, settings: Settings) -> None:
        """Bind, but do not serve yet."""
        self.settings = settings
        self._callers: dict[str, dict[str, Caller]] = {}
        config = uvicorn.Config(
            create_app(settings), access_log=False, log_config=None, log_level="error", lifespan="on"
        )
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        asyncio.run(self._server.serve(sockets=[self._socket]))

    def __enter__(self) -> Self:
        """Serve; connections queue in the socket until the loop runs."""
        self._thread.start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _tb: TracebackType | None
    ) -> None:
        """Stop and wait."""
        self._server.should_exit = True
        self._thread.join(30)
        self._socket.close()

    def new_visit(self, *, of: str | None = None) -> Team:
        """Dispatch a visit of a team of its own, or of the people who have the visit `of` (a scope)."""
        visit = asyncio.run(self._dispatch(self._callers[of] if of else None))
        self._callers[visit.scope] = visit.callers
        people = {role: Person(c.username, PASSWORD, c.name, c.id) for role, c in visit.callers.items()}
        return Team(self.url, visit.scope, people["leader"], people["officer"], people["expert"], people["stranger"])

    async def _dispatch(self, team: dict[str, Caller] | None) -> Visit:
        database = Database(self.settings.database_url)
        try:
            async with database.writing() as session:
                return await a_visit(session, team=team)
        finally:
            await database.close()
