"""After the seal: the leader decides what came late, amends, seals again; the office replaces a leader who is gone."""

from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from suicha.inspections import queries
from suicha.inspections.rules.facts import TeamRole
from suicha.inspections.rules.lifecycle import VisitState, may_archive
from suicha.inspections.rules.manifest import build_manifest
from suicha.inspections.rules.verify import verify_export
from suicha.journal.tables import JournalEntry
from suicha.kit.digest import sha256_hex
from suicha.rectification.tables import Order, Problem, Recheck
from suicha.sync import queries as sync_queries

from .conftest import Desk
from .field import FieldTeam
from .round import SCOPE, VISIT, account_id

Told = Callable[[Callable[[Desk], Awaitable[None]]], None]
RECORD = f"/api/inspections/{VISIT}"


async def sealed(desk: Desk, **answers: str) -> tuple[FieldTeam, str]:
    """A visit that is answered, sealed and signed."""
    team = await FieldTeam(desk.database).arrive()
    team.answer_all("leader", **answers)
    digest = await team.seal()
    await team.sign(digest)
    return team, digest


async def seal_again(team: FieldTeam, n: int, prev: str, by: str = "leader") -> tuple[str, dict[str, Any]]:
    """All that counts now, as the next manifest."""
    async with team.database.reading() as session:
        ops = (await sync_queries.facts_of(session, SCOPE)).values()
    manifest = build_manifest(
        [op for op in ops if op.is_admitted],
        scope=SCOPE,
        n=n,
        edition_hash=team.on[by].edition["hash"],
        prev_manifest=prev,
    )
    body = {"manifest": manifest, "manifest_hash": sha256_hex(manifest), "missing": []}
    team.make(by, "insp.seal@1", body=body)
    [result] = await team.push(by)
    return str(body["manifest_hash"]), result


async def dispose(team: FieldTeam, op_id: str, decision: str, by: str = "leader") -> dict[str, Any]:
    team.make(by, "late.dispose@1", body={"op_id": op_id, "decision": decision, "reason": "经核实"})
    [result] = await team.push(by)
    return result


