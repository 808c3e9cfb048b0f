"""`suicha verify inspection`: a true record holds; what is changed in one shows, even when the feed is chained anew."""

import asyncio
import copy
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from suicha.demo.phone import Phone
from suicha.infra.db import Database
from suicha.inspections import actions, queries
from suicha.inspections.rules.verify import verify_export
from suicha.kit.canonical import canonical_json
from suicha.kit.digest import ZERO_HASH, sha256_hex

from .field import FieldTeam
from .round import NOW, SCOPE, VISIT, account_id, fill

Export = dict[str, Any]


async def _a_full_record(path: Path) -> Export:
    """Two officers disagree, the leader settles it; note, reading, revocation, seal, signatures and a late record."""
    database = Database(f"sqlite+aiosqlite:///{path}")
    try:
        await fill(database)
        team = await FieldTeam(database).arrive()
        team.answer_all("officer", B02="fail", H01="fixed")
        mine, theirs = team.phones["officer"].outbox[0], team.set("leader", team.items[0], "result", "fail")
        team.make("expert", "note.add@1", item="B02", body={"text": "灯具三处不亮"})
        team.make(
            "expert",
            "meas.add@1",
            item="B02",
            body={"reading_id": "r1", "value": "12.5", "unit": "lx", "instrument": None},
        )
        await team.push()
        heads = (json.loads(mine["raw"])["op_id"], theirs)
        team.make(
            "leader",
            "conflict.resolve@1",
            item=team.items[0],
            field_="result",
            sup=heads,
            body={"v": "fail", "choose": theirs, "reason": "复核现场后确认"},
        )
        await team.push()
        async with database.writing() as session:
            await actions.revoke_grant(session, SCOPE, account_id("expert"), reason="离队", now=NOW)
        digest = await team.seal()
        await team.sign(digest, refused={"reason": "对期限有异议", "witness": "示例见证人01"})
        team.set("officer", "B02", "remark", "补记")
        await team.push()
        async with database.reading() as session:
            return await queries.export_of(session, VISIT)
    finally:
        await database.close()


@pytest.fixture(scope="module")
def record(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Export:
    path = tmp_path_factory.mktemp("verify") / "suicha.db"
    shutil.copy(sqlite_template, path)
    return asyncio.run(_a_full_record(path))


def bodies(export: Export) -> list[tuple[str, Any]]:
    return [(said["type"], said["body"]) for said in (json.loads(entry["raw"]) for entry in export["entries"])]


def changed(export: Export, change: Callable[[list[dict[str, Any]]], Any]) -> Export:
    """The record as somebody with the database in his hands would leave it: changed, and chained anew."""
    forged = copy.deepcopy(export)
    entries = [json.loads(entry["raw"]) for entry in forged["entries"]]
    change(entries)
    prev = ZERO_HASH
    forged["entries"] = []
    for pos, said in enumerate(entries, 1):
        raw = canonical_json({**said, "pos": pos, "prev": prev})
        prev = sha256_hex(raw)
        forged["entries"].append({"pos": pos, "raw": raw, "hash": prev})
    return forged


def codes(export: Export) -> set[str]:
    return {finding.code for finding in verify_export(export).findings}


def find(entries: list[dict[str, Any]], type_: str, nth: int = 0) -> dict[str, Any]:
    return [entry for entry in entries if entry["type"] == type_][nth]


def op_entry(entries: list[dict[str, Any]], kind: str, nth: int = 0) -> dict[str, Any]:
    return [e for e in entries if e["type"] == "op.judged" and json.loads(e["body"]["op"])["kind"] == kind][nth]


def test_a_true_record_is_sound(record: Export) -> None:
    report = verify_export(record)
    assert report.findings == ()
    assert (report.op_count, report.admitted_count, report.late_count) == (36, 35, 1)
    assert report.is_signed
    assert [(n, state) for n, _, state in report.seals] == [(1, "sealed")]
    assert report.open_conflicts == ()
    assert report.lines()[-1] == "sound"
    assert "conflict.closed" in {type_ for type_, _ in bodies(record)}


def test_it_reads_the_same_from_a_file(record: Export) -> None:
    assert verify_export(json.loads(json.dumps(record))) == verify_export(record)


def test_one_changed_byte_shows(record: Export) -> None:
    forged = copy.deepcopy(record)
    forged["entries"][9]["raw"] = forged["entries"][9]["raw"].replace("applied", "Applied")
    assert "chain_broken" in codes(forged)
    del (forged := copy.deepcopy(record))["entries"][9]
    assert "chain_broken" in codes(forged)


def _edit_op(entry: dict[str, Any], change: Callable[[dict[str, Any]], Any], *, rehash: bool) -> None:
    op = json.loads(entry["body"]["op"])
    change(op)
    entry["body"]["op"] = canonical_json(op)
    if rehash:
        entry["body"]["op_hash"] = sha256_hex(entry["body"]["op"])


def _another_answer(op: dict[str, Any]) -> None:
    op["body"]["v"] = "na"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda e: _edit_op(op_entry(e, "reg.set@1", 5), _another_answer, rehash=False), "op_changed"),
        (lambda e: _edit_op(op_entry(e, "reg.set@1", 5), _another_answer, rehash=True), "replica_broken"),
        (lambda e: e.remove(op_entry(e, "conflict.resolve@1")), "wrong_heads"),
        (lambda e: e.remove(op_entry(e, "reg.set@1", 7)), "seal_wrong"),
        (lambda e: e.remove(op_entry(e, "meas.add@1")), "seal_wrong"),
        (lambda e: op_entry(e, "reg.set@1", 3)["body"].update(outcome="rejected", code="bad_body"), "seal_wrong"),
        (lambda e: op_entry(e, "reg.set@1", -1)["body"].update(outcome="applied", code=None), "late_but_merged"),
        (lambda e: e.remove(find(e, "inspection.signed")), "signatures_wrong"),
        (lambda e: e.remove(op_entry(e, "sig.add@1", 2)), "signatures_wrong"),
        (lambda e: e.remove(op_entry(e, "insp.seal@1")), "seal_without_manifest"),
        (lambda e: find(e, "inspection.sealed")["body"].update(manifest_hash="0" * 64), "seal_without_manifest"),
        (lambda e: find(e, "inspection.dispatched")["body"]["team"].pop(0), None),
        (lambda e: find(e, "conflict.opened")["body"].update(heads=[]), "wrong_heads"),
        (lambda e: e.pop(0), "dispatch_misplaced"),
    ],
)
def test_what_is_changed_shows_even_in_a_feed_that_was_chained_anew(
    record: Export, change: Callable[[list[dict[str, Any]]], Any], code: str | None
) -> None:
    found = codes(changed(record, change))
    assert "chain_broken" not in found
    assert (code in found) if code else not found  # the grant stands in an entry of its own as well


