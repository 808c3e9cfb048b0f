"""What was drawn stays: void, superseded and replaced draws, frozen pools, and who sits in a team now."""

import asyncio
from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import DBAPIError
from sqlmodel import col

from suicha.draws import actions, queries
from suicha.draws.errors import (
    DrawInfeasible,
    DrawNotSealed,
    DrawOpen,
    DrawUnknown,
    NothingToReplace,
    ReasonMissing,
    SeatUnknown,
    VisitsBegun,
)
from suicha.draws.rules.freezing import Place
from suicha.draws.rules.verify import verify_record
from suicha.draws.tables import DrawText
from suicha.inspections.tables import Inspection, PlannedVisit
from suicha.kit.canonical import strict_json
from suicha.kit.digest import sha256_hex
from suicha.kit.ids import named_id
from suicha.registry.tables import Inspector, Leave, Recusal, Site

from .town import DISTRICTS, HISTORY, NOW, Hall, inspector_id, label, site_id, tell


async def texts(hall: Hall) -> dict[tuple[str, str], str]:
    async with hall.database.reading() as session:
        rows = await session.execute(text("SELECT draw_id, kind, text FROM draws_text"))
        return {(row[0], row[1]): row[2] for row in rows}


async def the_record(hall: Hall, draw_id: str) -> dict[str, Any]:
    async with hall.database.reading() as session:
        raw = await queries.record_text(session, draw_id)
    report = verify_record(raw.encode())
    assert report.is_sound, list(report.lines())
    return dict(strict_json(raw))


def test_the_pool_is_frozen_whatever_happens_to_the_rosters(database_url: str) -> None:
    async def story(hall: Hall) -> None:
        await hall.prepare()
        draw = await hall.freeze()
        before = await texts(hall)
        async with hall.database.writing() as session:
            await session.execute(update(Site).values(name="改名小区", risk_class="A"))
            await session.execute(update(Inspector).values(removed_on=date(2026, 11, 1)))
        draw = await hall.until("sealed", draw)
        assert draw.state == "sealed"
        after = await texts(hall)
        assert {key: after[key] for key in before} == before
        record = await the_record(hall, draw.id)
        assert sha256_hex(after[draw.id, "pool"]) == draw.pool_digest == record["pool_digest"]
        assert record["pool"]["sites"][0]["name"].startswith("示例小区")
        assert len(record["pool"]["inspectors"]) == 18

    tell(database_url, story)


def test_the_database_refuses_to_change_what_was_frozen_or_sealed(database_url: str) -> None:
    async def story(hall: Hall) -> None:
        await hall.prepare()
        draw = await hall.hold()
        before = await texts(hall)
        assert {kind for _, kind in before} == {"pool", "record"}
        for change in (
            update(DrawText).where(col(DrawText.draw_id) == draw.id).values(text="{}"),
            delete(DrawText).where(col(DrawText.draw_id) == draw.id),
        ):
            with pytest.raises(DBAPIError, match="does not change"):
                async with hall.database.writing() as session:
                    await session.execute(change)
        assert await texts(hall) == before

    tell(database_url, story)


def test_a_void_draw_stays_in_the_ledger_and_in_the_next_pool(database_url: str) -> None:
    async def story(hall: Hall) -> None:
        await hall.prepare()
        first = await hall.until("valued", await hall.freeze(), "1 1")
        await hall.reveal(first, "office")
        await hall.do(actions.declare_unrevealed, first.id, label("witness"), "拒绝公开")
        hall.names = ["office", "deputy"]
        second = await hall.hold("2 2")
        record = await the_record(hall, second.id)
        assert record["pool"]["number"] == 2
        assert record["pool"]["earlier"] == [
            {
                "number": 1,
                "kind": "draw",
                "state": "void",
                "digest": first.pool_digest,
                "reason": f"{label('witness')}未公开秘密：拒绝公开",
            }
        ]
        async with hall.database.reading() as session:
            ledger = await queries.ledger(session, hall.campaign)
            with pytest.raises(DrawNotSealed):
                await queries.record_text(session, first.id)
            with pytest.raises(DrawUnknown):
                await queries.record_text(session, hall.campaign)
        assert [(row.number, row.state) for row in ledger] == [(1, "void"), (2, "sealed")]

    tell(database_url, story)


