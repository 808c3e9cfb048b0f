"""Who looks at proof, what they are told of it, and what happens when two decide at once. Over HTTP."""

import asyncio
import hashlib
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from PIL import ExifTags, Image
from sqlalchemy import select

from suicha.evidence.actions import keep_upload
from suicha.evidence.jobs import make_derivatives
from suicha.evidence.rules import VerifiedBlob
from suicha.evidence.tables import Blob, Holder, Link
from suicha.journal.tables import JournalEntry
from suicha.kit.clock import utc_now
from suicha.rectification.pages import photos_of
from tests.evidence.photos import encoded
from tests.inspections.field import FieldTeam
from tests.inspections.round import account_id
from tests.rectification.office import Office, at_the_office
from tests.rectification.test_portal import Enterprise, a_pdf, at_the_enterprise


def a_scene(
    seed: int, *, taken: str = "2026:11:26 09:00:00", shift: int = 0, size: tuple[int, int] = (800, 600)
) -> bytes:
    """A picture like no other: blocks of random shades, the same for the same seed, brighter by `shift`."""
    shades = random.Random(seed)
    small = Image.new("RGB", (9, 9))
    small.putdata([tuple(min(255, shades.randrange(230) + shift) for _ in range(3)) for _ in range(81)])
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "HUAWEI"
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLatitude] = "N", (34.0, 45.0, 0.0)
    gps[ExifTags.GPS.GPSLongitudeRef], gps[ExifTags.GPS.GPSLongitude] = "E", (113.0, 39.0, 0.0)
    return encoded(small.resize(size, Image.Resampling.BICUBIC), "JPEG", exif=exif.tobytes(), quality=88)


