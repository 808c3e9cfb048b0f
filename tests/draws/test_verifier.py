"""The single file that strangers check a record with: what it says and what it refuses."""

import ast
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from suicha.draws.verifier import verify_draw
from suicha.draws.verifier.verify_draw import canonical, check, run, sha256
from tests.draws.instances import a_pool, a_replacement_pool

Json = dict[str, Any]
PROGRAM = Path(verify_draw.__file__)
VECTORS = sorted((Path(__file__).parents[2] / "docs" / "draw-vectors").glob("*.json"))
SECRETS = {"抽取主持人01": "00112233445566778899aabbccddeeff", "监督员01": "0123456789abcdef"}

ROOMY = 1848
"""A pool that gives a result whatever the seed: twelve sites, three teams, no own district, fourteen recusals."""


def a_record(pool: Json | None = None, **changes: Any) -> Json:
    """An official record with its ceremony; `changes` to its members come before the seals."""
    record = {
        "format": "suicha-draw/1",
        "purpose": "official",
        "pool": (pool or a_pool(ROOMY)) | {"number": 1},
        "randomness": {
            "method": "ceremony",
            "commitments": [{"official": one, "commitment": ""} for one in sorted(SECRETS)],
            "public": {"source": "现场掷骰", "value": "3 5 1 6"},
            "secrets": [{"official": one, "secret": SECRETS[one]} for one in sorted(SECRETS)],
        },
    }
    if record["pool"]["format"] == "suicha-replacement-pool/1":
        record["format"] = "suicha-replacement/1"
    return sealed(record | changes)


def sealed(record: Json) -> Json:
    """Make every hash anew, and the result where there is none: what a careful forger would do."""
    record["pool_digest"] = sha256(canonical(record["pool"]))
    for one in record["randomness"].get("commitments", []):
        parts = (record["pool_digest"], one["official"], SECRETS.get(one["official"], ""))
        one["commitment"] = sha256("suicha-commitment/1", *parts)
    record["seed"] = sha256(canonical({"pool": record["pool_digest"], "randomness": record["randomness"]}))
    if "result" not in record:
        record["result"] = run(record["pool"], record["seed"])
    return digested(record)


def digested(record: Json) -> Json:
    body = {name: value for name, value in record.items() if name != "digest"}
    return body | {"digest": sha256(canonical(body))}


def steps(record: Json) -> list[str]:
    return [one.step for one in check(canonical(record).encode())]


def program(path: Path) -> subprocess.CompletedProcess[str]:
    """The program alone: another folder, no packages, no environment."""
    command = [sys.executable, "-I", "-S", str(PROGRAM), str(path)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", cwd="/", env={}, check=False)


def test_it_reads_as_python_3_9_and_needs_the_standard_library_only() -> None:
    tree = ast.parse(PROGRAM.read_text(), feature_version=(3, 9))
    names = [
        one.module if isinstance(one, ast.ImportFrom) else one.names[0].name
        for one in tree.body
        if "Import" in type(one).__name__
    ]
    assert {str(one).split(".")[0] for one in names} <= {*sys.stdlib_module_names}


@pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
def test_the_worked_vectors_pass(path: Path) -> None:
    told = program(path)
    assert (told.returncode, told.stderr) == (0, "")
    assert json.loads(path.read_bytes())["digest"] in told.stdout


def test_a_difference_is_told_with_step_member_and_both_values(tmp_path: Path) -> None:
    record = a_record()
    record["result"]["visits"][1]["team"] += 1
    path = tmp_path / "record.json"
    path.write_text(canonical(digested(record)))
    told = program(path)
    assert told.returncode == 1
    assert told.stderr == ""
    line, recorded, expected = told.stdout.splitlines()[1:4]
    assert line == "步骤「重算」 result.visits[1].team"
    assert int(recorded.split()[-1]) == int(expected.split()[-1]) + 1


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0",
        b"\xff\xfe{}",
        b"\xef\xbb\xbf{}",
        b"{}",
        b"[]",
        b"null",
        b'"x"',
        b"1e999",
        b"NaN",
        b"1" * 5_000,
        b"-" * 50,
        b"[" * 200_000,
        b'{"a":' * 200_000,
        b"[" * 900 + b"]" * 900,
        b'{"a":1,"a":1}',
        b'"\\ud800"',
        b'{"format":[]}',
        b'{"format":{"a":[]},"purpose":null}',
        b"\x1b[2J",
    ],
    ids=range(20),
)
def test_whatever_is_no_record_is_refused_with_a_sentence(raw: bytes, tmp_path: Path) -> None:
    [found] = check(raw)
    assert found.step in ("读取", "结构")
    path = tmp_path / "record.json"
    path.write_bytes(raw)
    told = program(path)
    assert (told.returncode, told.stderr) == (1, "")
    assert "Traceback" not in told.stdout and "\x1b" not in told.stdout


@pytest.mark.parametrize("path", ["/", "/no/such/file", "/dev/zero"])
def test_whatever_is_no_file_of_a_sensible_size_is_refused(path: str) -> None:
    told = program(Path(path))
    assert (told.returncode, told.stderr) == (1, "")
    assert told.stdout.startswith("核验未通过")