def test_a_sealed_draw_is_superseded_with_a_reason_and_fresh_randomness_once_the_new_one_is_sealed(
    database_url: str,
) -> None:
    async def story(hall: Hall) -> None:
        await hall.prepare()
        first = await hall.hold("1 1")
        for reason in (None, "   "):
            with pytest.raises(ReasonMissing):
                await hall.freeze(reason)
        second = await hall.freeze("名录缺少一个项目")
        async with hall.database.reading() as session:
            in_force = await queries.draw_in_force(session, hall.campaign)
            assert in_force is not None and in_force.id == first.id
        with pytest.raises(DrawOpen):
            await hall.freeze("再来一次")
        second = await hall.until("sealed", second, "2 2")
        async with hall.database.reading() as session:
            ledger = await queries.ledger(session, hall.campaign)
            campaign = (await queries.campaign(session, hall.campaign, _office())).row
        assert [(row.number, row.state, row.superseded_by) for row in ledger] == [
            (1, "superseded", second.id),
            (2, "sealed", None),
        ]
        assert campaign.state == "drawn"
        record = await the_record(hall, second.id)
        assert [(row["state"], row["digest"]) for row in record["pool"]["earlier"]] == [("sealed", first.digest)]
        assert (await the_record(hall, first.id))["digest"] == first.digest, "the earlier record can still be checked"

    tell(database_url, story)


def test_when_a_redraw_is_void_the_earlier_one_stays_in_force(database_url: str) -> None:
    async def story(hall: Hall) -> None:
        await hall.prepare()
        first = await hall.hold("1 1")
        second = await hall.freeze("名录有误")
        await hall.do(actions.void, second.id, "停电")
        async with hall.database.reading() as session:
            in_force = await queries.draw_in_force(session, hall.campaign)
            campaign = (await queries.campaign(session, hall.campaign, _office())).row
        assert in_force is not None
        assert (in_force.id, campaign.state) == (first.id, "drawn")

    tell(database_url, story)


def test_after_a_void_first_draw_the_settings_may_be_changed(database_url: str) -> None:
    async def story(hall: Hall) -> None:
        await hall.prepare()
        draw = await hall.freeze()
        await hall.do(actions.void, draw.id, "比例有误")
        async with hall.database.reading() as session:
            found = await queries.campaign(session, hall.campaign, _office())
        assert found.row.state == "draft"
        changed = queries.settings_of(found.row)
        from dataclasses import replace

        await hall.do(
            actions.change_campaign,
            hall.campaign,
            replace(changed, ratios={"A": 10_000, "B": 10_000, "C": 10_000, "D": 10_000}),
            revision=found.row.revision,
        )
        draw = await hall.hold("7 7")
        assert (draw.number, draw.drawn_count) == (2, 18)

    tell(database_url, story)


def test_two_who_freeze_at_once_freeze_one_pool(database_url: str) -> None:
    async def story(hall: Hall) -> None:
        await hall.prepare()
        done = await asyncio.gather(hall.freeze(), hall.freeze(by="deputy"), return_exceptions=True)
        assert sorted(type(one).__name__ for one in done) == ["Draw", "DrawOpen"]
        async with hall.database.reading() as session:
            assert len(await queries.ledger(session, hall.campaign)) == 1

    tell(database_url, story)


