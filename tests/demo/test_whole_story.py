"""检查 → 整改 → 复查 → 公示 → 信用: a round of Zhengzhou's size, from its real draw to the credit file.

The clock jumps over 中秋 and 国庆. Days were worked out by hand with the calendar of 2026: off are 25 to 27 September
and 1 to 7 October; 20 September and 10 October are worked.
"""

import asyncio
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import httpx

from suicha.credit import actions as credit
from suicha.credit.gathering import current_rules
from suicha.credit.tables import Entry
from suicha.infra.db import Database
from suicha.infra.settings import Settings
from suicha.journal.tables import JournalEntry
from suicha.publication import actions as publication
from suicha.publication.tables import Publication
from suicha.rectification.actions import review
from suicha.rectification.tables import Order, Recheck, Reminder
from suicha.registry.tables import Site
from tests.conftest import make_settings
from tests.demo.whole_round import CALENDAR, ENDS, OFFICE, VISIT_DAYS, WAYS, WholeRound, at, way_of
from tests.live import running

VISITS = 131
# Served on Monday 21 September.
DUE = {
    (1, "calendar_days"): date(2026, 9, 22),
    (3, "calendar_days"): date(2026, 9, 24),
    (7, "calendar_days"): date(2026, 9, 28),
    (15, "calendar_days"): date(2026, 10, 8),  # the 6th is off
    (30, "calendar_days"): date(2026, 10, 21),
    (7, "working_days"): date(2026, 10, 8),  # 22 23 24 | 28 29 30 | 8
    (15, "working_days"): date(2026, 10, 19),  # 22 23 24 | 28 29 30 | 8 9 10 | 12 13 14 15 16 | 19
}
# 20 working days after the seal: for the 14th, 15 16 17 18 20 to 24 | 28 29 30 | 8 9 10 | 12 to 16.
PUBLISHED_BY = {
    date(2026, 9, 14): date(2026, 10, 16),
    date(2026, 9, 15): date(2026, 10, 19),
    date(2026, 9, 16): date(2026, 10, 20),
    date(2026, 9, 17): date(2026, 10, 21),
    date(2026, 9, 18): date(2026, 10, 22),
}
CLASSES = "ABCD"


def test_the_whole_story(sqlite_url: str, tmp_path: Path) -> None:
    settings = make_settings(tmp_path, database_url=sqlite_url)
    asyncio.run(_story(settings))


async def _story(settings: Settings) -> None:
    database = Database(settings.database_url)
    try:
        town = WholeRound(database, settings)
        await town.draw()
        await town.play()
        await _orders(town)
        await _september(town)
        await _october(town)
        await _winter(town)
        await _ends(town)
        await _published(town)
        await _credit(town)
    finally:
        await database.close()
    await _public(settings)


async def _orders(town: WholeRound) -> None:
    """Each failed item is one problem of one order; what the law gives for it is counted from the service."""
    problems = await town.problems()
    assert {(one.inspection_id, one.item) for one in problems} == town.found()
    assert len(problems) == len(town.found()) > 600
    assert {way_of(one.code) for one in problems} == {*WAYS, "accepted"}
    proposed = await town.rows(Publication)
    sealed = {visit.id: visit.planned_on for visit in town.round.visits}
    assert {one.inspection_id: one.due_on for one in proposed} == {
        id_: PUBLISHED_BY[day] for id_, day in sealed.items()
    }
    assert len(proposed) == VISITS
    assert set(sealed.values()) == set(VISIT_DAYS)
    await town.issue_and_serve("2026-09-20", "2026-09-21")
    orders = await town.rows(Order)
    assert sorted(one.number for one in orders if one.number) == sorted({str(one.number) for one in orders})
    for one in await town.problems():
        assert one.due_on == DUE[one.term_value, one.term_unit], one.item


async def _september(town: WholeRound) -> None:
    """Most is put right before the holidays; some is given back, looked at, or not true."""
    await town.extend("2026-09-22", date(2026, 10, 30))
    await town.object_to("2026-09-22")
    for way in ("accepted", "returned", "looked_at", "looked_at_twice"):
        await town.hand_in(way, "2026-09-22", files=20)
    await town.accept("accepted", "2026-09-23")
    await town.decide("returned", review.give_back, "2026-09-23", reason="照片看不清")
    for way in ("looked_at", "looked_at_twice"):
        await town.decide(way, review.look_on_site, "2026-09-23", on=date(2026, 9, 24), reason="须到现场核实")
    for day in ("2026-09-23", "2026-09-24", "2026-09-24", "2026-09-28"):
        await town.jobs(day)
    assert await town.recheck_all("2026-09-24", passing={"looked_at"}) > 20
    await town.hand_in("returned", "2026-09-28")
    await town.accept("returned", "2026-09-29")


