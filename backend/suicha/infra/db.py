"""Engines, sessions and the base of every table.

SQLite and PostgreSQL are both first-class. What makes SQLite behave (docs/adr/0002): our own BEGIN, so that
savepoints and rollbacks mean what they say; BEGIN IMMEDIATE for writers, because a deferred transaction that
turns into a writer fails at once with "database is locked"; one writer connection, so that writers queue
instead of starving; synchronous=FULL, because what a phone was told is durable.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import DateTime, Dialect, MetaData, case, event
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from suicha.kit.ids import new_id

SQLModel.metadata.naming_convention = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
).naming_convention


class UtcInstant(TypeDecorator[datetime]):
    """An aware instant, stored in UTC; a naive one is refused, SQLite's lost offset is put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive values on the way in."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime reached the database")
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Give the offset back on the way out."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Row(SQLModel):
    """What most tables share: a time-ordered id."""

    id: str = Field(default_factory=new_id, primary_key=True, max_length=36)


class Database:
    """The two ways in: `reading` sees one snapshot and writes nothing, `writing` is one transaction."""

    def __init__(self, url: str) -> None:
        """Open no connection yet."""
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        if self.is_sqlite:
            Path(url.split("///", 1)[1]).parent.mkdir(parents=True, exist_ok=True)
            self._write_engine = _sqlite_engine(url, begin="BEGIN IMMEDIATE", pool_size=1)
            self._read_engine = _sqlite_engine(url, begin="BEGIN", pool_size=8)
        else:
            self._write_engine = create_async_engine(url, pool_size=10, max_overflow=10, pool_pre_ping=True)
            self._read_engine = self._write_engine.execution_options(isolation_level="REPEATABLE READ")
        self._write_sessions = async_sessionmaker(self._write_engine, expire_on_commit=False)
        self._read_sessions = async_sessionmaker(self._read_engine, expire_on_commit=False)

    @property
    def engine(self) -> AsyncEngine:
        """The engine that writes, for migrations."""
        return self._write_engine

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncSession]:
        """One read-write transaction: committed when the block ends, rolled back when it raises."""
        async with self._write_sessions.begin() as session:
            yield session

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """One snapshot for several reads, never committed."""
        async with self._read_sessions() as session:
            yield session

    async def close(self) -> None:
        """Give all connections back."""
        await self._write_engine.dispose()
        if self.is_sqlite:
            await self._read_engine.dispose()


def _sqlite_engine(url: str, *, begin: str, pool_size: int) -> AsyncEngine:
    engine = create_async_engine(url, pool_size=pool_size, max_overflow=0, pool_timeout=60)

    @event.listens_for(engine.sync_engine, "connect")
    def _on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=15000", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _on_begin(connection: Any) -> None:
        connection.exec_driver_sql(begin)

    return engine


def upsert_ignore(session: AsyncSession, table: Any, rows: Sequence[Mapping[str, Any]]) -> Any:
    """An INSERT that leaves rows that are there already alone, on either database."""
    from sqlalchemy.dialects import postgresql, sqlite

    insert = (sqlite if session.get_bind().dialect.name == "sqlite" else postgresql).insert
    return insert(table).values([dict(row) for row in rows]).on_conflict_do_nothing()


def ranked(column: Any, codes: Sequence[str]) -> Any:
    """For sorting by what codes mean instead of by their letters: the place of a row's code in the sequence."""
    return case({code: place for place, code in enumerate(codes)}, value=column, else_=len(codes))
