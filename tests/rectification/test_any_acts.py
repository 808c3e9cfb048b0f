"""Whatever is done in whatever order: a problem is in one state, ends in one end, and a refused act changes nothing."""

import random
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel, col

from suicha.accounts.rules import Role
from suicha.kit.errors import DomainError
from suicha.rectification import queries
from suicha.rectification.actions import ladder, lookbacks, proof, rechecks, review
from suicha.rectification.queries.policies import current_policy
from suicha.rectification.tables import (
    Extension,
    LadderStep,
    Objection,
    Order,
    Problem,
    Recheck,
    RecheckOutcome,
    Referral,
    Submission,
)
from tests.inspections.round import PEOPLE, caller
from tests.rectification.office import CALENDAR, Office, at_the_office
from tests.rectification.test_amended_rechecks import Rechecking
from tests.rectification.test_rechecks import NEW, act, with_roster

ITEMS = ("A01", "B01", "B02", "B04", "E03", "F02", "G02", "H01")
UNDER_WAY, FINAL = {"open", "submitted", "returned", "rechecking"}, {"closed", "referred", "recorded", "withdrawn"}
TABLES = (Problem, Order, Recheck, RecheckOutcome, Extension, Objection, Submission, Referral, LadderStep)
# From which states an act may succeed, and where it leads; "=" where the problem stays as it is.
MAY: dict[str, tuple[set[str], str]] = {
    "hand_in": ({"open", "returned"}, "submitted"),
    "accept": ({"submitted"}, "closed"),
    "give_back": ({"submitted"}, "returned"),
    "look_on_site": ({"submitted"}, "rechecking"),
    "extend": (UNDER_WAY, "="),
    "uphold": (UNDER_WAY, "withdrawn"),
    "dismiss": (UNDER_WAY, "="),
    "refer": (UNDER_WAY, "referred"),
    "record": (UNDER_WAY, "recorded"),
}
OFTEN = ["hand_in"] * 5 + ["accept", "give_back", "give_back", "look_on_site", "extend", "dismiss"] * 2
SELDOM = ["uphold", "refer", "record", "recheck", "recheck", "look_back"]


