"""From the record of a draw to the phones, and teams that change afterwards."""

import asyncio
import zipfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from suicha.accounts.tables import Account
from suicha.documents.rules import Kind
from suicha.draws import actions as draws
from suicha.draws import queries as draw_queries
from suicha.draws.errors import DrawNotSealed
from suicha.draws.rules.freezing import Place
from suicha.feed.rules import visit_scope
from suicha.inspections import jobs, plans, sending
from suicha.inspections.errors import InspectorWithoutAccount
from suicha.inspections.rules.dispatch import EarlierProblem
from suicha.inspections.tables import Inspection
from suicha.kit.clock import rfc3339
from suicha.kit.ids import new_id
from tests.draws.town import HISTORY, NOW, caller

from .desk import Office, at_the_office


async def seats(office: Office) -> dict[int, list[tuple[str, str]]]:
    """Accounts and roles of every team as they are drawn now."""
    async with office.database.reading() as session:
        teams = await plans.teams(session, office.hall.campaign)
    return {no: [(person.account or "", person.role) for person in team] for no, team in teams.items()}


async def replaced(office: Office, place: Place, value: str) -> str:
    draw = await office.hall.do(draws.freeze_replacement, office.draw, place, "因病请假", history=HISTORY)
    return str((await office.hall.until("sealed", draw, value)).id)


