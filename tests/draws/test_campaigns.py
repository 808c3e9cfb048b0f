"""Plans and campaigns: what may be set, when it may be changed, and how they are found."""

import asyncio
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from suicha.checklists.errors import EditionUnknown
from suicha.draws import actions, queries
from suicha.draws.errors import (
    AuthorityMissing,
    CampaignCodeTaken,
    CampaignInvalid,
    CampaignNotDraft,
    CampaignUnknown,
    IllegalCampaignStep,
    LedgerNotEmpty,
    OutsideJurisdiction,
    PlanNotDraft,
    RevisionStale,
)
from suicha.draws.queries import CampaignFilter
from suicha.draws.rules.campaign import Cross, Ratio, months_before, scope_of
from suicha.draws.rules.freezing import Place, derived_teams, masked_label
from suicha.journal.queries import entries_about
from suicha.registry.rules import InspectorKind, PersonFacts, SiteFacts

from .town import HISTORY, Hall, caller, edition_hash, settings, tell


@pytest.mark.parametrize(
    ("codes", "scope"),
    [(["410105"], "410105"), (["410102", "410105", "410173"], "4101"), (["410102", "420102"], "4"), (["41", "52"], "")],
)
def test_the_scope_is_what_all_codes_share(codes: list[str], scope: str) -> None:
    assert scope_of(codes) == scope


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 12, 1), 6, date(2026, 6, 1)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2026, 1, 15), 13, date(2024, 12, 15)),
        (date(2026, 1, 15), 0, date(2026, 1, 15)),
    ],
)
def test_months_are_counted_back_by_the_calendar(day: date, months: int, before: date) -> None:
    assert months_before(day, months) == before


def test_a_masked_label_tells_colleagues_who_and_strangers_nothing() -> None:
    assert masked_label("执法员甲01", "豫A4101020001", "O-1") == "执**0001"
    assert masked_label("行业专家07", None, "E410102007") == "行**2007"
    assert masked_label("行", None, "E7") == "行**E7"


WRONG: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"name": "  "}, CampaignInvalid, "name"),
    ({"short_code": "物业"}, CampaignInvalid, "short_code"),
    ({"short_code": "X"}, CampaignInvalid, "short_code"),
    ({"until_on": date(2026, 11, 30)}, CampaignInvalid, "until_on"),
    ({"until_on": date(2030, 11, 30)}, CampaignInvalid, "until_on"),
    ({"officers": 1}, CampaignInvalid, "officers"),
    ({"authority": None}, AuthorityMissing, "authority"),
    ({"authority": " ", "cross": Cross.CITY}, AuthorityMissing, "authority"),
    ({"jurisdictions": ()}, CampaignInvalid, "jurisdictions"),
    ({"jurisdictions": ("410102", "410102")}, CampaignInvalid, "jurisdictions"),
    ({"jurisdictions": ("410199",)}, CampaignInvalid, "jurisdictions"),
    ({"ratios": {"A": 0}}, CampaignInvalid, "ratios"),
    ({"ratios": {"A": 10_001}}, CampaignInvalid, "ratios"),
    ({"ratios": {"E": 100}}, CampaignInvalid, "ratios"),
    ({"overrides": (Ratio("410102", "A", 1), Ratio("410102", "A", 2))}, CampaignInvalid, "overrides"),
    (
        {"jurisdictions": ("410102",), "overrides": (Ratio("410105", "A", 1),)},
        CampaignInvalid,
        "overrides",
    ),
]


def test_settings_that_cannot_be_are_refused_by_name(database_url: str) -> None:
    async def story(hall: Hall) -> None:
        for changes, error, field in WRONG:
            with pytest.raises(error) as refused:
                await hall.prepare(**changes)
            assert refused.value.facts["field"] == field, changes  # type: ignore[attr-defined]
        with pytest.raises(EditionUnknown):
            await hall.prepare(edition_hash="0" * 64)
        with pytest.raises(OutsideJurisdiction):
            await hall.prepare(by="district")
        await hall.prepare(cross=Cross.OFF, authority=None)

    tell(database_url, story)