@asynccontextmanager
async def signed_in(enterprise: Enterprise, username: str) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody of the round at a desk of the same server."""
    transport = httpx.ASGITransport(app=enterprise.app)
    async with httpx.AsyncClient(transport=transport, base_url="https://suicha.test") as http:
        answer = await http.post("/api/auth/login", json={"username": username, "password": "pass"})
        http.cookies.clear()
        http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield http


async def handed_in(enterprise: Enterprise, item: str, *files: bytes) -> str:
    """The number of the receipt."""
    await enterprise.open()
    for n, data in enumerate(files):
        answer = await enterprise.upload(item, data, name=f"改正后{n}.jpg")
        assert answer.status_code == 200, answer.text
    receipt = await enterprise.hand_in(item)
    assert receipt.status_code == 201, receipt.text
    await make_derivatives(enterprise.office.database, enterprise.office.blobs, clock=utc_now)
    return str(receipt.json()["receipt_no"])


async def shown(http: httpx.AsyncClient, receipt_no: str) -> dict[str, Any]:
    """A submission as a reviewer sees it."""
    queue = (await http.get("/api/submissions")).json()["items"]
    row = next(row for row in queue if row["receipt_no"] == receipt_no)
    return (await http.get(f"/api/submissions/{row['id']}")).json()  # type: ignore[no-any-return]


def hints_of(submission: dict[str, Any]) -> list[list[str]]:
    return [[hint["code"] for hint in file["hints"]] for file in submission["after"]]


def test_the_office_and_the_leader_see_and_decide_and_nobody_else(database_url: str, tmp_path: Path) -> None:
    async def story(enterprise: Enterprise) -> None:
        receipt = await handed_in(enterprise, "A01", a_scene(1))
        async with signed_in(enterprise, "office") as office, signed_in(enterprise, "officer") as officer:
            found = await shown(office, receipt)
            path = f"/api/submissions/{found['row']['id']}"
            assert (found["may_decide"], (await shown(officer, receipt))["may_decide"]) == (True, False)
            refused = await officer.post(f"{path}/decide", json={"decision": "accept"})
            assert (refused.status_code, refused.json()["code"]) == (403, "not_yours_to_decide")
        for name in ("stranger", "district"):
            async with signed_in(enterprise, name) as http:
                assert (await http.get("/api/submissions")).json() == {"items": [], "total": 0}
                answers = [
                    await http.get(path),
                    await http.get(f"{path}/files/{found['after'][0]['id']}"),
                    await http.post(f"{path}/decide", json={"decision": "accept"}),
                ]
                assert [(one.status_code, one.json()["code"]) for one in answers] == [(404, "submission_unknown")] * 3
        async with signed_in(enterprise, "leader") as leader:
            assert (await leader.get(f"{path}/files/{found['after'][0]['id']}?size=thumb")).status_code == 200
            decided = await leader.post(f"{path}/decide", json={"decision": "return", "reason": "照片看不清"})
            assert (decided.json()["row"]["state"], decided.json()["decided_by"]) == ("returned", "示例leader")
        assert (await enterprise.http.get("/api/submissions")).status_code == 401

    at_the_enterprise(database_url, tmp_path, story)


def test_the_board_counts_what_waits_until_it_is_decided(sqlite_url: str, tmp_path: Path) -> None:
    async def story(enterprise: Enterprise) -> None:
        await handed_in(enterprise, "A01", a_scene(1))
        receipt = await handed_in(enterprise, "B02", a_scene(2))
        async with signed_in(enterprise, "office") as office:

            async def waiting() -> list[tuple[str, int]]:
                board = (await office.get("/api/board")).json()
                return [(one["kind"], one["count"]) for one in board["decisions"] if one["kind"] == "proof_waiting"]

            assert await waiting() == [("proof_waiting", 2)]
            row = (await shown(office, receipt))["row"]
            narrowed = await office.get(
                "/api/submissions", params={"inspection": row["inspection"], "state": "waiting"}
            )
            assert narrowed.json()["total"] == 2
            await office.post(f"/api/submissions/{row['id']}/decide", json={"decision": "accept"})
            assert await waiting() == [("proof_waiting", 1)]

    at_the_enterprise(sqlite_url, tmp_path, story)


def test_of_two_who_decide_at_once_one_is_told_that_it_is_done(database_url: str, tmp_path: Path) -> None:
    async def story(enterprise: Enterprise) -> None:
        receipt = await handed_in(enterprise, "A01", a_scene(1))
        async with signed_in(enterprise, "office") as office, signed_in(enterprise, "leader") as leader:
            path = f"/api/submissions/{(await shown(office, receipt))['row']['id']}/decide"
            answers = await asyncio.gather(
                office.post(path, json={"decision": "accept"}),
                leader.post(path, json={"decision": "return", "reason": "照片看不清"}),
            )
            assert sorted(one.status_code for one in answers) == [200, 409]
            assert next(one for one in answers if one.status_code == 409).json()["code"] == "already_decided"
            kept = "accepted" if answers[0].status_code == 200 else "returned"
            assert (await shown(office, receipt))["row"]["state"] == kept
        expected = {"accepted": "closed", "returned": "returned"}[kept]
        assert (await enterprise.office.problems())["A01"].state == expected

    at_the_enterprise(database_url, tmp_path, story)


def test_returning_needs_a_reason_and_a_recheck_gets_a_day(sqlite_url: str, tmp_path: Path) -> None:
    async def story(enterprise: Enterprise) -> None:
        receipt = await handed_in(enterprise, "A01", a_scene(1))
        async with signed_in(enterprise, "office") as office:
            path = f"/api/submissions/{(await shown(office, receipt))['row']['id']}/decide"
            silent = [await office.post(path, json={"decision": one}) for one in ("return", "recheck")]
            assert [one.status_code for one in silent] == [422, 422]
            assert (await office.post(path, json={"decision": "burn"})).status_code == 400
            sent = await office.post(
                path, json={"decision": "recheck", "reason": "照片不能说明问题", "recheck_on": "2026-12-02"}
            )
            assert sent.json()["row"]["state"] == "to_recheck"
        problem = (await enterprise.office.problems())["A01"]
        assert (problem.state, str(problem.recheck_on)) == ("rechecking", "2026-12-02")
        assert (await enterprise.hand_in("A01")).json()["code"] == "problem_ended"

    at_the_enterprise(sqlite_url, tmp_path, story)


def test_a_picture_that_was_used_before_is_recognised_even_when_it_was_changed(
    database_url: str, tmp_path: Path
) -> None:
    async def story(enterprise: Enterprise) -> None:
        await handed_in(enterprise, "A01", a_scene(1), a_scene(2))
        smaller = a_scene(1, shift=12, size=(500, 375))
        second = await handed_in(enterprise, "B02", smaller, a_scene(2), a_scene(3))
        async with signed_in(enterprise, "office") as office:
            found = await shown(office, second)
            assert hints_of(found) == [["used_before"], ["used_before"], []]
            near, same = (file["hints"][0]["text"] for file in found["after"][:2])
            code = (await enterprise.office.problems())["A01"].code
            assert same == f"这张照片与问题 {code} 的整改照片完全相同"
            assert near.startswith(f"这张照片与问题 {code} 的整改照片几乎相同（128 位指纹相差 ")

    at_the_enterprise(database_url, tmp_path, story)


def test_two_shots_of_the_same_in_one_submission_are_nothing_to_warn_of(sqlite_url: str, tmp_path: Path) -> None:
    async def story(enterprise: Enterprise) -> None:
        receipt = await handed_in(enterprise, "A01", a_scene(1), a_scene(1, shift=9), a_pdf())
        async with signed_in(enterprise, "office") as office:
            assert hints_of(await shown(office, receipt)) == [[], [], []]
            path = f"/api/submissions/{(await shown(office, receipt))['row']['id']}/decide"
            await office.post(path, json={"decision": "return", "reason": "照片看不清"})
            again = await handed_in(enterprise, "A01", a_scene(1))
            found = await shown(office, again)
            assert "used_before" in hints_of(found)[0]
            assert [one["receipt_no"] for one in found["earlier"]] == [receipt]

    at_the_enterprise(sqlite_url, tmp_path, story)


def test_files_are_in_custody_beside_the_evidence(sqlite_url: str, tmp_path: Path) -> None:
    async def story(enterprise: Enterprise) -> None:
        data = a_scene(1)
        await handed_in(enterprise, "A01", data)
        sha256 = hashlib.sha256(data).hexdigest()
        async with enterprise.office.database.reading() as session:
            blob = await session.get_one(Blob, sha256)
            scopes = list(await session.scalars(select(Link.scope).where(Link.sha256 == sha256)))
            verbs = list(await session.scalars(select(JournalEntry.verb)))
        assert (blob.state, blob.size_bytes, blob.content_type) == ("verified", len(data), "image/jpeg")
        assert scopes == [f"proof:{enterprise.problems['A01']}"]
        assert [verb for verb in verbs if verb in ("received_file", "handed_in")] == ["received_file", "handed_in"]

    at_the_enterprise(sqlite_url, tmp_path, story)


def test_a_photo_that_names_the_evidence_of_others_is_shown_to_nobody(database_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        sha256 = hashlib.sha256(b"of another visit").hexdigest()
        photo = {"photo_id": "p1", "sha256": sha256, "size": 16, "mime": "image/jpeg", "w": 4, "h": 3, "taken": None,
                 "gps": None, "derivs": []}  # fmt: skip
        async with office.database.writing() as session:
            await keep_upload(
                session, VerifiedBlob(sha256, 16, "image/jpeg"), scope="insp:other", by="op", now=office.at
            )
            session.add(Holder(sha256=sha256, account_id=account_id("stranger"), at=office.at))
        team = await FieldTeam(office.database, at=office.at).arrive("leader", "officer")
        team.answer_all("officer", A01="fail")
        team.make("officer", "photo.add@1", item="A01", body=photo)
        await team.seal()

        async def photos() -> list[str]:
            problem = (await office.problems())["A01"]
            async with office.database.reading() as session:
                return [one.sha256 for one in (await photos_of(session, [problem]))[problem.id]]

        assert await photos() == []
        async with office.database.writing() as session:
            session.add(Holder(sha256=sha256, account_id=account_id("officer"), at=office.at))
        assert await photos() == [sha256]

    at_the_office(database_url, tmp_path, story)
