"""A registry from before there were numbers, classes and periods is brought along without a loss."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import text

from suicha.infra.db import Database
from suicha.infra.migrations import alembic_config
from tests.servers.postgres import PostgresServer

BEFORE = "5e21c0d94a7b"
ROWS = [
    "INSERT INTO registry_jurisdiction VALUES ('410105', '金水区', 'gb2260', true)",
    "INSERT INTO registry_enterprise (id, uscc, name, jurisdiction) VALUES ('e', 'U', '企业', '410105')",
    *(
        "INSERT INTO registry_site (id, name, address, jurisdiction, enterprise_id, is_high_rise)"
        f" VALUES ('s{n}', '项目{n}', '路', '410105', 'e', false)"
        for n in (2, 1)
    ),
    *(
        "INSERT INTO registry_inspector (id, kind, name, home_jurisdiction, employer, is_on_leave)"
        f" VALUES ('p{n}', 'expert', '专家{n}', '410105', '协会', {away})"
        for n, away in ((1, "false"), (2, "true"))
    ),
    (
        "INSERT INTO registry_recusal (id, inspector_id, enterprise_id, reason, declared_on)"
        " VALUES ('r', 'p1', 'e', '事由', '2026-01-01')"
    ),
]


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'old.db'}"
        return
    postgres: PostgresServer = request.getfixturevalue("postgres_server")
    with postgres.fresh_database() as url:
        yield url.replace("postgresql://", "postgresql+asyncpg://", 1)


def test_rows_get_numbers_and_leave_becomes_a_period(empty_url: str) -> None:
    async def run() -> list[Any]:
        database = Database(empty_url)
        try:
            async with database.engine.begin() as connection:
                await connection.run_sync(lambda sync: command.upgrade(alembic_config(sync), BEFORE))
                for row in ROWS:
                    await connection.execute(text(row))
            async with database.engine.begin() as connection:
                await connection.run_sync(lambda sync: command.upgrade(alembic_config(sync), "head"))
            async with database.engine.connect() as connection:
                return [
                    (await connection.execute(text(query))).all()
                    for query in (
                        "SELECT id, code, risk_class, revision FROM registry_site ORDER BY id",
                        "SELECT id, code FROM registry_inspector ORDER BY id",
                        "SELECT inspector_id FROM registry_leave",
                        "SELECT kind, from_on FROM registry_recusal",
                    )
                ]
        finally:
            await database.close()

    assert asyncio.run(run()) == [
        [("s1", "S410105-000001", "B", 1), ("s2", "S410105-000002", "B", 1)],
        [("p1", "P410105-0001"), ("p2", "P410105-0002")],
        [("p2",)],
        [("self_declared", None)],
    ]
