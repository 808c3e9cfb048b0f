"""A handful of drawn test pictures, each plainly labelled 示例照片; made by tests/demo/draw_pictures.py."""

from functools import cache
from pathlib import Path

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