def test_a_campaign_lies_within_its_plan(database_url: str) -> None:
    async def story(hall: Hall) -> None:
        await hall.prepare()
        plan = await hall.plan(jurisdiction="410105")
        async with hall.database.reading() as session:
            known = queries.settings_of((await queries.campaign(session, hall.campaign, caller("office"))).row)
        with pytest.raises(CampaignInvalid):
            await hall.do(actions.create_campaign, plan, replace(known, short_code="B2"))
        with pytest.raises(CampaignCodeTaken):
            await hall.do(actions.create_campaign, plan, replace(known, jurisdictions=("410105",)))

    tell(database_url, story)


def test_a_campaign_changes_only_as_a_draft_and_only_as_it_was_read(database_url: str) -> None:
    async def story(hall: Hall) -> None:
        await hall.prepare()
        async with hall.database.reading() as session:
            row = (await queries.campaign(session, hall.campaign, caller("office"))).row
        known = queries.settings_of(row)
        changed = await hall.do(
            actions.change_campaign, row.id, replace(known, teams=3, name="改名"), revision=row.revision
        )
        assert (changed.revision, changed.teams) == (2, 3)
        with pytest.raises(RevisionStale) as stale:
            await hall.do(actions.change_campaign, row.id, known, revision=1)
        assert stale.value.facts == {"revision": 2}
        draw = await hall.freeze()
        for act in (
            lambda: hall.do(actions.change_campaign, row.id, known, revision=2),
            lambda: hall.do(actions.delete_campaign, row.id),
        ):
            with pytest.raises(CampaignNotDraft):
                await act()
        await hall.do(actions.void, draw.id, "停电")
        with pytest.raises(LedgerNotEmpty):
            await hall.do(actions.delete_campaign, row.id)
        async with hall.database.reading() as session:
            entries = await entries_about(session, f"campaign:{row.id}")
        assert [entry.verb for entry in entries] == ["created_campaign", "changed_campaign"]
        assert entries[1].facts == '{"changed":{"name":"改名","teams":3}}'

    tell(database_url, story)


def test_a_draft_is_deleted_and_a_round_is_closed(database_url: str) -> None:
    async def story(hall: Hall) -> None:
        await hall.prepare()
        await hall.do(actions.delete_campaign, hall.campaign)
        with pytest.raises(CampaignUnknown):
            await hall.freeze()
        await hall.prepare()
        with pytest.raises(IllegalCampaignStep):
            await hall.do(actions.close_campaign, hall.campaign)
        draw = await hall.hold("1 1")
        assert (await hall.do(actions.close_campaign, hall.campaign)).state == "closed"
        with pytest.raises(IllegalCampaignStep):
            await hall.do(actions.freeze_replacement, draw.id, Place(1, "officer", 1), "请假", history=HISTORY)
        with pytest.raises(IllegalCampaignStep):
            await hall.freeze("再来")

    tell(database_url, story)


def test_a_plan_is_approved_then_published_and_changes_no_more(database_url: str) -> None:
    async def story(hall: Hall) -> None:
        plan = await hall.plan()
        change = {"year": 2027, "name": "2027年度计划", "document_number": None}
        changed = await hall.do(actions.change_plan, plan, **change, revision=1)
        assert (changed.year, changed.revision) == (2027, 2)
        with pytest.raises(RevisionStale):
            await hall.do(actions.change_plan, plan, **change, revision=1)
        with pytest.raises(IllegalCampaignStep):
            await hall.do(actions.publish_plan, plan)
        approved = await hall.do(actions.approve_plan, plan, by="deputy")
        assert (approved.state, approved.approved_by) == ("approved", caller("deputy").id)
        with pytest.raises(PlanNotDraft):
            await hall.do(actions.change_plan, plan, **change, revision=3)
        assert (await hall.do(actions.publish_plan, plan)).state == "published"
        with pytest.raises(IllegalCampaignStep):
            await hall.do(actions.approve_plan, plan)

    tell(database_url, story)


