"""What the public reads, against a bare health check: both over HTTP, on one server, within one run."""

import statistics
import time
from datetime import date, timedelta
from pathlib import Path

import httpx
from sqlalchemy import insert

from suicha.infra.db import Database
from suicha.kit.ids import new_id
from suicha.publication.tables import Publication
from tests.builders import NOW, a_visit
from tests.conftest import make_settings
from tests.live import running

CALLS = 60
PUBLISHED = 40
RESULTS = "/api/public/results"


async def public_ratios(folder: Path) -> list[tuple[float, str]]:
    """The median of a page of results, and of the same page that a browser has already, in health checks."""
    settings = make_settings(folder)
    database = Database(settings.database_url)
    async with database.writing() as session:
        visits = [await a_visit(session) for _ in range(PUBLISHED)]
        rows = [_published(visit.scope.removeprefix("insp:"), n) for n, visit in enumerate(visits)]
        await session.execute(insert(Publication), rows)
    await database.close()
    async with (
        running(settings) as app,
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bench.local") as http,
    ):
        tag = (await http.get(RESULTS)).headers["etag"]
        bare = await _median(http, "/api/health", {})
        page = await _median(http, RESULTS, {})
        known = await _median(http, RESULTS, {"If-None-Match": tag})
    return [
        (page / bare, "public results, a page : a bare health check"),
        (known / bare, "public results that a browser has : a bare health check"),
    ]


async def _median(http: httpx.AsyncClient, path: str, headers: dict[str, str]) -> float:
    times = []
    for _ in range(CALLS):
        began = time.perf_counter()
        answer = await http.get(path, headers=headers)
        times.append(time.perf_counter() - began)
        if answer.status_code not in (200, 304):
            raise ValueError(f"{path} {answer.status_code}")
    return statistics.median(times)


def _published(inspection_id: str, n: int) -> dict[str, object]:
    day = date(2026, 11, 1) + timedelta(days=n % 20)
    return {
        "id": new_id(),
        "inspection_id": inspection_id,
        "jurisdiction": "410105",
        "state": "published",
        "proposed_at": NOW,
        "due_on": day,
        "is_due_uncertain": False,
        "edited": {},
        "revision": 1,
        "published_at": NOW,
        "code": f"BENCH-{n:03d}",
        "campaign": "示例抽查",
        "site": f"示例小区{n:03d}",
        "enterprise": "示例物业",
        "uscc": "TEST410105",
        "district": "示例区",
        "inspected_on": day,
        "published_on": day,
        "categories": ["ordered_to_correct"],
        "finding_count": 3,
    }
