"""The enterprise's page: who gets in, what gets in, and what becomes of it. Over HTTP, with a store and a database."""

import asyncio
import hashlib
import io
import zipfile
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, TextStringObject
from sqlalchemy import select

from suicha.evidence.checking import FileRefused, check_file
from suicha.infra.blobs import open_blob_store
from suicha.infra.db import Database
from suicha.kit.clock import local_date, utc_now
from suicha.kit.ids import new_id
from suicha.rectification import jobs, queries
from suicha.rectification.actions import links, review
from suicha.rectification.errors import LinkExpired
from suicha.rectification.rules.links import last_digits, link_of, token_of
from suicha.rectification.tables import Link, Order, Problem, ProofFile, Submission
from suicha.registry.tables import Site
from tests.conftest import make_settings
from tests.evidence.photos import a_heic, a_jpeg, a_png_that_claims, encoded, upright
from tests.inspections.round import VISIT, caller, fill, send
from tests.live import running
from tests.rectification.office import Office

PIECE = 300_000


@dataclass
class Enterprise:
    """A browser at the enterprise, and the office that made its order."""

    office: Office
    http: httpx.AsyncClient
    app: Any
    token: str = ""
    problems: dict[str, str] = field(default_factory=dict)

    async def open(self, digits: str = "1234") -> httpx.Response:
        return await self.http.post(f"/api/portal/links/{self.token}/open", json={"digits": digits})

    async def page(self) -> dict[str, Any]:
        answer = await self.http.get("/api/portal/page")
        assert answer.status_code == 200, answer.text
        return answer.json()  # type: ignore[no-any-return]

    async def piece(self, item: str, data: bytes, at: int, *, name: str = "改正后.jpg", **but: Any) -> httpx.Response:
        fields = {
            "problem": self.problems.get(item, item),
            "name": name,
            "sha256": hashlib.sha256(data).hexdigest(),
            "length": str(len(data)),
            "offset": str(at),
        } | but
        return await self.http.post("/api/portal/uploads", data=fields, files={"piece": ("x", data[at : at + PIECE])})

    async def upload(self, item: str, data: bytes, *, name: str = "改正后.jpg") -> httpx.Response:
        answer = await self.piece(item, data, 0, name=name)
        at = PIECE
        while answer.status_code == 200 and at < len(data):
            answer = await self.piece(item, data, at, name=name)
            at += PIECE
        return answer

    async def hand_in(self, item: str, text: str = "已改正") -> httpx.Response:
        return await self.http.post(f"/api/portal/problems/{self.problems[item]}/submissions", json={"text": text})


def at_the_enterprise(
    database_url: str,
    folder: Path,
    story: Callable[[Enterprise], Awaitable[None]],
    *,
    phone: str | None = "13800001234",
) -> None:
    """Tell a story over a served order with A01 and B02."""

    async def run() -> None:
        settings = make_settings(folder, database_url=database_url)
        database = Database(database_url)
        try:
            await fill(database)
            async with database.writing() as session:
                for site in await session.scalars(select(Site)):
                    site.contact_phone = phone
            office = await Office(database, open_blob_store(settings), settings).served(A01="fail", B02="fail")
            async with database.writing() as session:
                # The server lives today, whenever that is: the page must not have been closed long ago.
                for problem in await session.scalars(select(Problem)):
                    problem.due_on = max(problem.due_on, local_date(utc_now()))
            async with (
                running(settings) as app,
                httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="https://suicha.test") as http,
            ):
                enterprise = Enterprise(office, http, app)
                enterprise.token = await new_link(office)
                enterprise.problems = {item: row.id for item, row in (await office.problems()).items()}
                await story(enterprise)
        finally:
            await database.close()

    asyncio.run(run())


async def new_link(office: Office) -> str:
    order = await office.order()
    async with office.database.writing() as session:
        row = await session.get_one(Order, order.id)
        return (await links.link_for(session, row, settings=office.settings, now=office.at)).rsplit("/", 1)[1]


def codes(*answers: httpx.Response) -> list[tuple[int, str]]:
    return [(answer.status_code, answer.json()["code"]) for answer in answers]


