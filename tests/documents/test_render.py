"""What comes out of the typesetter."""

from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from suicha.documents import render as door
from suicha.documents.errors import FontsMissing, GlyphMissing
from suicha.documents.render import render
from suicha.documents.rules import Kind, LegalLine, printable
from suicha.documents.texts import BUILT_IN, standing_lines

from .after_facts import a_signature
from .facts import FACTS, a_notice, an_approval

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
A4 = (595, 842)


def text_of(pdf: bytes) -> str:
    """All words of a PDF without white space: lines are broken where they happen to be."""
    return "".join("".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def printed(kind: Kind, *, now: datetime = NOW) -> bytes:
    return render(kind, FACTS[kind], now=now, pictures={"signature.png": a_signature()})


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_is_a4_with_its_title_and_number(kind: Kind) -> None:
    pdf = printed(kind)
    pages = PdfReader(BytesIO(pdf)).pages
    assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in pages} == {A4}
    title = {"approval": "行政检查审批表", "notice": "行政检查通知书", "draw_record": "“双随机”抽取记录",
             "draw_list": "“双随机”抽取结果名单", "site_record": "现场检查笔录", "order": "责令限期改正通知书",
             "service": "送达回证", "recheck_record": "复查记录", "referral": "移送函",
             "summary": "双随机检查情况汇总表"}[kind.value]  # fmt: skip
    assert title in text_of(pdf)
    assert FACTS[kind]["number"] in text_of(pdf)


@pytest.mark.parametrize("kind", Kind)
def test_the_same_facts_at_the_same_instant_give_the_same_bytes(kind: Kind) -> None:
    first = printed(kind)
    assert printed(kind) == first
    assert printed(kind, now=NOW + timedelta(seconds=1)) != first


@pytest.mark.parametrize("kind", Kind)
def test_all_fonts_are_embedded_and_ours(kind: Kind) -> None:
    reader = PdfReader(BytesIO(printed(kind)))
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        descendant = font["/DescendantFonts"][0].get_object()
        descriptor = descendant["/FontDescriptor"].get_object()
        assert "NotoSansSC" in font["/BaseFont"]
        assert {"/FontFile2", "/FontFile3"} & descriptor.keys()


def test_the_approval_lists_every_visit_and_every_person() -> None:
    text = text_of(render(Kind.APPROVAL, an_approval(visits=131), now=NOW))
    assert "131个物业服务项目" in text
    assert [n for n in range(131) if f"示例花园小区{n:03d}" not in text] == []
    assert "执法员甲03" in text
    assert "示例-000503" in text
    assert "不予事先通知：可能影响检查效果" in text
    assert "待确认" in text


def test_an_approval_that_nobody_gave_yet_says_so() -> None:
    text = text_of(render(Kind.APPROVAL, an_approval(approved=None), now=NOW))
    assert "本表尚未批准，不得据此实施检查" in text
    assert "同意" not in text


def test_an_urgent_approval_says_why() -> None:
    text = text_of(render(Kind.APPROVAL, an_approval(is_urgent=True, urgent_reason="群众举报消防通道封堵"), now=NOW))
    assert "群众举报消防通道封堵" in text
    assert "事后补办审批" in text


def test_the_notice_tells_who_when_what_and_which_rights() -> None:
    text = text_of(render(Kind.NOTICE, a_notice(), now=NOW))
    assert "郑州示例物业服务有限公司" in text
    assert "2026年11月24日" in text
    assert "信息公示4项、消防安全6项，共10项" in text
    assert "执法员甲03（执法证号示例-000003）" in text
    assert "协助人员：行业专家03" in text
    assert "有权申请回避" in text


def test_what_nobody_compared_with_the_law_is_not_printed() -> None:
    assert printable([LegalLine("甲", needs_check=True), LegalLine("乙", needs_check=False)]) == ["乙"]
    source = (BUILT_IN / "texts.yaml").read_text(encoding="utf-8")
    assert "国办发〔2024〕54号" in source
    assert "五个严禁" in source
    assert not [line for lines in standing_lines().values() for line in lines if "54号" in line or "五个严禁" in line]
    for kind in Kind:
        text = text_of(printed(kind))
        assert "国办发" not in text
        assert "五个严禁" not in text


@pytest.mark.parametrize(
    "text",
    ['#panic("x")', "$ x $ *粗* `code`", '#import "/etc/passwd"', "\\ @ref <label> //", ']#eval("1")['],
)
def test_facts_are_never_read_as_source(text: str) -> None:
    pdf = render(Kind.NOTICE, a_notice(site={"name": text, "address": text}), now=NOW)
    assert "".join(text.split()) in text_of(pdf)


def test_a_character_without_a_picture_is_named_and_nothing_is_made() -> None:
    with pytest.raises(GlyphMissing) as refusal:
        render(Kind.NOTICE, a_notice(site={"name": "示例𠮷园", "address": ""}), now=NOW)
    assert "𠮷" in str(refusal.value.facts["text"])


def test_an_installation_without_fonts_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(door, "FONT_DIR", tmp_path)
    door._fonts.cache_clear()
    try:
        with pytest.raises(FontsMissing):
            render(Kind.NOTICE, a_notice(), now=NOW)
    finally:
        door._fonts.cache_clear()


def test_a_missing_fact_is_a_fault() -> None:
    with pytest.raises(ValueError, match="site"):
        render(Kind.NOTICE, {name: fact for name, fact in a_notice().items() if name != "site"}, now=NOW)
