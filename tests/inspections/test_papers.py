"""The papers of a visit over HTTP: made, read by whoever may, checked by anybody, scanned; and typeset again."""

import io
import zipfile
from collections.abc import Awaitable, Callable
from io import BytesIO
from typing import Any

import httpx
import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from suicha.documents import scans
from suicha.documents.errors import DocumentFactsMissing, DocumentNotMade
from suicha.documents.rules import Kind
from suicha.evidence.rules import original_key
from suicha.kit.digest import sha256_hex
from suicha.kit.ids import named_id
from suicha.rectification.rendering import render_paper
from tests.evidence.photos import a_jpeg

from .conftest import Desk
from .field import FieldTeam
from .round import NOW, VISIT

Told = Callable[[Callable[[Desk], Awaitable[None]]], None]
RECORD = f"/api/inspections/{VISIT}/site-record"
JPEG = a_jpeg(1600, 1200)


async def sealed(desk: Desk) -> None:
    """Everything answered, one failure with a photo that has come and one that has not; refused by the enterprise."""
    await desk.app.state.parts.blobs.put(original_key(sha256_hex(JPEG)), JPEG)
    team = await FieldTeam(desk.database).arrive()
    team.set("leader", "_", "arrival", {"lat": "34.75", "lon": "113.65", "acc_m": 12})
    team.answer_all("officer", B02="fail")
    team.set("officer", "B02", "remark", "公示栏缺少收费标准")
    for name, digest in (("p1", sha256_hex(JPEG)), ("p2", "a" * 64)):
        team.make("officer", "photo.add@1", item="B02", body={
            "photo_id": name, "sha256": digest, "size": 10, "mime": "image/jpeg", "w": 4, "h": 3,
            "taken": "2026-11-23T09:05:00+08:00", "gps": {"lat": "34.75", "lon": "113.65", "acc_m": "5"},
            "derivs": []})  # fmt: skip
    await team.sign(await team.seal(), refused={"reason": "对期限有异议", "witness": "示例见证人01"})


async def send(desk: Desk, name: str, path: str, status: int, **more: Any) -> Any:
    async with desk.signed_in(name) as client:
        answer = await client.post(path, **more)
    assert answer.status_code == status, answer.text
    return answer.json()


async def made(desk: Desk) -> dict[str, Any]:
    await sealed(desk)
    await send(desk, "office", RECORD, 201)
    [paper] = await desk.get("office", f"/api/documents/of-visit/{VISIT}")
    return dict(paper)


async def bytes_at(desk: Desk, name: str, path: str) -> httpx.Response:
    async with desk.signed_in(name) as client:
        return await client.get(path)


