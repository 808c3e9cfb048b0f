"""The same picture is recognised after what messengers and careful hands do to it; different ones are not confused."""

import io
import random

import pytest
from PIL import Image, ImageEnhance

from suicha.evidence.likeness import BANDS, HASH_BITS, NEAR, bands_of, distance, fingerprint
from tests.evidence.photos import encoded


def scene(seed: int) -> Image.Image:
    shades = random.Random(seed)
    small = Image.new("RGB", (16, 12))
    small.putdata([tuple(shades.randrange(256) for _ in range(3)) for _ in range(16 * 12)])
    return small.resize((320, 240), Image.Resampling.BICUBIC)


def hash_of(image: Image.Image, kind: str = "PNG", **options: object) -> str:
    found = fingerprint(encoded(image, kind, **options))
    assert found is not None
    return found


@pytest.mark.parametrize("seed", range(5))
def test_scaling_recompressing_and_brightening_leave_the_fingerprint_near(seed: int) -> None:
    image = scene(seed)
    own = hash_of(image)
    changed = [
        hash_of(image.resize((200, 150))),
        hash_of(image, "JPEG", quality=35),
        hash_of(ImageEnhance.Brightness(image).enhance(1.15)),
        hash_of(ImageEnhance.Contrast(image).enhance(0.85)),
    ]
    assert [one for one in changed if distance(own, one) > NEAR] == []
    # Near copies are found by the database only if they share a band.
    assert [one for one in changed if not set(zip(range(BANDS), bands_of(own), strict=True))
            & set(zip(range(BANDS), bands_of(one), strict=True))] == []  # fmt: skip


def test_eighty_different_pictures_are_told_apart() -> None:
    hashes = [hash_of(scene(seed)) for seed in range(80)]
    least = min(distance(one, other) for at, one in enumerate(hashes) for other in hashes[:at])
    assert least > 2 * NEAR


def test_a_fingerprint_has_eight_bands_of_sixteen_bits() -> None:
    own = hash_of(scene(1))
    assert (len(own) * 4, BANDS, len(bands_of(own))) == (HASH_BITS, 8, 8)
    assert "".join(f"{band:04x}" for band in bands_of(own)) == own


def test_a_picture_without_contrast_resembles_nothing() -> None:
    out = io.BytesIO()
    Image.new("RGB", (64, 64), (120, 120, 120)).save(out, "PNG")
    assert fingerprint(out.getvalue()) is None
