"""A custody desk over a real database and a folder, with people, and a record of what was told to whom."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.accounts.rules import Role
from suicha.evidence import actions
from suicha.evidence.custody import Custody
from suicha.evidence.rules import Chunk, Progress, ScopeLink, VerifiedBlob
from suicha.feed import actions as feed
from suicha.infra.blobs import FolderBlobs
from suicha.infra.db import Database
from suicha.kit.ids import new_id
from tests.builders import an_account

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)


def name_of(data: bytes) -> str:
    """The SHA-256 of the bytes."""
    return hashlib.sha256(data).hexdigest()


def piece(data: bytes, start: int, end: int, *, length: int | None = None) -> Chunk:
    """A part of `data` as an honest client sends it."""
    part = data[start:end]
    return Chunk(name_of(data), start, length or len(data), hashlib.sha256(part).digest(), part)


@dataclass
class Desk:
    """What the tests hold in their hands."""

    database: Database
    folder: Path
    anna: str
    ben: str
    members: dict[str, set[str]] = field(default_factory=dict)
    told: list[tuple[str, str, int]] = field(default_factory=list)
    now: datetime = NOW

    def __post_init__(self) -> None:
        """Open the desk."""
        self.blobs = FolderBlobs(self.folder)
        self.custody = self.another_process()

    def another_process(self) -> Custody:
        """A second desk over the same database and store."""
        return Custody(self.database, self.blobs, on_verified=self._tell, may_read=self._may_read)

    async def _tell(self, _: AsyncSession, blob: VerifiedBlob, scopes: Sequence[str], now: datetime) -> None:
        self.told += [(scope, blob.sha256, blob.size_bytes) for scope in scopes]

    async def _may_read(self, _: AsyncSession, account_id: str, _sha256: str, scopes: Sequence[str]) -> bool:
        return any(account_id in self.members.get(scope, set()) for scope in scopes)

    async def link(self, scope: str, sha256: str) -> None:
        """What a push does when it admits a photo."""
        async with self.database.writing() as session:
            await feed.lock(session, [scope])
            links = [ScopeLink(scope, sha256, new_id())]
            for told, blob in await actions.record_links(session, links, now=self.now):
                self.told.append((told, blob.sha256, blob.size_bytes))

    async def send(self, account: str, chunk: Chunk) -> Progress:
        """One PATCH."""
        return await self.custody.take_chunk(account, chunk, now=self.now)

    async def upload(self, account: str, data: bytes) -> None:
        """One PUT."""
        await self.custody.take_whole(account, name_of(data), data, now=self.now)

    def staged(self) -> list[Path]:
        """Pieces that wait in the store."""
        return [path for path in (self.folder / "staging").rglob("*") if path.is_file()]


@asynccontextmanager
async def open_desk(url: str, folder: Path) -> AsyncIterator[Desk]:
    """A desk with two people."""
    database = Database(url)
    try:
        async with database.writing() as session:
            people = [(await an_account(session, Role.OFFICER)).id for _ in range(2)]
        yield Desk(database, folder / "store", *people)
    finally:
        await database.close()


def at_a_desk(url: str, folder: Path, story: Callable[[Desk], Awaitable[None]]) -> None:
    """Run the story in an event loop of its own."""

    async def run() -> None:
        async with open_desk(url, folder) as desk:
            await story(desk)

    asyncio.run(run())