async def dispatched(hall: Hall, site: str, *, state: str = "assigned", begun: bool = False) -> None:
    async with hall.database.writing() as session:
        campaign = (await queries.campaign(session, hall.campaign, _office())).row
        row = await session.get(Site, site)
        assert row is not None
        session.add(
            Inspection(
                code=f"WY2026-{row.code}",
                campaign=campaign.name,
                campaign_id=campaign.id,
                site_id=site,
                jurisdiction=row.jurisdiction,
                team_no=1,
                planned_on=date(2026, 12, 2),
                edition_id="x",
                edition_hash=campaign.edition_hash,
                state=state,
                dispatched_at=NOW,
                begun_at=NOW if begun else None,
            )
        )


def test_nothing_is_drawn_anew_once_a_visit_has_begun(database_url: str) -> None:
    async def story(hall: Hall) -> None:
        await hall.prepare()
        first = await hall.hold("1 1")
        sites = [row["site"] for row in (await the_record(hall, first.id))["result"]["visits"]]
        await dispatched(hall, sites[0])
        second = await hall.freeze("名录有误")
        for name in hall.names:
            await hall.commit(second, name)
        await dispatched(hall, sites[1], state="under_way", begun=True)
        with pytest.raises(VisitsBegun) as refused:
            await hall.close(second)
        assert refused.value.facts == {"visits": 1}
        await hall.do(actions.void, second.id, "已有检查开始")
        with pytest.raises(VisitsBegun):
            await hall.freeze("名录有误")

    tell(database_url, story)


def _office() -> Any:
    from .town import caller

    return caller("office")


async def replaced(hall: Hall, parent: str, place: Place, value: str, why: str = "因病请假") -> Any:
    draw = await hall.do(actions.freeze_replacement, parent, place, why, history=HISTORY)
    return await hall.until("sealed", draw, value)


async def teams(hall: Hall) -> list[Any]:
    async with hall.database.reading() as session:
        return await queries.teams_now(session, hall.campaign)


def test_who_falls_out_is_replaced_by_lot_and_comes_back_into_no_team(database_url: str) -> None:
    async def story(hall: Hall) -> None:
        await hall.prepare(teams=3)
        await hall.add_reserves()
        assert await teams(hall) == []
        parent = await hall.hold("1 1")
        before = await teams(hall)
        place = Place(2, "officer", 1)
        leaver = before[1].officers[0]
        first = await replaced(hall, parent.id, place, "2 2")
        record = await the_record(hall, first.id)
        assert (first.kind, first.state, first.number, first.leaver_id) == ("replacement", "sealed", 2, leaver)
        assert record["pool"]["parent"] == parent.digest
        assert record["pool"]["place"] == {"team": 2, "kind": "officer", "seat": 1}
        assert record["pool"]["leaver"]["why"] == "因病请假"
        seated = {one for team in before for one in team.members}
        candidates = {person["id"] for person in record["pool"]["candidates"]}
        assert candidates and not candidates & seated
        assert {person["kind"] for person in record["pool"]["candidates"]} == {"officer"}
        now = await teams(hall)
        assert now[1].officers == (record["result"]["chosen"], before[1].officers[1])
        assert [now[0], now[2]] == [before[0], before[2]]

        again = await replaced(hall, parent.id, place, "3 3", "工作调动")
        pool = (await the_record(hall, again.id))["pool"]
        ids = {person["id"] for person in pool["candidates"]}
        assert pool["leaver"]["id"] == record["result"]["chosen"]
        assert not ids & {leaver, record["result"]["chosen"]}
        assert [(row["number"], row["kind"], row["state"]) for row in pool["earlier"]] == [
            (1, "draw", "sealed"),
            (2, "replacement", "sealed"),
        ]
        assert (await teams(hall))[1].officers[0] == again.chosen_id

        third = await hall.hold("4 4", reason="名录有误")
        async with hall.database.reading() as session:
            ledger = await queries.ledger(session, hall.campaign)
        assert [row.state for row in ledger] == ["superseded", "superseded", "superseded", "sealed"]
        assert {team.number for team in await teams(hall)} == {1, 2, 3}
        with pytest.raises(DrawNotSealed):
            await hall.do(actions.freeze_replacement, parent.id, place, "请假", history=HISTORY)
        with pytest.raises(DrawNotSealed):
            await hall.do(actions.freeze_replacement, first.id, place, "请假", history=HISTORY)
        assert third.state == "sealed"

    tell(database_url, story)


