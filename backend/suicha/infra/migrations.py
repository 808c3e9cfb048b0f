"""Bring a database to the present form of the tables."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from suicha.infra.db import Database

_LOCK = 7_381_902
BACKEND_DIR = Path(__file__).resolve().parents[2]


def alembic_config(connection: Connection) -> Config:
    """Alembic's configuration over an open connection."""
    config = Config(str(BACKEND_DIR / "alembic.ini"))
    config.attributes["connection"] = connection
    return config


def newest_revision() -> str:
    """The form of the tables that this version of the program works with."""
    config = Config(str(BACKEND_DIR / "alembic.ini"))
    return str(ScriptDirectory.from_config(config).get_current_head())


async def migrate(database: Database) -> None:
    """Upgrade to the newest migration; does nothing when it is there already."""
    async with database.engine.begin() as connection:
        if not database.is_sqlite:
            # Several processes may start at once; SQLite's write transaction is such a lock already.
            await connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        await connection.run_sync(lambda sync: command.upgrade(alembic_config(sync), "head"))
