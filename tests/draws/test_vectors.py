"""The vectors that Python, the script and the browser share are what the code gives today."""

import json

import pytest

from suicha.draws.rules.record import record_bytes
from suicha.draws.rules.verify import verify_record
from tests.draws import vectors


def test_the_shared_file_is_fresh():
    assert vectors.SHARED.read_text(encoding="utf-8") == vectors.shared_text()


@pytest.mark.parametrize("name", ["1-rehearsal", "2-ceremony", "3-replacement"])
def test_the_worked_files_are_fresh_and_sound(name):
    raw = (vectors.WORKED / f"{name}.json").read_bytes()
    assert raw == record_bytes(vectors.worked()[name])
    assert verify_record(raw).is_sound
    assert not verify_record(raw + b"\n").is_sound


def test_the_text_walks_through_what_the_code_does():
    text = vectors.DOCUMENT.read_text(encoding="utf-8")
    assert vectors.HEADING + text.split(vectors.HEADING)[1] == vectors.worked_text()


def test_every_record_among_them_is_sound():
    told = json.loads(vectors.SHARED.read_text(encoding="utf-8"))
    records = [one["record"].encode() for one in told if "record" in one]
    assert len(records) > 20
    assert all(verify_record(raw).is_sound for raw in records)
