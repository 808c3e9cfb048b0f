"""Another department sees what was handed over to it, answers there, and is kept out of everything else. Over HTTP."""

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import Litestar
from sqlalchemy import select
from sqlmodel import col

from suicha.accounts.rules import Role
from suicha.accounts.tables import Account
from suicha.evidence.actions import keep_upload
from suicha.evidence.jobs import make_derivatives
from suicha.evidence.rules import VerifiedBlob, original_key
from suicha.evidence.tables import Holder
from suicha.infra.blobs import open_blob_store
from suicha.journal.queries import entries_about
from suicha.kit.clock import local_date, utc_now
from suicha.kit.ids import new_id
from suicha.notices.tables import Notice
from tests.accounts.people import DISTRICT
from tests.conftest import make_settings
from tests.inspections.field import FieldTeam
from tests.inspections.round import PEOPLE, SCOPE, account_id
from tests.live import running
from tests.rectification.office import Office, at_the_office
from tests.rectification.test_portal import a_pdf
from tests.rectification.test_rechecks import first_recheck, with_roster
from tests.rectification.test_review import a_scene

MARKET, CITY = "市场监督管理局", "城市管理局"
# Name, department and jurisdiction.
PARTNERS = {"market": (MARKET, "4101"), "city": (CITY, "4101"), "far": (MARKET, "4102"), "nobody": (None, "4101")}


@pytest.fixture(autouse=True)
def partners(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, (_, jurisdiction) in PARTNERS.items():
        monkeypatch.setitem(PEOPLE, name, (Role.PARTNER, jurisdiction))
    for name in ("second", "third"):
        monkeypatch.setitem(PEOPLE, name, (Role.OFFICER, DISTRICT))


async def with_departments(office: Office) -> None:
    async with office.database.writing() as session:
        for name, (department, _) in PARTNERS.items():
            (await session.get_one(Account, account_id(name))).department = department


@asynccontextmanager
async def signed_in(app: Any, username: str) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="https://suicha.test") as http:
        answer = await http.post("/api/auth/login", json={"username": username, "password": "pass"})
        http.cookies.clear()
        http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield http


