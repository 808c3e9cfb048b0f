"""The office of a city and of two districts at a running server, handing in roster files."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.rules import Role
from suicha.infra.db import Database, upsert_ignore
from suicha.registry.tables import Jurisdiction
from tests.builders import PASSWORD, an_account
from tests.live import LiveServer

T = TypeVar("T")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DISTRICTS = {"410102": "中原区", "410105": "金水区", "410173": "郑州航空港经济综合实验区"}


@dataclass
class Office:
    """Somebody of an office, signed in."""

    url: str
    jurisdiction: str
    id: str
    headers: dict[str, str] = field(repr=False)

    def get(self, path: str, **params: Any) -> Any:
        """The body of a good answer."""
        return self.ask("GET", path, params=params).json()

    def post(self, path: str, body: Any = None) -> httpx.Response:
        """Tell, whatever the answer."""
        return httpx.post(f"{self.url}/api/registry{path}", headers=self.headers, json=body or {}, timeout=60)

    def patch(self, path: str, body: Any) -> httpx.Response:
        """Change, whatever the answer."""
        return httpx.patch(f"{self.url}/api/registry{path}", headers=self.headers, json=body)

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        """A good answer."""
        answer = httpx.request(method, f"{self.url}/api/registry{path}", headers=self.headers, timeout=60, **more)
        assert answer.status_code < 300, answer.text
        return answer

    def status(self, path: str) -> tuple[int, str]:
        """Status and code of a bad answer to a GET."""
        answer = httpx.get(f"{self.url}/api/registry{path}", headers=self.headers)
        return answer.status_code, answer.json()["code"]

    def download(self, path: str, **params: Any) -> bytes:
        """A file."""
        answer = self.ask("GET", path, params=params)
        assert answer.headers["content-type"] == XLSX
        return answer.content

    def upload(self, data: bytes, name: str = "名录.xlsx") -> httpx.Response:
        """Hand in a file, whatever the answer."""
        return httpx.post(
            f"{self.url}/api/registry/imports", headers=self.headers, files={"file": (name, data, XLSX)}, timeout=60
        )

    def dry_run(self, data: bytes) -> dict[str, Any]:
        """Hand in a file and wait until it was read."""
        answer = self.upload(data)
        assert answer.status_code == 201, answer.text
        told: dict[str, Any] = answer.json()
        deadline = time.monotonic() + 60
        while told["state"] == "reading":
            assert time.monotonic() < deadline, told
            told = self.get(f"/imports/{told['id']}")
        return told

    def rows(self, import_id: str, **params: Any) -> list[dict[str, Any]]:
        """Rows of a dry run."""
        found: list[dict[str, Any]] = self.get(f"/imports/{import_id}/rows", size=500, **params)["items"]
        return found

    def commit(self, import_id: str) -> httpx.Response:
        """Write it, whatever the answer."""
        return self.post(f"/imports/{import_id}/commit")

    def bring(self, data: bytes) -> dict[str, Any]:
        """Hand in and write."""
        told = self.dry_run(data)
        answer = self.commit(told["id"])
        assert answer.status_code == 200, (answer.text, self.rows(told["id"], state="reject"))
        return told


def on_database(url: str, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
    """Do something in one transaction of the server's database."""

    async def run() -> T:
        database = Database(url)
        try:
            async with database.writing() as session:
                return await work(session)
        finally:
            await database.close()

    return asyncio.run(run())


def an_office(server: LiveServer, jurisdiction: str, role: Role = Role.OFFICE) -> Office:
    """A new account of an office, signed in; the districts are there."""

    async def work(session: AsyncSession) -> Any:
        rows = [{"code": c, "name": n, "kind": "gb2260", "is_verified": True} for c, n in DISTRICTS.items()]
        await session.execute(upsert_ignore(session, Jurisdiction, rows))
        return await an_account(session, role, jurisdiction=jurisdiction)

    account = on_database(server.settings.database_url, work)
    login = {"username": account.username, "password": PASSWORD}
    token = httpx.post(f"{server.url}/api/auth/login", json=login).json()["access_token"]
    return Office(server.url, jurisdiction, account.id, {"Authorization": f"Bearer {token}"})
