"""Pictures for people out of whatever phones and strangers send."""

import contextlib
import random
import secrets
import time

import pytest
from PIL import ExifTags, Image

from suicha.evidence.errors import ImageBroken, ImageFormatRefused, ImageTooLarge
from suicha.evidence.images import make_pictures
from tests.evidence.photos import a_heic, a_jpeg, a_png_that_claims, encoded, is_upright, opened, upright


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_shown_upright_once(orientation):
    pictures = make_pictures(a_jpeg(600, 400, orientation=orientation))
    assert (pictures.width, pictures.height) == (600, 400)
    for picture in (pictures.view, pictures.thumb):
        image = opened(picture.data)
        assert image.width > image.height
        assert is_upright(image)
        assert image.getexif().get(ExifTags.Base.Orientation, 1) == 1


def test_the_position_stays_in_the_original():
    original = a_jpeg(has_position=True)
    assert opened(original).getexif().get_ifd(ExifTags.IFD.GPSInfo)
    pictures = make_pictures(original)
    for picture in (pictures.view, pictures.thumb):
        assert not opened(picture.data).getexif()
        assert b"Exif" not in picture.data


def test_a_viewing_copy_has_at_most_2000_pixels_and_a_thumbnail_320():
    pictures = make_pictures(a_jpeg(4000, 3000))
    assert (pictures.width, pictures.height) == (4000, 3000)
    assert (pictures.view.width, pictures.view.height) == (2000, 1500)
    assert (pictures.thumb.width, pictures.thumb.height) == (320, 240)
    assert opened(pictures.view.data).size == (2000, 1500)


def test_a_small_picture_is_not_blown_up():
    assert (make_pictures(a_jpeg(200, 100)).view.width) == 200


def test_a_48_megapixel_photo_works():
    photo = a_jpeg(8064, 6048, orientation=6)
    began = time.monotonic()
    pictures = make_pictures(photo)
    assert (pictures.width, pictures.height) == (8064, 6048)
    assert max(pictures.view.width, pictures.view.height) == 2000
    assert is_upright(opened(pictures.view.data))
    assert time.monotonic() - began < 20


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_other_formats_of_phones_work(kind):
    assert is_upright(opened(make_pictures(encoded(upright(), kind)).view.data))


def test_a_heic_works():
    pictures = make_pictures(a_heic(128, 96))
    assert (pictures.view.width, pictures.view.height) == (128, 96)
    assert is_upright(opened(pictures.view.data))


def test_a_photo_with_several_pictures_in_one_file_works():
    two = encoded(upright(), "MPO", save_all=True, append_images=[upright(100, 100)])
    assert is_upright(opened(make_pictures(two).view.data))


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "CMYK", "I;16"])
def test_every_colour_mode_is_shown(mode):
    image = upright().convert("I").convert("I;16") if mode == "I;16" else upright().convert(mode)
    data = encoded(image, "JPEG" if mode == "CMYK" else "PNG")
    assert make_pictures(data).view.width == 600


def test_what_is_transparent_becomes_white():
    clear = Image.new("RGBA", (50, 50), (0, 0, 0, 0))
    assert opened(make_pictures(encoded(clear, "PNG")).view.data).getpixel((25, 25)) == (255, 255, 255)


@pytest.mark.parametrize("shape", [(3000, 1), (1, 3000), (1, 1)])
def test_extreme_shapes_do_not_break_it(shape):
    assert make_pictures(encoded(upright(*shape), "JPEG")).width == shape[0]


def test_a_truncated_photo_is_called_broken():
    with pytest.raises(ImageBroken):
        make_pictures(a_jpeg(1200, 900)[:-3000])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not an image at all",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\xff\xd8\xff" + secrets.token_bytes(500),
        b"\0\0\0\x18ftypheic" + secrets.token_bytes(500),
        encoded(upright(50, 50), "GIF"),
        encoded(upright(50, 50), "BMP"),
        encoded(upright(50, 50), "TIFF"),
    ],
    ids=["empty", "text", "svg", "renamed.jpg", "renamed.heic", "gif", "bmp", "tiff"],
)
def test_what_is_no_photo_is_refused(data):
    with pytest.raises((ImageFormatRefused, ImageBroken)):
        make_pictures(data)


@pytest.mark.parametrize("shape", [(40_000, 30_000), (65_000, 65_000), (11_000, 11_000)])
def test_a_bomb_is_refused_before_it_is_unpacked(shape):
    began = time.monotonic()
    with pytest.raises(ImageTooLarge) as refusal:
        make_pictures(a_png_that_claims(*shape))
    assert refusal.value.facts["max_pixels"] == 120_000_000
    assert time.monotonic() - began < 1


def test_a_small_bomb_is_called_broken():
    with pytest.raises(ImageBroken):
        make_pictures(a_png_that_claims(5000, 5000))


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_damaged_exif_is_no_reason_to_show_nothing():
    exif = b"Exif\0\0II*\0\x08\0\0\0\x05\0" + b"\xff" * 40
    data = encoded(upright(), "JPEG", exif=exif)
    assert is_upright(opened(make_pictures(data).view.data))


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("seed", range(30))
def test_flipped_bytes_give_a_picture_or_a_refusal_and_nothing_else(seed):
    dice = random.Random(seed)
    data = bytearray(a_jpeg(300, 200, orientation=6, has_position=True))
    for _ in range(20):
        data[dice.randrange(len(data))] = dice.randrange(256)
    with contextlib.suppress(ImageBroken, ImageFormatRefused, ImageTooLarge):
        make_pictures(bytes(data))
