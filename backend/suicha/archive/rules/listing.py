"""The first file of a bundle: which others there are, with size and digest, in the order in which they follow.

It holds nothing that cannot be checked against something else, and nothing of the hour at which it was written:
the same visit gives the same bytes.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from suicha.kit.canonical import NotCanonical, canonical_json, strict_json
from suicha.kit.ids import is_sha256_text

LISTING = "manifest.json"
KIND, VERSION = "inspection-bundle", 1
MOST_FILES = 20_000
MOST_TEXT_BYTES = 256 * 1024 * 1024
MOST_BYTES = 4 * 1024**3 - 1

# Small ASCII letters, at most two folders, no name that begins with a dot: nothing that could leave a folder.
_NAME = re.compile(r"(?:[a-z0-9][a-z0-9_-]{0,79}/){0,2}[a-z0-9][a-z0-9_-]{0,99}(?:\.[a-z0-9]{1,8})?")


@dataclass(frozen=True)
class Listed:
    """One file of a bundle."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Listing:
    """The visit, and its files in order."""

    scope: str
    files: tuple[Listed, ...]


def is_plain_name(name: str) -> bool:
    """True for a name that a bundle may hold."""
    return _NAME.fullmatch(name) is not None


def listing_text(listing: Listing) -> str:
    """The canonical text of the listing."""
    files = [{"name": file.name, "sha256": file.sha256, "size": file.size} for file in listing.files]
    return canonical_json({"suicha": KIND, "v": VERSION, "scope": listing.scope, "files": files})


def read_listing(raw: bytes) -> Listing:
    """Read it again; raises ValueError with a sentence for everything that `listing_text` would not write."""
    try:
        said: dict[str, Any] = strict_json(raw)
        if said["suicha"] != KIND or said["v"] != VERSION:
            raise ValueError(f"{LISTING} is not that of a bundle in version {VERSION}")
        listing = Listing(
            str(said["scope"]), tuple(Listed(str(f["name"]), str(f["sha256"]), int(f["size"])) for f in said["files"])
        )
    except (NotCanonical, KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{LISTING} cannot be read: {error}") from error
    if listing_text(listing).encode() != raw:
        raise ValueError(f"{LISTING} is not in its canonical form")
    wrong = wrong_names(file.name for file in listing.files) or [
        file.name for file in listing.files if not is_sha256_text(file.sha256) or file.size < 0
    ]
    if wrong:
        raise ValueError(f"{LISTING} names what a bundle cannot hold: {wrong[0][:100]!r}")
    return listing


def wrong_names(names: Iterable[str]) -> list[str]:
    """Names that a bundle must not hold, and those that stand there twice."""
    seen: set[str] = set()
    wrong = []
    for name in names:
        if not is_plain_name(name) or name in seen:
            wrong.append(name)
        seen.add(name)
    return wrong
