"""From a sealed record to an entry in force and back, by the real actions on real databases."""

import io
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select
from sqlmodel import col

from suicha.accounts.queries import Caller
from suicha.credit import actions, jobs, queries
from suicha.credit.actions.effects import take_effect
from suicha.credit.errors import (
    CreditImportInvalid,
    CreditPeriodInvalid,
    CreditRepairTooEarly,
    CreditRoundNotYours,
    CreditSecondPerson,
    CreditStale,
    CreditStepIllegal,
    CreditTooLate,
)
from suicha.credit.gathering import current_rules
from suicha.credit.queries import Wanted
from suicha.credit.sheets import read_grades
from suicha.credit.tables import Entry, Step
from suicha.kit.clock import local_date
from suicha.notices.tables import Notice
from suicha.registry.tables import Enterprise, Site
from tests.conftest import make_settings
from tests.inspections.round import account_id, caller
from tests.live import running
from tests.rectification.office import CALENDAR, Office, at_the_office

NOVEMBER = "2026-11"
RULES = current_rules()
# Seven working days from Wednesday 2026-12-02 end on Friday the 11th; the entry counts from the 12th.
APPROVED, LAST_DAY, EFFECTIVE = date(2026, 12, 2), date(2026, 12, 11), date(2026, 12, 12)


def noon(day: date) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00:00+08:00")


class Bench:
    """The office's credit desk over one sealed visit."""

    def __init__(self, office: Office) -> None:
        self.office = office

    async def do(self, act: Callable[..., Awaitable[Any]], *args: Any, on: date = APPROVED, **more: Any) -> Any:
        async with self.office.database.writing() as session:
            return await act(session, *args, **{"now": noon(on), **more})

    async def compute(self, code: str, period: str, *, on: date = APPROVED, by: Caller | None = None) -> Any:
        return await self.do(actions.compute, RULES, code, period, on=on, by=by, today=on)

    async def entries(self, **wanted: Any) -> list[Entry]:
        async with self.office.database.reading() as session:
            found, _ = await queries.entries(session, "4101", Wanted(**wanted))
        return [one.row for one in found]

    async def entry(self, kind: str) -> Entry:
        [row] = await self.entries(kind=kind)
        return row

    async def act(self, name: str, kind: str, *, on: date = APPROVED, by: str = "office", **said: Any) -> Entry:
        known = await self.entry(kind)
        async with self.office.database.writing() as session:
            row = await queries.entry(session, known.id, "4101", is_locked=True)
            more: list[Any] = {"approve": [RULES, CALENDAR], "decide_objection": [RULES], "ask_repair": [RULES]}.get(
                name, []
            )
            await getattr(actions, name)(session, row, *more, by=account_id(by), now=noon(on), **said)
            return row

    async def approve(self, kind: str, *, on: date = APPROVED, by: str = "office") -> Entry:
        return await self.act("approve", kind, on=on, by=by, seen=(await self.entry(kind)).digest)

    async def turn(self, on: date) -> int:
        return int(await self.do(jobs.turn_entries, on=on))

    async def risk(self) -> str:
        async with self.office.database.reading() as session:
            site = await session.scalar(select(Site).where(col(Site.jurisdiction) == "410103"))
            assert site is not None
            return site.risk_class

    async def grade(self) -> str | None:
        async with self.office.database.reading() as session:
            row = await session.scalar(select(Enterprise).where(col(Enterprise.jurisdiction) == "410103"))
            assert row is not None
            return row.credit_grade

    async def acts(self, entry: Entry) -> list[str]:
        async with self.office.database.reading() as session:
            return [step.act for step, _ in await queries.steps(session, entry.id)]


# Six major ones (-30) and two serious (-4): 66 points, on the black list.
BAD = dict.fromkeys(("E01", "E02", "E03", "E04", "E05", "F01", "F03", "H01"), "fail")


def at_the_bench(database_url: str, folder: Path, story: Callable[[Bench], Awaitable[None]], **answers: str) -> None:
    async def told(office: Office) -> None:
        await office.served(**(answers or BAD))
        await story(Bench(office))

    at_the_office(database_url, folder, told)


