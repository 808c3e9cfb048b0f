"""Reads `texts.yaml`: titles, prefixes and standing lines of the documents."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from suicha.documents.rules import Kind, LegalLine, printable

_FILE = Path(__file__).with_name("texts.yaml")


@cache
def _texts() -> dict[str, Any]:
    source: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return source


def title_of(kind: Kind) -> str:
    """The document's name as it stands on top of it."""
    return str(_texts()["kinds"][kind.value]["title"])


def prefix_of(kind: Kind) -> str:
    """What stands before the year in its number."""
    return str(_texts()["kinds"][kind.value]["prefix"])


def standing_lines() -> dict[str, list[str]]:
    """The lines that templates may print, by the place where they stand; unverified ones are left out here."""
    return {
        place: printable(LegalLine(line["text"], needs_check=line["verify"]) for line in lines)
        for place, lines in _texts()["lines"].items()
    }
