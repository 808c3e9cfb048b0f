"""What became of the sealed visits: orders are issued and served, enterprises answer, the office decides and publishes.

Everything goes the way it goes in the house: the same actions, one transaction each, on the days on which it would
have happened. The older a visit, the further it has come, so that every list of the desk has something to show.
"""

import hashlib
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from suicha.credit import jobs as credit_jobs
from suicha.credit.actions import approve, compute, propose_by_hand
from suicha.credit.gathering import current_rules
from suicha.credit.rules.periods import period_of
from suicha.credit.tables import Entry
from suicha.demo.dice import chance, pick, roll
from suicha.demo.pictures import picture_after, picture_for
from suicha.demo.rows import DEPARTMENT, desk_caller
from suicha.infra.blobs import BlobStore
from suicha.infra.db import Database
from suicha.infra.settings import Settings
from suicha.kit.clock import SHANGHAI, local_date
from suicha.kit.workdays import Calendar
from suicha.publication import actions as publications
from suicha.publication.tables import Publication
from suicha.rectification import queries
from suicha.rectification.actions import orders, proof, referrals, requests, review
from suicha.rectification.queries.policies import current_policy
from suicha.rectification.rules.deadlines import Service, ServiceWay
from suicha.rectification.rules.states import ProblemState
from suicha.rectification.tables import Order, Problem, Submission
from suicha.registry.tables import Enterprise

# Days after the sealing; what lies in the future has not happened.
ISSUED, SERVED, ANSWERED, DECIDED, PUBLISHED, REFERRED = 1, 2, 6, 8, 7, 9
REFERRED_ORDERS = 2
WORDS = (
    "已按要求整改完毕，请查验。",
    "已更换损坏的设施并张贴公示，附整改后照片。",
    "已清理到位，并安排专人每日巡查。",
    "已补充公示材料，见照片。",
)
RETURNED = "照片看不清整改后的状况，请补充同一位置的近景照片。"


