"""Days, approval by a second person, and word to the enterprise, each in its order."""

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from suicha.documents import actions as documents
from suicha.documents import queries as document_queries
from suicha.draws.errors import DrawNotSealed, DrawUnknown
from suicha.inspections.errors import (
    ApprovalMissing,
    ApprovalOwn,
    ApprovalSettled,
    ApprovalUnknown,
    DayFixed,
    DayRefused,
    NothingToApprove,
    NoticeMissing,
    NoticeNotMade,
    NoticeSent,
    PeriodTooShort,
    PlannedVisitUnknown,
    ProposalMissing,
)
from suicha.journal.queries import entries_about
from suicha.kit.ids import named_id

from .desk import Office, at_the_office


async def text_of(office: Office, document_id: str) -> str:
    async with office.database.reading() as session:
        row = await document_queries.document(session, document_id, "")
    pdf = await documents.read_document(office.blobs, row)
    return "".join("".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def test_every_drawn_site_gets_a_day_once(database_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        await office.hold()
        found = await office.propose()
        assert [one.row.code for one in found] == [f"WY2026-{n:03d}" for n in range(1, 10)]
        assert all(date(2026, 12, 1) <= one.row.planned_on <= date(2026, 12, 31) for one in found)
        assert all(one.row.planned_on.weekday() < 5 and not one.row.is_uncertain for one in found)
        again = await office.propose()
        assert [(one.row.id, one.row.planned_on) for one in again] == [
            (one.row.id, one.row.planned_on) for one in found
        ]
        async with office.database.reading() as session:
            entries = await entries_about(session, f"draw:{office.draw}")
        assert [entry.verb for entry in entries].count("proposed_visits") == 1

    at_the_office(database_url, tmp_path, story)


def test_a_period_without_enough_days_proposes_nothing(sqlite_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        await office.hold(from_on=date(2026, 12, 5), until_on=date(2026, 12, 6))
        with pytest.raises(PeriodTooShort, match=r"第1组需要 \d 个工作日，计划期内只剩 0 个"):
            await office.propose()
        with pytest.raises(ProposalMissing):
            await office.planned()

    at_the_office(sqlite_url, tmp_path, story)


def test_the_office_moves_a_day_inside_the_period_until_it_stands_on_a_form(database_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        await office.hold()
        visit = (await office.propose())[0].row.id
        moved = await office.move(visit, date(2026, 12, 30))
        assert (moved.row.planned_on, moved.row.is_moved) == (date(2026, 12, 30), True)
        with pytest.raises(DayRefused, match="不是工作日"):
            await office.move(visit, date(2026, 12, 26))
        with pytest.raises(DayRefused, match="2026-12-01 至 2026-12-31"):
            await office.move(visit, date(2027, 1, 4))
        with pytest.raises(PlannedVisitUnknown):
            await office.move(named_id("no", "visit"), date(2026, 12, 30))
        form = await office.request()
        with pytest.raises(DayFixed):
            await office.move(visit, date(2026, 12, 29))
        await office.give_back(form.id)
        assert (await office.move(visit, date(2026, 12, 29))).row.planned_on == date(2026, 12, 29)

    at_the_office(database_url, tmp_path, story)


def test_a_form_is_approved_by_somebody_else_and_printed_again(database_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        await office.hold()
        with pytest.raises(ProposalMissing):
            await office.request()
        await office.propose()
        form = await office.request()
        assert (form.number, form.visit_count) == ("检审〔2026〕1号", 9)
        assert "本表尚未批准" in await text_of(office, form.document_id)
        with pytest.raises(ApprovalOwn):
            await office.approve(form.id, by="office")
        with pytest.raises(NothingToApprove):
            await office.request()
        approved = await office.approve(form.id)
        text = await text_of(office, approved.document_id)
        assert "同意。" in text
        assert "批准人：示例deputy" in text
        assert "检审〔2026〕1号" in text
        assert "9个物业服务项目" in text
        with pytest.raises(ApprovalSettled):
            await office.approve(form.id)
        with pytest.raises(ApprovalSettled):
            await office.give_back(form.id)
        with pytest.raises(ApprovalUnknown):
            await office.approve(named_id("no", "form"))

    at_the_office(database_url, tmp_path, story)


def test_a_returned_form_stays_and_the_next_one_has_the_next_number(database_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        await office.hold()
        await office.propose()
        returned = await office.give_back((await office.request()).id, "日期有误")
        assert returned.returned_because == "日期有误"
        assert (await office.request()).number == "检审〔2026〕2号"

    at_the_office(database_url, tmp_path, story)


def test_notices_are_made_after_approval_a_few_at_a_time(database_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        await office.hold()
        await office.propose()
        form = await office.request()
        with pytest.raises(ApprovalMissing):
            await office.make_notices()
        with pytest.raises(NoticeNotMade):
            await office.mark_sent()
        await office.approve(form.id)
        first = await office.make_notices(limit=4)
        second = await office.make_notices(limit=4)
        third = await office.make_notices(limit=4)
        assert [(made.made, made.left) for made in (first, second, third)] == [(4, 5), (4, 1), (1, 0)]
        assert (await office.make_notices()).made == 0
        found = await office.planned()
        assert sorted(one.notice.number or "" for one in found if one.notice) == [
            f"检通〔2026〕{n}号" for n in range(1, 10)
        ]
        again = found[4]
        assert (await office.make_notices(visits=[again.row.id])).made == 1
        found = await office.planned()
        assert again.notice is not None
        notice = found[4].notice
        assert notice is not None
        assert notice.number == again.notice.number
        assert notice.document_id != again.notice.document_id
        notice = found[0].notice
        assert notice is not None
        assert notice.document_id is not None
        text = await text_of(office, notice.document_id)
        assert found[0].site.name in text
        assert found[0].enterprise.name in text
        assert "本次检查已经批准（检审〔2026〕1号）" in text
        assert "国办发" not in text

    at_the_office(database_url, tmp_path, story)


def test_a_notice_is_sent_once_or_withheld_for_a_reason(database_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        await office.hold()
        visits = [one.row.id for one in await office.propose()]
        assert await office.withhold(visits[:2]) == 2
        form = await office.request()
        assert "不予事先通知：可能影响检查效果" in await text_of(office, form.document_id)
        await office.approve(form.id)
        with pytest.raises(NoticeNotMade):
            await office.mark_sent(visits=visits[2:3])
        assert (await office.make_notices()).made == 7
        assert await office.mark_sent(visits=visits[2:4]) == 2
        assert await office.mark_sent(visits=visits[2:4]) == 0
        with pytest.raises(NoticeSent):
            await office.withhold(visits[2:3])
        assert await office.mark_sent() == 5
        states = [one.readiness.notice.value for one in await office.planned()]
        assert states == ["withheld"] * 2 + ["sent"] * 7

    at_the_office(database_url, tmp_path, story)


def test_nobody_is_sent_before_approval_and_word(database_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        await office.hold()
        await office.open_accounts()
        with pytest.raises(ProposalMissing):
            await office.dispatch()
        await office.propose()
        with pytest.raises(ApprovalMissing):
            await office.dispatch()
        await office.approve((await office.request()).id)
        with pytest.raises(NoticeMissing):
            await office.dispatch()
        assert await office.visits() == []

    at_the_office(database_url, tmp_path, story)


def test_a_draw_that_is_not_in_force_has_no_days(sqlite_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        await office.hall.prepare()
        office.draw = (await office.hall.freeze()).id
        with pytest.raises(DrawNotSealed):
            await office.propose()
        with pytest.raises(DrawUnknown):
            await office.propose(by="district")

    at_the_office(sqlite_url, tmp_path, story)