def test_a_conflict_that_is_not_shown_is_found(record: Export) -> None:
    def until_the_conflict(entries: list[dict[str, Any]]) -> None:
        del entries[entries.index(find(entries, "conflict.opened")) + 1 :]

    assert verify_export(changed(record, until_the_conflict)).open_conflicts == ("A01/result",)

    def hide(entries: list[dict[str, Any]]) -> None:
        until_the_conflict(entries)
        entries.pop()

    assert codes(changed(record, hide)) == {"conflict_hidden"}


def test_nobody_writes_without_a_part_in_the_visit_or_beyond_it(record: Export) -> None:
    def by_a_stranger(entries: list[dict[str, Any]]) -> None:
        stranger = Phone(account_id("stranger"))
        entry = copy.deepcopy(op_entry(entries, "note.add@1"))
        _edit_op(
            entry,
            lambda op: op.update(actor=stranger.account_id, replica=stranger.replica, seq=1, op_id="x", prev=ZERO_HASH),
            rehash=True,
        )
        entry["body"]["actor"] = stranger.account_id
        entries.insert(entries.index(op_entry(entries, "note.add@1")), entry)

    assert "not_granted" in codes(changed(record, by_a_stranger))

    def by_the_expert(entries: list[dict[str, Any]]) -> None:
        _edit_op(
            op_entry(entries, "note.add@1"),
            lambda op: op.update(kind="reg.set@1", field="remark", body={"v": "x"}),
            rehash=True,
        )

    assert "not_permitted_role" in codes(changed(record, by_the_expert))


@pytest.mark.parametrize(
    "export",
    [
        {},
        {"suicha": "bundle", "v": 1},
        {"suicha": "inspection-export", "v": 1},
        {"suicha": "inspection-export", "v": 1, "scope": "x", "edition": 3, "entries": []},
    ],
)
def test_what_is_no_export_is_refused_in_a_sentence(export: Export) -> None:
    with pytest.raises(ValueError, match="not an export"):
        verify_export(export)


def test_nonsense_in_an_entry_is_a_finding_and_no_crash(record: Export) -> None:
    for raw in (
        "",
        "[]",
        '{"type":1}',
        '{"type":"op.judged","body":{}}',
        '{"type":"inspection.sealed","body":{"n":1}}',
    ):
        forged = copy.deepcopy(record)
        forged["entries"][20] = {"pos": 21, "raw": raw, "hash": sha256_hex(raw)}
        assert "chain_broken" in codes(forged)
