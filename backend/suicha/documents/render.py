"""The only door to the typesetter: a template's name and facts in, the bytes of a PDF out.

Facts travel as JSON through `sys.inputs`, so no text of theirs is ever read as source. The output is PDF/A-2b, which
embeds every font and refuses a character that no font can draw; a family that is not there is a warning, and every
warning is an error here. The same facts at the same instant give the same bytes.
"""

import json
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import segno
import typst

from suicha.documents.errors import FontsMissing, GlyphMissing, TemplateInvalid
from suicha.documents.rules import Kind, checked_facts
from suicha.documents.texts import standing_lines, template_folders, title_of

_HERE = Path(__file__).parent
FONT_DIR = _HERE / "fonts"
FAMILY, WEIGHTS = "Noto Sans SC", {400, 700}
_UNDRAWABLE = re.compile(r'the text `"(.*?)"` could not be displayed')


def render(
    kind: Kind, facts: Mapping[str, Any], *, now: datetime, pictures: Mapping[str, bytes] | None = None
) -> bytes:
    """Typeset one document; raises FontsMissing, GlyphMissing or TemplateInvalid. It blocks: call it in a thread.

    `pictures` are JPEG or PNG bytes by the names under which the facts speak of them.
    """
    inputs = {
        "facts": json.dumps(checked_facts(kind, facts), ensure_ascii=False, sort_keys=True),
        "texts": json.dumps(standing_lines() | {"title": title_of(kind)}, ensure_ascii=False, sort_keys=True),
        "qr": _qr_svg(str(facts["qr"])) if facts.get("qr") else "",
        "check_qr": _qr_svg(str(facts["check_url"])) if facts.get("check_url") else "",
    }
    with _workplace(pictures or {}) as root:
        try:
            pdf, warnings = typst.compile_with_warnings(
                root / f"{kind.value}.typ",
                root=root,
                font_paths=_fonts(),
                ignore_system_fonts=True,
                sys_inputs=inputs,
                timestamp=int(now.timestamp()),
                pdf_standards="a-2b",
            )
        except typst.TypstError as error:
            raise _refusal(kind, error) from error
    if warnings:
        raise _fault(f"{kind.value}.typ", "; ".join(str(warning.message) for warning in warnings))
    return bytes(pdf)


@contextmanager
def _workplace(pictures: Mapping[str, bytes]) -> Iterator[Path]:
    """A folder with our templates, the bureau's own over them, and the pictures; typst reads nothing outside it."""
    with tempfile.TemporaryDirectory(prefix="suicha-document-") as name:
        root = Path(name)
        for folder in template_folders():
            for template in folder.glob("*.typ"):
                shutil.copyfile(template, root / template.name)
        (root / "pictures").mkdir()
        for picture, data in pictures.items():
            (root / "pictures" / picture).write_bytes(data)
        yield root


@cache
def _fonts() -> typst.Fonts:
    # Neither the machine's fonts nor the typesetter's own: what prints must not depend on where it runs.
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONT_DIR])
    if {font.weight for font in fonts.fonts() if font.family == FAMILY} != WEIGHTS:
        raise FontsMissing("请管理员在服务器上运行 make build 安装文书字体")
    return fonts


def _refusal(kind: Kind, error: typst.TypstError) -> Exception:
    found = _UNDRAWABLE.search(error.message)
    if found:
        return GlyphMissing(f"“{found.group(1)}”中有字体不支持的字，请改用通用字形", text=found.group(1))
    return _fault(f"{kind.value}.typ", error.message)


def _fault(template: str, message: str) -> Exception:
    """A bureau hears which of its templates cannot be typeset; a fault in our own is a fault of the program."""
    own = [name for name in (template, "common.typ") if any((at / name).is_file() for at in template_folders()[1:])]
    if own:
        return TemplateInvalid(f"模板文件 {'、'.join(own)} 不能排版：{message}", templates=own)
    return RuntimeError(f"{template}: {message}")


def _qr_svg(text: str) -> str:
    out = BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=0, xmldecl=False)
    return out.getvalue().decode()
