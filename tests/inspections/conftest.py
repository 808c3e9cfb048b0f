"""The round over HTTP: the real app in this process, on both databases."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from suicha.infra.db import Database
from tests.conftest import make_settings
from tests.live import running

from .round import fill


@dataclass
class Desk:
    """The app and its database, for people who sign in."""

    database: Database
    app: Any

    @asynccontextmanager
    async def signed_in(self, username: str) -> AsyncIterator[httpx.AsyncClient]:
        transport = httpx.ASGITransport(app=self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://suicha.test") as client:
            answer = await client.post("/api/auth/login", json={"username": username, "password": "pass"})
            assert answer.status_code == 200, answer.text
            client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
            client.cookies.clear()
            yield client

    async def get(self, username: str, path: str, status: int = 200, **params: Any) -> Any:
        async with self.signed_in(username) as client:
            answer = await client.get(path, params=params)
        assert answer.status_code == status, answer.text
        return answer.json()


@pytest.fixture
def at_the_desk(database_url: str, tmp_path: Path) -> Callable[[Callable[[Desk], Awaitable[None]]], None]:
    """Run a story over the round."""

    def tell(story: Callable[[Desk], Awaitable[None]]) -> None:
        async def run() -> None:
            database = Database(database_url)
            try:
                await fill(database)
                async with running(make_settings(tmp_path, database_url=database_url)) as app:
                    await story(Desk(database, app))
            finally:
                await database.close()

        asyncio.run(run())

    return tell
