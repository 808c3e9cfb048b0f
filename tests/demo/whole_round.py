"""A round of Zhengzhou's size from its real draw to the credit file, on days that the story names.

The demo's own loader draws, sends and plays it; what the desk and the enterprises do afterwards is decided here, by a
die that falls the same for the same problem, so that a test can say beforehand how each of them ends.
"""

import hashlib
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy import inspect, select

from suicha.checklists import queries as checklists
from suicha.checklists.loader import read_calendar
from suicha.demo.answers import script_of
from suicha.demo.data import make_rosters
from suicha.demo.dice import roll
from suicha.demo.drawing import BEGUN_BEFORE
from suicha.demo.facts import DemoRound, DemoVisit, Stage
from suicha.demo.pictures import picture_after
from suicha.demo.play import Player
from suicha.demo.revisits import recheck_script
from suicha.demo.rounds import CHECKLIST, hold_draw, plan_visits, send_teams
from suicha.demo.rows import add_libraries, add_people, desk_caller, open_desk, open_field_accounts
from suicha.evidence.custody import Custody
from suicha.infra.blobs import open_blob_store
from suicha.infra.db import Database
from suicha.infra.settings import Settings
from suicha.inspections import access
from suicha.inspections.plans import planned
from suicha.kit.clock import SHANGHAI
from suicha.rectification import queries
from suicha.rectification.actions import ladder, orders, proof, rechecks, referrals, requests, review
from suicha.rectification.queries.policies import current_policy
from suicha.rectification.rules.deadlines import Service, ServiceWay
from suicha.rectification.tables import LadderStep, Order, Problem, Recheck
from suicha.sync import actions as sync
from suicha.worker.run import run_due_now
from tests.inspections.round import CHECKLISTS

CALENDAR = read_calendar(CHECKLISTS)
# The middle of the campaign's ninety days.
MIDDLE = date(2026, 10, 20)
# A team's visits, one a day.
VISIT_DAYS = tuple(date(2026, 9, day) for day in (14, 15, 16, 17, 18))
JOBS = {"turn_rechecks", "follow_up", "turn_credit"}
OFFICE = desk_caller("office01")
# How many of twenty problems go which way; the rest is put right at once.
WAYS = ("nothing", "objected", "referred", "returned", "extended", "looked_at", "looked_at", "looked_at_twice")
ENDS = {"nothing": "recorded", "objected": "withdrawn", "referred": "referred"}


def way_of(code: str) -> str:
    """What is done about a problem."""
    return dict(enumerate(WAYS)).get(roll(20, "way", code), "accepted")


def at(day: date | str, hour: int = 10) -> datetime:
    """An hour of a day in China."""
    return datetime.combine(date.fromisoformat(str(day)), time(hour), SHANGHAI)


def _on_our_days(round_: DemoRound) -> Iterator[DemoVisit]:
    so_far: Counter[int] = Counter()
    for visit in round_.visits:
        yield replace(visit, stage=Stage.SEALED, planned_on=VISIT_DAYS[so_far[visit.team]])
        so_far[visit.team] += 1


