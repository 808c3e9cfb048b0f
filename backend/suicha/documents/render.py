"""The only door to the typesetter: a template's name and facts in, the bytes of a PDF out.

Facts travel as JSON through `sys.inputs`, so no text of theirs is ever read as source. The output is PDF/A-2b, which
embeds every font and refuses a character that no font can draw; a family that is not there is a warning, and every
warning is an error here. The same facts at the same instant give the same bytes.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
import typst

from suicha.documents.errors import FontsMissing, GlyphMissing
from suicha.documents.rules import Kind, checked_facts
from suicha.documents.texts import standing_lines, title_of

_HERE = Path(__file__).parent
FONT_DIR = _HERE / "fonts"
TEMPLATE_DIR = _HERE / "templates"
FAMILY, WEIGHTS = "Noto Sans SC", {400, 700}
_UNDRAWABLE = re.compile(r'the text `"(.*?)"` could not be displayed')


def render(kind: Kind, facts: Mapping[str, Any], *, now: datetime) -> bytes:
    """Typeset one document; raises FontsMissing or GlyphMissing. It blocks: call it in a thread of its own."""
    inputs = {
        "facts": json.dumps(checked_facts(kind, facts), ensure_ascii=False, sort_keys=True),
        "texts": json.dumps(standing_lines() | {"title": title_of(kind)}, ensure_ascii=False, sort_keys=True),
        "qr": _qr_svg(str(facts["qr"])) if facts.get("qr") else "",
    }
    try:
        pdf, warnings = typst.compile_with_warnings(
            TEMPLATE_DIR / f"{kind.value}.typ",
            root=TEMPLATE_DIR,
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs=inputs,
            timestamp=int(now.timestamp()),
            pdf_standards="a-2b",
        )
    except typst.TypstError as error:
        raise _refusal(error) from error
    if warnings:
        raise RuntimeError(f"{kind}: {'; '.join(str(warning.message) for warning in warnings)}")
    return bytes(pdf)


@cache
def _fonts() -> typst.Fonts:
    # Neither the machine's fonts nor the typesetter's own: what prints must not depend on where it runs.
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONT_DIR])
    if {font.weight for font in fonts.fonts() if font.family == FAMILY} != WEIGHTS:
        raise FontsMissing("请管理员在服务器上运行 make build 安装文书字体")
    return fonts


def _refusal(error: typst.TypstError) -> Exception:
    found = _UNDRAWABLE.search(error.message)
    if found:
        return GlyphMissing(f"“{found.group(1)}”中有字体不支持的字，请改用通用字形", text=found.group(1))
    return RuntimeError(f"{error.message}\n{error.diagnostic}")


def _qr_svg(text: str) -> str:
    out = BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=0, xmldecl=False)
    return out.getvalue().decode()