def test_a_replacement_is_for_the_visits_that_are_not_finished(database_url: str) -> None:
    async def story(hall: Hall) -> None:
        await hall.prepare(teams=3)
        await hall.add_reserves()
        parent = await hall.hold("1 1")
        record = await the_record(hall, parent.id)
        sites = sorted(visit["site"] for visit in record["result"]["visits"] if visit["team"] == 1)
        await dispatched(hall, sites[0], state="sealed", begun=True)
        draw = await hall.do(actions.freeze_replacement, parent.id, Place(1, "officer", 2), "请假", history=HISTORY)
        async with hall.database.reading() as session:
            pool = strict_json(await queries.pool_text(session, draw.id))
        assert [site["id"] for site in pool["sites"]] == sites[1:]
        with pytest.raises(DrawOpen):
            await hall.do(actions.freeze_replacement, parent.id, Place(2, "officer", 2), "请假", history=HISTORY)
        await hall.do(actions.void, draw.id, "停电")
        for site in sites[1:]:
            await dispatched(hall, site, state="signed", begun=True)
        with pytest.raises(NothingToReplace):
            await hall.do(actions.freeze_replacement, parent.id, Place(1, "officer", 2), "请假", history=HISTORY)

    tell(database_url, story)


@pytest.mark.parametrize("place", [Place(9, "officer", 1), Place(1, "officer", 3), Place(1, "expert", 2)])
def test_there_is_no_such_seat(database_url: str, place: Place) -> None:
    async def story(hall: Hall) -> None:
        await hall.prepare(teams=3)
        parent = await hall.hold("1 1")
        with pytest.raises(SeatUnknown):
            await hall.do(actions.freeze_replacement, parent.id, place, "请假", history=HISTORY)

    tell(database_url, story)


def test_a_place_that_nobody_may_take_is_said_before_the_ceremony(database_url: str) -> None:
    async def story(hall: Hall) -> None:
        await hall.prepare(teams=6)
        parent = await hall.hold("1 1")
        with pytest.raises(DrawInfeasible) as refused:
            await hall.do(actions.freeze_replacement, parent.id, Place(1, "expert", 1), "请假", history=HISTORY)
        assert [cause["code"] for cause in refused.value.facts["causes"]] == ["no_candidates"]
        async with hall.database.reading() as session:
            assert len(await queries.ledger(session, hall.campaign)) == 1

    tell(database_url, story)


def test_the_pool_says_who_stays_out_and_why(database_url: str) -> None:
    async def story(hall: Hall) -> None:
        away, expired, apart = (inspector_id("410102", "officer", n) for n in (1, 2, 3))
        async with hall.database.writing() as session:
            session.add(Leave(inspector_id=away, from_on=date(2026, 12, 31), to_on=date(2027, 1, 5)))
            await session.execute(
                update(Inspector).where(col(Inspector.id) == expired).values(certificate_expires_on=date(2026, 12, 30))
            )
            session.add_all(
                Recusal(inspector_id=apart, site_id=site_id("410103", 1), reason="亲属", declared_on=date(2026, 1, 1))
                for _ in range(2)
            )
        await hall.prepare(experts=0, teams=3)
        draw = await hall.freeze()
        async with hall.database.reading() as session:
            pool = strict_json(await queries.pool_text(session, draw.id))
        out = {row["id"]: (row["label"], row["why"]) for row in pool["excluded"]["inspectors"]}
        assert out[away] == ("执**0001", "on_leave")
        assert out[expired] == ("执**0002", "certificate_expired")
        assert out[inspector_id("410103", "expert", 1)] == ("行**0301", "other_kind")
        assert pool["recusals"] == [{"inspector": apart, "enterprise": None, "site": site_id("410103", 1)}]
        assert [row["code"] for row in pool["jurisdictions"]] == sorted(DISTRICTS)

    tell(database_url, story)


