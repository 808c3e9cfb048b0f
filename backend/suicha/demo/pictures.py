"""A handful of drawn test pictures, each plainly labelled 示例照片; made by tests/demo/draw_pictures.py."""

from datetime import datetime
from functools import cache
from io import BytesIO
from pathlib import Path

from PIL import ExifTags, Image, ImageOps

from suicha.demo.dice import roll

_ASSETS = Path(__file__).parent / "assets"

WIDTH, HEIGHT = 1024, 768

NAMES = ("courtyard", "corridor", "e_bikes", "fire_cabinet", "lift", "notice_board", "papers", "pump_room")

_BY_ITEM = {"E04": "corridor", "E05": "e_bikes", "F03": "pump_room"}
_BY_GROUP = {"B": "notice_board", "E": "fire_cabinet", "F": "lift", "G": "courtyard"}


def picture_for(item_code: str) -> str:
    """The name of the picture that suits an item."""
    return _BY_ITEM.get(item_code) or _BY_GROUP.get(item_code[0], "papers")


def picture_bytes(name: str, *, mark: str) -> bytes:
    """The JPEG with `mark` as a comment inside, so that every visit has bytes of its own, as real photos would be."""
    picture = _asset(name)
    comment = mark.encode()[:60_000]
    # A comment segment may stand right after the start-of-image marker (ITU-T T.81, B.2.4.5).
    return picture[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + picture[2:]


@cache
def _asset(name: str) -> bytes:
    return (_ASSETS / f"{name}.jpg").read_bytes()


def picture_after(name: str, mark: str, *, taken: datetime | None) -> bytes:
    """What an enterprise's phone might have taken of the same place afterwards; `taken` stands in its metadata.

    Another part of the picture each time, so that no two look alike.
    """
    left, top = 40 + roll(160, "left", mark), 70 + roll(90, "top", mark)
    box = (left, top, left + WIDTH - 240 - roll(120, "width", mark), top + HEIGHT - 220 - roll(60, "height", mark))
    with Image.open(BytesIO(_asset(name))) as opened:
        image = ImageOps.mirror(opened.convert("RGB")).crop(box)
    exif = Image.Exif()
    if taken:
        exif[ExifTags.Base.Make] = "示例手机"
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken.strftime("%Y:%m:%d %H:%M:%S")
    out = BytesIO()
    image.save(out, "JPEG", quality=80, exif=exif)
    return out.getvalue()