async def post(desk: Desk, who: str, path: str, body: dict[str, Any], status: int = 200) -> Any:
    async with desk.signed_in(who) as client:
        answer = await client.post(path, json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def problems(desk: Desk) -> dict[str, str]:
    async with desk.database.reading() as session:
        rows = await session.execute(select(col(Problem.item), col(Problem.state)))
    return {row.item: row.state for row in rows}


def test_a_visit_with_something_undecided_is_not_put_away() -> None:
    assert may_archive(VisitState.SIGNED, late_count=0, addendum_n=None)
    assert not may_archive(VisitState.SIGNED, late_count=1, addendum_n=None)
    assert not may_archive(VisitState.SIGNED, late_count=0, addendum_n=2)
    assert not may_archive(VisitState.SEALED, late_count=0, addendum_n=None)


def test_an_addendum_withdraws_one_problem_and_finds_another(at_the_desk: Told) -> None:
    async def story(desk: Desk) -> None:
        team, first = await sealed(desk, B02="fail")
        assert await problems(desk) == {"B02": "open"}
        late = team.set("officer", "E04", "result", "fail")
        await team.push("officer")
        record = await desk.get("office", RECORD)
        assert [(one["why"], one["is_open"], one["line"]["item"]) for one in record["late"]] == [
            ("late_after_seal", True, "E04")]  # fmt: skip

        assert (await dispose(team, late, "include"))["outcome"] == "applied"
        record = await desk.get("office", RECORD)
        assert (record["addendum"]["n"], record["addendum"]["reason"]) == (2, "经核实")
        assert record["late"][0]["decision"] == "include"
        [e04] = [c for c in record["conflicts"] if c["item"] == "E04"]
        assert e04["is_open"]
        team.make("leader", "conflict.resolve@1", item="E04", field_="result", sup=tuple(e04["heads"]),
                  body={"v": "fail", "choose": late, "reason": "补充照片属实"})  # fmt: skip
        [b02] = [i for i in record["items"] if i["item"] == "B02"]
        head = b02["registers"]["result"]["values"][0]["stamp"]["op_id"]
        team.set("leader", "B02", "result", "pass", sup=(head,))
        assert {r["outcome"] for r in await team.push("leader")} == {"applied"}
        assert await problems(desk) == {"B02": "open"}

        second, result = await seal_again(team, 2, first)
        assert result["outcome"] == "applied"
        assert await problems(desk) == {"B02": "withdrawn", "E04": "open"}
        record = await desk.get("office", RECORD)
        assert [(s["n"], s["state"], s["is_signed"]) for s in record["seals"]] == [
            (1, "sealed", True), (2, "sealed", False)]  # fmt: skip
        changes = record["seals"][1]["difference"]["changes"]
        assert [(c["item"], c["field"], c["was"], c["now"]) for c in changes] == [
            ("B02", "result", "fail", "pass"), ("E04", "result", "pass", "fail")]  # fmt: skip
        assert (record["state"], record["addendum"]) == ("sealed", None)
        await team.sign(second)
        record = await desk.get("office", RECORD)
        assert [(s["is_signed"], len(s["signatures"])) for s in record["seals"]] == [(True, 3), (True, 3)]
        report = verify_export(await desk.get("office", f"{RECORD}/export"))
        assert (report.findings, [n for n, _, _ in report.seals], report.late_count) == ((), [1, 2], 0)
        async with desk.database.reading() as session:
            orders = (await session.scalars(select(Order).order_by(col(Order.n)))).all()
            assert [(o.n, o.state) for o in orders] == [(1, "withdrawn"), (2, "draft")]
            rechecks = (await session.scalars(select(Recheck))).all()
            assert sorted(r.state for r in rechecks) == ["cancelled", "scheduled"]

    at_the_desk(story)


def test_what_an_addendum_withdrew_and_the_next_finds_again_is_open_again(at_the_desk: Told) -> None:
    async def story(desk: Desk) -> None:
        team, prev = await sealed(desk, B02="fail", H01="fail")
        seen: list[dict[str, str]] = []
        for n, result in ((2, "pass"), (3, "fail"), (4, "pass"), (5, "fail")):
            team.make("leader", "addendum.open@1", body={"n": n, "reason": "经核实"})
            await team.push("leader")
            [b02] = [i for i in (await desk.get("office", RECORD))["items"] if i["item"] == "B02"]
            head = b02["registers"]["result"]["values"][0]["stamp"]["op_id"]
            team.set("leader", "B02", "result", result, sup=(head,))
            await team.push("leader")
            prev, told = await seal_again(team, n, prev)
            assert told["outcome"] == "applied"
            seen.append(await problems(desk))
        assert [one["B02"] for one in seen] == ["withdrawn", "open", "withdrawn", "open"]
        assert {one["H01"] for one in seen} == {"open"}
        async with desk.database.reading() as session:
            b02_row = (await session.scalars(select(Problem).where(col(Problem.item) == "B02"))).one()
            assert (b02_row.manifest_n, b02_row.ended_because, b02_row.is_due_provisional) == (5, None, True)
            # The draft holds both, as before; somebody comes back for it, and for nothing else on that day.
            assert [(o.n, o.state) for o in await session.scalars(select(Order))] == [(1, "draft")]
            recheck = await session.get_one(Recheck, b02_row.recheck_id)
            assert (recheck.state, recheck.problem_count) == ("scheduled", 1)
            assert recheck.scheduled_on == b02_row.recheck_on

    at_the_desk(story)


def test_what_is_found_again_after_its_draft_was_withdrawn_stands_on_a_new_one(at_the_desk: Told) -> None:
    async def story(desk: Desk) -> None:
        team, prev = await sealed(desk, B02="fail")
        for n, results in ((2, {"B02": "pass"}), (3, {"B02": "fail", "B03": "fail"})):
            team.make("leader", "addendum.open@1", body={"n": n, "reason": "经核实"})
            await team.push("leader")
            items = {i["item"]: i for i in (await desk.get("office", RECORD))["items"]}
            for item, result in results.items():
                head = items[item]["registers"]["result"]["values"][0]["stamp"]["op_id"]
                team.set("leader", item, "result", result, sup=(head,))
            await team.push("leader")
            prev, _ = await seal_again(team, n, prev)
        async with desk.database.reading() as session:
            orders = list(await session.scalars(select(Order).order_by(col(Order.n))))
            assert [(o.n, o.state) for o in orders] == [(1, "withdrawn"), (2, "draft")]
            rows = list(await session.scalars(select(Problem).order_by(col(Problem.item))))
            assert [(p.item, p.state, p.order_id) for p in rows] == [
                ("B02", "open", orders[1].id), ("B03", "open", orders[1].id)]  # fmt: skip
            # Both fall on the day on which nobody had to come any more: the recheck is called for again.
            rechecks = list(await session.scalars(select(Recheck)))
            assert [(r.state, r.problem_count) for r in rechecks] == [("scheduled", 2)]

    at_the_desk(story)


def test_a_record_kept_as_a_remark_changes_nothing_and_waits_no_longer(at_the_desk: Told) -> None:
    async def story(desk: Desk) -> None:
        team, first = await sealed(desk)
        notes = [team.make("officer", "note.add@1", item="E04", body={"text": text}) for text in ("甲", "乙")]
        await team.push("officer")
        await dispose(team, notes[0], "note_only")
        # The first decision counts.
        await dispose(team, notes[0], "include")
        async with desk.database.reading() as session:
            row = await queries.inspection_of_scope(session, SCOPE)
            assert (row.late_count, row.addendum_n, row.state) == (1, None, "signed")
        await dispose(team, notes[1], "not_adopted")
        record = await desk.get("office", RECORD)
        assert [(one["decision"], one["reason"], one["is_open"]) for one in record["late"]] == [
            ("note_only", "经核实", False), ("not_adopted", "经核实", False)]  # fmt: skip
        _, result = await seal_again(team, 2, first)
        assert (result["outcome"], result["code"]) == ("parked", "late_after_seal")
        assert verify_export(await desk.get("office", f"{RECORD}/export")).findings == ()

    at_the_desk(story)


def test_a_further_manifest_may_leave_out_nothing_that_was_signed(at_the_desk: Told) -> None:
    async def story(desk: Desk) -> None:
        team = await FieldTeam(desk.database).arrive()
        signed = team.make("leader", "note.add@1", item="E04", body={"text": "已签"})
        team.answer_all("leader")
        first = await team.seal()
        team.make("leader", "addendum.open@1", body={"n": 2, "reason": "补充"})
        await team.push("leader")
        async with desk.database.reading() as session:
            ops = (await sync_queries.facts_of(session, SCOPE)).values()
        text = build_manifest([op for op in ops if op.is_admitted and op.op_id != signed], scope=SCOPE, n=2,
                              edition_hash=team.on["leader"].edition["hash"], prev_manifest=first)  # fmt: skip
        team.make("leader", "insp.seal@1", body={"manifest": text, "manifest_hash": sha256_hex(text), "missing": []})
        [result] = await team.push("leader")
        assert (result["outcome"], result["code"]) == ("parked", "late_after_seal")
        _, result = await seal_again(team, 2, first)
        assert result["outcome"] == "applied"

    at_the_desk(story)


def test_the_office_replaces_a_leader_who_is_gone(at_the_desk: Told) -> None:
    async def story(desk: Desk) -> None:
        team = await FieldTeam(desk.database).arrive()
        team.answer_all("leader")
        await team.push("leader")
        found = await desk.get("office", f"{RECORD}/leader-candidates")
        assert [(p["account"], p["is_member"]) for p in found["items"]] == [(account_id("officer"), True)]
        body = {"account": account_id("officer"), "reason": "原组长住院"}
        await post(desk, "leader", f"{RECORD}/leader", body, 403)
        await post(desk, "district", f"{RECORD}/leader", body, 404)
        refused = await post(desk, "office", f"{RECORD}/leader", body | {"account": account_id("expert")}, 409)
        assert refused["code"] == "leader_unfit"
        unseen = team.make("leader", "note.add@1", item="A01", body={"text": "没来得及上传"})
        own = team.make("officer", "note.add@1", item="A01", body={"text": "组员的备注"})
        record = await post(desk, "office", f"{RECORD}/leader", body)
        leading = {m["name"]: m["is_revoked"] for m in record["team"] if m["role"] == "leader"}
        assert leading == {"示例leader": True, "示例officer": False}
        await post(desk, "office", f"{RECORD}/leader", body, 409)

        results = {r["op_id"]: (r["outcome"], r.get("code")) for r in await team.push("leader", "officer")}
        assert results == {unseen: ("parked", "grant_revoked_unseen"), own: ("applied", None)}
        async with desk.database.reading() as session:
            grants = await queries.grants_in_force(session, SCOPE, account_id("officer"))
            team.on["officer"].grant = next(g.id for g in grants if g.role == TeamRole.LEADER)
            verbs = await session.scalars(select(col(JournalEntry.verb)))
            assert "replaced_leader" in list(verbs)
        assert (await dispose(team, unseen, "include", by="officer"))["outcome"] == "applied"
        record = await desk.get("office", RECORD)
        a01 = next(i for i in record["items"] if i["item"] == "A01")
        told = {n["text"]: n["stamp"]["by"]["name"] for n in a01["notes"]}
        assert told == {"没来得及上传": "示例leader", "组员的备注": "示例officer"}
        text = None
        async with team.database.reading() as session:
            ops = (await sync_queries.facts_of(session, SCOPE)).values()
        text = build_manifest([op for op in ops if op.is_admitted], scope=SCOPE, n=1,
                              edition_hash=team.on["officer"].edition["hash"], prev_manifest=None)  # fmt: skip
        team.make("officer", "insp.seal@1", body={"manifest": text, "manifest_hash": sha256_hex(text), "missing": []})
        [result] = await team.push("officer")
        assert result["outcome"] == "applied"
        assert verify_export(await desk.get("office", f"{RECORD}/export")).findings == ()

    at_the_desk(story)
