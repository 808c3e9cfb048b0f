"""What an earlier visit found at a site is handed to the next team."""

import asyncio

from suicha import workflow
from suicha.infra.db import Database
from suicha.kit.ids import named_id

from .field import FieldTeam
from .round import fill


def test_problems_of_a_sealed_visit_are_known_at_its_site(database_url: str) -> None:
    async def run() -> None:
        database = Database(database_url)
        try:
            await fill(database)
            team = await FieldTeam(database).arrive()
            team.answer_all("officer", B02="fail")
            await team.seal()
            site, other = named_id("test", "site", "410103"), named_id("test", "site", "410105")
            async with database.reading() as session:
                [found] = await workflow.earlier_problems(session, [site, other])
                assert await workflow.earlier_problems(session, [other]) == []
            assert (found.item, found.site, found.state) == ("B02", site, "open")
            assert found.due_on is not None
        finally:
            await database.close()

    asyncio.run(run())
