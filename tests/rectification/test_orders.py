"""From a sealed visit to a served order: drafts, papers, days, requests, the ladder, referrals."""

from datetime import date
from pathlib import Path

import pytest

from suicha import workflow
from suicha.documents.errors import DocumentFactsMissing
from suicha.feed import queries as feed
from suicha.rectification.errors import (
    AlreadyDecided,
    ExtensionTooLong,
    ExtensionTooShort,
    IllegalStep,
    NothingToRefer,
    OrderNotIssued,
    OrderNotServed,
    ProblemEnded,
    ReferFirst,
    RequestPending,
    ServiceFixed,
    ServiceIncomplete,
    ServiceTooEarly,
    ServiceTooLate,
)
from suicha.rectification.rules.deadlines import ServiceWay
from suicha.registry.tables import Enterprise
from tests.inspections.round import SCOPE, VISIT
from tests.rectification.office import Office, at_the_office


def test_a_sealed_visit_leaves_one_draft_whatever_is_called_again(database_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        await office.visit(A01="fail", H01="fail")
        first = await office.order()
        async with office.database.writing() as session:
            await workflow.visit_sealed(session, VISIT, now=office.at)
        again = await office.order()
        assert (again.id, again.n, again.state) == (first.id, 1, "draft")
        assert {p.item: (p.order_id, p.is_due_provisional) for p in (await office.problems()).values()} == {
            "A01": (first.id, True),
            "H01": (first.id, True),
        }

    at_the_office(database_url, tmp_path, story)


def test_a_visit_without_problems_leaves_no_order(database_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        await office.visit()
        assert await office.order() is None

    at_the_office(database_url, tmp_path, story)


def test_issuing_makes_a_numbered_paper_and_a_second_time_a_revision(database_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        await office.visit(A01="fail")
        issued = await office.issue()
        assert (issued.state, issued.number) == ("issued", "责改〔2026〕1号")
        await office.issue()
        assert await office.papers() == [("order", "责改〔2026〕1号", 1), ("order", "责改〔2026〕1号", 2)]

    at_the_office(database_url, tmp_path, story)


def test_a_missing_fact_stops_the_paper_before_anything_happens(database_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        await office.visit(A01="fail")
        async with office.database.writing() as session:
            enterprise = await session.get_one(Enterprise, (await office.order()).enterprise_id)
            enterprise.name = ""
        with pytest.raises(DocumentFactsMissing) as refused:
            await office.issue()
        assert refused.value.facts["missing"] == ["企业名称（名录库）"]
        assert ((await office.order()).state, await office.papers()) == ("draft", [])
        async with office.database.writing() as session:
            enterprise = await session.get_one(Enterprise, (await office.order()).enterprise_id)
            enterprise.name = "示例物业"
        assert (await office.issue()).number == "责改〔2026〕1号"

    at_the_office(database_url, tmp_path, story)


def test_the_days_run_from_service(database_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        await office.visit(A01="fail", B02="fail", H01="fail")
        before = {item: p.due_on.isoformat() for item, p in (await office.problems()).items()}
        # Found on Monday 23 November: A01 in 15 and B02 in 7 working days, H01 in 30 calendar days.
        assert before == {"A01": "2026-12-14", "B02": "2026-12-02", "H01": "2026-12-23"}
        await office.issue()
        office.later(days=4)
        served = await office.serve("2026-11-26")
        assert (served.state, served.served_on) == ("served", date(2026, 11, 26))
        after = await office.problems()
        assert {item: p.due_on.isoformat() for item, p in after.items()} == {
            "A01": "2026-12-17",
            "B02": "2026-12-07",
            "H01": "2026-12-28",
        }
        assert not any(p.is_due_provisional for p in after.values())
        assert await office.rechecks() == [
            ("2026-12-03", "cancelled"),
            ("2026-12-08", "scheduled"),
            ("2026-12-15", "cancelled"),
            ("2026-12-18", "scheduled"),
            ("2026-12-24", "cancelled"),
            ("2026-12-29", "scheduled"),
        ]
        async with office.database.reading() as session:
            news = [row.type for row in await feed.entries_after(session, SCOPE, 0, limit=1000)]
        assert [type_ for type_ in news if type_.startswith("recheck.")].count("recheck.cancelled") == 3
        assert ("service", "送达〔2026〕1号", 1) in await office.papers()

    at_the_office(database_url, tmp_path, story)


def test_what_cannot_be_served_is_refused_and_changes_nothing(database_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        await office.visit(A01="fail")
        with pytest.raises(OrderNotIssued):
            await office.serve("2026-11-23")
        await office.issue()
        with pytest.raises(ServiceTooEarly):
            await office.serve("2026-11-22")
        with pytest.raises(ServiceTooLate):
            await office.serve("2026-11-24")
        with pytest.raises(ServiceIncomplete):
            await office.serve("2026-11-23", ServiceWay.LEFT)
        with pytest.raises(ServiceIncomplete):
            await office.serve("2026-11-23", ServiceWay.ELECTRONIC)
        assert (await office.order()).state == "issued"
        assert (await office.problems())["A01"].is_due_provisional

    at_the_office(database_url, tmp_path, story)


def test_a_wrongly_recorded_service_is_put_right_until_a_day_was_extended(database_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        await office.served("2026-11-26")
        await office.serve("2026-11-25", reason="回执日期登记错误")
        assert (await office.problems())["A01"].due_on == date(2026, 12, 16)
        asked = await office.ask_extension("A01", "2026-12-20")
        await office.decide_extension(asked, "2026-12-18")
        with pytest.raises(ServiceFixed):
            await office.serve("2026-11-24", reason="再改")

    at_the_office(database_url, tmp_path, story)


def test_an_extension_keeps_the_old_day_and_moves_the_recheck(database_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        await office.visit(A01="fail")
        with pytest.raises(OrderNotServed):
            await office.ask_extension("A01", "2026-12-20")
        await office.issue()
        await office.serve("2026-11-23")
        with pytest.raises(ExtensionTooShort):
            await office.ask_extension("A01", "2026-12-14")
        with pytest.raises(ExtensionTooLong):
            await office.ask_extension("A01", "2027-06-01")
        asked = await office.ask_extension("A01", "2026-12-25")
        with pytest.raises(RequestPending):
            await office.ask_extension("A01", "2026-12-26")
        granted = await office.decide_extension(asked, "2026-12-18")
        assert (granted.state, granted.old_due_on, granted.new_due_on) == (
            "granted",
            date(2026, 12, 14),
            date(2026, 12, 18),
        )
        problem = (await office.problems())["A01"]
        assert (problem.due_on, problem.recheck_on) == (date(2026, 12, 18), date(2026, 12, 21))
        with pytest.raises(AlreadyDecided):
            await office.decide_extension(asked, None)
        refused = await office.decide_extension(await office.ask_extension("A01", "2026-12-30"), None)
        assert (refused.state, (await office.problems())["A01"].due_on) == ("refused", date(2026, 12, 18))

    at_the_office(database_url, tmp_path, story)


def test_an_objection_withdraws_the_problem_only_when_upheld(database_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        await office.served(A01="fail", B02="fail")
        await office.object_to("A01", is_upheld=False)
        await office.object_to("B02", is_upheld=True)
        found = await office.problems()
        assert (found["A01"].state, found["B02"].state, found["B02"].ended_because) == (
            "open",
            "withdrawn",
            "objection_upheld",
        )
        with pytest.raises(ProblemEnded):
            await office.object_to("B02", is_upheld=True)
        assert (await office.order()).state == "served"
        await office.object_to("A01", is_upheld=True)
        assert (await office.order()).state == "closed"
        assert [state for _, state in await office.rechecks() if state != "cancelled"] == []

    at_the_office(database_url, tmp_path, story)


def test_an_overdue_problem_climbs_each_rung_once_also_after_a_month_without_timer(
    database_url: str, tmp_path: Path
) -> None:
    async def story(office: Office) -> None:
        await office.served("2026-11-25", A01="fail")
        assert (await office.problems())["A01"].due_on == date(2026, 12, 16)
        assert await office.climb("2026-12-16") == 0
        assert await office.climb("2026-12-17") == 1
        assert await office.climb("2026-12-17") == 0
        # 13 January lies 20 working days after the deadline (a year without a calendar has weekends only): all that was
        # missed is made up for, in order.
        assert await office.climb("2027-01-13") == 4
        assert [(step.rung, step.state) for step in await office.steps()] == [
            ("reminder", "done"),
            ("talk", "proposed"),
            ("circular", "proposed"),
            ("referral", "proposed"),
            ("bad_record", "proposed"),
        ]
        await office.decide_step("talk", is_taken=True)
        with pytest.raises(ReferFirst):
            await office.decide_step("referral", is_taken=True)
        await office.decide_step("referral", is_taken=False)
        await office.decide_step("bad_record", is_taken=True)
        problem = (await office.problems())["A01"]
        assert (problem.state, problem.ended_because) == ("recorded", "bad_record")
        assert await office.climb("2027-03-01") == 0

    at_the_office(database_url, tmp_path, story)


def test_a_referral_ends_problems_and_waits_for_a_reply(database_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        await office.served("2026-11-25", A01="fail", B02="fail")
        row = await office.refer("A01")
        assert (row.number, row.reply_due_on) == ("移函〔2026〕1号", date(2026, 12, 16))
        found = await office.problems()
        assert (found["A01"].state, found["A01"].referral_id, found["B02"].state) == ("referred", row.id, "open")
        with pytest.raises(NothingToRefer):
            await office.refer("A01")

    at_the_office(database_url, tmp_path, story)


def test_a_withdrawn_order_takes_its_problems_along(database_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        await office.visit(A01="fail", B02="fail")
        await office.issue()
        await office.withdraw()
        assert {p.state for p in (await office.problems()).values()} == {"withdrawn"}
        with pytest.raises(IllegalStep):
            await office.issue()

    at_the_office(database_url, tmp_path, story)
