"""Photo files as phones make them, drawn here: a red corner tells which way is up."""

import io
import struct
import zlib

import pillow_heif
from PIL import ExifTags, Image, ImageDraw

RED, BLUE = (220, 30, 30), (30, 60, 200)
# What each EXIF orientation asks the viewer to do, undone: applied to an upright picture it gives the stored pixels.
STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def upright(width: int = 600, height: int = 400) -> Image.Image:
    """Blue, with a red block in the top left corner."""
    image = Image.new("RGB", (width, height), BLUE)
    ImageDraw.Draw(image).rectangle((0, 0, width // 4, height // 4), fill=RED)
    return image


def a_jpeg(width: int = 600, height: int = 400, *, orientation: int = 1, has_position: bool = False) -> bytes:
    """A JPEG whose pixels lie as the camera was held; shown right it is `width` x `height`."""
    image = upright(width, height)
    turn = STORED[orientation]
    stored = image if turn is None else image.transpose(turn)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    if has_position:
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
        gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLatitude] = "N", (34.0, 45.0, 30.5)
        gps[ExifTags.GPS.GPSLongitudeRef], gps[ExifTags.GPS.GPSLongitude] = "E", (113.0, 40.0, 12.25)
    return encoded(stored, "JPEG", exif=exif.tobytes(), quality=90)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    """The bytes of a file of that kind."""
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def a_heic(width: int = 128, height: int = 96) -> bytes:
    """A small HEIC: encoding a big one takes many seconds."""
    target = io.BytesIO()
    pillow_heif.from_pillow(upright(width, height)).save(target, quality=60)
    return target.getvalue()


def a_png_that_claims(width: int, height: int) -> bytes:
    """A few hundred bytes that unpack into width x height pixels."""

    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packed = zlib.compress(b"\0" * 100_000, 9)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", packed) + part(b"IEND", b"")


def opened(data: bytes) -> Image.Image:
    """The picture in the bytes."""
    return Image.open(io.BytesIO(data))


def is_upright(image: Image.Image) -> bool:
    """The red block is in the top left corner and nowhere else."""
    width, height = image.size
    corners = [(3, 3), (width - 4, 3), (3, height - 4), (width - 4, height - 4)]
    reds = [image.convert("RGB").getpixel(corner)[0] > 150 for corner in corners]
    return reds == [True, False, False, False]
