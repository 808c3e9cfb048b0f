"""From YAML to the bytes that are hashed, and what a bad file is told."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from suicha.checklists.errors import CalendarInvalid, EditionInvalid
from suicha.checklists.loader import LoadedEdition, calendar_facts, read_calendar, read_editions
from suicha.kit.canonical import canonical_json, strict_json
from suicha.kit.digest import sha256_hex

CHECKLISTS = Path(__file__).parents[2] / "checklists"
EDITION = "property-service-ref-27/v1.yaml"

# Visits and signatures stand on this hash. If this test fails, the published file was edited: undo that, and write v2.
REFERENCE_27_V1 = "54160dc77c2b19b4b0d9864e24bb22ab8e6c9e8405610f91295dc967356630c0"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CHECKLISTS, tmp_path / "checklists"))


def _reference_27(folder: Path) -> LoadedEdition:
    [edition] = [e for e in read_editions(folder) if e.id == "property-service-ref-27/v1"]
    return edition


def test_the_reference_edition_is_the_one_that_was_published() -> None:
    edition = _reference_27(CHECKLISTS)
    assert edition.hash == REFERENCE_27_V1
    assert sha256_hex(edition.raw) == edition.hash
    assert canonical_json(strict_json(edition.raw)) == edition.raw


def test_the_reference_edition_holds_what_the_domain_facts_say() -> None:
    wire = json.loads(_reference_27(CHECKLISTS).raw)
    items = wire["items"]
    bases = [basis for item in items for basis in item["legal_basis"]]
    assert len(items) == 27
    assert [sum(i["group"] == g for i in items) for g in "ABCDEFGHI"] == [2, 4, 3, 6, 5, 3, 2, 1, 1]
    assert [sum(i["severity"] == s for i in items) for s in ("major", "serious", "minor")] == [8, 10, 9]
    assert sum(i["photo_required_on_fail"] for i in items) == 21
    assert sum(i["na_allowed"] for i in items) == 9
    assert (len(bases), sum(not basis["verified"] for basis in bases)) == (78, 28)
    assert [i["code"] for i in items if not any(b["verified"] for b in i["legal_basis"])] == ["C03"]
    assert len(wire["outcome_categories"]) == 8


def test_every_client_sees_one_shape() -> None:
    wire = json.loads(_reference_27(CHECKLISTS).raw)
    assert len({frozenset(item) for item in wire["items"]}) == 1
    assert {frozenset(b) for i in wire["items"] for b in i["legal_basis"]} == {
        frozenset({"law", "article", "note", "verified", "only_high_rise"})
    }


def test_comments_and_layout_do_not_change_the_hash(folder: Path) -> None:
    path = folder / EDITION
    path.write_text("# a remark\n" + path.read_text().replace("items:\n", "items:\n\n"))
    assert _reference_27(folder).hash == REFERENCE_27_V1


def _replace(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new, 1)


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        (_replace("severity: minor", "severity: 一般"), "severity"),
        (_replace("unit: working_days, imm", "unit: 工作日, imm"), "unit"),
        (_replace("value: 15", "value: 1.5"), "value"),
        (_replace("    group: A\n", "    group: Z\n"), "group Z"),
        (_replace("refer_to: 市场监管", "refer_to: 某局"), "某局"),
        (_replace("code: A02", "code: A01"), "two items have one code"),
        (_replace("version: 1", "version: 2"), "file name"),
        (_replace("    na_when: 无相应设施设备\n", ""), "na_when"),
        (_replace("status: reference", "status: published"), "published_by"),
        (_replace("    title: 营业执照有效", "    titel: 营业执照有效"), "titel"),
        (_replace("    group: A\n", "    group: A\n    group: B\n"), "stands twice"),
        (_replace("items:\n", "items: [\n"), "v1.yaml"),
    ],
)
def test_a_bad_file_is_refused_with_its_name_and_the_place(
    folder: Path, damage: Callable[[str], str], complaint: str
) -> None:
    path = folder / EDITION
    text = path.read_text()
    path.write_text(damage(text))
    assert path.read_text() != text
    with pytest.raises(EditionInvalid) as caught:
        read_editions(folder)
    assert complaint in str(caught.value)
    assert EDITION in str(caught.value)


def test_the_calendar_knows_2026_only() -> None:
    facts = calendar_facts(read_calendar(CHECKLISTS))
    assert facts["known_years"] == [2026]
    assert len(facts["days_off"]) == 3 + 9 + 3 + 5 + 3 + 3 + 7
    assert facts["extra_workdays"] == [
        "2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('to: "2026-01-03"', 'to: "2025-12-31"'),
        ('"2026-01-04", "2026-02-14"', '"2026-01-05", "2026-02-14"'),
        ('"2026-01-04", "2026-02-14"', '"2026-01-03", "2026-02-14"'),
        ('to: "2026-01-03"', 'to: "2026-02-30"'),
        ("year: 2026", "year: 2027"),
        ("year: 2026", "jahr: 2026"),
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused(folder: Path, old: str, new: str) -> None:
    path = folder / "calendars" / "cn-2026.yaml"
    text = path.read_text()
    path.write_text(text.replace(old, new, 1))
    assert path.read_text() != text
    with pytest.raises(CalendarInvalid, match=r"cn-2026\.yaml"):
        read_calendar(folder)
