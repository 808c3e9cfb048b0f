"""One table of every timed job: what runs, how often, and why. The only place that knows APScheduler.

Jobs find what is due when they run, so a run that is missed, doubled or late does no harm.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import delete
from sqlmodel import col

from suicha.accounts import jobs as accounts
from suicha.checklists.loader import read_calendar
from suicha.credit import jobs as credit
from suicha.evidence import jobs as evidence
from suicha.evidence import queries as evidence_queries
from suicha.infra.blobs import BlobStore
from suicha.infra.db import Database
from suicha.infra.settings import settings_from_environment
from suicha.inspections import jobs as inspections
from suicha.kit.clock import SHANGHAI, Clock, local_date
from suicha.notices import jobs as notices
from suicha.notices import queries as notice_queries
from suicha.notices.port import NoSender, Sender
from suicha.publication import jobs as publication
from suicha.rectification import jobs as rectification
from suicha.registry import jobs as registry
from suicha.worker.tables import JobRun

RUNS_KEPT = timedelta(days=7)
HOUR = 3600


@dataclass(frozen=True)
class Tools:
    """What jobs work with."""

    database: Database
    blobs: BlobStore
    clock: Clock
    sender: Sender = field(default_factory=NoSender)


@dataclass(frozen=True)
class Every:
    """Again and again after this many seconds."""

    seconds: int

    def slot(self, now: datetime) -> str:
        """The span of `seconds` in which `now` lies."""
        return str(int(now.timestamp()) // self.seconds)


@dataclass(frozen=True)
class Daily:
    """Once on each day in China, at this hour."""

    hour: int

    def slot(self, now: datetime) -> str:
        """The day in China on which `now` lies."""
        return local_date(now).isoformat()


@dataclass(frozen=True)
class TimedJob:
    """A line of the table; where `waits` is given, a run is made only when it says that something waits."""

    name: str
    run: Callable[[Tools], Awaitable[object]]
    when: Every | Daily
    why: str
    waits: Callable[[Tools], Awaitable[bool]] | None = None


async def _turn_rechecks(tools: Tools) -> None:
    async with tools.database.writing() as session:
        await rectification.turn_rechecks_due(session, now=tools.clock())
    async with tools.database.writing() as session:
        await rectification.turn_rechecks_overdue(session, now=tools.clock())


async def _follow_up(tools: Tools) -> None:
    calendar = read_calendar(settings_from_environment().checklists_dir)
    async with tools.database.writing() as session:
        await rectification.remind_enterprises(session, now=tools.clock())
    async with tools.database.writing() as session:
        await rectification.climb_ladder(session, calendar, now=tools.clock())
    async with tools.database.writing() as session:
        await rectification.tell_late_replies(session, now=tools.clock())
    async with tools.database.writing() as session:
        await publication.warn_of_due(session, calendar, now=tools.clock())


async def _turn_credit(tools: Tools) -> None:
    async with tools.database.writing() as session:
        await credit.propose_due(session, now=tools.clock())
    async with tools.database.writing() as session:
        await credit.turn_entries(session, now=tools.clock())


async def _replacements_wait(tools: Tools) -> bool:
    async with tools.database.reading() as session:
        return bool(await inspections.replacements_waiting(session))


async def _apply_replacements(tools: Tools) -> None:
    async with tools.database.reading() as session:
        waiting = await inspections.replacements_waiting(session)
    for draw_id in waiting:
        async with tools.database.writing() as session:
            await inspections.apply_replacement(session, draw_id, now=tools.clock())


async def _photos_wait(tools: Tools) -> bool:
    async with tools.database.reading() as session:
        waiting = await evidence_queries.photos_without_pictures(session, now=tools.clock(), limit=1)
    return bool(waiting)


async def _make_pictures(tools: Tools) -> None:
    await evidence.make_derivatives(tools.database, tools.blobs, clock=tools.clock)


async def _reverify(tools: Tools) -> None:
    await evidence.reverify_some(tools.database, tools.blobs, clock=tools.clock)


async def _drop_partials(tools: Tools) -> None:
    await evidence.drop_stale_partials(tools.database, tools.blobs, clock=tools.clock)


async def _notices_wait(tools: Tools) -> bool:
    async with tools.database.reading() as session:
        return await notice_queries.something_waits(session, now=tools.clock())


async def _deliver(tools: Tools) -> None:
    async with tools.database.writing() as session:
        while await notices.tell_phones(session, now=tools.clock()):
            pass
    await notices.send_outside(tools.database, tools.sender, clock=tools.clock)


async def _forget(tools: Tools) -> None:
    now = tools.clock()
    async with tools.database.writing() as session:
        await accounts.forget_old_sign_ins(session, now=now)
        await registry.forget_dry_runs(session, now=now)
        await rectification.forget_loose_files(session, now=now)
        await session.execute(delete(JobRun).where(col(JobRun.started_at) < now - RUNS_KEPT))
    await rectification.drop_pieces(tools.database, tools.blobs, now=now)


JOBS: tuple[TimedJob, ...] = (
    TimedJob("turn_rechecks", _turn_rechecks, Every(HOUR), "a recheck's day comes at midnight in China, or passes"),
    TimedJob("follow_up", _follow_up, Every(HOUR), "deadlines come near or pass, and departments are late"),
    TimedJob("turn_credit", _turn_credit, Every(HOUR), "periods end, and entries take effect and end on their days"),
    TimedJob(
        "apply_replacements", _apply_replacements, Every(60), "who was drawn for a place goes", _replacements_wait
    ),
    TimedJob("deliver_notices", _deliver, Every(10), "what was posted reaches people soon", _notices_wait),
    TimedJob("make_pictures", _make_pictures, Every(3), "people look at photos soon after they arrive", _photos_wait),
    TimedJob("sweep_pictures", _make_pictures, Every(600), "photos that failed often are given up and say so"),
    TimedJob("reverify_evidence", _reverify, Daily(3), "stored bytes are read back in turn while nobody works"),
    TimedJob("drop_stale_partials", _drop_partials, Daily(4), "uploads that nobody went on with take up room"),
    TimedJob("forget_traces", _forget, Daily(4), "wrong passwords, ended sessions, dry runs and old runs are not kept"),
)


def make_scheduler(run: Callable[[TimedJob], Awaitable[None]]) -> AsyncIOScheduler:
    """A scheduler over the table, not started yet; a job never overlaps with itself, missed runs become one."""
    scheduler = AsyncIOScheduler(timezone=SHANGHAI)
    for job in JOBS:
        trigger = _trigger(job.when)
        scheduler.add_job(
            run, trigger, args=[job], id=job.name, max_instances=1, coalesce=True, misfire_grace_time=None
        )
    return scheduler


def _trigger(when: Every | Daily) -> IntervalTrigger | CronTrigger:
    if isinstance(when, Daily):
        return CronTrigger(hour=when.hour, timezone=SHANGHAI)
    if when.seconds == HOUR:
        # On the hour, so that midnight in China is not missed by most of one.
        return CronTrigger(minute=0, timezone=SHANGHAI)
    return IntervalTrigger(seconds=when.seconds, timezone=SHANGHAI)
