"""Papers from the visit on: long ones, a bureau's own templates, what is missing, codes, and printing again."""

import asyncio
import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from suicha.documents import actions
from suicha.documents.errors import DocumentFactsMissing, FactsNotKept, TemplateInvalid
from suicha.documents.render import render
from suicha.documents.rules import CODE_SIGNS, Kind, check_entered, code_of, in_groups, read_code
from suicha.documents.tables import Document
from suicha.documents.texts import prefix_of, standing_lines, title_of
from suicha.infra.blobs import FolderBlobs
from suicha.kit.digest import sha256_hex

from .after_facts import AGENCY, a_photo, a_service, a_signature, a_site_record, a_summary, an_order, pictures
from .facts import FACTS
from .test_actions import tell
from .test_render import text_of

NOW = datetime(2026, 11, 27, 6, tzinfo=UTC)
CODE = "0123-4567-89AB-CDEF-GHJK"


@pytest.fixture(scope="module")
def long_record() -> Iterator[bytes]:
    """Forty photos and so many items that the record has thirty pages."""
    yield render(Kind.SITE_RECORD, a_site_record(items=230), now=NOW, pictures=pictures())


def test_a_record_of_thirty_pages_with_forty_photos_opens_without_a_warning(long_record: bytes, tmp_path: Path) -> None:
    pages = PdfReader(BytesIO(long_record)).pages
    assert len(pages) >= 30
    photos = {sha256_hex(image.data) for page in pages[-10:] for image in page.images}
    assert len(photos) == 39, "one of the forty has not come from the phone"
    (tmp_path / "long.pdf").write_bytes(long_record)
    drawn = subprocess.run(["pdftoppm", "-r", "20", "-png", "long.pdf", "page"], cwd=tmp_path, capture_output=True,
                           text=True, check=True)  # fmt: skip
    assert (drawn.stdout, drawn.stderr) == ("", "")
    assert len(list(tmp_path.glob("page-*.png"))) == len(pages)


def test_its_text_can_be_searched_and_every_page_can_be_checked_by_itself(long_record: bytes) -> None:
    texts = ["".join(page.extract_text().split()) for page in PdfReader(BytesIO(long_record)).pages]
    whole = "".join(texts)
    for words in (
        "消防通道净宽不足一米",
        "拒绝签名",
        "见证人：示例见证人01",
        "原图尚未从设备传到服务器",
        "证40",
        "检查项229",
    ):
        assert words in whole, words
    assert [n for n, text in enumerate(texts, start=1) if CODE not in text] == []
    assert [n for n, text in enumerate(texts, start=1) if "5e" * 32 not in text] == []


def test_its_fonts_are_embedded_subsets(long_record: bytes) -> None:
    fonts = [font.get_object() for page in PdfReader(BytesIO(long_record)).pages
             for font in page["/Resources"]["/Font"].values()]  # fmt: skip
    names = {str(font["/BaseFont"]) for font in fonts}
    # A tag of six capitals marks a subset (ISO 32000-1, 9.6.4).
    assert all(re.fullmatch(r"/[A-Z]{6}\+NotoSansSC.*", name) for name in names), names
    for font in fonts:
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & descriptor.keys()


def test_the_order_says_all_that_it_must() -> None:
    text = text_of(render(Kind.ORDER, an_order(), now=NOW))
    for words in ("经检查，发现存在下列9项问题", "自本通知书送达之日起7个工作日内",
                  "2027年1月8日前（该年度放假安排尚未公布，日期待确认）",
                  "立即采取措施消除隐患",
                  "《中华人民共和国消防法》第十六条", "陈述、申辩", "逾期不改正的", "怎样提交整改证明",
                  "证据：证1、证2", AGENCY):  # fmt: skip
        assert words in text, words


def test_a_summary_lists_every_visit() -> None:
    text = text_of(render(Kind.SUMMARY, a_summary(), now=NOW))
    assert "发现问题757个" in text
    assert [n for n in range(1, 132) if f"ZZ-2026-{n:03d}" not in text] == []


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A bureau's folder of templates."""
    folder = tmp_path / "own"
    folder.mkdir()
    monkeypatch.setenv("SUICHA_TEMPLATES_DIR", str(folder))
    return folder


def test_a_bureaus_template_takes_the_place_of_ours(own: Path) -> None:
    (own / "service.typ").write_text(
        '#import "common.typ": *\n#show: paper\n示例局自己的送达回证 #facts.number', encoding="utf-8"
    )
    assert "示例局自己的送达回证送达〔2026〕7号" in text_of(render(Kind.SERVICE, a_service(), now=NOW))
    assert "怎样提交整改证明" in text_of(render(Kind.ORDER, an_order(), now=NOW))


