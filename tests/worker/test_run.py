"""Timed jobs: each slot once over all processes, failures stay alone, the server stops in good order."""

import asyncio
import warnings
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlmodel import SQLModel

from suicha.infra.blobs import FolderBlobs
from suicha.infra.db import Database
from suicha.infra.settings import settings_from_environment
from suicha.kit.clock import utc_now
from suicha.worker.run import Runner, run_due_now, run_embedded
from suicha.worker.schedule import JOBS, Daily, Every, TimedJob, Tools, make_scheduler
from suicha.worker.tables import JobRun

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


def with_tools(tmp_path: Path, story: Callable[[Tools], Awaitable[None]], *, url: str | None = None) -> None:
    async def run() -> None:
        database = Database(url or f"sqlite+aiosqlite:///{tmp_path / 'suicha.db'}")
        async with database.engine.begin() as connection:
            await connection.run_sync(SQLModel.metadata.create_all)
        try:
            await story(Tools(database, FolderBlobs(tmp_path / "evidence"), lambda: NOW))
        finally:
            await database.close()

    asyncio.run(run())


def a_job(runs: list[datetime], *, fails: bool = False) -> TimedJob:
    async def run(tools: Tools) -> None:
        runs.append(tools.clock())
        if fails:
            raise RuntimeError("as the test wants")

    return TimedJob("test", run, Every(3600), "because")


def at(tools: Tools, now: datetime) -> Tools:
    return Tools(tools.database, tools.blobs, lambda: now)


def test_several_processes_make_a_run_once(tmp_path: Path, database_url: str) -> None:
    async def story(tools: Tools) -> None:
        runs: list[datetime] = []
        job = a_job(runs)
        await asyncio.gather(*(Runner(tools).run(job) for _ in range(5)))
        assert len(runs) == 1
        later = at(tools, NOW + timedelta(minutes=29))
        await Runner(later).run(job)
        assert len(runs) == 1
        await Runner(at(tools, NOW + timedelta(minutes=31))).run(job)
        assert len(runs) == 2

    with_tools(tmp_path, story, url=database_url)


def test_a_failure_is_kept_and_does_not_stop_the_others(tmp_path: Path) -> None:
    async def story(tools: Tools) -> None:
        runs: list[datetime] = []
        runner = Runner(tools)
        await runner.run(a_job(runs, fails=True))
        await Runner(at(tools, NOW + timedelta(hours=1))).run(a_job(runs))
        assert len(runs) == 2
        async with tools.database.reading() as session:
            rows = list(await session.scalars(select(JobRun).order_by(JobRun.started_at)))
        assert [(row.is_failed, row.finished_at is not None) for row in rows] == [(True, True), (False, True)]

    with_tools(tmp_path, story)


def test_a_run_of_a_process_that_is_gone_is_made_by_another(tmp_path: Path) -> None:
    async def story(tools: Tools) -> None:
        runs: list[datetime] = []
        async with tools.database.writing() as session:
            session.add(JobRun(job="test", slot=Every(3600).slot(NOW), started_at=NOW - timedelta(minutes=20)))
        await Runner(tools).run(a_job(runs))
        await Runner(tools).run(a_job(runs))
        assert len(runs) == 1

    with_tools(tmp_path, story)


def test_slots_are_spans_of_time_and_days_of_china() -> None:
    minute = Every(60)
    assert minute.slot(NOW) == minute.slot(NOW + timedelta(seconds=59)) != minute.slot(NOW + timedelta(seconds=60))
    assert Daily(3).slot(datetime(2026, 11, 22, 16, tzinfo=UTC)) == "2026-11-23"


def test_the_table_names_each_job_once_and_says_why() -> None:
    async def never(job: TimedJob) -> None:
        raise AssertionError(job)

    async def names() -> set[str]:
        return {job.id for job in make_scheduler(never).get_jobs()}

    assert asyncio.run(names()) == {job.name for job in JOBS}
    assert len({job.name for job in JOBS}) == len(JOBS)
    assert all(job.why for job in JOBS)


def test_the_embedded_timer_catches_up_at_start_and_stops(tmp_path: Path) -> None:
    async def story(tools: Tools) -> None:
        settings = settings_from_environment({"SUICHA_DATA_DIR": str(tmp_path)})
        async with run_embedded(tools.database, tools.blobs, settings):
            for _ in range(100):
                async with tools.database.reading() as session:
                    done = list(await session.scalars(select(JobRun).where(JobRun.finished_at.is_not(None))))
                if len(done) == len(JOBS) - 1:  # no photo waits
                    break
                await asyncio.sleep(0.05)
            assert {row.job for row in done} == {job.name for job in JOBS if job.waits is None}
            assert not any(row.is_failed for row in done)
        await run_due_now(tools.database, tools.blobs, settings, now=utc_now())

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with_tools(tmp_path, story)


def test_a_timer_in_another_process_leaves_the_server_alone(tmp_path: Path) -> None:
    async def story(tools: Tools) -> None:
        settings = settings_from_environment({"SUICHA_DATA_DIR": str(tmp_path), "SUICHA_SCHEDULER": "none"})
        async with run_embedded(tools.database, tools.blobs, settings):
            await asyncio.sleep(0.05)
        async with tools.database.reading() as session:
            assert list(await session.scalars(select(JobRun))) == []

    with_tools(tmp_path, story)