def test_a_token_is_the_same_for_the_same_link_and_no_other_is_good() -> None:
    link, secret = new_id(), b"s" * 32
    token = token_of(link, secret)
    assert (link_of(token, secret), len(token)) == (link, 43)
    assert token_of(link, secret) == token
    forged = [
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        token[1:],
        token + "A",
        "",
        "x" * 43,
        token_of(link, b"t" * 32),
    ]
    assert [link_of(one, secret) for one in forged] == [None] * 6


def test_the_last_four_digits_of_either_number_open_the_page() -> None:
    assert last_digits("0371-6788 1234", "13800005678") == {"1234", "5678"}
    assert last_digits(None, "12345") == frozenset()


def test_nobody_gets_in_without_link_and_digits(database_url: str, tmp_path: Path) -> None:
    async def story(enterprise: Enterprise) -> None:
        http = enterprise.http
        assert codes(await http.get("/api/portal/page")) == [(401, "portal_sign_in_needed")]
        guess = token_of(new_id(), b"guess" * 8)
        assert codes(await http.get(f"/api/portal/links/{guess}")) == [(404, "link_unknown")]
        assert codes(await http.get("/api/portal/links/x")) == [(404, "link_unknown")]
        assert codes(await enterprise.open("0000")) == [(422, "digits_wrong")]
        answer = await enterprise.open()
        assert answer.status_code == 204
        cookie = answer.headers["set-cookie"]
        assert all(word in cookie for word in ("HttpOnly", "Path=/api/portal", "SameSite=strict"))
        page = await enterprise.page()
        assert [(p["item"], p["state"], p["due_on"]) for p in page["problems"]] == [
            ("A01", "open", "2026-12-16"),
            ("B02", "open", "2026-12-04"),
        ]

    at_the_enterprise(database_url, tmp_path, story)


def test_too_many_wrong_digits_lock_the_page_until_the_office_unlocks_it(sqlite_url: str, tmp_path: Path) -> None:
    async def story(enterprise: Enterprise) -> None:
        office = enterprise.office
        order = await office.order()
        refusals = []
        for minutes in range(10):
            async with office.database.writing() as session:
                at = office.at + timedelta(minutes=20 * minutes)
                _, refusal = await links.open_page(session, enterprise.token, "0000", settings=office.settings, now=at)
                refusals.append(type(refusal).__name__)
        assert refusals == ["DigitsWrong"] * 9 + ["LinkLocked"]
        assert codes(await enterprise.open()) == [(403, "link_locked")]
        async with office.database.writing() as session:
            await links.unlock_link(session, order.id, by=caller("office").id, now=office.at)
        assert (await enterprise.open()).status_code == 204

    at_the_enterprise(sqlite_url, tmp_path, story)


def test_wrong_digits_in_a_row_must_wait(sqlite_url: str, tmp_path: Path) -> None:
    async def story(enterprise: Enterprise) -> None:
        for _ in range(3):
            await enterprise.open("0000")
        answer = await enterprise.open()
        assert codes(answer) == [(429, "digits_throttled")]
        assert answer.headers["retry-after"]

    at_the_enterprise(sqlite_url, tmp_path, story)


def test_a_revoked_link_closes_sessions_too_and_a_new_one_opens(database_url: str, tmp_path: Path) -> None:
    async def story(enterprise: Enterprise) -> None:
        office, order = enterprise.office, await enterprise.office.order()
        await enterprise.open()
        async with office.database.writing() as session:
            await links.revoke_links(session, order.id, by=caller("office").id, now=office.at)
        assert (
            codes(
                await enterprise.http.get("/api/portal/page"),
                await enterprise.open(),
                await enterprise.upload("A01", b"x"),
            )
            == [(403, "link_revoked")] * 3
        )
        old, enterprise.token = enterprise.token, await new_link(office)
        assert enterprise.token != old
        assert (await enterprise.open()).status_code == 204

    at_the_enterprise(database_url, tmp_path, story)


