"""公示 over HTTP: what everybody sees is what a person published, as it stands, and nothing else."""

import asyncio
import csv
import io
import json
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from suicha.accounts.rules import Role
from suicha.infra.db import Database
from suicha.infra.policies import policy
from suicha.inspections.tables import Inspection
from suicha.kit.digest import sha256_hex
from suicha.kit.workdays import add_working_days
from suicha.publication import actions, jobs
from suicha.publication.public_api import _plain
from suicha.publication.queries import proposed_due
from tests.conftest import make_settings
from tests.inspections.field import FieldTeam
from tests.inspections.round import PEOPLE, VISIT, fill
from tests.live import running
from tests.rectification.office import CALENDAR, SEALED_AT, Office

REMARK = "通道堆放杂物，联系 13800001234"


@dataclass
class Desk:
    """The office's browser, another district's, and one without an account."""

    office: Office
    http: httpx.AsyncClient
    other: httpx.AsyncClient
    public: httpx.AsyncClient

    async def the_one(self) -> dict[str, Any]:
        row = (await self.http.get("/api/publications")).json()["items"][0]
        return (await self.http.get(f"/api/publications/{row['id']}")).json()  # type: ignore[no-any-return]

    async def publish(self, reason: str | None = None) -> httpx.Response:
        row = await self.the_one()
        body = {"seen": row["draft_sha256"], "reason": reason}
        return await self.http.post(f"/api/publications/{row['id']}/publish", json=body)

    async def edit(self, **said: Any) -> httpx.Response:
        row = await self.the_one()
        return await self.http.put(f"/api/publications/{row['id']}", json=said)

    async def withdraw(self, reason: str = "发现有误") -> httpx.Response:
        row = await self.the_one()
        return await self.http.post(f"/api/publications/{row['id']}/withdraw", json={"reason": reason})

    async def shown(self) -> list[dict[str, Any]]:
        answer = await self.public.get("/api/public/results")
        assert answer.status_code == 200
        return answer.json()["items"]  # type: ignore[no-any-return]


def at_the_desk(database_url: str, folder: Path, story: Callable[[Desk], Awaitable[None]], **answers: str) -> None:
    """A sealed visit, and everybody who looks at what becomes of it."""

    async def run() -> None:
        database = Database(database_url)
        configured = make_settings(folder, database_url=database_url)
        base = "http://test.local"
        try:
            await fill(database)
            office = Office(database, None, configured)  # type: ignore[arg-type]
            team = await FieldTeam(database, at=SEALED_AT).arrive("leader", "officer")
            team.answer_all("officer", **(answers or {"A01": "fail"}))
            team.set("officer", "A01", "remark", REMARK)
            await team.seal()
            async with (
                running(configured) as app,
                httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=base) as http,
                httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=base) as other,
                httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=base) as public,
            ):
                for browser, name in ((http, "office"), (other, "district")):
                    answer = await browser.post("/api/auth/login", json={"username": name, "password": "pass"})
                    assert answer.status_code == 200, answer.text
                    browser.cookies.clear()
                    browser.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
                await story(Desk(office, http, other, public))
        finally:
            await database.close()

    asyncio.run(run())


def code_of(answer: httpx.Response) -> tuple[int, str | None]:
    return answer.status_code, answer.json().get("code") if answer.status_code >= 400 else None


