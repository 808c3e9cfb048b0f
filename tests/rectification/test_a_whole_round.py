"""A round of the size of Zhengzhou's: 131 visits with 757 problems, from their seals to one end for each of them.

The clock jumps over 中秋 and 国庆. Problems, drafts, days, answers, reminders, the ladder, referrals and proposals to
publish go through the actions; the records before them and the printing of 131 orders have tests of their own and are
left out.
"""

from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from suicha.checklists import queries as checklists
from suicha.credit.actions.rounds import propose_bad_records
from suicha.feed.rules import visit_scope
from suicha.inspections import actions as inspections
from suicha.inspections.rules.dispatch import Posted, VisitPlan
from suicha.inspections.rules.facts import TeamRole
from suicha.kit.ids import named_id
from suicha.publication import actions as publication
from suicha.publication.queries import proposed_due
from suicha.rectification import queries
from suicha.rectification.actions import days, ladder, open_for, proof, referrals, requests, review
from suicha.rectification.actions.orders import draft_orders
from suicha.rectification.queries.policies import current_policy
from suicha.rectification.rules import Answer
from suicha.rectification.rules.deadlines import due_after_service
from suicha.rectification.tables import LadderStep, Order, Problem, Recheck, Reminder
from tests.inspections.round import NOW, TEAM, account_id
from tests.rectification.office import CALENDAR, Office, at_the_office

VISITS = 131
# 102 visits with six problems and 29 with five.
ITEMS, SIX = ("A01", "B02", "E03", "G02", "I01", "H01"), 102
SEALED, SERVED = date(2026, 9, 16), date(2026, 9, 21)
# Served on 21 September; worked out by hand over the two holidays.
DUE = {
    "E03": date(2026, 9, 28),  # 7 days
    "B02": date(2026, 10, 8),  # 7 working days: 22 23 24 | 28 29 30 | 8
    "I01": date(2026, 10, 8),
    "G02": date(2026, 10, 8),  # 15 days: the 6th is off
    "A01": date(2026, 10, 19),  # 15 working days: 22 23 24 | 28 29 30 | 8 9 10 | 12 13 14 15 16 | 19
    "H01": date(2026, 10, 21),  # 30 days
}
BY = account_id("office")


def at(on: str) -> datetime:
    return datetime.fromisoformat(f"{on}T10:00:00+08:00")


def fate(k: int) -> str:
    """What becomes of the k-th problem: most are put right."""
    return "referred" if k % 64 == 1 else {2: "recorded", 3: "withdrawn"}.get(k % 16, "closed")


async def sealed_visits(office: Office) -> None:
    """Dispatch them, and hand over what their records would say."""
    async with office.database.writing() as session:
        stored = await checklists.latest_edition(session, "property-service-ref-27")
        edition = await checklists.edition_facts(session, stored.hash)
        posted = [Posted(account_id(name), TeamRole(name)) for name in TEAM]
        for n in range(VISITS):
            site = named_id("test", "site", ("410103", "410105")[n % 2])
            plan = VisitPlan(named_id("round", str(n)), f"R-{n:03d}", "示例抽查", site, 1, SEALED)
            visit = await inspections.dispatch(session, plan, posted, edition_hash=stored.hash, now=NOW)
            found = [Answer(item, "fail", f"op-{n}-{item}") for item in (ITEMS if n < SIX else ITEMS[:5])]
            await open_for(session, visit, found, scope=visit_scope(visit.id), manifest_n=1, edition=edition,
                           calendar=CALENDAR, found_on=SEALED, now=at("2026-09-16"))  # fmt: skip
            await draft_orders(session, visit.id, now=at("2026-09-16"))
            await publication.propose(session, visit, sealed_on=SEALED, calendar=CALENDAR, now=at("2026-09-16"))


async def served_orders(office: Office) -> None:
    """As `serve_order` sets the days, without its papers."""
    async with office.database.writing() as session:
        for order in await session.scalars(select(Order)):
            order.state, order.issued_at, order.served_on, order.number = "served", at("2026-09-18"), SERVED, order.id
        for problem in await every_problem(session):
            assert problem.term_value and problem.term_unit
            term: Any = (problem.term_value, problem.term_unit)
            due = due_after_service(term, problem.due_on, SERVED, CALENDAR)
            await days.set_deadline(session, problem, due, CALENDAR, now=at("2026-09-21"))


