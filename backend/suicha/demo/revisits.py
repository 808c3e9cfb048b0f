"""复查 of the demo: some of what was to be looked at on the spot was looked at, by officers who were drawn."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from suicha.demo.answers import DemoAnswer, DemoScript
from suicha.demo.dice import chance
from suicha.demo.facts import DemoRound, DemoSite
from suicha.demo.play import Player
from suicha.demo.rounds import at_hour
from suicha.demo.rows import desk_caller
from suicha.infra.db import Database
from suicha.kit.clock import local_date
from suicha.rectification import queries
from suicha.rectification.actions import rechecks
from suicha.rectification.rules.states import ProblemState
from suicha.rectification.tables import Problem, Recheck

# Enough to show both outcomes; the rest waits on the desk.
MOST = 3
_FIXED_PER_MILLE = 600


async def revisit(database: Database, player: Player, round_: DemoRound, *, now: datetime) -> None:
    """Draw, send and play some rechecks whose day is over."""
    for recheck_id in await _waiting(database, now=now):
        async with database.writing() as session:
            row = await queries.recheck(session, recheck_id, desk_caller("office01"), is_locked=True)
            by, at = desk_caller("office01").id, at_hour(row.scheduled_on, 8)
            await rechecks.draw_team(session, row, reason=None, by=by, now=at)
            visit = await rechecks.send_team(session, row, on=None, partner=None, by=by, now=at)
            taken = await queries.problems_taken_along(session, recheck_id)
        fixed = {one.item for one in taken if chance(_FIXED_PER_MILLE, "revisit", one.code)}
        script = recheck_script(round_.site(visit.site_id), taken, fixed)
        await player.recheck(visit, script, at_hour(visit.planned_on, 10))


async def _waiting(database: Database, *, now: datetime) -> list[str]:
    async with database.reading() as session:
        rows = await session.execute(
            select(col(Recheck.id), col(Recheck.scheduled_on))
            .join(Problem, col(Problem.recheck_id) == col(Recheck.id))
            .where(col(Problem.state) == ProblemState.RECHECKING.value, col(Recheck.scheduled_on) < local_date(now))
            .group_by(col(Recheck.id), col(Recheck.scheduled_on))
            .order_by(col(Recheck.scheduled_on), col(Recheck.id))
            .limit(MOST)
        )
        return [row[0] for row in rows]


def recheck_script(site: DemoSite, problems: Sequence[Problem], fixed: set[str]) -> DemoScript:
    """What two officers find who look at these problems again: the items in `fixed` are put right, the others not."""
    answers = tuple(
        DemoAnswer(one.item, "officer", "pass")
        if one.item in fixed
        else DemoAnswer(one.item, "officer", "fail", one.severity, remark="现场查看仍未整改到位。")
        for one in problems
    )
    return DemoScript(site.lat, site.lon, 8, site.contact_name, answers, (), None, None)
