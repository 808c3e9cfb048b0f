"""Reads the top folder checklists/: YAML in, checked against its schema, canonical wire JSON out.

`python -m suicha.checklists.loader FOLDER` checks a folder and lists what it holds.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator

from suicha.checklists.errors import CalendarInvalid, EditionInvalid
from suicha.checklists.rules.written import wire_score, wire_scoring, wrong_with_points
from suicha.kit.canonical import canonical_json
from suicha.kit.digest import sha256_hex
from suicha.kit.errors import DomainError
from suicha.kit.workdays import SATURDAY, Calendar

try:
    from yaml import CSafeLoader as _SafeLoader
except ImportError:  # a PyYAML built without libyaml: the same, ten times slower
    from yaml import SafeLoader as _SafeLoader  # type: ignore[assignment]

Fault = Callable[[str], DomainError]


@dataclass(frozen=True)
class LoadedEdition:
    """An edition as read from its file: `hash` is the SHA-256 of `raw`, the bytes that phones get."""

    id: str
    checklist: str
    version: int
    name: str
    status: str
    raw: str
    hash: str


def read_editions(folder: Path) -> list[LoadedEdition]:
    """Every `<checklist>/v<version>.yaml` of the folder; raises EditionInvalid for the first bad one."""
    schema = (folder / "schema.json").read_text(encoding="utf-8")
    editions = [
        _read_edition(path.parent.name, path.stem, path.read_bytes(), schema) for path in folder.glob("*/v*.yaml")
    ]
    return sorted(editions, key=lambda edition: (edition.checklist, edition.version))


# Checking takes a tenth of a second for each file, and the same bytes give the same edition.
@lru_cache(maxsize=64)
def _read_edition(checklist: str, stem: str, content: bytes, schema: str) -> LoadedEdition:
    def fault(text: str) -> DomainError:
        return EditionInvalid(f"{checklist}/{stem}.yaml: {text}")

    source = _checked_yaml(content, _validator(schema), fault)
    if (checklist, stem) != (source["checklist"], f"v{source['version']}"):
        raise fault("the folder must be the checklist and the file name its version")
    _check_references(source, fault)
    wrong = wrong_with_points(source)
    if wrong:
        raise fault(wrong)
    wire = _wire(source)
    raw = canonical_json(wire)
    return LoadedEdition(
        wire["id"], source["checklist"], source["version"], source["name"], source["status"], raw, sha256_hex(raw)
    )


def _check_references(source: dict[str, Any], fault: Fault) -> None:
    for what, codes in (
        ("items", [item["code"] for item in source["items"]]),
        ("groups", [group["code"] for group in source["groups"]]),
        ("outcome_categories", [category["code"] for category in source["outcome_categories"]]),
    ):
        if len(set(codes)) != len(codes):
            raise fault(f"two {what} have one code")
    groups = {group["code"] for group in source["groups"]}
    departments = {None, *source["refer_departments"]}
    for item in source["items"]:
        if item["group"] not in groups:
            raise fault(f"item {item['code']} is in group {item['group']}, which is not listed")
        if item.get("refer_to") not in departments:
            raise fault(f"item {item['code']} is referred to {item['refer_to']}, which is not in refer_departments")


def _wire(source: dict[str, Any]) -> dict[str, Any]:
    # Members that a file may leave out are null on the wire, so that every client sees one shape.
    return {
        **source,
        "id": f"{source['checklist']}/v{source['version']}",
        "published_by": source.get("published_by"),
        "published_on": source.get("published_on"),
        "items": [_wire_item(item) for item in source["items"]],
        **({"scoring": wire_scoring(source["scoring"])} if "scoring" in source else {}),
    }


def _wire_item(item: dict[str, Any]) -> dict[str, Any]:
    return {
        "na_when": None,
        "refer_to": None,
        "consequence_note": None,
        "readings": [],
        **item,
        "legal_basis": [{"note": None, "only_high_rise": False, **basis} for basis in item["legal_basis"]],
        # Absent, not null: editions without points keep the bytes, and so the hash, that they have always had.
        **({"score": wire_score(item["score"])} if "score" in item else {}),
    }


@cache
def read_calendar(folder: Path) -> Calendar:
    """The calendars of all known years in `<folder>/calendars`; raises CalendarInvalid for the first bad one."""
    validator = _validator((folder / "calendars" / "schema.json").read_text(encoding="utf-8"))
    years = [_read_year(path, validator) for path in sorted((folder / "calendars").glob("*.yaml"))]
    return Calendar(
        days_off=frozenset[date]().union(*(year.days_off for year in years)),
        extra_workdays=frozenset[date]().union(*(year.extra_workdays for year in years)),
        known_years=frozenset[int]().union(*(year.known_years for year in years)),
    )


def _read_year(path: Path, validator: Draft202012Validator) -> Calendar:
    def fault(text: str) -> DomainError:
        return CalendarInvalid(f"calendars/{path.name}: {text}")

    source = _checked_yaml(path.read_bytes(), validator, fault)
    try:
        ranges = [(date.fromisoformat(h["from"]), date.fromisoformat(h["to"])) for h in source["holidays"]]
        extra = frozenset(map(date.fromisoformat, source["extra_workdays"]))
    except ValueError as error:
        raise fault(str(error)) from error
    days_off = frozenset(first + timedelta(days=n) for first, last in ranges for n in range((last - first).days + 1))
    if any(last < first for first, last in ranges) or {day.year for day in days_off | extra} != {source["year"]}:
        raise fault("a day lies outside the year, or a holiday ends before it begins")
    if days_off & extra or any(day.weekday() < SATURDAY for day in extra):
        raise fault("an extra working day must be a Saturday or Sunday and no holiday")
    return Calendar(days_off, extra, frozenset({source["year"]}))


def calendar_facts(calendar: Calendar) -> dict[str, Any]:
    """The calendar as the phone takes it: sorted lists."""
    return {
        "days_off": [day.isoformat() for day in sorted(calendar.days_off)],
        "extra_workdays": [day.isoformat() for day in sorted(calendar.extra_workdays)],
        "known_years": sorted(calendar.known_years),
    }


@cache
def _validator(text: str) -> Draft202012Validator:
    schema = json.loads(text)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def _checked_yaml(content: bytes, validator: Draft202012Validator, fault: Fault) -> dict[str, Any]:
    try:
        # S506 warns of unsafe loaders; this one is the safe loader, and stricter.
        source = yaml.load(content.decode(), Loader=_UniqueKeys)  # noqa: S506
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise fault(str(error)) from error
    for wrong in validator.iter_errors(source):
        raise fault(f"{wrong.json_path}: {wrong.message}")
    document: dict[str, Any] = source
    return document


class _UniqueKeys(_SafeLoader):
    """YAML would let a second `severity:` win without a word; a checklist must not depend on that."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002  PyYAML's signature
        """Refuse a mapping with a key that stands twice."""
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        if len(set(keys)) != len(keys):
            raise yaml.constructor.ConstructorError(None, None, "a key stands twice", node.start_mark)
        return super().construct_mapping(node, deep=deep)


def main() -> int:
    """Check a folder; say what it holds, or what is wrong in one sentence."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "checklists")
    try:
        for edition in read_editions(folder):
            print(f"{edition.id}  {edition.hash}  {edition.name}")
        print("calendars:", *sorted(read_calendar(folder).known_years))
    except (DomainError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
