"""A recheck is a visit of its own: its team is drawn, its record says what became of each problem."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from suicha import workflow
from suicha.accounts.rules import Role
from suicha.board.queries import progress
from suicha.feed import queries as feed
from suicha.feed.rules import visit_scope
from suicha.inspections.access import may_read_blob
from suicha.inspections.tables import Inspection
from suicha.kit.ids import named_id
from suicha.rectification import queries
from suicha.rectification.actions import lookbacks, rechecks
from suicha.rectification.errors import (
    LookbackUnknown,
    NobodyToRecheck,
    NothingClosed,
    NothingToRecheck,
    RecheckDayTaken,
    RecheckNotDrawn,
    RecheckSent,
)
from suicha.rectification.recheck_pages import lookback_page, lookback_rows
from suicha.rectification.rules.rechecks import (
    Candidate,
    candidates,
    draw_record,
    is_sound,
    lookback_record,
    next_in_order,
    sample_size,
)
from suicha.rectification.tables import Recheck, RecheckOutcome
from suicha.registry.rules import InspectorKind, PersonFacts, RecusalFacts
from suicha.registry.tables import Inspector, Leave, Recusal
from tests.inspections import field
from tests.inspections.round import PEOPLE, account_id, caller
from tests.rectification.office import Office, at_the_office

NEW = ("second", "third", "fourth")


@pytest.fixture(autouse=True)
def more_people(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NEW:
        monkeypatch.setitem(PEOPLE, name, (Role.OFFICER, "410105"))


async def with_roster(office: Office, *names: str) -> None:
    """Officers who did not inspect; `fill` has not opened their accounts."""
    async with office.database.writing() as session:
        for name in names:
            if await session.scalar(select(Inspector).where(col(Inspector.account_id) == account_id(name))) is None:
                session.add(
                    Inspector(
                        id=named_id("test", "inspector", name),
                        kind="officer",
                        name=f"示例{name}",
                        certificate_no=f"示例-{name}",
                        certificate_expires_on=date(2027, 12, 31),
                        home_jurisdiction="410105",
                        employer="示例单位",
                        account_id=account_id(name),
                    )
                )
        for one in await session.scalars(select(Inspector).where(col(Inspector.kind) == "officer")):
            one.certificate_expires_on = date(2027, 12, 31)


async def first_recheck(office: Office) -> str:
    async with office.database.reading() as session:
        row = await session.scalar(
            select(Recheck)
            .where(col(Recheck.state).in_(["scheduled", "due", "overdue"]))
            .order_by(col(Recheck.scheduled_on))
        )
        assert row is not None
        return row.id


async def act(office: Office, what: Any, recheck_id: str, *args: Any, **more: Any) -> Any:
    async with office.database.writing() as session:
        row = await queries.recheck(session, recheck_id, caller("office"), is_locked=True)
        return await what(session, row, *args, by=account_id("office"), now=office.at, **more)


async def sent(office: Office) -> tuple[str, str]:
    """The first recheck, its team drawn and sent; its id and that of its visit."""
    recheck_id = await first_recheck(office)
    await act(office, rechecks.draw_team, recheck_id, reason=None)
    visit = await act(office, rechecks.send_team, recheck_id, on=None, partner=None)
    return recheck_id, visit.id


async def rechecked(office: Office, visit_id: str, **answers: str) -> None:
    async with office.database.reading() as session:
        from suicha.inspections import queries as inspections

        grants = await inspections.all_grants(session, visit_scope(visit_id))
    names = {account_id(name): name for name in PEOPLE}
    leader, officer = (next(names[g.account_id] for g in grants if g.role == role) for role in ("leader", "officer"))
    team = await field.FieldTeam(office.database, visit_id, at=office.at).arrive(leader, officer)
    for item, result in answers.items():
        team.set(officer, item, "result", result)
        if result == "fail":
            team.set(officer, item, "remark", "仍未整改")
    # The helper seals by the name of its part.
    team.phones["leader"], team.on["leader"] = team.phones.pop(leader), team.on.pop(leader)
    original = field.caller
    field.caller = lambda name: original(leader if name == "leader" else name)  # type: ignore[assignment]
    try:
        await team.seal()
    finally:
        field.caller = original


def person(name: str, **but: Any) -> PersonFacts:
    facts = {
        "id": name,
        "code": name,
        "kind": InspectorKind.OFFICER,
        "name": name,
        "certificate_no": name,
        "home_jurisdiction": "410105",
        "account_id": name,
        "is_on_leave": False,
        "has_valid_certificate": True,
    }
    return PersonFacts(**(facts | but))  # type: ignore[arg-type]


def test_who_can_be_drawn_and_why_not() -> None:
    people = [
        person("a"),
        person("b", account_id=None),
        person("c", has_valid_certificate=False),
        person("d", is_on_leave=True),
        person("e"),
        person("f", home_jurisdiction="410103"),
        person("g"),
        person("h", kind=InspectorKind.EXPERT),
    ]
    found = candidates(
        people,
        [RecusalFacts("e", "enterprise", None)],
        site="site",
        enterprise="enterprise",
        district="410103",
        inspected_before={"g"},
        is_cross_district=True,
    )
    assert {one.id: one.excluded for one in found} == {
        "a": None,
        "b": "no_account",
        "c": "certificate",
        "d": "on_leave",
        "e": "recused",
        "f": "home_district",
        "g": "inspected_before",
    }


def test_a_draw_can_be_made_again_from_its_record_and_not_from_a_changed_one() -> None:
    pool = [Candidate(name, "", None) for name in "abcdef"] + [Candidate("x", "", "on_leave")]
    record = draw_record("r", "2026-12-08", pool, "ab" * 32)
    assert (len(record["team"]), "x" in record["order"], is_sound(record)) == (2, False, True)
    assert not is_sound({**record, "team": record["team"][::-1]})
    assert not is_sound({**record, "nonce": "cd" * 32})
    assert next_in_order(record, {*record["team"], record["order"][2]}) == record["order"][3]
    teams = {tuple(draw_record("r", "2026-12-08", pool, f"{n:064x}")["team"]) for n in range(200)}
    assert len({one for team in teams for one in team}) == 6


def test_who_inspected_before_goes_only_when_nobody_else_is_left() -> None:
    pool = [Candidate("new", "", None), Candidate("old", "", "inspected_before")]
    assert draw_record("r", "2026-12-08", pool, "0" * 64)["team"] == ["new", "old"]
    with pytest.raises(ValueError, match="fewer than two"):
        draw_record("r", "2026-12-08", pool[:1], "0" * 64)


def test_a_look_back_takes_a_share_of_each_district_and_at_least_one() -> None:
    assert [sample_size(n, 10) for n in (1, 5, 10, 11, 100)] == [1, 1, 1, 2, 10]
    closed = {"410103": [f"a{n}" for n in range(20)], "410105": ["b"]}
    record = lookback_record(closed, percent=10, asked={}, nonce="0" * 64)
    assert (len(record["taken"]), "b" in record["taken"]) == (3, True)
    assert lookback_record(closed, percent=10, asked={}, nonce="0" * 64) == record


def test_a_recheck_is_not_sent_on_the_day_of_another_one_of_the_same_visit(database_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        await with_roster(office, *NEW)
        await office.served("2026-11-25", A01="fail", E02="fail")
        recheck_id = await first_recheck(office)
        await act(office, rechecks.draw_team, recheck_id, reason=None)
        earlier, other = sorted({problem.recheck_on for problem in (await office.problems()).values()})
        with pytest.raises(RecheckDayTaken):
            await act(office, rechecks.send_team, recheck_id, on=other, partner=None)
        visit = await act(office, rechecks.send_team, recheck_id, on=earlier, partner=None)
        assert visit.planned_on == earlier

    at_the_office(database_url, tmp_path, story)


def test_of_two_people_who_choose_the_same_day_at_once_one_gets_it(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nobody_yet(*_: Any, **__: Any) -> None:
        """What both see who look before either has written."""

    async def story(office: Office) -> None:
        await with_roster(office, *NEW)
        await office.served("2026-11-25", A01="fail", E02="fail")
        first, second = sorted({problem.recheck_id for problem in (await office.problems()).values()})
        for recheck_id in (first, second):
            await act(office, rechecks.draw_team, recheck_id, reason=None)
        monkeypatch.setattr(queries, "recheck_of", nobody_yet)
        await act(office, rechecks.send_team, first, on=date(2027, 3, 1), partner=None)
        with pytest.raises(RecheckDayTaken):
            await act(office, rechecks.send_team, second, on=date(2027, 3, 1), partner=None)

    at_the_office(database_url, tmp_path, story)


def test_a_recheck_goes_from_draw_to_outcome(database_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        await with_roster(office, *NEW)
        await office.served("2026-11-25", A01="fail", E01="fail")
        office.later(days=30)
        recheck_id = await first_recheck(office)
        with pytest.raises(RecheckNotDrawn):
            await act(office, rechecks.send_team, recheck_id, on=None, partner=None)
        drawn = await act(office, rechecks.draw_team, recheck_id, reason=None)
        assert (is_sound(drawn.record), len(set(drawn.team))) == (True, 2)
        # Nobody looks at his own work while others are there.
        assert set(drawn.team) <= {named_id("test", "inspector", name) for name in NEW}
        changed = await act(office, rechecks.replace_member, recheck_id, drawn.team[0], reason="临时有任务")
        assert drawn.team[0] not in changed.team
        visit = await act(office, rechecks.send_team, recheck_id, on=None, partner="示例市城市管理局")
        assert (visit.kind, visit.code[-3:], visit.origin_id is not None) == ("recheck", "-F1", True)
        with pytest.raises(RecheckSent):
            await act(office, rechecks.draw_team, recheck_id, reason="再抽")
        async with office.database.reading() as session:
            first = json.loads((await feed.entries_after(session, visit_scope(visit.id), 0, limit=1))[0].raw)["body"]
        told = first["recheck"]
        assert next((p["item"], p["remark"], p["failed_rechecks"]) for p in told["problems"]) == ("A01", "", 0)
        assert told["partner"] == "示例市城市管理局"
        assert [m["role"] for m in first["team"]] == ["leader", "officer"]
        assert {p.state for p in (await office.problems()).values()} == {"rechecking"}
        await rechecked(
            office, visit.id, **{p["item"]: "pass" if p["item"] == "A01" else "fail" for p in told["problems"]}
        )
        found = await office.problems()
        assert (found["A01"].state, found["A01"].ended_because) == ("closed", "recheck_passed")
        assert (found["E01"].state, found["E01"].failed_rechecks) == ("open", 1)
        assert ("2027-01-04", "scheduled") in await office.rechecks() or found["E01"].recheck_on > date(2026, 12, 25)
        async with office.database.writing() as session:
            await workflow.visit_sealed(session, visit.id, now=office.at)
        async with office.database.reading() as session:
            outcomes = list(await session.scalars(select(RecheckOutcome)))
            row = await session.get_one(Recheck, recheck_id)
            visits = list(await session.scalars(select(Inspection)))
            told = await progress.board(session, caller("office"), campaign=None, today=date(2026, 12, 25))
        assert ({o.result for o in outcomes}, row.state, len(visits)) == ({"fixed", "not_fixed"}, "done", 2)
        # Two visits, and the round drew one.
        assert (told.numbers.drawn, told.numbers.inspected, sum(one.visits for one in told.campaigns)) == (1, 1, 1)
        assert (await office.problems())["E01"].failed_rechecks == 1

    at_the_office(database_url, tmp_path, story)


def test_recusal_and_leave_keep_people_from_the_draw(sqlite_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        await with_roster(office, *NEW)
        await office.served("2026-11-25", A01="fail")
        async with office.database.writing() as session:
            row = await session.get_one(Recheck, await first_recheck(office))
            session.add(
                Recusal(
                    inspector_id=named_id("test", "inspector", "second"),
                    site_id=row.site_id,
                    reason="亲属任职",
                    declared_on=date(2026, 11, 1),
                )
            )
            session.add(
                Leave(
                    inspector_id=named_id("test", "inspector", "third"),
                    from_on=row.scheduled_on,
                    to_on=row.scheduled_on,
                )
            )
        drawn = await act(office, rechecks.draw_team, await first_recheck(office), reason=None)
        assert drawn.team[0] == named_id("test", "inspector", "fourth")
        assert drawn.team[1] not in {named_id("test", "inspector", name) for name in ("second", "third")}

    at_the_office(sqlite_url, tmp_path, story)


def test_without_two_officers_nobody_is_drawn_and_the_reasons_are_counted(sqlite_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        await office.served("2026-11-25", A01="fail")
        async with office.database.writing() as session:
            for one in await session.scalars(select(Inspector)):
                one.certificate_expires_on = date(2026, 1, 1)
        with pytest.raises(NobodyToRecheck) as refused:
            await act(office, rechecks.draw_team, await first_recheck(office), reason=None)
        assert refused.value.facts["excluded"]["certificate"] == 2

    at_the_office(sqlite_url, tmp_path, story)


def test_the_team_of_a_recheck_sees_the_earlier_photos_and_strangers_do_not(sqlite_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        await with_roster(office, *NEW)
        await office.served("2026-11-25", A01="fail")
        _, visit = await sent(office)
        async with office.database.writing() as session:
            await queries.share_evidence(session, visit_scope(visit), ["a" * 64])
        async with office.database.reading() as session:
            from suicha.inspections import queries as inspections

            grants = await inspections.all_grants(session, visit_scope(visit))
            linking = [visit_scope("elsewhere")]
            assert await may_read_blob(session, grants[0].account_id, "a" * 64, linking)
            assert not await may_read_blob(session, account_id("stranger"), "a" * 64, linking)
            assert not await may_read_blob(session, grants[0].account_id, "b" * 64, linking)

    at_the_office(sqlite_url, tmp_path, story)


def test_a_look_back_opens_again_what_is_found_broken(database_url: str, tmp_path: Path) -> None:
    async def story(office: Office) -> None:
        await with_roster(office, *NEW)
        await office.served("2026-11-25", A01="fail")
        with pytest.raises(NothingClosed):
            await look_back(office)
        _, visit = await sent(office)
        await rechecked(office, visit, A01="pass")
        assert (await office.order()).state == "closed"
        office.later(days=40)
        row = await look_back(office)
        assert (row.pool_size, row.taken) == (1, 1)
        assert await standing(office, row.id) == (0, 0, None)
        recheck_id, visit = await sent(office)
        async with office.database.reading() as session:
            assert (await session.get_one(Inspection, visit)).code.endswith("-H2")
        await rechecked(office, visit, A01="fail")
        problem = (await office.problems())["A01"]
        assert (problem.state, (await office.order()).state) == ("open", "served")
        assert await standing(office, row.id) == (1, 1, "not_fixed")
        with pytest.raises(NothingToRecheck):
            async with office.database.writing() as session:
                done = await session.get_one(Recheck, recheck_id)
                done.state = "scheduled"
                await session.flush()
                await rechecks.draw_team(session, done, reason=None, by=account_id("office"), now=office.at)

    async def standing(office: Office, lookback_id: str) -> tuple[int, int, str | None]:
        async with office.database.reading() as session:
            listed = (await lookback_rows(session, "4101"))[0]
            shown = await lookback_page(session, await queries.lookback(session, lookback_id, "4101"))
            with pytest.raises(LookbackUnknown):
                await queries.lookback(session, lookback_id, "4102")
        return listed.done, listed.not_fixed, shown.problems[0].result

    async def look_back(office: Office) -> Any:
        async with office.database.writing() as session:
            return await lookbacks.draw_lookback(
                session,
                caller("office"),
                first_on=date(2026, 11, 1),
                last_on=date(2027, 6, 30),
                percent=10,
                on=(office.at + timedelta(days=3)).date(),
                jurisdiction="4101",
                now=office.at,
            )

    at_the_office(database_url, tmp_path, story)