def test_a_page_closes_long_after_its_last_deadline(sqlite_url: str, tmp_path: Path) -> None:
    async def story(enterprise: Enterprise) -> None:
        office = enterprise.office
        for day, expected in (("2027-03-16", None), ("2027-03-17", "LinkExpired")):
            async with office.database.writing() as session:
                at = office.at.replace(year=int(day[:4]), month=int(day[5:7]), day=int(day[8:]))
                try:
                    await links.usable_link(session, enterprise.token, settings=office.settings, now=at)
                except LinkExpired as refusal:
                    assert type(refusal).__name__ == expected
                else:
                    assert expected is None

    at_the_enterprise(sqlite_url, tmp_path, story)


def test_without_a_registered_number_nobody_opens_the_page(sqlite_url: str, tmp_path: Path) -> None:
    async def story(enterprise: Enterprise) -> None:
        assert codes(await enterprise.open()) == [(409, "no_phone_registered")]

    at_the_enterprise(sqlite_url, tmp_path, story, phone=None)


def test_another_enterprises_problem_and_file_do_not_exist(database_url: str, tmp_path: Path) -> None:
    async def story(enterprise: Enterprise) -> None:
        office = enterprise.office
        other = new_id()
        async with office.database.writing() as session:
            await send(session, other, "410105")
        from tests.inspections.field import FieldTeam

        team = await FieldTeam(office.database, other, at=office.at).arrive("leader", "officer")
        team.answer_all("officer", A02="fail")
        await team.seal()
        theirs = (await office.problems())["A02"]
        await enterprise.open()
        data = a_jpeg()
        assert (
            codes(
                await enterprise.piece(theirs.id, data, 0),
                await enterprise.http.post(f"/api/portal/problems/{theirs.id}/submissions", json={"text": "x"}),
                await enterprise.http.post(f"/api/portal/problems/{theirs.id}/objections", json={"text": "x"}),
                await enterprise.http.get(f"/api/portal/files/{new_id()}"),
                await enterprise.http.get(f"/api/portal/photos/{'a' * 64}"),
            )
            == [(404, "problem_unknown")] * 3 + [(404, "file_unknown")] * 2
        )
        assert theirs.inspection_id != VISIT

    at_the_enterprise(database_url, tmp_path, story)


def test_proof_goes_from_piece_to_receipt_to_review(database_url: str, tmp_path: Path) -> None:
    async def story(enterprise: Enterprise) -> None:
        office = enterprise.office
        await enterprise.open()
        photo = a_jpeg(3000, 2000, has_position=True) + b"\0" * PIECE
        first = await enterprise.piece("A01", photo, 0)
        assert (first.json()["offset"], first.json()["file"]) == (PIECE, None)
        # The reply was lost: the same piece again is told where to go on.
        again = await enterprise.piece("A01", photo, 0)
        assert (again.status_code, again.json()["code"], again.json()["offset"]) == (409, "upload_out_of_step", PIECE)
        known = await enterprise.http.get(
            "/api/portal/uploads",
            params={"problem": enterprise.problems["A01"], "sha256": hashlib.sha256(photo).hexdigest()},
        )
        assert known.json()["offset"] == PIECE
        last = await enterprise.piece("A01", photo, PIECE)
        assert last.json()["file"]["content_type"] == "image/jpeg"
        assert (await enterprise.upload("A01", a_pdf(), name="整改报告.pdf")).status_code == 200
        receipt = await enterprise.hand_in("A01")
        assert (receipt.status_code, len(receipt.json()["files"])) == (201, 2)
        assert codes(await enterprise.hand_in("A01")) == [(409, "submission_waits")]
        problem = (await office.problems())["A01"]
        assert problem.state == "submitted"
        async with office.database.writing() as session:
            row = await session.scalar(select(Submission))
            await review.give_back(session, row, reason="照片看不清", by=caller("office").id, now=office.at)
        page = await enterprise.page()
        assert [(s["state"], s["reason"]) for s in page["problems"][0]["submissions"]] == [("returned", "照片看不清")]
        assert codes(await enterprise.hand_in("A01", text="")) == [(422, "nothing_handed_in")]
        assert (await enterprise.hand_in("A01", text="重新拍摄")).status_code == 201
        async with office.database.writing() as session:
            row = await session.scalar(select(Submission).where(Submission.n == 2))
            await review.accept(session, row, reason=None, by=caller("office").id, now=office.at)
        assert ((await office.problems())["A01"].state, (await office.problems())["A01"].ended_because) == (
            "closed",
            "proof_accepted",
        )

    at_the_enterprise(database_url, tmp_path, story)


