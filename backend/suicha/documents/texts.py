"""Reads `texts.yaml`: titles, prefixes and standing lines of the documents; a bureau may bring a file of its own."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from suicha.documents.rules import Kind, LegalLine, printable
from suicha.infra.settings import settings_from_environment

BUILT_IN = Path(__file__).parent / "templates"


def template_folders() -> list[Path]:
    """Where templates are, the bureau's own last: a file there takes the place of ours of the same name."""
    own = settings_from_environment().templates_dir
    return [BUILT_IN, *([own] if own else [])]


def _texts() -> dict[str, Any]:
    own = settings_from_environment().templates_dir
    path = own / "texts.yaml" if own and (own / "texts.yaml").is_file() else BUILT_IN / "texts.yaml"
    return _read(path)


@cache
def _read(path: Path) -> dict[str, Any]:
    source: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
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
