"""Is the process alive, and can it do its work?"""

import asyncio
from typing import Any

from litestar import Controller, Response, get
from litestar.di import NamedDependency
from sqlalchemy import text

from suicha import __version__
from suicha.accounts.guards import anyone
from suicha.infra.blobs import BlobStore
from suicha.infra.db import Database


class HealthController(Controller):
    """For load balancers and people with a terminal."""

    path = "/api"
    tags = ["health"]

    @get("/health", operation_id="isAlive", opt=anyone(), sync_to_thread=False)
    def health(self) -> dict[str, str]:
        """The process answers."""
        return {"status": "alive", "version": __version__}

    @get("/ready", operation_id="isReady", opt=anyone())
    async def ready(
        self, database: NamedDependency[Database], blobs: NamedDependency[BlobStore]
    ) -> Response[dict[str, Any]]:
        """Database and object store can be reached; 503 names the one that cannot."""
        names = ("database", "store")
        results = await asyncio.gather(_ask(database), blobs.check(), return_exceptions=True)
        parts = {
            name: "ok" if not isinstance(r, BaseException) else "unreachable"
            for name, r in zip(names, results, strict=True)
        }
        is_ready = all(part == "ok" for part in parts.values())
        return Response({"status": "ready" if is_ready else "not_ready", **parts}, status_code=200 if is_ready else 503)


async def _ask(database: Database) -> None:
    async with database.reading() as session:
        await session.execute(text("SELECT 1"))
