"""The office after a visit: orders issued and served, requests decided, by the real actions."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from suicha.checklists.loader import read_calendar
from suicha.documents.tables import Document
from suicha.infra.blobs import BlobStore, open_blob_store
from suicha.infra.blobs.folder import FolderBlobs
from suicha.infra.db import Database
from suicha.infra.settings import Settings
from suicha.kit.clock import local_date, utc_now
from suicha.rectification import queries
from suicha.rectification.actions import ladder, links, orders, referrals, requests
from suicha.rectification.queries.policies import current_policy
from suicha.rectification.rules.deadlines import Service, ServiceWay
from suicha.rectification.tables import Extension, LadderStep, Objection, Order, Problem, Recheck, Referral
from suicha.registry.tables import Site
from tests.conftest import make_settings
from tests.inspections.field import FieldTeam
from tests.inspections.round import CHECKLISTS, VISIT, caller, fill

CALENDAR = read_calendar(CHECKLISTS)
# 2026-11-23, a Monday, at noon in China: the day on which the visit is sealed.
SEALED_AT = datetime.fromisoformat("2026-11-23T12:00:00+08:00")


@dataclass
class Office:
    """Acts one after the other, each in a transaction of its own."""

    database: Database
    blobs: BlobStore
    settings: Settings
    at: datetime = SEALED_AT

    async def visit(self, **answers: str) -> FieldTeam:
        """A visit sealed with these answers."""
        team = await FieldTeam(self.database, at=self.at).arrive("leader", "officer")
        team.answer_all("officer", **answers)
        await team.seal()
        return team

    async def do(self, act: Callable[..., Awaitable[Any]], *args: Any, **more: Any) -> Any:
        async with self.database.writing() as session:
            return await act(session, *args, **{"by": caller("office").id, "now": self.at, **more})

    async def order(self) -> Order:
        async with self.database.reading() as session:
            rows = await session.scalars(select(Order).order_by(col(Order.n).desc()))
            return rows.first()  # type: ignore[return-value]

    async def issue(self) -> Order:
        return await self._with_order(  # type: ignore[no-any-return]
            lambda session, row: orders.issue_order(
                session, self.blobs, row, settings=self.settings, by=caller("office").id, now=self.at
            )
        )

    async def serve(self, on: str, how: ServiceWay = ServiceWay.DIRECT, **said: Any) -> Order:
        said = {"recipient": "项目负责人01"} | said
        reason = said.pop("reason", None)
        return await self._with_order(  # type: ignore[no-any-return]
            lambda session, row: orders.serve_order(
                session,
                self.blobs,
                row,
                Service(date.fromisoformat(on), how, **said),
                settings=self.settings,
                calendar=CALENDAR,
                reason=reason,
                by=caller("office").id,
                now=self.at,
            )
        )

    async def withdraw(self) -> Order:
        return await self._with_order(  # type: ignore[no-any-return]
            lambda session, row: orders.withdraw_order(
                session, row, reason="对象有误", by=caller("office").id, now=self.at
            )
        )

    async def _with_order(self, act: Callable[..., Awaitable[Any]]) -> Any:
        order_id = (await self.order()).id
        async with self.database.writing() as session:
            return await act(session, await queries.order_to_decide(session, order_id, caller("office")))

    async def served(self, on: str = "2026-11-25", **answers: str) -> "Office":
        """A sealed visit with its order served."""
        await self.visit(**(answers or {"A01": "fail", "B02": "fail", "H01": "fail"}))
        await self.issue()
        self.at = datetime.fromisoformat(f"{on}T18:00:00+08:00")
        await self.serve(on)
        return self

    async def problems(self) -> dict[str, Problem]:
        async with self.database.reading() as session:
            rows = await session.scalars(select(Problem).order_by(col(Problem.code)))
            return {row.item: row for row in rows}

    async def rechecks(self) -> list[tuple[str, str]]:
        async with self.database.reading() as session:
            rows = await session.scalars(select(Recheck).order_by(col(Recheck.scheduled_on), col(Recheck.id)))
            return [(row.scheduled_on.isoformat(), row.state) for row in rows]

    async def papers(self) -> list[tuple[str, str, int]]:
        async with self.database.reading() as session:
            rows = await session.scalars(select(Document).order_by(col(Document.made_at), col(Document.kind)))
            return [(row.kind, row.number, row.revision) for row in rows]

    async def ask_extension(self, item: str, wanted_on: str, reason: str = "配件采购需要时间") -> Extension:
        problem = (await self.problems())[item]
        return await self._on_problem(  # type: ignore[no-any-return]
            problem,
            lambda session, row: requests.ask_extension(
                session,
                row,
                wanted_on=date.fromisoformat(wanted_on),
                reason=reason,
                policy=current_policy(),
                by=None,
                now=self.at,
            ),
        )

    async def decide_extension(self, asked: Extension, day: str | None, answer: str = "情况属实") -> Extension:
        async with self.database.writing() as session:
            row = await queries.request_to_decide(session, Extension, asked.id, caller("office"))
            return await requests.decide_extension(
                session,
                row,
                new_due_on=date.fromisoformat(day) if day else None,
                answer=answer,
                policy=current_policy(),
                calendar=CALENDAR,
                by=caller("office").id,
                now=self.at,
            )

    async def object_to(self, item: str, *, is_upheld: bool) -> Objection:
        problem = (await self.problems())[item]
        asked: Objection = await self._on_problem(
            problem, lambda session, row: requests.ask_objection(session, row, text="不属实", by=None, now=self.at)
        )
        async with self.database.writing() as session:
            row = await queries.request_to_decide(session, Objection, asked.id, caller("office"))
            return await requests.decide_objection(
                session, row, is_upheld=is_upheld, answer="经核实", by=caller("office").id, now=self.at
            )

    async def _on_problem(self, problem: Problem, act: Callable[..., Awaitable[Any]]) -> Any:
        async with self.database.writing() as session:
            return await act(session, await queries.locked_problem(session, problem.id))

    async def climb(self, day: str) -> int:
        self.at = datetime.fromisoformat(f"{day}T09:00:00+08:00")
        async with self.database.writing() as session:
            found = await queries.problems_due(session, last=date.max)
            return await ladder.climb(
                session, found, current_policy(), CALENDAR, today=date.fromisoformat(day), now=self.at
            )

    async def steps(self) -> list[LadderStep]:
        async with self.database.reading() as session:
            return list(await session.scalars(select(LadderStep).order_by(col(LadderStep.id))))

    async def decide_step(self, rung: str, *, is_taken: bool) -> LadderStep:
        step = next(step for step in await self.steps() if step.rung == rung and step.state == "proposed")
        async with self.database.writing() as session:
            row = await queries.request_to_decide(session, LadderStep, step.id, caller("office"))
            return await ladder.decide_step(
                session, row, is_taken=is_taken, note="已约谈", by=caller("office").id, now=self.at
            )

    async def refer(self, *items: str, department: str = "市场监督管理局") -> Referral:
        found = await self.problems()
        async with self.database.writing() as session:
            rows = [await queries.locked_problem(session, found[item].id) for item in items]
            return await referrals.refer(
                session,
                self.blobs,
                rows,
                department=department,
                reason="属于价格监督检查职责",
                policy=current_policy(),
                calendar=CALENDAR,
                by=caller("office").id,
                now=self.at,
            )

    def later(self, **span: int) -> None:
        self.at += timedelta(**span)


def at_the_office(database_url: str, folder: Path, story: Callable[[Office], Awaitable[None]]) -> None:
    """Tell a story over a fresh round with one dispatched visit."""

    async def run() -> None:
        database = Database(database_url)
        try:
            await fill(database)
            await story(Office(database, FolderBlobs(folder / "blobs"), make_settings(folder)))
        finally:
            await database.close()

    asyncio.run(run())


async def an_order(settings: Settings) -> str:
    """A served order with one problem; the address of its page."""
    database = Database(settings.database_url)
    try:
        await fill(database)
        async with database.writing() as session:
            for site in await session.scalars(select(Site)):
                site.contact_phone = "13800001234"
        office = await Office(database, open_blob_store(settings), settings).served(A01="fail")
        async with database.writing() as session:
            order = await session.get_one(Order, (await office.order()).id)
            for problem in await session.scalars(select(Problem)):
                # The server lives today, whenever that is: the deadline must not be long past.
                problem.due_on = local_date(utc_now()) + timedelta(days=10)
            return "/p/" + (await links.link_for(session, order, settings=settings, now=office.at)).rsplit("/", 1)[1]
    finally:
        await database.close()


__all__ = ["CALENDAR", "SEALED_AT", "VISIT", "Office", "an_order", "at_the_office"]