def test_sites_checked_lately_and_enterprises_at_their_limit_stay_out(database_url: str) -> None:
    async def story(hall: Hall) -> None:
        await hall.prepare(short_code="EARLIER", name="上一轮")
        await dispatched(hall, site_id("410102", 1), state="sealed", begun=True)
        await dispatched(hall, site_id("410103", 2))
        await hall.prepare(exclude_checked_within_months=6, yearly_limit=1, teams=2)
        draw = await hall.freeze()
        async with hall.database.reading() as session:
            enterprises = [named_id("draws", "enterprise", code) for code in DISTRICTS]
            first_two = dict.fromkeys(enterprises[:2], 1)
            assert await HISTORY.checks_in_year(session, enterprises, year=2026, besides=hall.campaign) == first_two
            assert await HISTORY.checks_in_year(session, enterprises, year=2027, besides="") == {}
        async with hall.database.reading() as session:
            pool = strict_json(await queries.pool_text(session, draw.id))
        out = {row["id"]: row["why"] for row in pool["excluded"]["sites"]}
        assert out.pop(site_id("410102", 1)) == "checked_recently"
        assert set(out.values()) == {"enterprise_limit"}
        assert {site["jurisdiction"] for site in pool["sites"]} == {"410105"}
        assert [row["limit"] for row in pool["enterprises"]] == [1]

    tell(database_url, story)


def test_what_another_campaign_has_planned_counts_before_it_is_sent(database_url: str) -> None:
    async def story(hall: Hall) -> None:
        await hall.prepare()
        draw = await hall.hold("1 1")
        async with hall.database.writing() as session:
            session.add(
                PlannedVisit(
                    draw_id=draw.id,
                    campaign_id=hall.campaign,
                    code="WY2026-001",
                    site_id=site_id("410102", 1),
                    jurisdiction="410102",
                    team_no=1,
                    planned_on=date(2026, 12, 2),
                    is_uncertain=False,
                )
            )
        enterprise = named_id("draws", "enterprise", "410102")
        async with hall.database.reading() as session:
            for besides, known in (("another", {enterprise: 1}), (hall.campaign, {})):
                asked = HISTORY.checks_in_year(session, [enterprise], year=2026, besides=besides)
                assert await asked == known

    tell(database_url, story)


def test_an_infeasible_pool_is_not_frozen_and_says_what_to_loosen(database_url: str) -> None:
    async def story(hall: Hall) -> None:
        await hall.prepare(teams=7)
        with pytest.raises(DrawInfeasible) as refused:
            await hall.freeze()
        causes = refused.value.facts["causes"]
        assert causes and all(cause["sentence"] and cause["constraints"] for cause in causes)
        async with hall.database.reading() as session:
            found = await queries.campaign(session, hall.campaign, _office())
        assert (found.row.state, found.draw_count) == ("draft", 0)

    tell(database_url, story)


def test_a_draw_that_the_rules_leave_without_result_is_void_with_its_causes(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(hall: Hall) -> None:
        from suicha.draws.actions import freezing

        class NothingForeseen:
            is_feasible = True

        # The preview rehearses and can be wrong about a draw to come; the seal is not.
        monkeypatch.setattr(freezing, "preview", lambda _pool: NothingForeseen())
        await hall.prepare(teams=7)
        draw = await hall.until("revealed", await hall.freeze())
        draw = await hall.seal(draw)
        assert (draw.state, draw.digest) == ("void", None)
        assert draw.void_reason
        assert draw.void_causes and draw.void_causes[0]["code"]
        again = await hall.seal(draw)
        assert again.state == "void"
        async with hall.database.reading() as session:
            assert (await queries.campaign(session, hall.campaign, _office())).row.state == "draft"

    tell(database_url, story)