def test_nothing_is_public_until_a_person_publishes_it_and_then_exactly_that(database_url: str, tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        assert await desk.shown() == []
        row = await desk.the_one()
        assert (row["state"], row["due_on"], row["revision"]) == ("proposed", "2026-12-21", 0)
        assert (await desk.public.get(f"/api/public/results/{row['id']}")).status_code == 404
        assert [one["text"] for one in row["draft"]["findings"]] == ["通道堆放杂物，联系 138****1234"]
        assert row["original"] == {"A01": REMARK}

        assert (await desk.publish()).status_code == 200
        (listed,) = await desk.shown()
        detail = (await desk.public.get(f"/api/public/results/{listed['id']}")).json()
        assert (detail["state"], detail["revision"]) == ("published", 1)
        assert sha256_hex(detail["text"]) == detail["sha256"] == detail["revisions"][0]["sha256"]
        assert json.loads(detail["text"]) == detail["current"]
        assert "13800001234" not in json.dumps([listed, detail])
        assert detail["current"]["inspectors"][0]["name"].endswith("*")

    at_the_desk(database_url, tmp_path, story)


def test_what_was_not_looked_at_cannot_be_published_and_two_publishers_do_it_once(
    database_url: str, tmp_path: Path
) -> None:
    async def story(desk: Desk) -> None:
        row = await desk.the_one()
        edited = await desk.edit(texts={"A01": "通道堆放杂物，电话 13900001234"})
        assert edited.json()["draft"]["findings"][0]["text"] == "通道堆放杂物，电话 139****1234"
        stale = await desk.http.post(f"/api/publications/{row['id']}/publish", json={"seen": row["draft_sha256"]})
        assert code_of(stale) == (409, "publication_stale")
        assert await desk.shown() == []

        row = await desk.the_one()
        body = {"seen": row["draft_sha256"]}
        both = [await desk.http.post(f"/api/publications/{row['id']}/publish", json=body) for _ in range(2)]
        assert [code_of(one) for one in both] == [(200, None), (422, "publication_reason_missing")]
        assert (await desk.the_one())["revision"] == 1

    at_the_desk(database_url, tmp_path, story)


def test_a_correction_is_a_new_revision_with_its_reason_and_a_withdrawal_hides_the_text(
    database_url: str, tmp_path: Path
) -> None:
    async def story(desk: Desk) -> None:
        await desk.publish()
        assert code_of(await desk.publish("没有变化")) == (409, "publication_unchanged")
        await desk.edit(texts={"A01": "消防通道堆放杂物"})
        assert code_of(await desk.publish()) == (422, "publication_reason_missing")
        assert (await desk.publish("文字不准确")).status_code == 200
        assert code_of(await desk.edit(categories=["no_such"])) == (422, "publication_category_missing")
        assert code_of(await desk.edit(categories=[])) == (422, "publication_category_missing")

        place = f"/api/public/results/{(await desk.the_one())['id']}"
        detail = (await desk.public.get(place)).json()
        acts = [(one["act"], one["reason"]) for one in detail["revisions"]]
        assert acts == [
            ("publish", None),
            ("correct", "文字不准确"),
        ]
        assert "通道堆放杂物，联系" in detail["revisions"][0]["text"]

        assert (await desk.withdraw()).status_code == 200
        assert code_of(await desk.withdraw()) == (409, "publication_step_illegal")
        gone = (await desk.public.get(place)).json()
        assert (gone["state"], gone["current"], gone["withdrawn_because"]) == ("withdrawn", None, "发现有误")
        assert [one["text"] for one in gone["revisions"]] == [None, None, None]
        assert await desk.shown() == []

        assert (await desk.publish("已核实")).status_code == 200
        assert len(await desk.shown()) == 1
        acts = [one["act"] for one in (await desk.the_one())["revisions"]]
        assert acts == ["publish", "correct", "withdraw", "publish"]

    at_the_desk(database_url, tmp_path, story)


def test_another_district_and_a_team_find_nothing_to_publish(database_url: str, tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        row = await desk.the_one()
        place = f"/api/publications/{row['id']}"
        body = {"seen": row["draft_sha256"]}
        assert (await desk.other.get("/api/publications")).json()["total"] == 0
        assert code_of(await desk.other.get(place)) == (404, "publication_unknown")
        assert code_of(await desk.other.post(f"{place}/publish", json=body)) == (404, "publication_unknown")
        assert (await desk.public.get("/api/publications")).status_code == 401
        assert (await desk.public.post(f"{place}/publish", json=body)).status_code == 401
        assert (await desk.the_one())["state"] == "proposed"

    at_the_desk(database_url, tmp_path, story)


def test_the_list_is_cached_by_what_it_says_and_its_file_says_the_same(database_url: str, tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        before = await desk.public.get("/api/public/results")
        await desk.publish()
        after = await desk.public.get("/api/public/results", headers={"If-None-Match": before.headers["etag"]})
        assert after.status_code == 200
        again = await desk.public.get("/api/public/results", headers={"If-None-Match": after.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")

        found = await desk.public.get("/api/public/results", headers={"Accept": "text/csv"})
        rows = list(csv.DictReader(io.StringIO(found.content.decode("utf-8-sig"))))
        (item,) = after.json()["items"]
        assert [(row["公示编号"], row["物业企业"], row["公示类别"], row["问题数"]) for row in rows] == [
            (item["code"], item["enterprise"], "；".join(item["categories"]), str(item["finding_count"]))
        ]
        assert found.headers["etag"] != after.headers["etag"]

        facets = (await desk.public.get("/api/public/results/facets")).json()
        counts = {
            "q": item["site"],
            "district": facets["districts"][0],
            "campaign": facets["campaigns"][0],
            "category": (await desk.the_one())["draft"]["categories"][0]["code"],
            "from": item["published_on"],
            "to": item["published_on"],
        }
        for name, value in counts.items():
            total = (await desk.public.get("/api/public/results", params={name: value})).json()["total"]
            assert (name, total) == (name, 1)
        for name, value in {"q": "%", "district": "无", "category": "no_such", "to": "2020-01-01"}.items():
            total = (await desk.public.get("/api/public/results", params={name: value})).json()["total"]
            assert (name, total) == (name, 0)

    at_the_desk(database_url, tmp_path, story)


def test_a_file_for_excel_never_holds_a_formula() -> None:
    shown = {"=1+1": "'=1+1", "+86": "'+86", "-3": "'-3", "@x": "'@x", "示例": "示例", None: ""}
    assert {text: _plain(text) for text in shown} == shown


@dataclass
class Model:
    """What should be public, told from the acts alone."""

    desk: Desk
    is_public: bool = False
    text: str | None = None
    tokens: list[str] = field(default_factory=list)

    async def sign_everybody_in(self) -> "Model":
        for name in PEOPLE:
            answer = await self.desk.public.post("/api/auth/login", json={"username": name, "password": "pass"})
            self.desk.public.cookies.clear()
            self.tokens.append(answer.json()["access_token"])
        return self

    async def act(self, name: str, n: int) -> None:
        desk, row = self.desk, await self.desk.the_one()
        place = f"/api/publications/{row['id']}/publish"
        if name == "edit":
            await desk.edit(texts={"A01": f"第 {n} 稿"})
        elif name == "withdraw":
            assert ((await desk.withdraw()).status_code == 200) == self.is_public
            self.is_public = False
        elif name == "other":
            await desk.other.post(place, json={"seen": row["draft_sha256"], "reason": "越权"})
        elif name == "stale":
            await desk.http.post(place, json={"seen": "0" * 64, "reason": "旧稿"})
        elif (await desk.publish("更正" if name == "correct" else None)).status_code == 200:
            self.is_public, self.text = True, row["draft"]["findings"][0]["text"]

    async def check(self) -> None:
        row = await self.desk.the_one()
        assert [one["id"] for one in await self.desk.shown()] == ([row["id"]] if self.is_public else [])
        for token in self.tokens:
            # Who is signed in, in whatever role, sees no more there than everybody.
            who = {"Authorization": f"Bearer {token}"}
            seen = (await self.desk.public.get("/api/public/results", headers=who)).json()["items"]
            assert [one["id"] for one in seen] == ([row["id"]] if self.is_public else [])
            detail = await self.desk.public.get(f"/api/public/results/{row['id']}", headers=who)
            assert detail.status_code == (200 if row["revision"] else 404)
            assert bool(detail.json().get("current")) == self.is_public
        table = await self.desk.public.get("/api/public/results", headers={"Accept": "text/csv"})
        assert len(list(csv.DictReader(io.StringIO(table.content.decode("utf-8-sig"))))) == int(self.is_public)
        detail = await self.desk.public.get(f"/api/public/results/{row['id']}")
        assert detail.status_code == (200 if row["revision"] else 404)
        current = detail.json().get("current")
        assert (current["findings"][0]["text"] if current else None) == (self.text if self.is_public else None)


def test_the_public_sees_what_is_published_after_any_acts(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for role in Role:
        monkeypatch.setitem(PEOPLE, f"any-{role.value}", (role, "4101"))

    async def story(desk: Desk) -> None:
        model = await Model(desk).sign_everybody_in()
        assert len(model.tokens) == len(PEOPLE) > len(Role)
        await model.check()
        for n, name in enumerate(some_acts()):
            await model.act(name, n)
            await model.check()
        assert (await desk.the_one())["revision"] > 2

    at_the_desk(database_url, tmp_path, story)


def some_acts() -> list[str]:
    """Random acts, the same in each run: one long life of one publication."""
    return random.Random(20261126).choices(["publish", "correct", "edit", "withdraw", "other", "stale"], k=40)


@pytest.mark.parametrize(
    ("sealed_on", "due_on"),
    [
        # Without holidays in between: four weeks.
        ("2026-11-23", "2026-12-21"),
        # 2026-09-25 to 09-27 and 10-01 to 10-07 are days off; 2026-10-10 (a Saturday) is worked.
        ("2026-09-21", "2026-10-26"),
        # Sealed on a Saturday: counted from the next working day.
        ("2026-11-21", "2026-12-18"),
    ],
)
def test_twenty_working_days(sealed_on: str, due_on: str) -> None:
    days = policy("publication")["due_working_days"]
    assert add_working_days(date.fromisoformat(sealed_on), days, CALENDAR).on == date.fromisoformat(due_on)


def test_proposed_once_and_warned_once(database_url: str, tmp_path: Path) -> None:
    async def story(desk: Desk) -> None:
        office = desk.office
        async with office.database.writing() as session:
            inspection = await session.get_one(Inspection, VISIT)
            await actions.propose(session, inspection, sealed_on=date(2026, 11, 30), calendar=CALENDAR, now=office.at)
            assert [row.due_on for row in await proposed_due(session, last=date.max)] == [date(2026, 12, 21)]
        office.later(days=23)
        told = []
        for _ in range(2):
            async with office.database.writing() as session:
                told.append(await jobs.warn_of_due(session, CALENDAR, now=office.at))
        assert told[0] > 0
        assert told[1] == 0
        await desk.publish()
        office.later(days=30)
        async with office.database.writing() as session:
            assert await jobs.warn_of_due(session, CALENDAR, now=office.at) == 0

    at_the_desk(database_url, tmp_path, story)


def test_where_two_persons_are_asked_for_the_editor_does_not_publish(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(policy("publication"), "second_person", True)  # type: ignore[arg-type]

    async def story(desk: Desk) -> None:
        await desk.edit(texts={"A01": "通道堆放杂物"})
        assert code_of(await desk.publish()) == (422, "second_person_needed")
        assert await desk.shown() == []

    at_the_desk(database_url, tmp_path, story)
