"""Is this file what it says, and nothing more? For files of people without an account: hostile until proven otherwise.

By content alone, never by name: pictures of four formats whose structure holds and whose pixels are few enough, and
PDF without anything that acts by itself. It blocks and takes processor time: call it in a thread.
"""

import contextlib
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pypdf
from PIL import ExifTags, Image
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from suicha.evidence.rules import content_type_of

PDF = "application/pdf"
# What a phone's camera gives, with room to spare; a picture that unpacks into half a gigabyte must not be taken.
MOST_PIXELS = 60_000_000
# No camera makes these as big as that, and they can only be unpacked whole.
MOST_WHOLE_PIXELS = {"PNG": 25_000_000, "WEBP": 25_000_000}
MOST_PDF_OBJECTS, MOST_PDF_PAGES = 20_000, 300
_FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
# PDF 1.7 (ISO 32000-1), 7.11.4 and 12.6.4: what runs, starts or carries something else.
_ACTIVE = frozenset({"/JavaScript", "/JS", "/Launch", "/EmbeddedFile", "/EmbeddedFiles", "/RichMedia", "/XFA",
                     "/ImportData", "/SubmitForm", "/GoToR", "/GoToE", "/Movie", "/Sound", "/Rendition"})  # fmt: skip
# What happens when a file is opened may lead to a place in it and nowhere else.
_HARMLESS_ON_OPENING = frozenset({"/GoTo"})
# Shorter ones turn up by chance in the compressed bytes of a scan; the objects are searched for those.
_LEAST_NAME = 5
_NAME = re.compile(rb"/[^\x00\t\n\f\r ()<>\[\]{}/%]{1,60}")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")


class FileRefused(Exception):
    """Why a file is not taken, as a stable word and in Chinese."""

    def __init__(self, reason: str, words: str) -> None:
        """Take both."""
        super().__init__(words)
        self.reason = reason
        self.words = words


@dataclass(frozen=True)
class Checked:
    """What a file is, and what a picture says of itself."""

    content_type: str
    facts: dict[str, Any] = field(default_factory=dict)


def check_file(path: Path, *, only: frozenset[str] | None = None) -> Checked:
    """The type and facts of a file that may be kept; raises FileRefused."""
    with path.open("rb") as file:
        head = file.read(1024)
    kind = PDF if head.startswith(b"%PDF-") else content_type_of(head[:32])
    if kind == PDF and (only is None or PDF in only):
        return _check_pdf(path)
    if not kind.startswith("image/") or (only is not None and kind not in only):
        raise FileRefused("wrong_format", "只能上传照片（JPEG、PNG、WebP、HEIC）或者 PDF 文件")
    return _check_picture(path, kind)