def test_campaigns_are_found_by_words_state_and_order_page_by_page(database_url: str) -> None:
    async def story(hall: Hall) -> None:
        for number in range(5):
            await hall.prepare(short_code=f"C-{number}", name=f"任务{number % 2}", from_on=date(2026, 12, 1 + number))
        await hall.freeze()

        async def found(**wanted: Any) -> tuple[list[str], int]:
            async with hall.database.reading() as session:
                rows, total = await queries.campaigns(session, caller("office"), CampaignFilter(**wanted))
            return [one.row.short_code for one in rows], total

        assert await found() == (["C-4", "C-3", "C-2", "C-1", "C-0"], 5)
        assert await found(q="任务1", sort="short_code") == (["C-1", "C-3"], 2)
        assert (await found(sort="name", size=2))[1] == 5
        pages = [(await found(sort="name", size=2, page=page))[0] for page in (1, 2, 3)]
        assert sorted(code for page in pages for code in page) == ["C-0", "C-1", "C-2", "C-3", "C-4"]
        from suicha.draws.rules.campaign import CampaignState

        assert await found(state=CampaignState.FROZEN) == (["C-4"], 1)
        assert await found(q="100%") == ([], 0)
        async with hall.database.reading() as session:
            by_code = await queries.campaign_by_reference(session, "C-3")
            assert (await queries.campaign_by_reference(session, by_code.id)).id == by_code.id
            with pytest.raises(CampaignUnknown):
                await queries.campaign_by_reference(session, "任务1")
            with pytest.raises(CampaignUnknown):
                await queries.campaign_by_reference(session, "没有")

    tell(database_url, story)


def test_ratios_of_a_district_stand_before_the_general_ones() -> None:
    wanted = settings(ratios={"A": 500}, overrides=(Ratio("410105", "A", 1000),))
    assert [wanted.basis_points(code, "A") for code in ("410102", "410105")] == [500, 1000]
    assert wanted.basis_points("410102", "D") == 0


def test_two_campaigns_that_are_made_at_once_do_not_share_a_code(database_url: str) -> None:
    async def story(hall: Hall) -> None:
        plan = await hall.plan()
        async with hall.database.writing() as session:
            wanted = settings(edition_hash=await edition_hash(session))
        done = await asyncio.gather(
            *(hall.do(actions.create_campaign, plan, wanted, by=by) for by in ("office", "deputy")),
            return_exceptions=True,
        )
        assert sorted(type(one).__name__ for one in done) == ["Campaign", "CampaignCodeTaken"]

    tell(database_url, story)


@pytest.mark.parametrize(
    ("officers", "experts", "sites", "per_team", "teams"),
    [
        (9, 9, 100, (2, 1), 4),
        (9, 3, 100, (2, 1), 3),
        (9, 0, 100, (2, 0), 4),
        (40, 20, 5, (2, 1), 3),
        (1, 0, 100, (2, 1), 1),
    ],
)
def test_teams_are_as_many_as_the_people_make_but_none_without_a_visit(
    officers: int, experts: int, sites: int, per_team: tuple[int, int], teams: int
) -> None:
    people = [
        PersonFacts(
            f"{kind}{n}", f"{n}", kind, "示例", None, "410102", None, is_on_leave=False, has_valid_certificate=True
        )
        for kind, count in ((InspectorKind.OFFICER, officers), (InspectorKind.EXPERT, experts))
        for n in range(count)
    ]
    places = [SiteFacts(f"s{n}", f"{n}", "示例", "410102", "e", "示例", "x", "A") for n in range(sites)]
    wanted = settings(officers=per_team[0], experts=per_team[1], ratios={"A": 5000})
    assert derived_teams(places, people, wanted) == teams