async def every_problem(session: Any) -> list[Problem]:
    return list(await session.scalars(select(Problem).order_by(col(Problem.code))))


async def answers(office: Office) -> None:
    now = at("2026-09-24")
    async with office.database.writing() as session:
        for k, problem in enumerate(await every_problem(session)):
            if fate(k) == "closed":
                order = await session.get_one(Order, problem.order_id)
                handed_in = await proof.hand_in(session, order, problem.id, text="已整改", now=now)
                await review.accept(session, handed_in, reason=None, by=BY, now=now)
            elif fate(k) == "withdrawn":
                asked = await requests.ask_objection(session, problem, text="不属实", by=None, now=now)
                await requests.decide_objection(session, asked, is_upheld=True, answer="属实", by=BY, now=now)


async def reminded(office: Office, on: str) -> int:
    async with office.database.writing() as session:
        found = await queries.problems_due(session, last=date.max, limit=1000)
        day = date.fromisoformat(on)
        return await ladder.remind(session, found, current_policy(), today=day, now=at(on))


async def climbed(office: Office, on: str) -> int:
    async with office.database.writing() as session:
        found = await queries.problems_due(session, last=date.max, limit=1000)
        day = date.fromisoformat(on)
        return await ladder.climb(session, found, current_policy(), CALENDAR, today=day, now=at(on))


async def the_rest(office: Office, on: str) -> None:
    """Twelve go to another department; what is left when the ladder ends is recorded."""
    async with office.database.writing() as session:
        for k, problem in enumerate(await every_problem(session)):
            if fate(k) == "referred":
                await referrals.refer(session, office.blobs, [problem], department="市场监督管理局", reason="职责所在",
                                      policy=current_policy(), calendar=CALENDAR, by=BY, now=at(on))  # fmt: skip
        last = select(LadderStep).where(col(LadderStep.rung) == "bad_record", col(LadderStep.state) == "proposed")
        for step in await session.scalars(last):
            if (await session.get_one(Problem, step.problem_id)).state != "referred":
                await ladder.decide_step(session, step, is_taken=True, note="拒不整改", by=BY, now=at(on))


def test_a_round_comes_to_its_ends(sqlite_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        await sealed_visits(office)
        await served_orders(office)
        async with office.database.reading() as session:
            problems = await every_problem(session)
            # 20 working days from the seal: 17 18 20 to 24 | 28 29 30 | 8 9 10 | 12 to 16 | 19 20.
            due = Counter(row.due_on for row in await proposed_due(session, last=date.max))
        assert len(problems) == 757
        assert {problem.item: problem.due_on for problem in problems} == DUE
        assert {problem.due_on == DUE[problem.item] for problem in problems} == {True}
        assert due == {date(2026, 10, 20): VISITS}
        await answers(office)
        left = Counter(p.item for k, p in enumerate(problems) if fate(k) in ("referred", "recorded"))
        # Before the holiday only the fire extinguishers were due; nobody is told twice.
        assert [await reminded(office, on) for on in ("2026-09-28", "2026-09-28")] == [left["E03"], 0]
        late = left["E03"] + left["B02"] + left["I01"] + left["G02"]
        assert [await reminded(office, on) for on in ("2026-10-09", "2026-10-09")] == [late, 0]
        assert await climbed(office, "2026-12-01") == 5 * sum(left.values())
        assert await climbed(office, "2026-12-01") == 0
        await the_rest(office, "2026-12-01")

        async with office.database.writing() as session:
            ends = Counter(problem.state for problem in await every_problem(session))
            orders = Counter(await session.scalars(select(col(Order.state))))
            rechecks = Counter(await session.scalars(select(col(Recheck.state))))
            told = await session.scalar(select(func.count()).select_from(Reminder))
            recorded = [await propose_bad_records(session, now=at("2026-12-02")) for _ in range(2)]
        assert ends == {"closed": 649, "recorded": 48, "withdrawn": 48, "referred": 12}
        assert ends == Counter(fate(k) for k in range(757))
        assert (orders, set(rechecks)) == ({"closed": VISITS}, {"cancelled"})
        # All four kinds are noted for each that ran out before the 9th, though only the newest was sent.
        assert told == 4 * late
        assert recorded == [48, 0]

    at_the_office(sqlite_url, tmp_path, story)