def test_a_bureaus_words_are_mixed_with_ours(own: Path) -> None:
    (own / "texts.yaml").write_text(
        "kinds: {order: {prefix: 示责改字}}\n"
        "lines: {order_report: [{text: 请到示例局窗口提交。, verify: false}, {text: 未核对的话, verify: true}]}\n",
        encoding="utf-8",
    )
    assert (prefix_of(Kind.ORDER), title_of(Kind.ORDER), prefix_of(Kind.NOTICE)) == (
        "示责改字", "责令限期改正通知书", "检通")  # fmt: skip
    assert standing_lines()["order_report"] == ["请到示例局窗口提交。"]
    assert standing_lines()["duties"]


@pytest.mark.parametrize("content", ['#set text(font: "No Such Font")\nx', '#import "/etc/passwd"', "#(", "\xff\x00"])
def test_a_broken_template_is_named_and_breaks_nothing_else(own: Path, content: str) -> None:
    (own / "service.typ").write_bytes(content.encode("latin-1"))
    with pytest.raises(TemplateInvalid) as refused:
        render(Kind.SERVICE, a_service(), now=NOW)
    assert refused.value.facts["templates"] == ["service.typ"]
    for kind in set(Kind) - {Kind.SERVICE}:
        assert render(kind, FACTS[kind], now=NOW, pictures={"signature.png": a_signature()}).startswith(b"%PDF")


@pytest.mark.parametrize(
    "content", ["kinds: [", "- 1", "kinds: {order: 3}", "lines: {nowhere: []}", "lines: {duties: [{}]}"]
)
def test_words_of_another_form_are_refused_by_name(own: Path, content: str) -> None:
    (own / "texts.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(TemplateInvalid) as refused:
        title_of(Kind.ORDER)
    assert refused.value.facts["templates"] == ["texts.yaml"]


def test_what_was_not_entered_is_named_with_the_place_to_enter_it() -> None:
    facts = an_order(agency=None, enterprise={"name": "示例物业", "uscc": ""})
    facts["problems"][1] = {**facts["problems"][1], "due": ""}
    with pytest.raises(DocumentFactsMissing) as refused:
        check_entered(Kind.ORDER, facts)
    assert refused.value.facts["missing"] == [
        "机关名称（抽查任务的牵头部门，或服务器设置 SUICHA_AGENCY）",
        "统一社会信用代码（名录库）",
        "整改期限",
    ]


def test_a_notice_without_its_agency_is_not_printed() -> None:
    with pytest.raises(DocumentFactsMissing, match="机关名称"):
        check_entered(Kind.NOTICE, {**FACTS[Kind.NOTICE], "agency": None})


def test_a_code_is_read_as_people_type_it() -> None:
    code = code_of(bytes(range(40)))
    assert set(code) <= set(CODE_SIGNS)
    assert read_code(in_groups(code)) == read_code(f" {code.lower()} ") == code
    assert read_code("oi23 4567 89ab cdef ghjl") == "0123456789ABCDEFGHJ1"
    for wrong in ("", "0123", in_groups(code) + "0", "U" * 20, "检" * 20):
        assert read_code(wrong) is None


def test_a_paper_can_be_printed_again_byte_for_byte(database_url: str, tmp_path: Path) -> None:
    shown = {"signature.png": a_signature(), "photo1.jpg": a_photo(1)}
    facts = {name: fact for name, fact in a_site_record(photos=1).items() if name != "facts_digest"}

    async def story(session: object, blobs: FolderBlobs) -> None:
        number = await actions.next_number(session, Kind.SITE_RECORD, now=NOW)  # type: ignore[arg-type]
        row = await actions.make_document(
            session, blobs, number, facts, about="inspection:x", jurisdiction="410105", by=None, now=NOW,  # type: ignore[arg-type]
            pictures=shown,
        )  # fmt: skip
        assert actions.pictures_of(row) == ["photo1.jpg", "signature.png", "signature.png", "signature.png"]
        again = await actions.render_again(row, pictures=shown)
        assert sha256_hex(again) == row.sha256
        text = text_of(again)
        assert in_groups(row.code or "") in text
        assert (row.facts_sha256 or "") in text
        assert "草稿" not in text

    tell(database_url, tmp_path, story)  # type: ignore[arg-type]


def test_a_paper_from_before_facts_were_kept_says_so() -> None:
    row = Document(kind="notice", year=2026, n=1, number="检通〔2026〕1号", title="", about="", jurisdiction="",
                   sha256="", size_bytes=0, made_at=NOW)  # fmt: skip
    with pytest.raises(FactsNotKept):
        asyncio.run(actions.render_again(row))