def text_of(pdf: bytes) -> str:
    return "".join("".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def test_the_record_is_made_by_office_and_leader_and_read_by_the_team(at_the_desk: Told) -> None:
    async def story(desk: Desk) -> None:
        refused = await send(desk, "office", RECORD, 422)
        assert (refused["code"], refused["missing"]) == ("document_facts_missing", ["封存时间（检查还没有封存）"])
        paper = await made(desk)
        assert (paper["kind"], paper["number"], paper["revision"]) == ("site_record", "检录〔2026〕1号", 1)
        assert (await send(desk, "expert", RECORD, 403))["code"] == "not_yours_to_decide"
        await send(desk, "stranger", RECORD, 404)
        again = await send(desk, "leader", RECORD, 201)
        assert (again["number"], again["revision"]) == ("检录〔2026〕1号", 2)
        papers = await desk.get("expert", f"/api/documents/of-visit/{VISIT}")
        assert [(one["revision"], one["is_newest"]) for one in papers] == [(1, False), (2, True)]
        answer = await bytes_at(desk, "expert", f"/api/documents/{paper['id']}")
        text = text_of(answer.content)
        for words in ("现场检查笔录", "公示栏缺少收费标准", "证据：证1、证2",
                      "拒绝签名。理由：对期限有异议见证人：示例见证人01",
                      "北纬34.75，东经113.65，误差12米", "原图尚未从设备传到服务器", paper["code"]):  # fmt: skip
            assert words in text, words
        assert sum(len(page.images) for page in PdfReader(BytesIO(answer.content)).pages) == 1

    at_the_desk(story)


def test_papers_are_there_for_those_who_may_see_the_visit(at_the_desk: Told) -> None:
    async def story(desk: Desk) -> None:
        paper = await made(desk)
        for path in (f"/api/documents/{paper['id']}", f"/api/documents/of-visit/{VISIT}"):
            for name in ("stranger", "district"):
                await desk.get(name, path, 404)
        assert await desk.get("stranger", "/api/documents", about=f"inspection:{VISIT}") == []
        assert len(await desk.get("expert", "/api/documents", about=f"inspection:{VISIT}")) == 1
        for about in ("", "order:x", "draw:1", "inspection:", f"order:{VISIT}"):
            assert await desk.get("expert", "/api/documents", about=about) == []

    at_the_desk(story)


def test_anybody_may_ask_whether_a_paper_is_genuine(at_the_desk: Told) -> None:
    async def story(desk: Desk) -> None:
        paper = await made(desk)
        transport = httpx.ASGITransport(app=desk.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://suicha.test") as anybody:
            answer = await anybody.get(f"/api/public/documents/{paper['code'].lower().replace('-', ' ')}")
            assert answer.status_code == 200
            assert answer.headers["cache-control"] == "public, max-age=60"
            told = answer.json()
            assert (told["kind"], told["number"], told["title"]) == ("site_record", "检录〔2026〕1号", "现场检查笔录")
            assert (told["revision"], told["newest_revision"], told["is_withdrawn"]) == (1, 1, False)
            assert (told["file_sha256"], told["agency"]) == (paper["sha256"], "示例市住房保障和房地产管理局")
            assert set(told) == {"code", "kind", "title", "number", "agency", "made_at", "revision", "newest_revision",
                                 "is_withdrawn", "content_sha256", "file_sha256", "size_bytes"}  # fmt: skip
            await send(desk, "leader", RECORD, 201)
            told = (await anybody.get(f"/api/public/documents/{paper['code']}")).json()
            assert (told["revision"], told["newest_revision"]) == (1, 2)
            for wrong in ("0000-0000-0000-0000-0000", "x", "U" * 20, "%00", "检" * 20):
                answer = await anybody.get(f"/api/public/documents/{wrong}")
                assert answer.status_code == 404
                assert answer.headers["content-type"].startswith("application/problem+json")
                assert answer.json()["title"] == "没有这个核验码对应的文书，请核对后再输入"
            assert (await anybody.get(f"/api/documents/{paper['id']}")).status_code == 401

    at_the_desk(story)


def a_pdf(*, script: bool = False) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    if script:
        action = DictionaryObject(
            {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("1")}
        )
        writer.root_object[NameObject("/OpenAction")] = action
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def a_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("word/document.xml", "x")
    return out.getvalue()


def a_huge_png() -> bytes:
    out = io.BytesIO()
    Image.new("1", (20_000, 10_000)).save(out, "PNG")
    return out.getvalue()


def test_signed_scans_are_kept_beside_the_paper(at_the_desk: Told) -> None:
    async def story(desk: Desk) -> None:
        paper = await made(desk)
        path = f"/api/documents/{paper['id']}/scans"
        pdf = a_pdf()
        scan = await send(desk, "leader", path, 201, files={"file": ("../签字 页.exe", pdf, "image/png")})
        assert (scan["name"], scan["content_type"], scan["sha256"]) == (
            "签字 页.exe.pdf", "application/pdf", sha256_hex(pdf))  # fmt: skip
        assert (await send(desk, "office", path, 201, files={"file": ("a.pdf", pdf)}))["id"] == scan["id"]
        await send(desk, "expert", path, 201, files={"file": ("页.jpeg", JPEG)})
        [listed] = await desk.get("office", f"/api/documents/of-visit/{VISIT}")
        assert [one["name"] for one in listed["scans"]] == ["签字 页.exe.pdf", "页.jpg"]
        answer = await bytes_at(desk, "expert", f"{path}/{scan['id']}")
        assert answer.content == pdf
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in answer.headers["content-security-policy"]
        await send(desk, "stranger", path, 404, files={"file": ("a.pdf", pdf)})
        await desk.get("stranger", f"{path}/{scan['id']}", 404)
        await desk.get("office", f"{path}/{named_id('test', 'no scan')}", 404)

    at_the_desk(story)


HOSTILE = {
    "executable.jpg": (b"MZ" + b"\0" * 4000, "wrong_format"),
    "zip.pdf": (a_zip(), "wrong_format"),
    "svg.png": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "wrong_format"),
    "script.pdf": (a_pdf(script=True), "active_pdf"),
    "pixels.png": (a_huge_png(), "too_many_pixels"),
    "torn.jpg": (JPEG[:200], "broken"),
    "torn.pdf": (b"%PDF-1.7\nnothing", "broken"),
    "empty.pdf": (b"", "wrong_format"),
}


def test_what_is_no_scan_is_refused(at_the_desk: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story(desk: Desk) -> None:
        path = f"/api/documents/{(await made(desk))['id']}/scans"
        for name, (data, reason) in HOSTILE.items():
            refused = await send(desk, "office", path, 422, files={"file": (name, data)})
            assert (name, refused["code"], refused["reason"]) == (name, "scan_not_accepted", reason)
        await send(desk, "office", path, 415, json={})
        await send(desk, "office", path, 201, files={"file": ("a.pdf", a_pdf())})
        monkeypatch.setattr(scans, "MOST_SCANS", 1)
        assert (await send(desk, "office", path, 409, files={"file": ("b.jpg", JPEG)}))["code"] == "scans_full"
        monkeypatch.setattr(scans, "MOST_BYTES", 10)
        assert (await send(desk, "office", path, 413, files={"file": ("a.pdf", a_pdf())}))["code"] == "upload_too_large"
        [listed] = await desk.get("office", f"/api/documents/of-visit/{VISIT}")
        assert [one["name"] for one in listed["scans"]] == ["a.pdf"]

    at_the_desk(story)


def test_a_paper_is_typeset_again_from_its_facts_or_as_a_draft(at_the_desk: Told) -> None:
    async def story(desk: Desk) -> None:
        settings = desk.app.state.parts.settings
        await sealed(desk)
        with pytest.raises(DocumentNotMade):
            await render_paper(settings, Kind.SITE_RECORD, named_id("test", "nothing"), now=NOW)
        with pytest.raises(DocumentNotMade):
            await render_paper(settings, Kind.NOTICE, VISIT, now=NOW)
        pdf, words = await render_paper(settings, Kind.SITE_RECORD, VISIT, now=NOW)
        assert "草稿" in words
        assert "（草稿，未编号）" in text_of(pdf)
        order = (await desk.get("office", "/api/orders", inspection=VISIT))["items"][0]["id"]
        pdf, words = await render_paper(settings, Kind.ORDER, order, now=NOW)
        assert "责令限期改正通知书：草稿" in words
        assert "公示栏缺少收费标准" in text_of(pdf)
        with pytest.raises(DocumentFactsMissing, match="送达日期"):
            await render_paper(settings, Kind.SERVICE, order, now=NOW)
        paper = await send(desk, "office", RECORD, 201)
        for about in (paper["id"], VISIT):
            pdf, words = await render_paper(settings, Kind.SITE_RECORD, about, now=NOW)
            assert sha256_hex(pdf) == paper["sha256"]
            assert words == "现场检查笔录 检录〔2026〕1号，第 1 版，与原文件逐字节相同"

    at_the_desk(story)