@dataclass
class Office:
    """The desk in the days after the visits."""

    database: Database
    blobs: BlobStore
    settings: Settings
    calendar: Calendar
    now: datetime
    by: str = desk_caller("office01").id

    async def follow_up(self) -> None:
        """Everything that has happened since the visits, order by order."""
        for n, (order_id, sealed_on) in enumerate(await self._drafts()):
            await self._order(n, order_id, sealed_on)
        for publication_id, sealed_on in await self._proposals():
            await self._publish(publication_id, sealed_on)
        await self._rank()

    async def _drafts(self) -> list[tuple[str, date]]:
        async with self.database.reading() as session:
            rows = await session.execute(
                select(col(Order.id), col(Problem.found_on))
                .join(Problem, col(Problem.order_id) == col(Order.id))
                .group_by(col(Order.id), col(Problem.found_on))
                .order_by(col(Problem.found_on), col(Order.id))
            )
            return [(id_, day) for id_, day in rows]

    async def _proposals(self) -> list[tuple[str, date]]:
        async with self.database.reading() as session:
            rows = await session.scalars(select(Publication).order_by(col(Publication.id)))
            return [(row.id, local_date(row.proposed_at)) for row in rows]

    def _at(self, sealed_on: date, days: int, hour: int) -> datetime | None:
        """An hour of a day after the sealing; None where that has not come yet."""
        at = datetime.combine(sealed_on + timedelta(days=days), time(hour), SHANGHAI)
        return at if at < self.now else None

    async def _order(self, n: int, order_id: str, sealed_on: date) -> None:
        if at := self._at(sealed_on, ISSUED, 10):
            await self._with(Order, order_id, self._issue, at)
        if at := self._at(sealed_on, SERVED, 15):
            await self._with(Order, order_id, self._serve, at)
            problems = await self._problems(order_id)
            await self._answer(n, order_id, problems, sealed_on)
            if n < REFERRED_ORDERS and (at := self._at(sealed_on, REFERRED, 9)):
                await self._refer(order_id, at)

    async def _with(self, table: type[Any], row_id: str, act: Callable[..., Awaitable[Any]], at: datetime) -> Any:
        async with self.database.writing() as session:
            return await act(session, await session.get_one(table, row_id), at)

    async def _issue(self, session: Any, order: Order, at: datetime) -> None:
        await orders.issue_order(session, self.blobs, order, settings=self.settings, by=self.by, now=at)

    async def _serve(self, session: Any, order: Order, at: datetime) -> None:
        service = Service(local_date(at), ServiceWay.DIRECT, recipient="项目负责人")
        await orders.serve_order(
            session,
            self.blobs,
            order,
            service,
            settings=self.settings,
            calendar=self.calendar,
            by=self.by,
            now=at,
        )

    async def _problems(self, order_id: str) -> list[Problem]:
        async with self.database.reading() as session:
            return await queries.problems_of_order(session, order_id, is_open=True)

    async def _answer(self, n: int, order_id: str, problems: Sequence[Problem], sealed_on: date) -> None:
        """The enterprise sends proof of most problems, asks for time for some, and says nothing of a few."""
        at = self._at(sealed_on, ANSWERED, 16)
        if at is None:
            return
        for k, problem in enumerate(problems):
            if n % 5 == 1 and k == 0:
                await self._ask_for_time(problem, at)
            elif chance(750, "proof", problem.code):
                sent = await self._hand_in(order_id, problem, at)
                if decided := self._at(sealed_on, DECIDED, 9 + k % 8):
                    await self._decide(sent, problem.code, decided)

    async def _ask_for_time(self, problem: Problem, at: datetime) -> None:
        async with self.database.writing() as session:
            await requests.ask_extension(
                session,
                await queries.locked_problem(session, problem.id),
                wanted_on=max(problem.due_on, local_date(at)) + timedelta(days=7),
                reason="配件须向厂家订购，预计一周内到货",
                policy=current_policy(),
                by=None,
                now=at,
            )

    async def _hand_in(self, order_id: str, problem: Problem, at: datetime) -> Submission:
        if chance(700, "picture", problem.code):
            taken = None if chance(200, "bare", problem.code) else at - timedelta(hours=5)
            data = picture_after(picture_for(problem.item), problem.code, taken=taken)
            await self._upload(order_id, problem, data, at)
        async with self.database.writing() as session:
            order = await session.get_one(Order, order_id)
            return await proof.hand_in(session, order, problem.id, text=pick(WORDS, problem.code), now=at)

    async def _upload(self, order_id: str, problem: Problem, data: bytes, at: datetime) -> None:
        with tempfile.TemporaryDirectory(prefix="suicha-demo-") as folder:
            path = Path(folder) / "proof.jpg"
            path.write_bytes(data)
            piece = proof.Piece(
                problem=problem.id,
                name="整改后.jpg",
                sha256=hashlib.sha256(data).hexdigest(),
                length=len(data),
                offset=0,
                path=path,
                size=len(data),
            )
            await proof.take_piece(self.database, self.blobs, order_id, piece, now=at)

    async def _decide(self, sent: Submission, code: str, at: datetime) -> None:
        lot = roll(10, "review", code)
        if lot == 0:
            return  # still waits on the desk
        async with self.database.writing() as session:
            row = await session.get_one(Submission, sent.id)
            if lot < 7:  # noqa: PLR2004  most proof is accepted
                await review.accept(session, row, reason=None, by=self.by, now=at)
            elif lot < 9:  # noqa: PLR2004
                await review.give_back(session, row, reason=RETURNED, by=self.by, now=at)
            else:
                await review.look_on_site(session, row, on=None, reason="须到现场核实", by=self.by, now=at)

    async def _refer(self, order_id: str, at: datetime) -> None:
        left = [row for row in await self._problems(order_id) if row.state == ProblemState.OPEN][:1]
        if not left:
            return
        async with self.database.writing() as session:
            await referrals.refer(
                session,
                self.blobs,
                [await queries.locked_problem(session, row.id) for row in left],
                department=DEPARTMENT,
                reason="属于市场监管部门职责",
                policy=current_policy(),
                calendar=self.calendar,
                by=self.by,
                now=at,
            )

    async def _publish(self, publication_id: str, sealed_on: date) -> None:
        at = self._at(sealed_on, PUBLISHED, 11)
        if at is None or chance(150, "unpublished", publication_id):
            return
        async with self.database.writing() as session:
            row = await session.get_one(Publication, publication_id)
            await publications.publish(session, row, seen=None, reason=None, by=self.by, now=at)

    async def _rank(self) -> None:
        """Last month's lists are proposed and mostly approved; those of the running periods are a look ahead."""
        today = local_date(self.now)
        async with self.database.writing() as session:
            await credit_jobs.propose_due(session, now=self.now)
            rules = current_rules()
            for wanted in rules.lists:
                period = period_of(wanted.period, today)
                await compute(session, rules, wanted.code, period, by=None, today=today, now=self.now)
        proposed = await self._entries()
        for n, entry_id in enumerate(proposed):
            # One of three still waits for somebody to look at it.
            if n % 3 == 2:  # noqa: PLR2004
                continue
            approved = self.now - timedelta(days=14)
            async with self.database.writing() as session:
                entry = await session.get_one(Entry, entry_id)
                await approve(session, entry, rules, self.calendar, seen=entry.digest, by=self.by, now=approved)
        async with self.database.writing() as session:
            await credit_jobs.turn_entries(session, now=self.now)
            enterprise = (await session.scalars(select(Enterprise).order_by(col(Enterprise.name)).limit(1))).one()
            await propose_by_hand(
                session,
                enterprise,
                reason="业主投诉停用电梯未公示，经核查属实",
                evidence="示例投诉件 2026-018",
                by=desk_caller("office02").id,
                now=self.now,
            )

    async def _entries(self) -> list[str]:
        async with self.database.reading() as session:
            rows = await session.scalars(
                select(col(Entry.id)).where(col(Entry.state) == "proposed").order_by(col(Entry.once))
            )
            return list(rows)


__all__ = ["Office"]
