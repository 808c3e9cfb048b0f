"""`suicha …` as somebody at a shell meets it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.live import LiveServer


def suicha(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "suicha", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | environ,
        timeout=120,
    )


@pytest.mark.parametrize(
    "command",
    [
        [],
        ["demo"],
        ["serve"],
        ["work"],
        ["migrate"],
        ["admin"],
        ["export-openapi"],
        ["draw"],
        ["verify"],
        ["verify", "inspection"],
        ["verify", "draw"],
        ["verify", "bundle"],
        ["bundle"],
        ["backup"],
        ["restore"],
    ],
)
def test_every_command_has_help(command: list[str]) -> None:
    told = suicha(*command, "--help")
    assert told.returncode == 0
    assert "usage: suicha" in told.stdout


def test_bad_settings_are_said_in_one_sentence(tmp_path: Path) -> None:
    told = suicha("migrate", SUICHA_DATA_DIR=str(tmp_path), SUICHA_DATABASE_URL="mysql://nobody")
    assert told.returncode == 1
    assert told.stderr == "suicha: SUICHA_DATABASE_URL must start with postgresql:// or sqlite://\n"


def test_migrate_makes_a_database_and_may_be_run_again(tmp_path: Path) -> None:
    for _ in range(2):
        told = suicha("migrate", SUICHA_DATA_DIR=str(tmp_path))
        assert (told.returncode, told.stdout) == (0, "database is up to date\n")
    assert (tmp_path / "suicha.db").stat().st_size > 0


def test_a_new_installation_gets_its_first_administrator(tmp_path: Path) -> None:
    told = suicha("admin", "admin", "--name", "系统管理员01", SUICHA_DATA_DIR=str(tmp_path))
    assert told.returncode == 0
    assert re.search(r"初始密码 [a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4} ", told.stdout)
    again = suicha("admin", "admin", SUICHA_DATA_DIR=str(tmp_path))
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr.startswith("suicha: ")


def test_verify_an_exported_visit_and_a_forged_one(live_sqlite: LiveServer, tmp_path: Path) -> None:
    team = live_sqlite.new_visit()
    with httpx.Client(base_url=team.url) as http:
        who = {"username": team.leader.username, "password": team.leader.password}
        token = http.post("/api/auth/login", json=who).json()["access_token"]
        http.headers["Authorization"] = f"Bearer {token}"
        exported = http.get(f"/api/inspections/{team.scope.removeprefix('insp:')}/export").json()
    path = tmp_path / "visit.json"
    path.write_text(json.dumps(exported), encoding="utf-8")
    assert suicha("verify", "inspection", str(path)).returncode == 0
    exported["entries"][0]["raw"] = exported["entries"][0]["raw"].replace("示例", "真实", 1)
    path.write_text(json.dumps(exported), encoding="utf-8")
    forged = suicha("verify", "inspection", str(path))
    assert forged.returncode == 1
    assert forged.stdout.strip()


@pytest.mark.parametrize("source", ["no-such-file.json", "01a201c8-2dd3-7e81-abda-b933e7336558"])
def test_verify_without_a_file_or_a_database_is_one_sentence(tmp_path: Path, source: str) -> None:
    told = suicha("verify", "inspection", source, SUICHA_DATA_DIR=str(tmp_path))
    assert told.returncode == 1
    assert told.stderr.startswith("suicha: ")
    assert len(told.stderr.splitlines()) == 1


def test_verify_says_when_there_is_no_such_visit(tmp_path: Path) -> None:
    suicha("migrate", SUICHA_DATA_DIR=str(tmp_path))
    told = suicha("verify", "inspection", "01a201c8-2dd3-7e81-abda-b933e7336558", SUICHA_DATA_DIR=str(tmp_path))
    assert told.returncode == 1
    assert told.stderr.startswith("suicha: ")
    assert len(told.stderr.splitlines()) == 1
