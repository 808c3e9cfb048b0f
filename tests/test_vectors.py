"""The golden files that phone and server must agree on; vitest reads the same ones."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from suicha.feed.rules import chain_break
from suicha.inspections.rules.manifest import build_manifest
from suicha.inspections.rules.merge import Registers, state_root_of
from suicha.inspections.rules.replay import Replay
from suicha.kit.canonical import NotCanonical, canonical_json, strict_json
from suicha.kit.digest import sha256_hex
from suicha.kit.workdays import Calendar, add_working_days, deadline, first_working_day_after
from suicha.sync.rules.checks import APPLIED, fact_of
from suicha.sync.rules.envelope import Unusable, read_item, read_stored

VECTORS = Path(__file__).parent / "vectors"


def cases(name: str, part: str = "cases") -> list[Any]:
    told = json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))
    return [pytest.param(case, id=case["about"]) for case in told[part]]


def facts(raws: list[str]) -> list[Any]:
    return [fact_of(read_stored(raw, sha256_hex(raw)), APPLIED) for raw in raws]


@pytest.mark.parametrize("case", cases("canonical_json"))
def test_canonical_form(case: dict[str, Any]) -> None:
    assert canonical_json(case["value"]) == case["canonical"]
    assert sha256_hex(case["canonical"]) == case["sha256"]


@pytest.mark.parametrize("case", cases("canonical_json", "texts"))
def test_which_texts_are_malformed(case: dict[str, Any]) -> None:
    try:
        strict_json(case["raw"])
        may_stand = True
    except NotCanonical:
        may_stand = False
    assert may_stand is case["valid"]


@pytest.mark.parametrize("case", cases("feed_chain"))
def test_where_a_chain_breaks(case: dict[str, Any]) -> None:
    entries = [(entry["pos"], entry["raw"], entry["hash"]) for entry in case["entries"]]
    breaks = [chain_break("insp:x", entries[:n]) is not None for n in range(1, len(entries) + 1)]
    assert (breaks.index(True) + 1 if True in breaks else None) == case["broken_at"]


@pytest.mark.parametrize("case", cases("state_root"))
def test_heads_conflicts_and_state_root(case: dict[str, Any]) -> None:
    ops = facts(case["ops"])
    registers = Registers(ops)
    heads = {
        f"{item}/{field}": [head.op_id for head in registers.heads((item, field))] for item, field in registers.all()
    }
    assert heads == case["heads"]
    assert [f"{item}/{field}" for item, field in registers.in_conflict()] == case["conflicts"]
    assert state_root_of(ops) == state_root_of(list(reversed(ops))) == case["state_root"]


@pytest.mark.parametrize("case", cases("manifest"))
def test_manifests(case: dict[str, Any]) -> None:
    text = build_manifest(
        facts(case["ops"]),
        scope=case["scope"],
        n=case["n"],
        edition_hash=case["edition"],
        prev_manifest=case["prev_manifest"],
    )
    assert text == case["manifest"]
    assert sha256_hex(text) == case["manifest_hash"]


@pytest.mark.parametrize("case", cases("late"))
def test_decisions_on_late_records(case: dict[str, Any]) -> None:
    replay = Replay(strict_json(case["judged"][0]["op"])["scope"], ("", ""))
    for pos, judged in enumerate(case["judged"], 2):
        op = strict_json(judged["op"])
        more = {"op_hash": sha256_hex(judged["op"]), "actor": op["actor"], "received_at": op["t"]["wall"]}
        replay.take(pos, "op.judged", judged | more)
    found = {op_id: decided.decision and decided.decision.value for op_id, decided in replay.cases.items()}
    assert found == case["decisions"]


@pytest.mark.parametrize("case", cases("ops"))
def test_wire_items(case: dict[str, Any]) -> None:
    try:
        replica = json.loads(case["raw"])["replica"]
    except (ValueError, TypeError, KeyError):
        replica = "0192a000-0000-7000-8000-000000000701"
    told = read_item({"raw": case["raw"], "hash": case["hash"]}, replica=replica)
    assert (told.code if isinstance(told, Unusable) else "ok") == case["verdict"]


@pytest.mark.parametrize("case", cases("workdays"))
def test_terms(case: dict[str, Any], calendar_2026: Calendar) -> None:
    start = date.fromisoformat(case["start"])
    if case["fn"] == "deadline":
        day = deadline(start, case["value"], case["unit"], calendar_2026)
    elif case["fn"] == "add_working_days":
        day = add_working_days(start, case["value"], calendar_2026)
    else:
        day = first_working_day_after(start, calendar_2026)
    assert (day.on.isoformat(), day.is_uncertain) == (case["on"], case["uncertain"])


@pytest.fixture
def calendar_2026() -> Calendar:
    told = json.loads((VECTORS / "workdays.json").read_text(encoding="utf-8"))["calendar"]
    return Calendar(
        frozenset(map(date.fromisoformat, told["days_off"])),
        frozenset(map(date.fromisoformat, told["extra_workdays"])),
        frozenset(told["known_years"]),
    )
