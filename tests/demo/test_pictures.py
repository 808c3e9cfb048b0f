"""The demo's pictures are small JPEG files, and each visit gets bytes of its own."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from suicha.demo import pictures


@pytest.mark.parametrize("name", pictures.NAMES)
def test_a_picture_is_a_small_jpeg_that_carries_its_mark(name: str) -> None:
    data = pictures.picture_bytes(name, mark="DEMO-2026-001/E04/1")
    with Image.open(BytesIO(data)) as image:
        image.load()
        assert (image.format, image.size) == ("JPEG", (pictures.WIDTH, pictures.HEIGHT))
        assert image.info["comment"] == b"DEMO-2026-001/E04/1"
    assert len(data) <= 30 * 1024


def test_other_marks_give_other_bytes() -> None:
    assert pictures.picture_bytes("lift", mark="1") != pictures.picture_bytes("lift", mark="2")


def test_every_picture_is_listed_and_used() -> None:
    files = {path.stem for path in (Path(pictures.__file__).parent / "assets").glob("*.jpg")}
    used = {pictures.picture_for(f"{group}{n:02d}") for group in "ABCDEFGHI" for n in range(1, 7)}
    assert files == set(pictures.NAMES) == used
