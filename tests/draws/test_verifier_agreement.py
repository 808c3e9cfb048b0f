"""Two programs from one text agree byte for byte, and neither overlooks a changed byte."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from random import Random
from typing import Any

from suicha.draws.errors import DrawInfeasible
from suicha.draws.rules.record import make_record, record_bytes
from suicha.draws.rules.run import run_draw
from suicha.draws.rules.verify import verify_record
from suicha.draws.verifier.verify_draw import NoResult, canonical, check, run, sha256
from tests.draws.instances import a_pool, a_replacement_pool

Json = dict[str, Any]


def _drawn(pool: Json, seed: str) -> str | None:
    try:
        return canonical(run_draw(pool, seed))
    except DrawInfeasible:
        return None


def _recomputed(pool: Json, seed: str) -> str | None:
    try:
        return canonical(run(pool, seed))
    except NoResult:
        return None


def _records(pools: Iterable[Json]) -> Iterator[bytes]:
    """Return the records of those pools that give a result."""
    for pool in pools:
        with suppress(DrawInfeasible):
            yield record_bytes(make_record(pool, {"method": "text", "text": "演练"}, purpose="rehearsal"))


def test_a_thousand_pools_give_the_same_result_or_none() -> None:
    seen = {"drawn": 0, "void": 0}
    for number in range(1_000):
        pool = a_pool(number) if number % 10 else a_replacement_pool(number)
        seed = sha256(str(number))
        result = _recomputed(pool, seed)
        assert result == _drawn(pool, seed), f"pool {number}"
        seen["drawn" if result else "void"] += 1
    assert min(seen.values()) > 300, seen


def test_both_pass_the_same_records() -> None:
    records = [*_records(map(a_pool, range(90))), *_records(map(a_replacement_pool, range(20)))]
    assert len(records) > 25
    assert [check(raw) for raw in records] == [[]] * len(records)
    assert all(verify_record(raw).is_sound for raw in records)


def _overlooked(raw: bytes, places: list[int], masks: list[int]) -> list[tuple[int, int, str]]:
    found = []
    for place in places:
        for mask in masks:
            changed = raw[:place] + bytes([raw[place] ^ mask]) + raw[place + 1 :]
            if not check(changed):
                found.append((place, mask, "verify_draw.py"))
            if verify_record(changed).is_sound:
                found.append((place, mask, "verify_record"))
    return found


def test_no_changed_byte_of_a_small_record_is_overlooked() -> None:
    raw = min(_records(map(a_replacement_pool, range(40))), key=len)
    assert _overlooked(raw, list(range(len(raw))), [0x01, 0x20, 0x80]) == []


def test_no_changed_byte_out_of_a_sample_of_a_large_record_is_overlooked() -> None:
    raw = max(_records(map(a_pool, range(40))), key=len)
    dice = Random(3)
    assert _overlooked(raw, dice.sample(range(len(raw)), 80), [0x01, 0x04]) == []
