"""Runs the timed jobs: embedded in the server process, or as `suicha work`. Several processes may do so at once."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, Result, update
from sqlmodel import col

from suicha.infra.blobs import BlobStore, open_blob_store
from suicha.infra.db import Database, upsert_ignore
from suicha.infra.logs import get_logger
from suicha.infra.settings import Settings
from suicha.kit.clock import utc_now
from suicha.notices.outside import open_sender
from suicha.worker.schedule import JOBS, TimedJob, Tools, make_scheduler
from suicha.worker.tables import JobRun

# A run that did not end in this time belonged to a process that is gone: somebody else may take it.
RUN_LASTS_AT_MOST = timedelta(minutes=15)
STOP_WITHIN_S = 10


@dataclass
class Runner:
    """Makes runs one by one, each slot once over all processes; keeps count of those under way."""

    tools: Tools
    _under_way: set[asyncio.Task[Any] | None] = field(default_factory=set)
    _is_stopping: bool = False

    async def run(self, job: TimedJob) -> None:
        """Make the run of this moment unless another process made it; a failure is logged and ends nothing else."""
        if self._is_stopping:
            return
        task = asyncio.current_task()
        self._under_way.add(task)
        try:
            await self._run_slot(job)
        except Exception as error:  # noqa: BLE001 - whatever it was, the other jobs must go on
            get_logger().error("job_failed", job=job.name, exc_info=error)
        finally:
            self._under_way.discard(task)

    async def _run_slot(self, job: TimedJob) -> None:
        if job.waits is not None and not await job.waits(self.tools):
            return
        slot = job.when.slot(self.tools.clock())
        if not await self._take(job, slot):
            return
        is_failed = True
        try:
            await job.run(self.tools)
            is_failed = False
        finally:
            await self._finish(job, slot, is_failed=is_failed)

    async def _take(self, job: TimedJob, slot: str) -> bool:
        """True for the one process that may make this run."""
        now = self.tools.clock()
        row = {"job": job.name, "slot": slot, "started_at": now, "finished_at": None, "is_failed": False}
        async with self.tools.database.writing() as session:
            taken = await session.execute(upsert_ignore(session, JobRun, [row]))
            if _has_changed_a_row(taken):
                return True
            orphaned = await session.execute(
                update(JobRun)
                .where(
                    col(JobRun.job) == job.name,
                    col(JobRun.slot) == slot,
                    col(JobRun.finished_at).is_(None),
                    col(JobRun.started_at) < now - RUN_LASTS_AT_MOST,
                )
                .values(started_at=now)
            )
            return _has_changed_a_row(orphaned)

    async def _finish(self, job: TimedJob, slot: str, *, is_failed: bool) -> None:
        async with self.tools.database.writing() as session:
            await session.execute(
                update(JobRun)
                .where(col(JobRun.job) == job.name, col(JobRun.slot) == slot)
                .values(finished_at=self.tools.clock(), is_failed=is_failed)
            )

    async def catch_up(self) -> None:
        """At start: whatever is due now, without waiting for the first tick."""
        for job in JOBS:
            await self.run(job)

    async def finish(self) -> None:
        """Let runs under way come to their end; after a while they are cut off and made again later."""
        self._is_stopping = True
        waiting = {task for task in self._under_way if task is not None}
        if waiting:
            _, late = await asyncio.wait(waiting, timeout=STOP_WITHIN_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)


def _has_changed_a_row(result: Result[Any]) -> bool:
    return cast("CursorResult[Any]", result).rowcount == 1


@contextlib.asynccontextmanager
async def run_embedded(database: Database, blobs: BlobStore, settings: Settings) -> AsyncIterator[None]:
    """The timer inside the server process, for as long as the block lasts; nothing where settings say so."""
    if not settings.has_scheduler:
        yield
        return
    async with _running(Tools(database, blobs, utc_now, open_sender(settings))):
        yield


@contextlib.asynccontextmanager
async def _running(tools: Tools) -> AsyncIterator[None]:
    runner = Runner(tools)
    scheduler = make_scheduler(runner.run)
    scheduler.start()
    catching_up = asyncio.create_task(runner.catch_up())
    try:
        yield
    finally:
        scheduler.pause()
        await runner.finish()
        catching_up.cancel()
        await asyncio.gather(catching_up, return_exceptions=True)
        scheduler.shutdown(wait=False)


async def run_due_now(
    database: Database,
    blobs: BlobStore,
    _settings: Settings | None = None,
    *,
    now: datetime,
    only: Collection[str] | None = None,
) -> None:
    """Every job (or `only` those named) once as if it were `now`, whoever ran it before; a failure is raised.

    For the demo and for tests.
    """
    tools = Tools(database, blobs, lambda: now)
    wanted = [job.run for job in JOBS if only is None or job.name in only]
    for run in dict.fromkeys(wanted):
        await run(tools)


async def work(settings: Settings) -> None:
    """`suicha work`: the timer as a process of its own, until it is told to stop."""
    database, stop = Database(settings.database_url), asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        async with _running(Tools(database, open_blob_store(settings), utc_now, open_sender(settings))):
            get_logger().info("worker_started", jobs=[job.name for job in JOBS])
            await stop.wait()
    finally:
        await database.close()
