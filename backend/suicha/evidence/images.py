"""Pictures for people, made from originals that stay as they are. The only place that unpacks images.

Whatever a phone sends is hostile until it has been unpacked: formats by an allow-list, pixels counted before they
are unpacked, and whatever a decoder raises has one of our names. Position and other EXIF stay in the original.
"""

import contextlib
import io
from dataclasses import dataclass

import pillow_heif
from PIL import ExifTags, Image, UnidentifiedImageError

from suicha.evidence.errors import ImageBroken, ImageFormatRefused, ImageTooLarge
from suicha.evidence.rules import MAX_BLOB_BYTES, MAX_PIXELS, THUMB_EDGE, VIEW_EDGE

FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
# EXIF orientation -> what puts the picture upright; from 5 on it lay on its side.
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
SIDEWAYS = frozenset({5, 6, 7, 8})
VIEW_QUALITY, THUMB_QUALITY = 85, 78

pillow_heif.register_heif_opener(thumbnails=False)
# We count the pixels ourselves right after opening: Pillow's own limit is lower, and warns instead of refusing.
Image.MAX_IMAGE_PIXELS = None


@dataclass(frozen=True)
class Picture:
    """A JPEG without EXIF."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True)
class Pictures:
    """What is made from one original; `width` and `height` are the original's, upright."""

    width: int
    height: int
    view: Picture
    thumb: Picture


def make_pictures(data: bytes) -> Pictures:
    """Viewing copy and thumbnail; raises ImageFormatRefused, ImageTooLarge or ImageBroken."""
    if len(data) > MAX_BLOB_BYTES:
        raise ImageTooLarge(bytes=len(data), max_bytes=MAX_BLOB_BYTES)
    try:
        with _opened(data) as image:
            return _made_from(image)
    except (ImageFormatRefused, ImageTooLarge):
        raise
    except Exception as error:
        # Decoders meet hostile bytes with OSError, SyntaxError, ValueError, EOFError, struct.error and more.
        raise ImageBroken(f"{type(error).__name__}: {error}"[:160]) from error


def reduced(data: bytes, edge: int) -> bytes | None:
    """A JPEG for paper, upright, at most `edge` pixels long; None for what cannot be shown. It blocks."""
    with contextlib.suppress(Exception), _opened(data) as image:
        orientation = _orientation_of(image)
        _unpack_reduced(image)
        image.thumbnail((edge, edge), Image.Resampling.LANCZOS)
        return _jpeg(_turned(_on_white(image), orientation), THUMB_QUALITY, None).data
    return None


def _opened(data: bytes) -> Image.Image:
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError as error:
        raise ImageFormatRefused from error
    if image.width * image.height > MAX_PIXELS:
        raise ImageTooLarge(width=image.width, height=image.height, max_pixels=MAX_PIXELS)
    return image


def _made_from(image: Image.Image) -> Pictures:
    width, height = image.size
    orientation = _orientation_of(image)
    _unpack_reduced(image)
    profile = image.info.get("icc_profile") if image.mode in {"RGB", "L"} else None
    image.thumbnail((VIEW_EDGE, VIEW_EDGE), Image.Resampling.LANCZOS)
    # Turned once, here; the copies carry no EXIF, so that no viewer turns them a second time.
    view = _turned(_on_white(image), orientation)
    thumb = view.copy()
    thumb.thumbnail((THUMB_EDGE, THUMB_EDGE), Image.Resampling.LANCZOS)
    if orientation in SIDEWAYS:
        width, height = height, width
    return Pictures(width, height, _jpeg(view, VIEW_QUALITY, profile), _jpeg(thumb, THUMB_QUALITY, profile))


def _orientation_of(image: Image.Image) -> int:
    """The EXIF orientation, 1 when there is none; damaged EXIF is no reason to show nothing."""
    with contextlib.suppress(Exception):
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    return 1


def _turned(image: Image.Image, orientation: int) -> Image.Image:
    turn = TURNS.get(orientation)
    return image if turn is None else image.transpose(turn)


def _unpack_reduced(image: Image.Image) -> None:
    """Let the JPEG decoder skip what is thrown away: four times faster.

    It halves and never goes below the asked size, and the box must have the picture's own shape.
    """
    if image.format in {"JPEG", "MPO"}:
        scale = VIEW_EDGE / max(image.size)
        image.draft("RGB", (max(int(image.width * scale), 1), max(int(image.height * scale), 1)))
    image.load()


def _on_white(image: Image.Image) -> Image.Image:
    """RGB; what was transparent becomes white, as on paper."""
    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        rgba = image.convert("RGBA")
        flat = Image.new("RGB", image.size, "white")
        flat.paste(rgba, mask=rgba.getchannel("A"))
        return flat
    return image.convert("RGB")


def _jpeg(image: Image.Image, quality: int, profile: bytes | None) -> Picture:
    target = io.BytesIO()
    image.save(target, "JPEG", quality=quality, optimize=True, icc_profile=profile, exif=b"")
    return Picture(target.getvalue(), image.width, image.height)
