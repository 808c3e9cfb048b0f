"""Browsers, servers and people for the tests of this folder."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, sync_playwright

from suicha.accounts.rules import Role
from suicha.infra.db import Database
from suicha.infra.settings import Settings
from suicha.kit.clock import local_date, utc_now
from tests.builders import PASSWORD, a_visit, an_account
from tests.e2e.devices import Device
from tests.e2e.server import ServerProcess, built_pwa, fill_folder
from tests.live import Person

pytest.register_assert_rewrite("tests.e2e.story")


@dataclass(frozen=True)
class Cast:
    """A visit for today and everybody around it."""

    visit: str
    leader: Person
    officer: Person
    expert: Person
    office: Person
    stranger: Person
    today: date


@pytest.fixture(scope="session")
def pwa() -> Path:
    """The built front end."""
    return built_pwa()


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """One driver per file. Not longer: while it lives, its loop runs in this thread and `asyncio.run` is refused."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture
def server(sqlite_template: Path, tmp_path: Path, pwa: Path) -> Iterator[ServerProcess]:
    """A server with the embedded defaults: SQLite and a folder."""
    with ServerProcess(fill_folder(tmp_path / "server", sqlite_template), pwa=pwa) as running:
        yield running


@pytest.fixture
def device(playwright: Playwright, tmp_path: Path, server: ServerProcess) -> Iterator[Callable[..., Device]]:
    """Makes devices by name; all of them are switched off at the end, and none may have met an error."""
    devices: dict[str, Device] = {}

    def make(name: str, **options: object) -> Device:
        devices[name] = Device(playwright, tmp_path / f"profile-{name}", server.url, **options)  # type: ignore[arg-type]
        return devices[name]

    yield make
    for one in devices.values():
        one.close()
    assert {name: one.errors for name, one in devices.items() if one.errors} == {}


@pytest.fixture
def cast(server: ServerProcess) -> Cast:
    """A visit for today, dispatched."""
    return dispatch(server.settings)


def dispatch(settings: Settings) -> Cast:
    """Dispatch a visit for today. In a thread of its own: Playwright's loop runs in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(_dispatch(settings))).result()


async def _dispatch(settings: Settings) -> Cast:
    now = utc_now()
    database = Database(settings.database_url)
    try:
        async with database.writing() as session:
            visit = await a_visit(session, planned_on=local_date(now), now=now)
            office = await an_account(session, Role.OFFICE, jurisdiction="4101")
    finally:
        await database.close()
    who = {role: Person(c.username, PASSWORD, c.name, c.id) for role, c in (visit.callers | {"office": office}).items()}
    return Cast(visit.id, who["leader"], who["officer"], who["expert"], who["office"], who["stranger"], local_date(now))