def told(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def inbox(http: httpx.AsyncClient) -> list[tuple[str, str]]:
    return [(one["kind"], one["about"]) for one in (await http.get("/api/notices")).json()["items"]]


def test_a_department_sees_its_letters_takes_them_and_answers(database_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        await with_departments(office)
        await office.served("2026-11-25", A01="fail", B02="fail")
        letter = await office.refer("A01")
        other = await office.refer("B02", department=CITY)
        async with running(office.settings) as app, signed_in(app, "market") as market:
            listed = (await market.get("/api/partner/referrals")).json()
            assert [(row["id"], row["state"]) for row in listed["items"]] == [(letter.id, "sent")]
            path = f"/api/partner/referrals/{letter.id}"
            page = (await market.get(path)).json()
            assert ([one["item"] for one in page["problems"]], page["received_at"]) == (["A01"], None)
            assert await inbox(market) == [("referral_sent", f"referral:{letter.id}")]
            assert (await market.get(f"{path}/document")).content.startswith(b"%PDF")
            assert told(await market.get(f"/api/partner/referrals/{other.id}")) == (404, "referral_unknown")
            assert (await market.post(f"{path}/receive")).json()["received_at"] is not None
            bad = await market.post(f"{path}/files", files={"file": ("a.html", b"<script>", "text/html")})
            assert told(bad) == (422, "reply_file_not_accepted")
            kept = await market.post(f"{path}/files", files={"file": ("复函.pdf", a_pdf(), "application/pdf")})
            assert kept.status_code == 201, kept.text
            answered = (await market.post(f"{path}/reply", json={"reply": "已立案查处"})).json()
            assert (answered["state"], [file["name"] for file in answered["files"]]) == ("replied", ["复函.pdf"])
            late = [
                await market.post(f"{path}/reply", json={"reply": "再次回复"}),
                await market.delete(f"{path}/files/{kept.json()['id']}"),
                await market.post(f"{path}/files", files={"file": ("b.pdf", a_pdf(), "application/pdf")}),
            ]
            assert [told(one) for one in late] == [(409, "already_decided")] * 3
            async with signed_in(app, "office") as desk:
                row = next(row for row in (await desk.get("/api/referrals")).json()["items"] if row["id"] == letter.id)
                assert (row["reply"], row["replied_on"]) == ("已立案查处", local_date(utc_now()).isoformat())
                file = await desk.get(f"/api/referrals/{letter.id}/files/{row['files'][0]['id']}")
                assert (file.content, file.headers["content-disposition"][:10]) == (a_pdf(), "attachment")
            for name in ("city", "far", "nobody"):
                async with signed_in(app, name) as http:
                    own = [("referral_sent", f"referral:{other.id}")] if name == "city" else []
                    assert await inbox(http) == own
                    answers = [
                        await http.get(path),
                        await http.get(f"{path}/document"),
                        await http.get(f"{path}/photos/{'0' * 64}"),
                        await http.get(f"{path}/files/{kept.json()['id']}"),
                        await http.post(f"{path}/receive"),
                        await http.post(f"{path}/reply", json={"reply": "冒名"}),
                    ]
                    assert [told(one) for one in answers] == [(404, "referral_unknown")] * 6
        async with office.database.reading() as session:
            verbs = [entry.verb for entry in await entries_about(session, f"referral:{letter.id}")]
            notices = list(
                await session.scalars(select(col(Notice.account_id)).where(col(Notice.kind) == "referral_replied"))
            )
        assert [verb for verb in verbs if verb != "made_document"] == [
            "referred",
            "received_referral",
            "kept_reply_file",
            "replied_to_referral",
        ]
        assert account_id("office") in notices

    at_the_desk(database_url, tmp_path, story)


def test_a_department_sees_only_the_photos_of_what_was_handed_over(sqlite_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        await with_departments(office)
        team = await FieldTeam(office.database, at=office.at).arrive("leader", "officer")
        team.answer_all("officer", A01="fail", B02="fail")
        theirs, others = [await a_photo(office, team, item, seed) for seed, item in enumerate(("A01", "B02"))]
        await team.seal()
        await make_derivatives(office.database, office.blobs, clock=utc_now)
        letter = await office.refer("A01")
        path = f"/api/partner/referrals/{letter.id}"
        async with running(office.settings) as app, signed_in(app, "market") as market:
            page = (await market.get(path)).json()
            assert [photo["sha256"] for one in page["problems"] for photo in one["photos"]] == [theirs]
            seen = await market.get(f"{path}/photos/{theirs}?size=original")
            assert (seen.status_code, hashlib.sha256(seen.content).hexdigest() == theirs) == (200, False)
            assert told(await market.get(f"{path}/photos/{others}")) == (404, "file_unknown")
            assert told(await market.get(f"/api/sync/v1/blobs/{theirs}")) == (403, "not_permitted")

    at_the_desk(sqlite_url, tmp_path, story)


async def a_photo(office: Office, team: FieldTeam, item: str, seed: int) -> str:
    """A photo of the officer at an item; its digest."""
    data = a_scene(70 + seed)
    sha256 = hashlib.sha256(data).hexdigest()
    await office.blobs.put(original_key(sha256), data)
    async with office.database.writing() as session:
        blob = VerifiedBlob(sha256, len(data), "image/jpeg")
        await keep_upload(session, blob, scope=SCOPE, by="op", now=office.at)
        session.add(Holder(sha256=sha256, account_id=account_id("officer"), at=office.at))
    photo = {"photo_id": f"p{seed}", "sha256": sha256, "size": len(data), "mime": "image/jpeg", "w": 800, "h": 600,
             "taken": None, "gps": None, "derivs": []}  # fmt: skip
    team.make("officer", "photo.add@1", item=item, body=photo)
    return sha256


def test_a_joint_recheck_is_shown_to_the_department_that_joins_it(sqlite_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        await with_departments(office)
        await with_roster(office, "second", "third")
        await office.served("2026-11-25", A01="fail")
        office.later(days=30)
        async with running(office.settings) as app:
            async with signed_in(app, "office") as desk:
                recheck_id = await first_recheck(office)
                path = f"/api/rechecks/{recheck_id}"
                drawn = (await desk.post(f"{path}/draw", json={})).json()
                assert len(drawn["draws"][-1]["team"]) == 2
                day = (local_date(office.at) + timedelta(days=2)).isoformat()
                sent = (await desk.post(f"{path}/send", json={"on": day, "partner": CITY})).json()
                assert (sent["state"], sent["sent_state"], sent["partner"]) == ("sent", "assigned", CITY)
                assert sent["acts"][0]["verb"] == "drew_recheck_team"
            async with signed_in(app, "city") as city:
                seen = (await city.get("/api/partner/rechecks")).json()["items"]
                assert [(one["scheduled_on"], one["problems"][0]["item"]) for one in seen] == [(day, "A01")]
                assert (await city.get(f"/api/partner/rechecks/{recheck_id}")).json() == seen[0]
                assert told(await city.get(f"/api/rechecks/{recheck_id}")) == (403, "not_permitted")
                assert await inbox(city) == [("joint_recheck", f"recheck:{recheck_id}")]
            for name in ("market", "far", "nobody"):
                async with signed_in(app, name) as http:
                    assert await inbox(http) == []
                    assert (await http.get("/api/partner/rechecks")).json() == {"items": []}
                    assert told(await http.get(f"/api/partner/rechecks/{recheck_id}")) == (404, "recheck_unknown")

    at_the_desk(sqlite_url, tmp_path, story)


def every_route(app: Litestar) -> list[tuple[str, str, Any]]:
    """Method, address with something in each place, and the handler's rule."""
    found = []
    for route in app.routes:
        path = route.path
        for part in getattr(route, "path_components", []):
            if hasattr(part, "full"):
                value = new_id() if part.full.endswith(":uuid") else "1"
                path = path.replace("{" + part.full + "}", value)
        for handler in getattr(route, "route_handlers", []):
            found += [
                (method, path, handler.opt.get("access"))
                for method in handler.http_methods
                if method in {"GET", "POST", "PUT", "PATCH", "DELETE"}
            ]
    return found


def test_a_department_is_kept_out_of_every_other_route(sqlite_url: str, tmp_path: Path) -> None:
    """Walks all routes, also those that are added later: whatever is not open to everybody answers 403."""
    own = ("/api/auth/logout", "/api/auth/password", "/api/auth/me", "/api/partner/", "/api/notices")

    async def story(office: Office) -> None:
        await with_departments(office)
        async with running(office.settings) as app, signed_in(app, "market") as http:
            walked = [
                (method, path)
                for method, path, access in every_route(app)
                if access not in (None, "anyone") and (not path.startswith(own) or "/deliveries" in path)
            ]
            assert len(walked) > 100
            let_in = []
            for method, path in walked:
                answer = await http.request(method, path)
                if told(answer) != (403, "not_permitted"):
                    let_in.append((method, path, answer.status_code))
            assert let_in == []

    at_the_desk(sqlite_url, tmp_path, story)


def test_nobody_but_a_department_opens_its_desk(sqlite_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        async with running(office.settings) as app:
            for name in ("office", "leader", "officer", "expert"):
                async with signed_in(app, name) as http:
                    assert told(await http.get("/api/partner/referrals")) == (403, "not_permitted")

    at_the_desk(sqlite_url, tmp_path, story)


def at_the_desk(database_url: str, folder: Path, story: Callable[[Office], Awaitable[None]]) -> None:
    """The office's helper, with settings under which a server reads the same database and store."""

    async def with_a_server(office: Office) -> None:
        office.settings = make_settings(folder, database_url=database_url)
        office.blobs = open_blob_store(office.settings)
        await story(office)

    at_the_office(database_url, folder, with_a_server)
