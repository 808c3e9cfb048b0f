"""Sealing hands over to rectification, once; and rechecks turn when their day comes."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any

from suicha import workflow
from suicha.feed import queries as feed
from suicha.feed.rules import chain_break
from suicha.infra.db import Database
from suicha.journal.queries import entries_about
from suicha.kit.ids import named_id
from suicha.rectification import jobs, queries
from suicha.rectification.queries import Wanted
from tests.inspections.field import FieldTeam
from tests.inspections.round import NOW, SCOPE, VISIT, caller, fill, send


def tell(database_url: str, story: Callable[[Database], Awaitable[None]]) -> None:
    async def run() -> None:
        database = Database(database_url)
        try:
            await fill(database)
            await story(database)
        finally:
            await database.close()

    asyncio.run(run())


async def a_sealed_visit(database: Database) -> FieldTeam:
    team = await FieldTeam(database).arrive("leader", "officer")
    team.answer_all("officer", I01="fail", H01="fail", B02="fixed", A01="fail")
    team.set("officer", "A01", "due_override", "2026-12-02")
    team.set("officer", "I01", "severity", "major")
    await team.seal()
    return team


async def _news(database: Database, *types: str) -> list[tuple[str, Any]]:
    async with database.reading() as session:
        rows = await feed.entries_after(session, SCOPE, 0, limit=1000)
    assert chain_break(SCOPE, [(row.pos, row.raw, row.hash) for row in rows]) is None
    return [(row.type, json.loads(row.raw)["body"]) for row in rows if row.type in types]


def test_each_failed_item_becomes_a_problem_with_its_days(database_url: str) -> None:
    async def story(database: Database) -> None:
        await a_sealed_visit(database)
        async with database.reading() as session:
            found, total = await queries.problems(session, caller("leader"), Wanted(inspection=VISIT))
        assert total == 3
        assert [(f.row.item, f.row.severity, f.row.due_on, f.row.recheck_on, f.row.state) for f in found] == [
            ("A01", "minor", date(2026, 12, 2), date(2026, 12, 3), "open"),
            ("I01", "major", date(2026, 12, 2), date(2026, 12, 3), "open"),
            ("H01", "major", date(2026, 12, 23), date(2026, 12, 24), "open"),
        ]
        assert found[0].row.code == f"T-{VISIT[:6]}-A01"
        assert all(f.row.is_due_provisional and f.row.found_on == date(2026, 11, 23) for f in found)
        scheduled = await _news(database, "recheck.scheduled")
        assert [(body["scheduled_on"], [p["item"] for p in body["problems"]]) for _, body in scheduled] == [
            ("2026-12-03", ["A01", "I01"]),
            ("2026-12-24", ["H01"]),
        ]

    tell(database_url, story)


def test_a_second_hand_over_changes_nothing(database_url: str) -> None:
    async def story(database: Database) -> None:
        await a_sealed_visit(database)
        before = await _news(database, "recheck.scheduled", "op.judged", "inspection.sealed")
        async with database.writing() as session:
            await workflow.visit_sealed(session, VISIT, now=NOW + timedelta(days=9))
        async with database.reading() as session:
            assert (await queries.problems(session, caller("leader")))[1] == 3
            assert (await queries.rechecks(session, caller("leader")))[1] == 2
            assert [e.verb for e in await entries_about(session, f"inspection:{VISIT}")] == [
                "dispatched_visit",
                "opened_problems",
            ]
        assert await _news(database, "recheck.scheduled", "op.judged", "inspection.sealed") == before

    tell(database_url, story)


def test_rechecks_turn_due_on_their_day_and_overdue_on_the_next_and_say_so_once(database_url: str) -> None:
    async def story(database: Database) -> None:
        await a_sealed_visit(database)

        async def turn(day: int, hour: int) -> tuple[int, int]:
            at = NOW.replace(month=12, day=day, hour=hour)
            async with database.writing() as session:
                return (
                    await jobs.turn_rechecks_due(session, now=at),
                    await jobs.turn_rechecks_overdue(session, now=at),
                )

        assert await turn(2, 15) == (0, 0)  # 23:00 on the day before in China
        assert await turn(2, 16) == (1, 0)  # midnight: its day has come
        assert await turn(3, 15) == (0, 0)
        assert await turn(3, 16) == (0, 1)
        assert await turn(3, 17) == (0, 0)
        assert await turn(30, 1) == (1, 1)  # after a month without a timer both steps are made up for
        turned = await _news(database, "recheck.due", "recheck.overdue")
        assert [(type_, body["scheduled_on"]) for type_, body in turned] == [
            ("recheck.due", "2026-12-03"),
            ("recheck.overdue", "2026-12-03"),
            ("recheck.due", "2026-12-24"),
            ("recheck.overdue", "2026-12-24"),
        ]

    tell(database_url, story)


def test_who_sees_which_problems(database_url: str) -> None:
    async def story(database: Database) -> None:
        async with database.writing() as session:
            await send(session, named_id("test", "other"), "410105")
        await a_sealed_visit(database)
        async with database.reading() as session:
            seen = {
                name: (await queries.problems(session, caller(name)))[1]
                for name in ("leader", "officer", "expert", "stranger", "office", "district")
            }
            assert seen == {"leader": 3, "officer": 3, "expert": 3, "stranger": 0, "office": 3, "district": 0}
            assert (await queries.problems(session, caller("office"), Wanted(jurisdiction="410105")))[1] == 0
            assert (await queries.problems(session, caller("office"), Wanted(state="closed")))[1] == 0
            page, total = await queries.problems(session, caller("office"), page=2, size=2)
            assert ([f.row.item for f in page], total) == (["H01"], 3)
            assert await queries.summaries(session, [VISIT]) == {VISIT: (3, date(2026, 12, 3))}

    tell(database_url, story)
