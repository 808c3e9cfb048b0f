"""规范化管理考核 of the demo: a small draw of its own on the scored checklist, so that there is something to rank."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from suicha.checklists import queries as checklists
from suicha.demo.dice import roll
from suicha.demo.drawing import ASSESSED_BEFORE, ASSESSMENT_VALUE, assessment_settings
from suicha.demo.facts import DemoRound, DemoTeam, DemoVisit, Stage
from suicha.demo.people import SEED
from suicha.demo.play import Player
from suicha.demo.rounds import at_hour, hold_ceremony, send_teams
from suicha.demo.rows import desk_caller
from suicha.draws import queries as draw_queries
from suicha.infra.blobs import BlobStore
from suicha.infra.db import Database
from suicha.inspections import planning
from suicha.kit.workdays import Calendar

CHECKLIST = "management-assessment-ref-5"
# Of five visits so many have been made.
MADE_OF_FIVE = 4


async def assess(
    database: Database, blobs: BlobStore, player: Player, round_: DemoRound, calendar: Calendar, *, today: date
) -> None:
    """Draw, send, and play what was made so far, by people and phones of the demo's round."""
    async with database.writing() as session:
        stored = await checklists.latest_edition(session, CHECKLIST)
        edition = await checklists.edition_facts(session, stored.hash)
        settings = assessment_settings(round_.rosters, today, stored.hash)
        draw_id = await hold_ceremony(
            session, settings, plan="规范化管理考核计划", number="示例文号〔0000〕第2号", value=ASSESSMENT_VALUE
        )
    async with database.writing() as session:
        assessed = await _planned(session, draw_id, round_, calendar, today=today)
    await send_teams(database, blobs, draw_id, assessed, begins=settings.from_on)
    await player.at_another(assessed, edition, stored.hash).play_all()


async def _planned(
    session: AsyncSession, draw_id: str, round_: DemoRound, calendar: Calendar, *, today: date
) -> DemoRound:
    """The drawn visits on days that make sense in a demo."""
    record = await draw_queries.sealed_record(session, draw_id)
    now = at_hour(today - ASSESSED_BEFORE - timedelta(days=6), 10)
    proposed = await planning.propose(session, draw_id, desk_caller("office01"), calendar=calendar, now=now)
    known = {one.row.site_id: (one.row.id, one.row.code) for one in proposed}
    assessed = replace(
        round_, teams=_teams(round_, record), visits=tuple(_visits(record, known, calendar, today=today))
    )
    days = {visit.site_id: visit.planned_on for visit in assessed.visits}
    for one in proposed:
        one.row.planned_on, one.row.is_moved, one.row.is_uncertain = days[one.row.site_id], True, False
    await session.flush()
    return assessed


def _teams(round_: DemoRound, record: Mapping[str, Any]) -> tuple[DemoTeam, ...]:
    people = {person.id: person for person in round_.rosters.inspectors}
    return tuple(
        DemoTeam(drawn["number"], *(people[person] for person in (*drawn["officers"][:2], drawn["experts"][0])))
        for drawn in record["result"]["teams"]
    )


def _visits(
    record: Mapping[str, Any], known: Mapping[str, tuple[str, str]], calendar: Calendar, *, today: date
) -> Iterable[DemoVisit]:
    for n, visit in enumerate(record["result"]["visits"]):
        visit_id, code = known[visit["site"]]
        is_made = n % 5 < MADE_OF_FIVE
        day = today + timedelta(days=(-1 if is_made else 1) * (1 + roll(12, SEED, "assessed", n)))
        while not calendar.is_workday(day):
            day += timedelta(days=-1 if is_made else 1)
        stage = Stage.SEALED if is_made else Stage.UNTOUCHED
        yield DemoVisit(visit_id, code, visit["team"], visit["site"], day, stage, ())