def test_a_bad_month_becomes_a_proposal_whose_arithmetic_can_be_added_up(database_url: str, tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        ahead = await bench.compute("red_black", NOVEMBER, on=date(2026, 11, 30))
        assert (ahead.is_final, await bench.entries()) == (False, [])
        row = await bench.compute("red_black", NOVEMBER)
        entry = await bench.entry("red_black")
        assert (row.is_final, entry.side, entry.state, entry.is_good) == (True, "black", "proposed", False)
        facts = entry.facts
        problems = await bench.office.problems()
        assert sum(line["count"] for line in facts["lines"] if line["code"] in ("minor", "serious", "major")) == 8
        named = {code for line in facts["lines"] for code in line["references"]}
        assert named == {problem.code for problem in problems.values()}
        assert facts["sum"] == sum(line["count"] * line["points"] for line in facts["lines"])
        assert facts["tenths"] == facts["base"] * 10 + facts["sum"] * 10
        assert await bench.risk() == "B"
        async with bench.office.database.reading() as session:
            [score] = await queries.scores(session, row.id, "4101")
            assert (score[0].tenths, score[0].place, score[0].of) == (facts["tenths"], 1, 1)
            assert await queries.scores(session, row.id, "410105") == []

    at_the_bench(database_url, tmp_path, story)


def test_only_what_stands_is_counted_and_doing_it_again_adds_nothing(database_url: str, tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        assert await bench.do(jobs.propose_due) == 1
        assert await bench.do(jobs.propose_due) == 0
        before = await bench.entry("red_black")
        await bench.office.object_to("E01", is_upheld=True)
        await bench.compute("red_black", NOVEMBER)
        entry = await bench.entry("red_black")
        assert entry.id == before.id and entry.digest != before.digest
        assert entry.facts["sum"] > before.facts["sum"]
        assert await bench.acts(entry) == ["propose", "refresh"]
        with pytest.raises(CreditStale):
            await bench.act("approve", "red_black", seen=before.digest)
        for item in ("E02", "E03", "E04", "E05", "F01", "F03", "H01"):
            await bench.office.object_to(item, is_upheld=True)
        await bench.compute("red_black", NOVEMBER)
        entry = await bench.entry("red_black")
        # Nothing is left: that visit was clean.
        assert (entry.side, entry.is_good, entry.facts["tenths"]) == ("red", True, 1050)
        async with bench.office.database.reading() as session:
            told = await session.scalar(
                select(func.count()).select_from(Notice).where(col(Notice.kind) == "credit_decision")
            )
        assert told and told >= 1

    at_the_bench(database_url, tmp_path, story)


def test_an_approved_entry_waits_for_objections_then_moves_the_risk_class_and_ends(
    database_url: str, tmp_path: Path
) -> None:
    async def story(bench: Bench) -> None:
        await bench.compute("red_black", NOVEMBER)
        entry = await bench.approve("red_black")
        assert (entry.state, entry.effective_on, entry.ends_on) == ("approved", EFFECTIVE, date(2027, 12, 12))
        assert await bench.turn(LAST_DAY) == 0
        assert await bench.risk() == "B"
        assert await bench.turn(EFFECTIVE) == 1
        assert await bench.turn(EFFECTIVE) == 0
        assert (await bench.entry("red_black")).state == "effective"
        assert await bench.risk() == "C"
        with pytest.raises(CreditRepairTooEarly):
            await bench.act("ask_repair", "red_black", on=date(2027, 3, 11), text="已全部整改")
        await bench.act("ask_repair", "red_black", on=date(2027, 3, 12), text="已全部整改")
        assert await bench.risk() == "C"
        await bench.act("decide_repair", "red_black", on=date(2027, 3, 13), is_granted=True, answer="核实")
        assert await bench.risk() == "B"
        assert await bench.turn(date(2028, 1, 1)) == 0
        assert (await bench.entry("red_black")).state == "repaired"
        assert await bench.acts(entry) == ["propose", "approve", "take_effect", "ask_repair", "repair"]

    at_the_bench(database_url, tmp_path, story)


def test_an_entry_expires_and_what_somebody_changed_since_is_left_alone(database_url: str, tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        await bench.compute("red_black", NOVEMBER)
        await bench.approve("red_black")
        await bench.turn(EFFECTIVE)
        async with bench.office.database.writing() as session:
            site = await session.scalar(select(Site).where(col(Site.jurisdiction) == "410103"))
            assert site is not None
            site.risk_class = "D"
        assert await bench.turn(date(2027, 12, 12)) == 0
        assert await bench.turn(date(2027, 12, 13)) == 1
        assert (await bench.entry("red_black")).state == "expired"
        assert await bench.risk() == "D"

    at_the_bench(database_url, tmp_path, story)


def test_an_objection_holds_the_effect_back_and_is_decided(database_url: str, tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        await bench.compute("red_black", NOVEMBER)
        await bench.approve("red_black")
        for day in (date(2026, 12, 1), EFFECTIVE):
            with pytest.raises(CreditTooLate):
                await _object(bench, day)
        await _object(bench, LAST_DAY)
        assert await bench.turn(EFFECTIVE) == 0
        assert await bench.risk() == "B"
        late = date(2026, 12, 20)
        await bench.act("decide_objection", "red_black", on=late, is_upheld=False, answer="事实清楚")
        assert (await bench.entry("red_black")).state == "effective"
        assert await bench.risk() == "C"
        await bench.act("revoke", "red_black", on=late, reason="对象有误")
        assert (await bench.entry("red_black")).state == "revoked"
        assert await bench.risk() == "B"
        with pytest.raises(CreditStepIllegal):
            await bench.act("revoke", "red_black", on=late, reason="再来")

    at_the_bench(database_url, tmp_path, story)


async def _object(bench: Bench, day: date) -> None:
    known = await bench.entry("red_black")
    async with bench.office.database.writing() as session:
        row = await queries.entry(session, known.id, "4101", is_locked=True)
        await actions.object_to(session, row, on=day, text="不服", by=account_id("office"), now=noon(EFFECTIVE))


def test_an_upheld_objection_revokes_before_anything_happened(database_url: str, tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        await bench.compute("red_black", NOVEMBER)
        await bench.approve("red_black")
        await _object(bench, LAST_DAY)
        await bench.act("decide_objection", "red_black", is_upheld=True, answer="事实有误")
        assert await bench.turn(date(2027, 1, 1)) == 0
        assert ((await bench.entry("red_black")).state, await bench.risk()) == ("revoked", "B")

    at_the_bench(database_url, tmp_path, story)


def test_a_grade_is_kept_apart_from_the_risk_class_and_both_change(database_url: str, tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        await bench.compute("grade", "2026", on=date(2027, 1, 4))
        entry = await bench.entry("grade")
        assert (entry.side, await bench.grade()) == ("C", None)
        approved = await bench.approve("grade", on=date(2027, 1, 4))
        assert approved.effective_on is not None
        await bench.turn(approved.effective_on)
        assert (await bench.grade(), await bench.risk()) == ("C", "C")
        await bench.act("revoke", "grade", on=approved.effective_on, reason="重算")
        assert (await bench.grade(), await bench.risk()) == (None, "B")

    # Four major ones (-20), a serious one (-2), each overdue in January (-10): 68 points are a C.
    major = dict.fromkeys(("E03", "E04", "E05", "F01", "F03"), "fail")
    at_the_bench(database_url, tmp_path, story, **major)


def test_who_proposes_by_hand_does_not_approve(database_url: str, tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        async with bench.office.database.writing() as session:
            firm = await session.scalar(select(Enterprise).where(col(Enterprise.jurisdiction) == "410103"))
            assert firm is not None
            await actions.propose_by_hand(
                session,
                firm,
                reason="投诉查实",
                evidence="信访〔2026〕1号",
                by=account_id("office"),
                now=noon(APPROVED),
            )
        with pytest.raises(CreditSecondPerson):
            await bench.approve("bad_record")
        assert (await bench.entry("bad_record")).state == "proposed"
        await bench.approve("bad_record", by="district")
        assert (await bench.entry("bad_record")).state == "approved"

    at_the_bench(database_url, tmp_path, story)


def test_the_last_rung_of_the_ladder_becomes_a_bad_record(database_url: str, tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        # Twenty working days after a deadline that nobody kept.
        await bench.office.climb("2027-03-01")
        await bench.office.decide_step("bad_record", is_taken=True)
        await bench.do(jobs.propose_due)
        await bench.do(jobs.propose_due)
        [entry] = await bench.entries(kind="bad_record")
        assert entry.facts["problem"] in {row.code for row in (await bench.office.problems()).values()}
        assert (entry.state, entry.proposed_by) == ("proposed", None)

    at_the_bench(database_url, tmp_path, story)


def test_two_bad_quarters_in_a_row_propose_exposure(database_url: str, tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        firm = (await _firm(bench)).id
        for period in ("2026Q3", "2026Q4"):
            async with bench.office.database.writing() as session:
                entry = Entry(
                    once=f"good_bad/{period}/{firm}",
                    kind="good_bad",
                    side="bad",
                    period=period,
                    enterprise_id=firm,
                    jurisdiction="410103",
                    state="approved",
                    is_good=False,
                    facts={},
                    digest="0" * 64,
                    proposed_at=noon(APPROVED),
                    changed=[],
                )
                session.add(entry)
                await session.flush()
                await take_effect(session, entry, RULES, now=noon(APPROVED))
            found = await bench.entries(kind="streak")
            assert [one.side for one in found] == ([] if period == "2026Q3" else ["exposure"])
        assert found[0].state == "proposed"
        # B to C with the first entry, C to D with the second.
        assert await bench.risk() == "D"

    at_the_bench(database_url, tmp_path, story)


async def _firm(bench: Bench) -> Enterprise:
    async with bench.office.database.reading() as session:
        row = await session.scalar(select(Enterprise).where(col(Enterprise.jurisdiction) == "410103"))
        assert row is not None
        return row


def test_who_sees_only_some_does_not_rank_all(database_url: str, tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        district = Caller("x", "x", "x", ("office",), "410105")
        with pytest.raises(CreditRoundNotYours):
            await bench.compute("red_black", NOVEMBER, by=district)
        with pytest.raises(CreditPeriodInvalid):
            await bench.compute("red_black", "2026Q4", by=caller("office"))
        assert await bench.entries() == []

    at_the_bench(database_url, tmp_path, story)


def a_book(*lines: tuple[str, ...]) -> bytes:
    book = Workbook()
    for line in lines:
        book.active.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


HEAD = ("企业名称", "统一社会信用代码", "信用等级")


def test_grades_of_another_house_are_proposals_and_one_bad_line_stops_all(database_url: str, tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        more = {"period": "2026", "source": "省平台", "jurisdiction": "4101", "by": account_id("office")}
        good = ("示例", "TEST410103", "b")
        lines = read_grades(a_book(HEAD, good, ("", "TEST410105", "E"), ("", "91410100MA0000", "A"), good))
        with pytest.raises(CreditImportInvalid) as refused:
            await bench.do(actions.import_grades, RULES, lines, **more)
        assert [one[:5] for one in refused.value.facts["problems"]] == ["第 3 行", "第 4 行", "第 5 行"]
        assert await bench.entries() == []
        with pytest.raises(CreditImportInvalid):
            read_grades(a_book(("企业", "等级"), good))
        await bench.do(actions.import_grades, RULES, read_grades(a_book(HEAD, good)), **more)
        with pytest.raises(CreditSecondPerson):
            await bench.approve("grade")
        await bench.approve("grade", by="district")
        assert await bench.grade() == "B"

    at_the_bench(database_url, tmp_path, story)


def test_the_desk_and_the_public_over_http(database_url: str, tmp_path: Path) -> None:
    async def story(bench: Bench) -> None:
        await bench.compute("red_black", NOVEMBER)
        settings = make_settings(tmp_path, database_url=database_url)
        async with (
            running(settings) as app,
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test.local") as http,
        ):
            assert (await http.get("/api/credit/entries")).status_code == 401
            public = await http.get("/api/public/credit")
            assert (public.status_code, public.json()["total"]) == (200, 0)
            for name, status in (("leader", 403), ("office", 200)):
                answer = await http.post("/api/auth/login", json={"username": name, "password": "pass"})
                http.cookies.clear()
                head = {"Authorization": f"Bearer {answer.json()['access_token']}"}
                assert (await http.get("/api/credit/entries", headers=head)).status_code == status
            [row] = (await http.get("/api/credit/entries?kind=red_black", headers=head)).json()["items"]
            place = f"/api/credit/entries/{row['id']}"
            detail = (await http.get(place, headers=head)).json()
            assert detail["acts"] == ["approve", "reject"]
            stale = await http.post(f"{place}/approve", json={"seen": "0" * 64}, headers=head)
            assert (stale.status_code, stale.json()["code"]) == (409, "credit_stale")
            done = await http.post(f"{place}/approve", json={"seen": detail["digest"]}, headers=head)
            assert (done.status_code, done.json()["state"]) == (200, "approved")
            # Approved, and still nobody outside sees it: the days for objecting run.
            assert (await http.get("/api/public/credit")).json()["total"] == 0
            book = await http.get("/api/credit/entries.xlsx", headers=head)
            sheet = load_workbook(io.BytesIO(book.content)).active
            assert sheet["B2"].value == "黑榜"
            async with bench.office.database.writing() as session:
                entry = await queries.entry(session, row["id"], "4101", is_locked=True)
                entry.effective_on = local_date(noon(APPROVED)) - timedelta(days=30)
                await take_effect(session, entry, RULES, now=noon(APPROVED))
            public = await http.get("/api/public/credit")
            [shown] = public.json()["items"]
            assert (shown["list"], shown["side"], shown["enterprise"]) == ("红黑榜", "黑榜", "示例物业410103")
            again = await http.get("/api/public/credit", headers={"If-None-Match": public.headers["etag"]})
            assert again.status_code == 304
            text = await http.get("/api/public/credit", headers={"Accept": "text/csv"})
            assert "黑榜" in text.content.decode("utf-8-sig")
            revoked = await http.post(f"{place}/revoke", json={"reason": "对象有误"}, headers=head)
            assert revoked.status_code == 200
            assert (await http.get("/api/public/credit")).json()["total"] == 0
            async with bench.office.database.reading() as session:
                assert await session.scalar(select(func.count()).select_from(Step)) == 4

    at_the_bench(database_url, tmp_path, story)
