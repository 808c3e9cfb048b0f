"""Accounts on a running server, and clients that are signed in as them."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import httpx
from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.queries import Caller
from suicha.accounts.rules import Role
from suicha.infra.db import Database
from suicha.journal.queries import entries_about
from tests.builders import PASSWORD, an_account
from tests.live import LiveServer

T = TypeVar("T")
# Machines that test are busy.
PATIENCE_S = 60
CITY, DISTRICT, NEIGHBOUR = "4101", "410105", "410102"


def on_database(server: LiveServer, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
    """Do something in one transaction of the server's database."""

    async def run() -> T:
        database = Database(server.settings.database_url)
        try:
            async with database.writing() as session:
                return await work(session)
        finally:
            await database.close()

    return asyncio.run(run())


def someone(server: LiveServer, role: Role, *, jurisdiction: str = DISTRICT) -> Caller:
    """A new account that may sign in with PASSWORD."""
    return on_database(server, lambda session: an_account(session, role, jurisdiction=jurisdiction))


class SignedIn:
    """One account's client: answers are (status, body)."""

    def __init__(self, server: LiveServer, username: str, password: str = PASSWORD) -> None:
        """Sign in; raises where that is refused."""
        self.url = server.url
        told = httpx.post(
            f"{self.url}/api/auth/login", json={"username": username, "password": password}, timeout=PATIENCE_S
        )
        told.raise_for_status()
        self.account = told.json()["account"]
        self.headers = {"Authorization": f"Bearer {told.json()['access_token']}"}

    def get(self, path: str) -> tuple[int, Any]:
        """Ask."""
        return self._said(httpx.get(f"{self.url}{path}", headers=self.headers, timeout=PATIENCE_S))

    def post(self, path: str, body: Any = None) -> tuple[int, Any]:
        """Tell."""
        return self._said(httpx.post(f"{self.url}{path}", headers=self.headers, json=body, timeout=PATIENCE_S))

    def patch(self, path: str, body: Any) -> tuple[int, Any]:
        """Change."""
        return self._said(httpx.patch(f"{self.url}{path}", headers=self.headers, json=body, timeout=PATIENCE_S))

    @staticmethod
    def _said(answer: httpx.Response) -> tuple[int, Any]:
        return answer.status_code, answer.json() if answer.content else None


def sign_in_answer(server: LiveServer, username: str, password: str) -> httpx.Response:
    """The bare answer to a sign-in."""
    return httpx.post(
        f"{server.url}/api/auth/login", json={"username": username, "password": password}, timeout=PATIENCE_S
    )


def journal_of(server: LiveServer, account_id: str) -> list[str]:
    """What was done to an account, oldest first; signing in is left out."""

    async def verbs(session: AsyncSession) -> list[str]:
        return [entry.verb for entry in await entries_about(session, f"account:{account_id}")]

    return [verb for verb in on_database(server, verbs) if verb != "signed_in"]
