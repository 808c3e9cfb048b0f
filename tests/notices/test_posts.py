"""Where messages come from: visits that are sent, records that come late."""

import asyncio

from sqlalchemy import select
from sqlmodel import col

from suicha.infra.db import Database
from suicha.notices.tables import Notice
from tests.inspections.field import FieldTeam
from tests.inspections.round import account_id, fill


def test_the_leader_is_told_once_a_day_that_records_came_late(database_url: str) -> None:
    async def story() -> None:
        database = Database(database_url)
        try:
            await fill(database)
            team = await FieldTeam(database).arrive("leader", "officer")
            team.answer_all("officer")
            await team.seal()
            for words in ("补记一", "补记二"):
                team.set("officer", "B02", "remark", words)
                await team.push("officer")
            async with database.reading() as session:
                rows = list(await session.scalars(select(Notice).where(col(Notice.kind) == "late_record")))
            assert [(row.account_id, row.title) for row in rows] == [(account_id("leader"), "迟到记录待处理")]
            assert "请决定是否纳入更正记录" in rows[0].text
        finally:
            await database.close()

    asyncio.run(story())