@pytest.mark.parametrize("odd", [None, True, -1, 2**53 - 1, "", "x", [], {}, [[]], [{}], {"method": []}], ids=repr)
def test_any_member_of_any_other_kind_is_found(odd: Any) -> None:
    def members(value: Any) -> list[tuple[Any, Any]]:
        pairs = list(value.items()) if isinstance(value, dict) else list(enumerate(value))
        return [(value, key) for key, _ in pairs[:4]] + [
            found for _, inner in pairs[:4] if isinstance(inner, (dict, list)) for found in members(inner)
        ]

    record = a_record()
    for owner, key in [*members(record), *members(record["pool"]), *members(record["randomness"])]:
        before = owner[key]
        owner[key] = odd
        if odd != before or type(odd) is not type(before):
            assert check(canonical(record).encode()), (key, odd)
        owner[key] = before
    assert check(canonical(record).encode()) == []


def test_every_byte_more_less_or_otherwise_written_is_found() -> None:
    text = canonical(a_record())
    same = json.loads(text)
    for other in (text + "\n", " " + text, "\ufeff" + text, json.dumps(same), json.dumps(same, ensure_ascii=False)):
        assert check(other.encode()), other[:30]
    for old, new in [
        ("物", "\\u7269"),
        ("\\u001f", "\\u001F"),
        (":0,", ":-0,"),
        (":0,", ":0.0,"),
        ("掷骰", "掷骰e\u0301"),
    ]:
        assert old in text
        assert check(text.replace(old, new, 1).encode()), new
    assert check(text.encode()) == []


def _swap_sites(record: Json) -> None:
    sites = record["pool"]["sites"]
    sites[0], sites[1] = sites[1], sites[0]


def _drop_ratio(record: Json) -> None:
    record["pool"]["rules"]["ratios"].pop()


def _repeat_site(record: Json) -> None:
    record["pool"]["sites"].insert(0, record["pool"]["sites"][0])


def _unknown_enterprise(record: Json) -> None:
    record["pool"]["sites"][0]["enterprise"] = "unknown"


def _one_official(record: Json) -> None:
    for name in ("commitments", "secrets"):
        record["randomness"][name] = record["randomness"][name][:1]


def _one_official_twice(record: Json) -> None:
    for name in ("commitments", "secrets"):
        record["randomness"][name] = [record["randomness"][name][0]] * 2


def _hidden_secret(record: Json) -> None:
    record["randomness"]["secrets"].pop()


def _typed_but_official(record: Json) -> None:
    record["randomness"] = {"method": "text", "text": "随便"}


def _ceremony_but_rehearsal(record: Json) -> None:
    record["purpose"] = "rehearsal"


def _no_number(record: Json) -> None:
    record["pool"]["number"] = 0


@pytest.mark.parametrize(
    ("forge", "step"),
    [
        (_swap_sites, "名单"),
        (_drop_ratio, "名单"),
        (_repeat_site, "名单"),
        (_unknown_enterprise, "名单"),
        (_one_official, "随机性"),
        (_one_official_twice, "随机性"),
        (_hidden_secret, "随机性"),
        (_typed_but_official, "随机性"),
        (_ceremony_but_rehearsal, "随机性"),
        (_no_number, "随机性"),
    ],
)
def test_a_forger_who_makes_every_hash_anew_is_found(forge: Callable[[Json], None], step: str) -> None:
    record = a_record()
    forge(record)
    assert step in steps(sealed(record))


@pytest.mark.parametrize(("member", "step"), [("pool_digest", "名单摘要"), ("seed", "种子"), ("digest", "记录摘要")])
def test_a_wrong_hash_is_told_by_its_step(member: str, step: str) -> None:
    record = a_record() | {member: "0" * 64}
    assert step in steps(record if member == "digest" else digested(record))


def test_a_secret_that_does_not_match_its_commitment_is_found() -> None:
    record = a_record()
    record["randomness"]["secrets"][0]["secret"] = "f" * 32
    bound = {"pool": record["pool_digest"], "randomness": record["randomness"]}
    record["seed"] = sha256(canonical(bound))
    record["result"] = run(record["pool"], record["seed"])
    assert steps(digested(record)) == ["随机性"]


def test_true_is_not_one() -> None:
    record = a_record()
    place = next(n for n, one in enumerate(record["result"]["visits"]) if one["team"] == 1)
    record["result"]["visits"][place]["team"] = True
    assert steps(digested(record)) == ["重算"]


def test_a_replacement_is_recomputed_and_a_chosen_one_is_found() -> None:
    pool = next(
        one
        for one in map(a_replacement_pool, range(99))
        if len(one["candidates"]) > 5 and not one["recusals"] and one["rules"]["cross"] == "off"
    )
    record = a_record(pool)
    assert steps(record) == []
    record["result"]["chosen"] = record["result"]["able"][1]
    [found] = check(canonical(digested(record)).encode())
    assert (found.step, found.path) == ("重算", "result.chosen")