def _check_picture(path: Path, kind: str) -> Checked:
    try:
        if kind == "image/png":
            # The structure and every checksum before anything is unpacked.
            with Image.open(path, formats=_FORMATS) as image:
                _check_size(image)
                image.verify()
        with Image.open(path, formats=_FORMATS) as image:
            width, height = _check_size(image)
            facts = _facts_of(image)
            image.draft("RGB", (max(1, width // 8), max(1, height // 8)))
            image.load()
    except FileRefused:
        raise
    except Exception as error:
        # Decoders meet hostile bytes with OSError, SyntaxError, ValueError, struct.error and more.
        raise FileRefused("broken", "图片打不开，请重新拍摄或者换一个文件") from error
    return Checked(kind, facts | {"width": width, "height": height})


def _check_size(image: Image.Image) -> tuple[int, int]:
    width, height = image.size
    if width * height > MOST_WHOLE_PIXELS.get(image.format or "", MOST_PIXELS):
        raise FileRefused("too_many_pixels", f"图片太大（{width}×{height} 像素），请用手机相机的普通照片")
    if getattr(image, "n_frames", 1) > 1 and image.format != "HEIF":
        raise FileRefused("moving_picture", "不能上传动图，请上传普通照片")
    return width, height


def _facts_of(image: Image.Image) -> dict[str, Any]:
    """Testimony of the picture about itself; damaged EXIF is as good as none."""
    facts: dict[str, Any] = {"has_exif": False}
    with contextlib.suppress(Exception):
        exif = image.getexif()
        details = exif.get_ifd(ExifTags.IFD.Exif)
        facts["has_exif"] = bool(exif)
        taken = details.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)
        for name, value in (
            ("taken", taken),
            ("software", exif.get(ExifTags.Base.Software)),
            ("make", exif.get(ExifTags.Base.Make)),
            ("model", exif.get(ExifTags.Base.Model)),
            ("changed", exif.get(ExifTags.Base.DateTime)),
        ):
            if isinstance(value, str) and value.strip("\0 "):
                facts[name] = value.strip("\0 ")[:80]
        facts |= _position_of(exif.get_ifd(ExifTags.IFD.GPSInfo))
    return facts


def _position_of(gps: dict[int, Any]) -> dict[str, str]:
    """Decimal degrees as text, where the picture carries a position that can be one."""
    with contextlib.suppress(Exception):
        lat = _degrees(gps[ExifTags.GPS.GPSLatitude], gps.get(ExifTags.GPS.GPSLatitudeRef, "N") == "S")
        lon = _degrees(gps[ExifTags.GPS.GPSLongitude], gps.get(ExifTags.GPS.GPSLongitudeRef, "E") == "W")
        if abs(lat) <= 90 and abs(lon) <= 180 and (lat, lon) != (0, 0):  # noqa: PLR2004 - the globe
            return {"lat": f"{lat:.6f}", "lon": f"{lon:.6f}"}
    return {}


def _degrees(parts: Any, is_negative: bool) -> float:  # noqa: FBT001 - one place calls it
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    return -value if is_negative else value


def _check_pdf(path: Path) -> Checked:
    _check_names(path)
    try:
        reader = pypdf.PdfReader(path, strict=False)
        if reader.is_encrypted:
            raise FileRefused("locked", "PDF 设有密码，请取消密码后再上传")
        if len(reader.pages) > MOST_PDF_PAGES:
            raise FileRefused("too_many_pages", f"PDF 超过 {MOST_PDF_PAGES} 页，请拆分后上传")
        pages = len(reader.pages)
        _walk(reader)
    except FileRefused:
        raise
    except RecursionError as error:
        raise FileRefused("broken", "PDF 打不开，请重新生成后上传") from error
    except Exception as error:
        raise FileRefused("broken", "PDF 打不开，请重新生成后上传") from error
    if pages == 0:
        raise FileRefused("broken", "PDF 没有内容")
    return Checked(PDF, {"pages": pages})


def _check_names(path: Path) -> None:
    """Names that stand outside of streams, however they are spelled (`/J#61vaScript`)."""
    rest = b""
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            window = rest + piece
            for found in _NAME.finditer(window):
                name = _ESCAPE.sub(lambda m: bytes([int(m.group(1), 16)]), found.group()).decode("latin-1")
                if len(name) >= _LEAST_NAME:
                    _refuse_if_active(name)
            rest = window[-64:]


def _refuse_if_active(name: str) -> None:
    if name in _ACTIVE:
        raise FileRefused("active_pdf", "PDF 中含有脚本、附件或者自动动作，不能上传")


def _refuse_if_sudden(name: str, value: Any) -> None:
    """What acts when a file or a page is opened, whoever wrote it."""
    if name not in ("/OpenAction", "/AA"):
        return
    action = value.get_object() if isinstance(value, IndirectObject) else value
    if isinstance(action, DictionaryObject) and (name == "/AA" or action.get("/S") not in _HARMLESS_ON_OPENING):
        _refuse_if_active("/Launch")


def _walk(reader: pypdf.PdfReader) -> None:
    """Every object that can be reached, those inside of object streams too."""
    todo: list[Any] = [reader.trailer]
    seen: set[tuple[int, int]] = set()
    count = 0
    while todo:
        value = todo.pop()
        count += 1
        if count > MOST_PDF_OBJECTS * 10 or len(seen) > MOST_PDF_OBJECTS:
            raise FileRefused("too_complex", "PDF 结构过于复杂，请重新生成后上传")
        if isinstance(value, IndirectObject):
            place = (value.idnum, value.generation)
            if place in seen:
                continue
            seen.add(place)
            value = value.get_object()
        if isinstance(value, (DictionaryObject, StreamObject)):
            for name, inner in value.raw_items() if hasattr(value, "raw_items") else dict.items(value):
                _refuse_if_active(str(name))
                _refuse_if_sudden(str(name), inner)
                if isinstance(inner, str) and inner.startswith("/"):
                    _refuse_if_active(str(inner))
                todo.append(inner)
        elif isinstance(value, ArrayObject):
            todo.extend(list.__iter__(value))