@pytest.fixture(autouse=True)
def more_people(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NEW:
        monkeypatch.setitem(PEOPLE, name, (Role.OFFICER, "410105"))


class Walk:
    """One order with eight problems, and somebody who tries everything."""

    def __init__(self, office: Office, seed: int) -> None:
        self.office, self.dice = office, random.Random(seed)
        self.done: set[str] = set()
        self.refused = 0

    async def rows(self) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = {}
        async with self.office.database.reading() as session:
            for table in TABLES:
                rows: list[SQLModel] = list(await session.scalars(select(table)))
                found[table.__name__] = sorted((row.model_dump() for row in rows), key=str)
        return found

    async def step(self, name: str) -> None:
        if name in ("recheck", "look_back"):
            await (self.recheck() if name == "recheck" else self.look_back())
            return
        item = self.dice.choice(ITEMS)
        before = await self.rows()
        was = (await self.office.problems())[item]
        try:
            await self.acts()[name](was)
        except DomainError:
            self.refused += 1
            assert await self.rows() == before, f"{name} was refused in {was.state} and changed something"
            assert was.state not in MAY[name][0] or name in ("record", "extend"), f"{name} refused in {was.state}"
            return
        self.done.add(name)
        states, to = MAY[name]
        assert was.state in states, f"{name} in {was.state}"
        now = (await self.office.problems())[item]
        assert now.state == (was.state if to == "=" else to)

    def acts(self) -> dict[str, Callable[[Problem], Awaitable[Any]]]:
        office = self.office

        async def hand_in(problem: Problem) -> None:
            async with office.database.writing() as session:
                order = await session.get_one(Order, problem.order_id)
                await proof.hand_in(session, order, problem.id, text="已整改", now=office.at)

        def decided(what: Any, **said: Any) -> Callable[[Problem], Awaitable[None]]:
            async def act_on(problem: Problem) -> None:
                async with office.database.writing() as session:
                    found = await queries.submissions_of(session, [problem.id])
                    if not found:
                        raise DomainError
                    newest = max(found, key=lambda one: one.n)
                    await what(session, newest, by=caller("office").id, now=office.at, **said)

            return act_on

        async def extend(problem: Problem) -> None:
            day = max(problem.due_on, office.at.date()) + timedelta(days=self.dice.randint(1, 20))
            asked = await office.ask_extension(problem.item, day.isoformat())
            await office.decide_extension(asked, day.isoformat())

        async def record(problem: Problem) -> None:
            late = problem.due_on + timedelta(days=60)
            async with office.database.writing() as session:
                found = [await queries.locked_problem(session, problem.id)]
                if found[0].state in UNDER_WAY:
                    await ladder.climb(session, found, current_policy(), CALENDAR, today=late, now=office.at)
                steps = await session.scalars(select(LadderStep).where(col(LadderStep.problem_id) == problem.id))
                newest = [step for step in steps if step.rung == "bad_record"]
                if not newest:
                    raise DomainError
                await ladder.decide_step(
                    session, newest[-1], is_taken=True, note="属实", by=caller("office").id, now=office.at
                )

        return {
            "hand_in": hand_in,
            "accept": decided(review.accept, reason=None),
            "give_back": decided(review.give_back, reason="照片不清"),
            "look_on_site": decided(review.look_on_site, on=None, reason="需现场核实"),
            "extend": extend,
            "uphold": lambda problem: office.object_to(problem.item, is_upheld=True),
            "dismiss": lambda problem: office.object_to(problem.item, is_upheld=False),
            "refer": lambda problem: office.refer(problem.item),
            "record": record,
        }

    async def recheck(self, kind: str = "recheck") -> None:
        """Somebody goes and finds what the dice say; a problem that ended meanwhile stays as it ended."""
        async with self.office.database.reading() as session:
            to_come = col(Recheck.state).in_(["scheduled", "due", "overdue"])
            rows = list(await session.scalars(select(Recheck).where(to_come, col(Recheck.kind) == kind)))
        if not rows:
            return
        self.office.later(days=1)
        row = min(rows, key=lambda one: (one.scheduled_on, one.id))
        await act(self.office, rechecks.draw_team, row.id, reason=None)
        visit = await act(self.office, rechecks.send_team, row.id, on=None, partner=None)
        async with self.office.database.reading() as session:
            taken = [one.item for one in await queries.problems_taken_along(session, row.id)]
        gone = self.dice.choice(taken) if kind == "recheck" and self.dice.random() < 0.3 else None
        if gone:
            await self.office.object_to(gone, is_upheld=True)
        said = {item: self.dice.choice(["pass", "fail", "na"]) for item in taken}
        before = await self.office.problems()
        await (await Rechecking(self.office, visit.id).arrive()).say(**said)
        for item, result in said.items():
            now = (await self.office.problems())[item]
            end = "withdrawn" if item == gone else "open" if result == "fail" else "closed"
            counted = before[item].failed_rechecks + (result == "fail" and item != gone)
            assert (now.state, now.failed_rechecks) == (end, counted)
        self.done.add(kind)

    async def look_back(self) -> None:
        if not any(problem.state == "closed" for problem in (await self.office.problems()).values()):
            return
        async with self.office.database.writing() as session:
            await lookbacks.draw_lookback(
                session,
                caller("office"),
                first_on=date(2026, 11, 1),
                last_on=date(2027, 12, 31),
                percent=50,
                on=self.office.at.date() + timedelta(days=2),
                jurisdiction="4101",
                now=self.office.at,
            )
        await self.recheck("lookback")

    async def check(self) -> None:
        """What must hold at every moment."""
        problems = await self.office.problems()
        async with self.office.database.reading() as session:
            coming = {row.id: row.state for row in await session.scalars(select(Recheck))}
        assert set(problems) == set(ITEMS)
        for problem in problems.values():
            assert problem.state in UNDER_WAY | FINAL
            is_final = problem.state in FINAL
            assert (problem.closed_at is not None, problem.ended_because is not None) == (is_final, is_final)
            # What is under way is looked at one day, and nobody goes for nothing.
            assert is_final or coming[problem.recheck_id] in ("scheduled", "sent"), problem.item
        is_over = all(problem.state in FINAL for problem in problems.values())
        assert (await self.office.order()).state == ("closed" if is_over else "served")


@pytest.mark.parametrize("seed", [1, 2])
def test_every_walk_keeps_the_rules_and_can_come_to_one_end(sqlite_url: str, tmp_path: Path, seed: int) -> None:
    async def story(office: Office) -> None:
        await with_roster(office, *NEW)
        await office.served("2026-11-25", **dict.fromkeys(ITEMS, "fail"))
        walk = Walk(office, seed)
        for n in range(70):
            # What ends a problem for good comes late, so that there is something to walk through.
            await walk.step(walk.dice.choice(OFTEN if n % 4 else SELDOM))
            await walk.check()
        assert len(walk.done) >= 6
        assert walk.refused >= 8
        for item, problem in (await office.problems()).items():
            if problem.state in UNDER_WAY:
                await office.refer(item)
        await walk.check()
        assert (await office.order()).state == "closed"
        assert {state for _, state in await office.rechecks()} <= {"done", "cancelled"}

    at_the_office(sqlite_url, tmp_path, story)