class WholeRound:
    """The town, its phones and its desk; every method is a chapter of the story."""

    round: DemoRound
    player: Player

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database, self.settings = database, settings
        self.blobs = open_blob_store(settings)
        self.draw_id = ""

    async def draw(self) -> None:
        """Plan, ceremony, proposal, approval, notices, dispatch: as the demo does it, with days of our own."""
        rosters = make_rosters(MIDDLE)
        async with self.database.writing() as session:
            await add_libraries(session, rosters)
            await open_desk(session, "pass", now=at("2026-08-01"))
            await add_people(session, rosters)
            self.draw_id = await hold_draw(session, rosters, MIDDLE)
        async with self.database.writing() as session:
            round_ = await plan_visits(session, self.draw_id, rosters, MIDDLE, CALENDAR)
            await open_field_accounts(session, round_, "pass", now=at("2026-08-20"))
            self.round = replace(round_, visits=tuple(_on_our_days(round_)))
            days = {visit.site_id: visit.planned_on for visit in self.round.visits}
            for one in await planned(session, self.draw_id):
                one.row.planned_on = days[one.row.site_id]
        await send_teams(self.database, self.blobs, self.draw_id, self.round, begins=MIDDLE - BEGUN_BEFORE)

    async def play(self) -> None:
        """131 visits through the phones' own door, photos included."""
        custody = Custody(self.database, self.blobs, on_verified=sync.blob_verified, may_read=access.may_read_blob)
        async with self.database.reading() as session:
            stored = await checklists.latest_edition(session, CHECKLIST)
            self.edition = await checklists.edition_facts(session, stored.hash)
        self.player = Player(self.database, custody, self.round, self.edition, stored.hash, until=at("2026-12-31"))
        for visit in sorted(self.round.visits, key=lambda one: (one.planned_on, one.code)):
            await self.player.play(visit)

    def found(self) -> set[tuple[str, str]]:
        """What the teams were told to find: visit and item."""
        scripts = ((one.id, script_of(one, self.round.site(one.site_id), self.edition)) for one in self.round.visits)
        return {(id_, answer.item) for id_, script in scripts for answer in script.answers if answer.result == "fail"}

    async def jobs(self, day: str, *more: str) -> None:
        """The timed work of a morning."""
        await run_due_now(self.database, self.blobs, now=at(day, 7), only=JOBS | set(more))

    async def rows(self, table: type[Any]) -> list[Any]:
        """All rows of a table, in the order of its key."""
        async with self.database.reading() as session:
            return list(await session.scalars(select(table).order_by(*inspect(table).primary_key)))

    async def problems(self, way: str | None = None) -> list[Problem]:
        """The problems by their code, or those that go one way."""
        rows = sorted(await self.rows(Problem), key=lambda one: one.code)
        return [row for row in rows if way in (None, way_of(row.code))]

    async def each(self, rows: list[Any], act: Callable[[Any, Any], Awaitable[Any]]) -> None:
        """An act on each row, every one in a transaction of its own."""
        for row in rows:
            async with self.database.writing() as session:
                await act(session, await session.get_one(type(row), row.id))

    async def issue_and_serve(self, issued: str, served: str) -> None:
        """责令整改 and 送达, with all their papers."""

        async def both(session: Any, order: Order) -> None:
            await orders.issue_order(session, self.blobs, order, settings=self.settings, by=OFFICE.id, now=at(issued))
            service = Service(date.fromisoformat(served), ServiceWay.DIRECT, recipient="项目负责人")
            await orders.serve_order(session, self.blobs, order, service, settings=self.settings, calendar=CALENDAR,
                                     by=OFFICE.id, now=at(served))  # fmt: skip

        await self.each(await self.rows(Order), both)

    async def hand_in(self, way: str, day: str, *, files: int = 0) -> None:
        """The enterprises say what they did; the first `files` of them with a picture."""
        for n, problem in enumerate(await self.problems(way)):
            if n < files:
                await self._upload(problem, day)
            async with self.database.writing() as session:
                order = await session.get_one(Order, problem.order_id)
                await proof.hand_in(session, order, problem.id, text="已整改", now=at(day))

    async def _upload(self, problem: Problem, day: str) -> None:
        path = Path(self.settings.data_dir) / "proof.jpg"
        path.write_bytes(picture_after("courtyard", problem.code, taken=at(day, 8)))
        data = path.read_bytes()
        piece = proof.Piece(problem.id, "整改后.jpg", hashlib.sha256(data).hexdigest(), len(data), 0, path, len(data))
        await proof.take_piece(self.database, self.blobs, str(problem.order_id), piece, now=at(day))

    async def decide(self, way: str, what: Callable[..., Awaitable[Any]], day: str, **said: Any) -> None:
        """The desk looks at what waits of one way."""
        waiting = []
        for problem in await self.problems(way):
            async with self.database.reading() as session:
                waiting.append(await queries.waiting_submission(session, problem.id))
        await self.each(waiting, lambda session, row: what(session, row, by=OFFICE.id, now=at(day), **said))

    async def accept(self, way: str, day: str) -> None:
        """Proof that convinces."""
        await self.decide(way, review.accept, day, reason=None)

    async def extend(self, day: str, new: date) -> None:
        """Time is asked for and given."""

        async def both(session: Any, problem: Problem) -> None:
            asked = await requests.ask_extension(session, problem, wanted_on=new, reason="等待配件到货",
                                                 policy=current_policy(), by=None, now=at(day))  # fmt: skip
            await requests.decide_extension(session, asked, new_due_on=new, answer="同意", policy=current_policy(),
                                            calendar=CALENDAR, by=OFFICE.id, now=at(day, 15))  # fmt: skip

        await self.each(await self.problems("extended"), both)

    async def object_to(self, day: str) -> None:
        """The enterprises object, and are right."""

        async def both(session: Any, problem: Problem) -> None:
            asked = await requests.ask_objection(session, problem, text="不属本项目范围", by=None, now=at(day))
            await requests.decide_objection(
                session, asked, is_upheld=True, answer="属实", by=OFFICE.id, now=at(day, 15)
            )

        await self.each(await self.problems("objected"), both)

    async def refer(self, day: str) -> None:
        """Matters of another department."""

        async def one(session: Any, problem: Problem) -> None:
            await referrals.refer(session, self.blobs, [problem], department="市场监督管理局", reason="职责所在",
                                  policy=current_policy(), calendar=CALENDAR, by=OFFICE.id, now=at(day))  # fmt: skip

        await self.each(await self.problems("referred"), one)

    async def decide_ladder(self, day: str, rung: str) -> None:
        """The desk takes the step that the ladder proposes."""
        proposed = [step for step in await self.rows(LadderStep) if (step.rung, step.state) == (rung, "proposed")]
        ended = {problem.id for problem in await self.problems() if problem.closed_at}
        steps = [step for step in proposed if step.problem_id not in ended]
        await self.each(
            steps,
            lambda session, step: ladder.decide_step(
                session, step, is_taken=True, note="属实", by=OFFICE.id, now=at(day)
            ),
        )

    async def recheck_all(self, day: str, *, passing: set[str]) -> int:
        """Two officers are drawn, sent and look at what waits for them; returns how many visits that took."""
        wanted = {problem.recheck_id for problem in await self.problems() if problem.state == "rechecking"}
        wanted |= {problem.recheck_id for problem in await self.problems("looked_at_twice") if not problem.closed_at}
        for recheck_id in sorted(wanted):
            async with self.database.writing() as session:
                row = await session.get_one(Recheck, recheck_id)
                await rechecks.draw_team(session, row, reason=None, by=OFFICE.id, now=at(day, 8))
                visit = await rechecks.send_team(session, row, on=None, partner=None, by=OFFICE.id, now=at(day, 8))
                taken = await queries.problems_taken_along(session, recheck_id)
            fixed = {one.item for one in taken if way_of(one.code) in passing}
            script = recheck_script(self.round.site(visit.site_id), taken, fixed)
            await self.player.recheck(visit, script, at(day, 10))
        return len(wanted)
