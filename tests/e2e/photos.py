"""Photo files as phones make them: EXIF position, a turned sensor, and corners that tell which way is up."""

import io
from datetime import datetime
from pathlib import Path

from PIL import ExifTags, Image
from pillow_heif import register_heif_opener

# Upright, a picture has these corners: top left, top right, bottom left, bottom right.
RED, GREEN, BLUE, YELLOW = (200, 30, 30), (30, 160, 40), (30, 60, 200), (220, 200, 30)
CORNERS = (RED, GREEN, BLUE, YELLOW)
TURNED_RIGHT = 6  # the sensor lay on its side: to be turned 90 degrees clockwise before looking
_TO_SENSOR = {1: None, 3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}


def make_jpeg(
    path: Path,
    *,
    size: tuple[int, int] = (1200, 1600),
    orientation: int = TURNED_RIGHT,
    position: tuple[float, float] = (34.7512, 113.6521),
    taken: datetime | None = None,
    mark: int = 0,
) -> Path:
    """A photo that is `size` when seen upright; `mark` makes its bytes differ from those of other photos."""
    picture = _corners(size, mark)
    turn = _TO_SENSOR[orientation]
    stored = picture.transpose(turn) if turn is not None else picture
    stored.save(path, "JPEG", quality=88, exif=_exif(orientation, position, taken))
    return path


def make_heic(path: Path, *, size: tuple[int, int] = (320, 240), mark: int = 0) -> Path:
    """A small HEIC, as an iPhone sends it; Chromium cannot show it."""
    register_heif_opener()
    _corners(size, mark).save(path, "HEIF", quality=60)
    return path


def make_broken(path: Path, *, mark: int = 0) -> Path:
    """The first part of a photo: what a card that was pulled out too early leaves behind."""
    whole = make_jpeg(path, mark=mark).read_bytes()
    path.write_bytes(whole[: len(whole) // 3])
    return path


def is_upright(image: bytes) -> bool:
    """True when the corners are where they belong."""
    with Image.open(io.BytesIO(image)) as opened:
        picture = opened.convert("RGB")
    w, h = picture.size
    spots = [(w // 4, h // 4), (3 * w // 4, h // 4), (w // 4, 5 * h // 8), (3 * w // 4, 5 * h // 8)]
    return all(is_close(picture.getpixel(spot), corner) for spot, corner in zip(spots, CORNERS, strict=True))


def is_close(pixel: object, wanted: tuple[int, int, int]) -> bool:
    """True when two colours are the same to a careless eye."""
    assert isinstance(pixel, tuple | list)
    return all(abs(int(a) - b) < 60 for a, b in zip(pixel, wanted, strict=False))


def _corners(size: tuple[int, int], mark: int) -> Image.Image:
    w, h = size
    picture = Image.new("RGB", size)
    for i, colour in enumerate(CORNERS):
        x, y = (i % 2) * (w // 2), (i // 2) * (h // 2)
        picture.paste(colour, (x, y, x + w - w // 2, y + h - h // 2))
    for bit in range(12):
        if mark >> bit & 1:
            picture.paste((0, 0, 0), (8 * bit, 0, 8 * bit + 8, 8))
    return picture


def _exif(orientation: int, position: tuple[float, float], taken: datetime | None) -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Make] = "Camera"
    moment = (taken or datetime(2026, 11, 20, 10, 30)).strftime("%Y:%m:%d %H:%M:%S")  # noqa: DTZ001 - EXIF has no zone
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = moment
    lat, lon = position
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps |= {1: "N" if lat >= 0 else "S", 2: _degrees(lat), 3: "E" if lon >= 0 else "W", 4: _degrees(lon)}
    exif[ExifTags.IFD.GPSInfo] = gps
    return exif


def _degrees(value: float) -> tuple[float, float, float]:
    minutes, degrees = (abs(value) % 1) * 60, int(abs(value))
    return float(degrees), float(int(minutes)), round(minutes % 1 * 60, 3)
