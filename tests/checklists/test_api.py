"""Editions over HTTP: the very bytes that were hashed, for signed-in accounts only."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from suicha.accounts import actions as accounts
from suicha.accounts.passwords import hash_password
from suicha.accounts.rules import Role
from suicha.infra.db import Database
from suicha.kit.clock import utc_now
from suicha.kit.digest import sha256_hex
from suicha.web.app import create_app
from tests.conftest import make_settings


async def _token(url: str) -> str:
    """Open an account and sign it in."""
    database = Database(url)
    async with database.writing() as session:
        await accounts.open_account(
            session, username="officer01", name="执法员乙01", password_hash=hash_password("secret", is_light=True),
            roles=[Role.OFFICER], jurisdiction="4101", now=utc_now(),
        )  # fmt: skip
    token, _ = await accounts.sign_in(
        database, "officer01", "secret", address="test", lasts=timedelta(hours=1), now=utc_now()
    )
    await database.close()
    return token


@pytest.fixture
def client(database_url: str, tmp_path: Path) -> Iterator[TestClient[Litestar]]:
    token = asyncio.run(_token(database_url))
    with TestClient(create_app(make_settings(tmp_path, database_url=database_url))) as opened:
        opened.headers["Authorization"] = f"Bearer {token}"
        yield opened


def test_the_bytes_of_an_edition_have_the_hash_of_its_address(client: TestClient[Litestar]) -> None:
    listed = client.get("/api/checklists/editions").json()
    assert listed["total"] == 2
    assert [one["id"] for one in listed["items"]] == ["management-assessment-ref-5/v1", "property-service-ref-27/v1"]
    summary = listed["items"][1]
    assert summary["status"] == "reference"
    answer = client.get(f"/api/checklists/editions/{summary['hash']}")
    assert answer.status_code == 200
    assert sha256_hex(answer.content) == summary["hash"]
    assert answer.headers["content-type"].startswith("application/json")
    assert "immutable" in answer.headers["cache-control"]
    assert answer.json()["items"][0]["code"] == "A01"


@pytest.mark.parametrize("edition_hash", ["0" * 64, "not-a-hash", "%00", "..%2f.."])
def test_an_unknown_edition_is_a_clear_404(client: TestClient[Litestar], edition_hash: str) -> None:
    answer = client.get(f"/api/checklists/editions/{edition_hash}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] in ("edition_unknown", "not_found")


def test_the_calendar_says_which_years_are_known(client: TestClient[Litestar]) -> None:
    calendar = client.get("/api/checklists/calendar").json()
    assert calendar["known_years"] == [2026]
    assert "2026-10-10" in calendar["extra_workdays"]


@pytest.mark.parametrize("path", ["editions", "editions/" + "0" * 64, "calendar"])
def test_nothing_is_told_to_strangers(client: TestClient[Litestar], path: str) -> None:
    answer = client.get(f"/api/checklists/{path}", headers={"Authorization": "Bearer no-such-token"})
    assert answer.status_code == 401
    assert answer.json()["code"] == "unauthenticated"
