"""What anybody may read without signing in, and the commands that need no server."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import text

from suicha.draws import actions, queries
from suicha.infra.db import Database

from .town import DISTRICTS, EXPERTS, OFFICERS, PEOPLE, SECRETS, Hall, account_id, label, tell


async def public(hall: Hall, path: str = "", status: int = 200, **headers: str) -> httpx.Response:
    async with hall.stranger() as client:
        answer = await client.get(f"/api/public/draws{path}", headers=headers)
    assert answer.status_code == status, answer.text
    return answer


def test_everybody_sees_all_draws_and_no_draft(database_url: str, tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        await hall.prepare(short_code="DRAFT", name="还在起草")
        await hall.prepare()
        first = await hall.until("valued", await hall.freeze(), "1 1")
        await hall.do(actions.declare_unrevealed, first.id, label("witness"), "拒绝公开")
        hall.names = ["office", "deputy"]
        second = await hall.hold("2 2")
        third = await hall.hold("3 3", reason="名录有误")
        fourth = await hall.freeze("再次有误")
        answer = await public(hall)
        told = answer.json()
        assert "public" in answer.headers["cache-control"]
        assert told["total"] == 4
        assert [(one["number"], one["state"], one["digest"]) for one in told["items"]] == [
            (4, "frozen", None),
            (3, "sealed", third.digest),
            (2, "superseded", second.digest),
            (1, "void", None),
        ]
        assert [one["reason"] for one in told["items"]] == ["再次有误", "名录有误", None, "拒绝公开"]
        assert (told["items"][3]["unrevealed"], told["items"][3]["pool_digest"]) == (
            label("witness"),
            first.pool_digest,
        )
        assert (told["items"][1]["sites"], told["items"][1]["drawn"], told["items"][1]["teams"]) == (18, 9, 4)
        assert "还在起草" not in answer.text
        one = (await public(hall, f"/{second.id}")).json()
        assert (one["superseded_by"], one["id"]) == (third.id, second.id)
        await public(hall, f"/{hall.campaign}", 404)
        for draw in (first, fourth):
            refused = await public(hall, f"/{draw.id}/record", 409)
            assert refused.json()["code"] == "draw_not_sealed"
        assert (await public(hall, f"/{second.id}/record")).status_code == 200

    tell(database_url, story, tmp_path)


def test_the_record_is_served_byte_for_byte(database_url: str, tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        await hall.prepare()
        draw = await hall.hold()
        answer = await public(hall, f"/{draw.id}/record")
        async with hall.database.reading() as session:
            assert answer.content == (await queries.record_text(session, draw.id)).encode()
        assert answer.headers["etag"] == f'"{draw.digest}"'
        assert answer.headers["content-type"].startswith("application/json")
        assert "immutable" in answer.headers["cache-control"]
        assert "content-disposition" not in answer.headers
        file = await public(hall, f"/{draw.id}/record?download=1")
        assert file.headers["content-disposition"] == 'attachment; filename="suicha-draw-WY2026-1.json"'
        assert file.content == answer.content
        same = await public(hall, f"/{draw.id}/record", 304, **{"If-None-Match": answer.headers["etag"]})
        assert same.content == b""

    tell(database_url, story, tmp_path)


def test_the_record_names_no_inspector(database_url: str, tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        await hall.prepare(teams=3)
        draw = await hall.hold()
        async with hall.database.reading() as session:
            rows = await session.execute(text("SELECT name, certificate_no, code, employer FROM registry_inspector"))
            private = {value for row in rows for value in row if value} - {"示例单位"}
        assert len(private) == (OFFICERS * 3 + EXPERTS * 2) * len(DISTRICTS)
        record = (await public(hall, f"/{draw.id}/record")).text
        listed = (await public(hall)).text
        assert [value for value in private if value in record or value in listed] == []
        assert [name for name in PEOPLE if account_id(name) in record or account_id(name) in listed] == []
        assert "执**0001" in record

    tell(database_url, story, tmp_path)


def test_the_verifier_is_one_file_that_checks_the_record(database_url: str, tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        await hall.prepare()
        draw = await hall.hold()
        record = (await public(hall, f"/{draw.id}/record")).content
        answer = await public(hall, "/verifier")
        assert answer.headers["content-disposition"] == 'attachment; filename="verify_draw.py"'
        script, file = tmp_path / "verify_draw.py", tmp_path / "record.json"
        script.write_bytes(answer.content)
        file.write_bytes(record)
        assert run(sys.executable, "-I", str(script), str(file)).returncode == 0
        file.write_bytes(record.replace(SECRETS["office"].encode(), SECRETS["deputy"].encode()))
        assert run(sys.executable, "-I", str(script), str(file)).returncode == 1

    tell(database_url, story, tmp_path)


def run(*command: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | environ, timeout=120)


def suicha(database_url: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return run(sys.executable, "-m", "suicha", *arguments, SUICHA_DATABASE_URL=database_url)


def test_a_rehearsal_is_written_to_a_file_or_to_the_shell_and_changes_nothing(
    database_url: str, tmp_path: Path
) -> None:
    async def prepared(hall: Hall) -> None:
        await hall.prepare()
        await hall.hold("1 1")

    tell(database_url, prepared)
    before = _rows(database_url)
    path = tmp_path / "rehearsal.json"
    done = suicha(database_url, "draw", "--campaign", "WY2026", "--seed", "试抽 一", "--out", str(path))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    record: dict[str, Any] = json.loads(path.read_bytes())
    assert (record["purpose"], record["pool"]["number"]) == ("rehearsal", 0)
    assert record["randomness"] == {"method": "text", "text": "试抽 一"}
    assert [row["state"] for row in record["pool"]["earlier"]] == ["sealed"]
    shown = suicha(database_url, "draw", "--campaign", record["pool"]["campaign"]["name"], "--seed", "试抽 一")
    assert shown.stdout.encode() == path.read_bytes(), "the same seed gives the same bytes, without a line end"
    other = suicha(database_url, "draw", "--campaign", record["pool"]["campaign"]["id"], "--seed", "试抽 二")
    assert json.loads(other.stdout)["seed"] != record["seed"]
    assert _rows(database_url) == before

    checked = suicha(database_url, "verify", "draw", str(path))
    assert checked.returncode == 0
    assert record["digest"] in checked.stdout
    path.write_bytes(path.read_bytes() + b"\n")
    forged = suicha(database_url, "verify", "draw", str(path))
    assert forged.returncode == 1
    assert "不一致" in forged.stdout


def test_a_rehearsal_that_cannot_be_says_why_in_chinese(database_url: str) -> None:
    async def prepared(hall: Hall) -> None:
        await hall.prepare(teams=7)

    tell(database_url, prepared)
    done = suicha(database_url, "draw", "--campaign", "WY2026", "--seed", "x")
    assert (done.returncode, done.stdout) == (1, "")
    title, *causes = done.stderr.splitlines()
    assert title == "suicha: 按现有条件无法抽取"
    assert causes and "检查组" in causes[0]


def test_commands_say_what_they_do_not_find(sqlite_url: str, tmp_path: Path) -> None:
    done = suicha(sqlite_url, "draw", "--campaign", "没有", "--seed", "x")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    done = suicha(sqlite_url, "verify", "draw", str(tmp_path / "none.json"))
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    empty = tmp_path / "empty.json"
    empty.write_bytes(b"")
    assert suicha(sqlite_url, "verify", "draw", str(empty)).returncode == 1


def _rows(database_url: str) -> list[Any]:
    import asyncio

    async def read() -> list[Any]:
        database = Database(database_url)
        try:
            async with database.reading() as session:
                tables = ("draws_draw", "draws_text", "draws_campaign", "journal_entry")
                return [(await session.execute(text(f"SELECT * FROM {name} ORDER BY 1, 2"))).all() for name in tables]
        finally:
            await database.close()

    return asyncio.run(read())
