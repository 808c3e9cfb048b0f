"""Do two pictures show the same? A fingerprint of 128 bits that survives scaling, recompression and small edits.

Two difference hashes over a grey picture of 9 × 9 (Krawetz, "Kind of Like That", 2013): each bit says whether it gets
brighter from one point to the next, to the right and downwards. Equal bits count, so a near copy differs in few.
"""

import io
from itertools import pairwise

from PIL import Image

HASH_BITS = 128
BANDS = 8
_EDGE = 9
# Of 128 bits; unrelated pictures differ in about 64. With eight bands of 16 bits, copies that differ in at most seven
# bits share a band for certain, and those that differ in ten nearly always.
NEAR = 10


def fingerprint(thumb: bytes) -> str | None:
    """32 hexadecimal digits for a thumbnail; None for a picture without any contrast, which resembles everything."""
    with Image.open(io.BytesIO(thumb)) as image:
        small = image.convert("L").resize((_EDGE, _EDGE), Image.Resampling.LANCZOS)
    points = small.tobytes()
    if max(points) - min(points) < 8:  # noqa: PLR2004 - of 256 shades
        return None
    rows = [points[at : at + _EDGE] for at in range(0, _EDGE * _EDGE, _EDGE)]
    columns = list(zip(*rows, strict=True))
    bits = [left < right for line in rows[: _EDGE - 1] for left, right in pairwise(line)]
    bits += [above < below for line in columns[: _EDGE - 1] for above, below in pairwise(line)]
    return f"{int(''.join('1' if bit else '0' for bit in bits), 2):032x}"


def bands_of(hash_: str) -> list[int]:
    """The fingerprint in pieces that a database can look up: near copies have at least one in common."""
    width = len(hash_) // BANDS
    return [int(hash_[at : at + width], 16) for at in range(0, len(hash_), width)]


def distance(one: str, other: str) -> int:
    """In how many of the 128 bits two fingerprints differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()