def a_pdf(
    *, script: str | None = None, on_opening: str | None = None, attachment: bytes | None = None, content: bytes = b""
) -> bytes:
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    if content:
        stream = DecodedStreamObject()
        stream.set_data(content)
        page[NameObject("/Contents")] = stream
    if attachment is not None:
        writer.add_attachment("a.exe", attachment)
    if on_opening is not None:
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject({NameObject("/S"): NameObject(on_opening)})
    if script is not None:
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject(
            {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject(script)}
        )
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def a_packed_script() -> bytes:
    """A PDF 1.5 whose action is in a compressed object stream, written by hand: no writer here makes one."""
    packed = zlib.compress(b"5 0 <</S/JavaScript/JS(app.alert(1))>>")
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R/OpenAction 5 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        4: b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(packed), packed),
    }
    out, places = b"%PDF-1.5\n", {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    places[6] = len(out)
    rows = [bytes(6), *(b"\1" + places[n].to_bytes(4, "big") + b"\0" for n in (1, 2, 3, 4))]
    rows += [b"\2" + (4).to_bytes(4, "big") + b"\0", b"\1" + places[6].to_bytes(4, "big") + b"\0"]
    table = zlib.compress(b"".join(rows))
    head = b"6 0 obj\n<</Type/XRef/Size 7/W[1 4 1]/Root 1 0 R/Filter/FlateDecode/Length %d>>stream\n" % len(table)
    return out + head + table + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF" % places[6]


def a_zip_bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("a", b"\0" * 50_000_000)
    return out.getvalue()


def a_hidden_script() -> bytes:
    return a_pdf(script="app.alert(1)").replace(b"/JavaScript", b"/J#61vaScript").replace(b"/JS", b"/#4AS")


HOSTILE = {
    "an executable": (b"MZ" + b"\0" * 3000, "wrong_format"),
    "an SVG with a script": (
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        "wrong_format",
    ),
    "a page": (b"<!doctype html><script>alert(1)</script>", "wrong_format"),
    "a zip bomb": (a_zip_bomb(), "wrong_format"),
    "a picture of 200 megapixels": (a_png_that_claims(20_000, 10_000), "too_many_pixels"),
    "half a picture": (a_jpeg()[:800], "broken"),
    "a PDF with a script": (a_pdf(script="app.alert(1)"), "active_pdf"),
    "a PDF that hides its script": (a_hidden_script(), "active_pdf"),
    "a PDF that opens a page of the web": (a_pdf(on_opening="/URI"), "active_pdf"),
    "a PDF with an attachment": (a_pdf(attachment=b"MZ"), "active_pdf"),
    "a PDF whose script is packed into an object stream": (a_packed_script(), "active_pdf"),
    "a PNG with too few pixels in it": (a_png_that_claims(4000, 3000), "broken"),
    "a PNG of 54 megapixels": (a_png_that_claims(9000, 6000), "too_many_pixels"),
    "a PDF head on a photo": (b"%PDF-1.7\n" + a_jpeg(), "broken"),
    "a moving picture": (encoded(upright(), "GIF"), "wrong_format"),
    "half a PDF": (b"%PDF-1.7\n" + b"x" * 500, "broken"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_files_are_refused_by_content(what: str, tmp_path: Path) -> None:
    data, reason = HOSTILE[what]
    path = tmp_path / "改正后.jpg"
    path.write_bytes(data)
    with pytest.raises(FileRefused) as refused:
        check_file(path)
    assert refused.value.reason == reason


def test_what_cameras_and_scanners_make_is_taken(tmp_path: Path) -> None:
    files = {
        "image/jpeg": a_jpeg(has_position=True) + b"ftypmp42 a moving part behind the picture",
        # What stands behind a whole picture is never served as anything but a picture.
        "image/png": encoded(upright(), "PNG") + b"<html>",
        "image/webp": encoded(upright(), "WEBP"),
        "image/heic": a_heic(),
        # The compressed bytes of a scan hold everything by chance, short names of active things too.
        "application/pdf": a_pdf(content=b"\x01/JS \x02/AA\n/GoTo ", on_opening="/GoTo"),
    }
    found = []
    for data in files.values():
        (tmp_path / "file").write_bytes(data)
        found.append(check_file(tmp_path / "file").content_type)
    assert found == list(files)


def test_a_refused_file_leaves_nothing_and_says_why(sqlite_url: str, tmp_path: Path) -> None:
    async def story(enterprise: Enterprise) -> None:
        await enterprise.open()
        answer = await enterprise.upload("A01", HOSTILE["an executable"][0])
        assert (answer.status_code, answer.json()["code"], answer.json()["reason"]) == (
            422,
            "file_not_accepted",
            "wrong_format",
        )
        wrong = await enterprise.piece("A01", a_jpeg(), 0, sha256="0" * 64)
        assert codes(wrong) == [(422, "upload_mismatch")]
        async with enterprise.office.database.reading() as session:
            assert list(await session.scalars(select(ProofFile))) == []
        assert [p.name for p in (tmp_path / "blobs").rglob("*") if p.is_file() and "proof" in str(p)] == []

    at_the_enterprise(sqlite_url, tmp_path, story)


def test_limits_are_told_before_the_bytes_are_taken(sqlite_url: str, tmp_path: Path) -> None:
    async def story(enterprise: Enterprise) -> None:
        await enterprise.open()
        big = await enterprise.piece("A01", a_jpeg(), 0, length=str(30_000_000))
        assert codes(big) == [(413, "file_too_large")]
        piece = await enterprise.http.post(
            "/api/portal/uploads",
            data={"problem": enterprise.problems["A01"]},
            files={"piece": ("x", b"0" * 3_000_000)},
        )
        assert codes(piece) == [(413, "upload_too_large")]
        plain = await enterprise.http.post("/api/portal/uploads", json={})
        assert codes(plain) == [(415, "multipart_expected")]

    at_the_enterprise(sqlite_url, tmp_path, story)


def test_a_link_is_counted_and_its_opening_is_in_the_journal(sqlite_url: str, tmp_path: Path) -> None:
    async def story(enterprise: Enterprise) -> None:
        await enterprise.open()
        async with enterprise.office.database.reading() as session:
            link = await session.scalar(select(Link))
            assert (link.open_count, link.wrong_tries) == (1, 0)
            assert await queries.link_in_force(session, link.order_id)

    at_the_enterprise(sqlite_url, tmp_path, story)


def test_what_was_never_handed_in_is_forgotten_after_some_weeks(sqlite_url: str, tmp_path: Path) -> None:
    async def story(enterprise: Enterprise) -> None:
        office = enterprise.office
        await enterprise.open()
        whole, half = a_jpeg(), a_jpeg(3000, 2000) + b"\0" * PIECE
        assert (await enterprise.upload("A01", whole)).status_code == 200
        assert (await enterprise.upload("B02", whole)).status_code == 200
        assert (await enterprise.hand_in("B02")).status_code == 201
        assert (await enterprise.piece("A01", half, 0)).status_code == 200
        staged = [path for path in tmp_path.rglob("*") if path.is_file() and "staging" in path.parts]
        assert len(staged) == 1
        for days, left in ((29, (1, 1)), (31, (0, 0))):
            later = utc_now() + timedelta(days=days)
            async with office.database.writing() as session:
                await jobs.forget_loose_files(session, now=later)
            await jobs.drop_pieces(office.database, office.blobs, now=later)
            [a01, b02] = (await enterprise.page())["problems"]
            assert (len(a01["loose_files"]), sum(path.exists() for path in staged)) == left
            assert len(b02["submissions"][0]["files"]) == 1
        assert (await enterprise.piece("A01", half, PIECE)).json()["code"] == "upload_out_of_step"

    at_the_enterprise(sqlite_url, tmp_path, story)
