"""Reads `texts.yaml`: titles, prefixes and standing lines of the documents; a bureau may bring a file of its own."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from suicha.documents.errors import TemplateInvalid
from suicha.documents.rules import Kind, LegalLine, printable
from suicha.infra.settings import settings_from_environment

BUILT_IN = Path(__file__).parent / "templates"


def template_folders() -> list[Path]:
    """Where templates are, the bureau's own last: a file there takes the place of ours of the same name."""
    own = settings_from_environment().templates_dir
    return [BUILT_IN, *([own] if own else [])]


def _texts() -> dict[str, Any]:
    """Ours, with the bureau's words in place of those that it changes: a kind's title or prefix, the lines of a place.

    Raises TemplateInvalid where its file is not of the same form.
    """
    built_in = _read(BUILT_IN / "texts.yaml")
    own = settings_from_environment().templates_dir
    path = own / "texts.yaml" if own else None
    if path is None or not path.is_file():
        return built_in
    try:
        return _mixed(built_in, yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except (yaml.YAMLError, UnicodeError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise TemplateInvalid(f"texts.yaml 的格式不正确：{error}", templates=["texts.yaml"]) from error


def _mixed(built_in: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    unknown = [name for part in ("kinds", "lines") for name in own.get(part, {}) if name not in built_in[part]]
    if unknown:
        raise ValueError(f"没有 {'、'.join(unknown)}")
    kinds = {
        kind: {name: str(own.get("kinds", {}).get(kind, {}).get(name, word)) for name, word in words.items()}
        for kind, words in built_in["kinds"].items()
    }
    lines = {
        place: [{"text": str(line["text"]), "verify": bool(line["verify"])} for line in found]
        for place, found in (built_in["lines"] | own.get("lines", {})).items()
    }
    return {"kinds": kinds, "lines": lines}


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