def test_every_drawn_visit_reaches_its_team_with_its_papers(database_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        await office.hold()
        found = await office.all_before_dispatch()
        sent = await office.dispatch()
        assert (sent.dispatched, sent.in_all, sent.left) == (9, 9, 0)
        async with office.database.reading() as session:
            record = await draw_queries.sealed_record(session, office.draw)
        teams = await seats(office)
        assert {(one.row.site_id, one.row.team_no) for one in found} == {
            (visit["site"], visit["team"]) for visit in record["result"]["visits"]
        }
        for one, visit in zip(found, await office.visits(), strict=True):
            assert (visit.id, visit.code, visit.site_id) == (one.row.id, one.row.code, one.row.site_id)
            assert (visit.campaign_id, visit.planned_on) == (office.hall.campaign, one.row.planned_on)
            (type_, body), *grants = await office.visit_news(visit.id)
            assert type_ == "inspection.dispatched"
            assert body["approval"]["number"] == "检审〔2026〕1号"
            assert body["notice"]["number"].startswith("检通〔2026〕")
            assert body["notice"]["how"] == "in_person"
            assert [(member["account"], member["role"]) for member in body["team"]] == teams[visit.team_no]
            assert [type_ for type_, _ in grants] == ["grant.added"] * 3
        leader = teams[1][0][0]
        assert (await office.person_news(leader))[0][1]["role"] == "leader"

    at_the_office(database_url, tmp_path, story)


def test_a_few_at_a_time_twice_or_at_once_make_every_visit_once(database_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        await office.hold()
        await office.all_before_dispatch()
        first = await office.dispatch(limit=4)
        assert (first.dispatched, first.in_all, first.left) == (4, 4, 5)
        both = await asyncio.gather(office.dispatch(limit=3), office.dispatch(limit=3))
        assert sum(sent.dispatched for sent in both) == 5
        again = await office.dispatch()
        assert (again.dispatched, again.in_all, again.left) == (0, 9, 0)
        assert len(await office.visits()) == 9

    at_the_office(database_url, tmp_path, story)


def test_somebody_without_an_account_is_named_before_anything_happens(database_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        await office.hold()
        async with office.database.reading() as session:
            missing = (await plans.teams(session, office.hall.campaign))[2][1].name
        await office.open_accounts(missing)
        await office.propose()
        await office.approve((await office.request()).id)
        await office.make_notices()
        await office.mark_sent()
        with pytest.raises(InspectorWithoutAccount) as refusal:
            await office.dispatch()
        assert refusal.value.facts == {"people": [missing]}
        assert str(refusal.value) == f"{missing}还没有账号，请先在名录库开通"
        assert await office.visits() == []
        await office.open_accounts()
        assert (await office.dispatch()).dispatched == 9

    at_the_office(database_url, tmp_path, story)


def test_urgent_visits_go_first_and_their_papers_follow(database_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        await office.hold()
        await office.open_accounts()
        visits = [one.row.id for one in await office.propose()]
        form = await office.request(urgent_reason="群众举报消防通道封堵")
        await office.withhold(visits, "突击检查")
        assert (await office.dispatch()).dispatched == 9
        [(_, body), *_] = await office.visit_news(visits[0])
        assert body["approval"] == {"number": form.number, "approved_at": None, "is_urgent": True}
        assert body["notice"] == {"number": None, "sent_at": None, "how": None, "withheld": "突击检查"}
        approved = await office.approve(form.id)
        assert (await office.visit_news(visits[0]))[-1] == (
            "inspection.approved",
            {"number": form.number, "approved_at": rfc3339(approved.approved_at), "is_urgent": True},
        )
        await office.make_notices(visits=visits[:1])
        assert await office.mark_sent(visits=visits[:1]) == 1
        type_, told = (await office.visit_news(visits[0]))[-1]
        assert (type_, told["number"], told["sent_at"]) == ("inspection.notified", "检通〔2026〕1号", rfc3339(NOW))
        assert (await office.visit_news(visits[1]))[-1][0] == "inspection.approved"

    at_the_office(database_url, tmp_path, story)


def test_a_replacement_reaches_the_open_visits_of_its_team(database_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        await office.hall.add_reserves()
        await office.hold(teams=3)
        await office.all_before_dispatch()
        await office.dispatch()
        own = [visit for visit in await office.visits() if visit.team_no == 1]
        others = [visit for visit in await office.visits() if visit.team_no == 2]
        async with office.database.writing() as session:
            sealed = await session.get(Inspection, own[0].id)
            assert sealed is not None
            sealed.state = "sealed"
        before = await seats(office)
        stays = await office.team_of(own[0].id)
        replacement = await replaced(office, Place(1, "officer", 1), "1 2 3")
        after = await seats(office)
        leaver, newcomer = before[1][0][0], after[1][0][0]
        assert leaver != newcomer
        changed = await office.do_system(sending.apply_replacement, replacement)
        assert changed == len(own) - 1
        for visit in own[1:]:
            assert await office.team_of(visit.id) == dict(after[1])
            assert (await office.team_of(visit.id))[newcomer] == "leader"
            news = await office.visit_news(visit.id)
            assert [type_ for type_, _ in news[-2:]] == ["grant.revoked", "grant.added"]
            assert news[-1][1]["name"].startswith("执法员")
        assert await office.team_of(own[0].id) == stays
        assert await office.team_of(others[0].id) == dict(before[2])
        told = [type_ for type_, _ in await office.person_news(newcomer)]
        assert told == ["grant.added"] * (len(own) - 1)
        assert [type_ for type_, _ in await office.person_news(leaver)].count("grant.revoked") == len(own) - 1
        assert await office.do_system(sending.apply_replacement, replacement) == 0

    at_the_office(database_url, tmp_path, story)


def test_notices_that_name_who_has_left_are_told_until_they_are_made_anew(database_url: str, tmp_path: Path) -> None:
    async def outdated(office: Office) -> list[str]:
        async with office.database.reading() as session:
            found = await plans.overview(session, office.hall.campaign, caller("office"))
        return list(found.outdated_notices)

    async def story(office: Office) -> None:
        await office.hall.add_reserves()
        await office.hold(teams=3)
        await office.all_before_dispatch()
        await office.dispatch()
        assert await outdated(office) == []
        office.hall.minutes += 60
        await replaced(office, Place(1, "officer", 1), "1 2 3")
        own = [visit.id for visit in await office.visits() if visit.team_no == 1]
        assert await outdated(office) == own
        async with office.database.writing() as session:
            begun = await session.get_one(Inspection, own[0])
            begun.state = "under_way"
        assert await outdated(office) == own[1:]
        office.hall.minutes += 60
        await office.make_notices(visits=own[1:])
        assert await outdated(office) == []

    at_the_office(database_url, tmp_path, story)


def test_the_timer_applies_replacements_and_waits_for_accounts(database_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        await office.hall.add_reserves()
        await office.hold(teams=3)
        await office.all_before_dispatch()
        await office.dispatch()
        replacement = await replaced(office, Place(2, "expert", 1), "4 5 6")
        async with office.database.reading() as session:
            assert await jobs.replacements_waiting(session) == [replacement]
        newcomer = (await seats(office))[2][-1][0]
        async with office.database.writing() as session:
            account = await session.get(Account, newcomer)
            assert account is not None
            account.is_disabled = True
        assert await office.do_system(jobs.apply_replacement, replacement, is_job=True) == 0
        async with office.database.writing() as session:
            account = await session.get(Account, newcomer)
            assert account is not None
            account.is_disabled = False
        assert await office.do_system(jobs.apply_replacement, replacement, is_job=True) > 0
        visit = next(visit for visit in await office.visits() if visit.team_no == 2)
        assert (await office.team_of(visit.id))[newcomer] == "expert"

    at_the_office(database_url, tmp_path, story)


def test_a_new_draw_calls_back_whom_the_old_one_sent(database_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        await office.hold()
        await office.all_before_dispatch()
        await office.dispatch()
        old, first = await office.visits(), office.draw
        await office.hold("1 1 1 1")
        found = await office.propose()
        assert found[0].row.code == "WY2026-010"
        assert await office.team_of(old[0].id) == {}
        assert {visit.state for visit in await office.visits()} == {"closed"}
        assert (await office.visit_news(old[0].id))[-1][0] == "grant.revoked"
        superseded = await office.print_draw(first)
        assert (superseded.number, superseded.about) == ("抽录〔2026〕1号", f"draw:{first}")
        with pytest.raises(DrawNotSealed):
            await office.print_draw(first, Kind.DRAW_LIST)

    at_the_office(database_url, tmp_path, story)


def test_the_whole_way_over_http_to_a_phone(database_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        hall = office.hall
        await office.hold()
        await office.open_accounts()
        base = f"/api/dispatch/{office.draw}"
        view = f"/api/dispatch/campaigns/{hall.campaign}"
        await hall.ask("district", "GET", view, 404)
        await hall.ask("witness", "GET", view, 403)
        before = await hall.ask("office", "GET", view)
        assert (before["draw"], before["total"], before["without_account"]) == (office.draw, 0, [])
        assert (await hall.ask("office", "POST", f"{base}/proposal"))["changed"] == 9
        page = await hall.ask("office", "GET", f"{base}/visits", params={"sort": "-planned_on", "size": 4})
        assert (len(page["items"]), page["total"]) == (4, 9)
        days = [row["planned_on"] for row in page["items"]]
        assert days == sorted(days, reverse=True)
        await hall.ask("office", "POST", f"{base}/approvals", json={})
        [form] = (await hall.ask("deputy", "GET", view))["approvals"]
        assert (form["is_own"], form["visit_count"]) == (False, 9)
        refusal = await hall.ask("office", "POST", f"{base}/approvals/{form['id']}/approve", 403, json={})
        assert refusal["code"] == "approval_own"
        await hall.ask("deputy", "POST", f"{base}/approvals/{form['id']}/approve", json={})
        made = await hall.ask("office", "POST", f"{base}/notices", json={"limit": 25})
        assert made == {"made": 9, "left": 0}
        await hall.ask("office", "POST", f"{base}/notices/sent", json={"sent_at": rfc3339(NOW), "how": "electronic"})
        counts = (await hall.ask("office", "GET", view))["steps"]
        assert counts == {"approval": 0, "decision": 0, "notice": 0, "dispatch": 9, "dispatched": 0}
        sent = await hall.ask("office", "POST", f"{base}/dispatch", json={"limit": 100})
        assert sent == {"dispatched": 9, "in_all": 9, "left": 0}
        [row, *_] = (await hall.ask("office", "GET", f"{base}/visits", params={"step": "dispatched"}))["items"]
        async with hall.signed_in("office") as client:
            pdf = await client.get(f"/api/documents/{row['notice_document']}")
        assert (pdf.status_code, pdf.headers["content-type"], pdf.content[:5]) == (200, "application/pdf", b"%PDF-")
        async with hall.signed_in("office") as client:
            bundle = await client.get(f"{base}/notices.zip")
        with zipfile.ZipFile(BytesIO(bundle.content)) as packed:
            assert packed.testzip() is None
            assert min(packed.namelist()).startswith("WY2026-001 行政检查通知书 检通〔2026〕")
            assert len(packed.namelist()) == 9
        await hall.ask("district", "GET", f"{base}/notices.zip", 404)
        await hall.ask("district", "GET", f"/api/documents/{form['document']}", 404)
        for kind in ("draw_record", "draw_list"):
            paper = await hall.ask("office", "POST", f"{base}/documents/{kind}")
            again = await hall.ask("office", "POST", f"{base}/documents/{kind}")
            assert paper["number"] == again["number"]
        assert len((await hall.ask("office", "GET", view))["documents"]) == 3
        await hall.ask("office", "POST", f"{base}/documents/approval", 404)
        await _pulls(office, row)

    at_the_office(database_url, tmp_path, story, has_http=True)


async def _pulls(office: Office, row: dict[str, Any]) -> None:
    """The leader's phone asks for news and gets the visit with everything that it needs."""
    leader = next(account for account, role in (await office.team_of(row["id"])).items() if role == "leader")
    async with office.database.reading() as session:
        account = await session.get(Account, leader)
    assert account is not None
    asked = {"proto": 1, "replica": new_id(), "cursors": {}, "limit": 1000}
    told = await office.hall.ask(account.username, "POST", "/api/sync/v1/pull", json=asked)
    scope = told["scopes"][visit_scope(row["id"])]
    assert [entry["pos"] for entry in scope["entries"]] == [1, 2, 3, 4]
    assert row["site"] in scope["entries"][0]["raw"]
    assert row["notice_number"] in scope["entries"][0]["raw"]


def test_problems_of_earlier_visits_travel_along(sqlite_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        await office.hold()
        found = await office.all_before_dispatch()
        site = found[0].row.site_id
        problem = EarlierProblem(
            "OLD-B02", "B02", "公示栏缺失", "minor", NOW.date(), NOW.date() + timedelta(days=9), "open", site
        )

        async def problems_at(_session: Any, _sites: Any) -> list[EarlierProblem]:
            return [problem]

        async with office.database.writing() as session:
            await sending.dispatch_draw(
                session,
                office.draw,
                caller("office"),
                past=sending.PastFindings(problems_at),
                limit=500,
                now=NOW,
            )
        bodies = [(await office.visit_news(one.row.id))[0][1] for one in found]
        assert [len(body["earlier_problems"]) for body in bodies] == [1] + [0] * 8
        assert bodies[0]["earlier_problems"][0]["code"] == "OLD-B02"

    at_the_office(sqlite_url, tmp_path, story)