async def _october(town: WholeRound) -> None:
    """Nobody works on a holiday, and nobody is told twice; who failed a recheck is visited again."""
    for day in ("2026-10-01", "2026-10-08", "2026-10-09", "2026-10-09"):
        await town.jobs(day)
    told = Counter((one.problem_id, one.due_on, one.kind) for one in await town.rows(Reminder))
    assert set(told.values()) == {1}
    again = {one.recheck_on for one in await town.problems("looked_at_twice")}
    # 5 working days after the 24th: 28 29 30 | 8 9.
    assert again == {date(2026, 10, 9)}
    assert await town.recheck_all("2026-10-09", passing={"looked_at_twice"}) > 5
    await town.hand_in("extended", "2026-10-30")
    await town.accept("extended", "2026-10-30")


async def _winter(town: WholeRound) -> None:
    """The ladder is climbed to its end: every rung once, the last of them decided by a person."""
    await town.refer("2026-11-02")
    for day in ("2026-11-02", "2026-11-20", "2026-11-20"):
        await town.jobs(day)
    for rung in ("talk", "circular", "bad_record"):
        await town.decide_ladder("2026-11-20", rung)


async def _ends(town: WholeRound) -> None:
    """Every problem has exactly one end, and only once came to it."""
    problems = await town.problems()
    assert {one.code: one.state for one in problems} == {
        one.code: ENDS.get(way_of(one.code), "closed") for one in problems
    }
    twice = {one.inspection_id for one in problems if way_of(one.code) == "looked_at_twice"}
    for one in problems:
        # Who came on 9 October also looked at what had run out the day before.
        is_met = one.due_on == date(2026, 10, 8) and one.inspection_id in twice
        is_failed = way_of(one.code) == "looked_at_twice" or (is_met and way_of(one.code) in ("nothing", "referred"))
        assert one.failed_rechecks == is_failed, way_of(one.code)
    ends = {f"problem_{state}" for state in ("closed", "recorded", "withdrawn", "referred")}
    came = Counter(entry.about for entry in await town.rows(JournalEntry) if entry.verb in ends)
    assert came == Counter(f"problem:{one.id}" for one in problems)
    assert {one.state for one in await town.rows(Order)} == {"closed"}
    assert {one.state for one in await town.rows(Recheck)} == {"done", "cancelled"}


async def _published(town: WholeRound) -> None:
    """All results are published in time."""

    async def publish(session: Any, row: Publication) -> None:
        assert date(2026, 10, 15) <= row.due_on
        await publication.publish(session, row, seen=None, reason=None, by=OFFICE.id, now=at("2026-10-15"))

    await town.each(await town.rows(Publication), publish)


async def _credit(town: WholeRound) -> None:
    """Proposals for who did nothing; after approval and the days for objecting the next draw weighs it."""
    before = {site.id: site.risk_class for site in await town.rows(Site)}
    for day in ("2026-11-23", "2026-11-23"):
        await town.jobs(day)
    entries = await town.rows(Entry)
    bad = [one for one in entries if one.kind == "bad_record"]
    assert len(bad) == len(await town.problems("nothing")) > 10
    assert "2026Q3" in {one.period for one in entries if one.kind == "good_bad"}
    assert {one.state for one in entries} == {"proposed"}
    rules = current_rules()

    async def approve(session: Any, row: Entry) -> None:
        await credit.approve(session, row, rules, CALENDAR, seen=row.digest, by=OFFICE.id, now=at("2026-11-24"))

    await town.each(bad, approve)
    # 7 working days to object: 25 26 27 | 30 1 2 3.
    await town.jobs("2026-12-03")
    assert {site.id: site.risk_class for site in await town.rows(Site)} == before
    await town.jobs("2026-12-04")
    steps = Counter(one.enterprise_id for one in bad)
    for site in await town.rows(Site):
        was = CLASSES.index(before[site.id])
        assert site.risk_class == CLASSES[min(was + steps[site.enterprise_id], 3)]


async def _public(settings: Settings) -> None:
    """Anybody can read all of it, and check the draw."""
    async with (
        running(settings) as app,
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test.local") as public,
    ):
        first = (await public.get("/api/public/results")).json()
    assert first["total"] == VISITS
