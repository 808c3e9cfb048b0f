"""规范化管理考核 from the phone to the ranking: sealed scores, fair places, and files that equal the page."""

import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from suicha.board.rules.ranking import SiteMarks, newest_of_each_site, placed, ranking_of
from suicha.checklists import queries as checklists
from suicha.checklists.rules.scoring import Marks
from suicha.draws.tables import Campaign, Plan
from suicha.inspections import actions, queries
from suicha.inspections.rules.dispatch import Posted, VisitPlan
from suicha.inspections.rules.facts import TeamRole
from suicha.inspections.rules.manifest import build_manifest
from suicha.kit.digest import sha256_hex
from suicha.kit.ids import named_id
from suicha.publication.tables import Publication
from suicha.rectification.tables import Problem
from suicha.registry.tables import Site
from suicha.sync import queries as sync_queries
from tests.board.rounds import Told
from tests.inspections.conftest import Desk
from tests.inspections.field import FieldTeam
from tests.inspections.round import NOW, TODAY, account_id

CAMPAIGN = named_id("test", "assessment")
SITES = {"A": "410103", "B": "410103", "C": "410103", "D": "410105"}
PAGE = f"/api/campaigns/{CAMPAIGN}/ranking"


# -- places ------------------------------------------------------------------------------------------------------------


def marked(site: str, total: str, *, district: str = "410103", at: int = 0) -> SiteMarks:
    marks = Marks((), Decimal(total), Decimal(100), "良好")
    sealed_at = datetime(2026, 11, 23, at, tzinfo=UTC)
    return SiteMarks(f"visit-{site}-{at}", site, site, site, "示例物业", district, marks, sealed_at, 1)


def places(*totals: str) -> list[tuple[str, int, bool, bool]]:
    found = placed(marked(f"s{n}", total) for n, total in enumerate(totals))
    return [(str(one.of.marks.total), one.rank, one.is_first, one.is_last) for one in found]


def test_equal_totals_share_a_place_and_the_next_one_is_skipped() -> None:
    assert places("80", "91.5", "80", "70") == [
        ("91.5", 1, True, False),
        ("80", 2, False, False),
        ("80", 2, False, False),
        ("70", 4, False, True),
    ]
    assert places("90", "60", "60.0", "90") == [
        ("90", 1, True, False),
        ("90", 1, True, False),
        ("60", 3, False, True),
        ("60.0", 3, False, True),
    ]


def test_nobody_is_last_where_nobody_is_behind() -> None:
    assert places("75") == [("75", 1, True, False)]
    assert places("75", "75") == [("75", 1, True, False), ("75", 1, True, False)]
    assert placed([]) == ()


def test_a_site_visited_twice_counts_with_what_was_sealed_last() -> None:
    assert newest_of_each_site([marked("s", "60", at=5), marked("s", "90", at=3)]) == [marked("s", "60", at=5)]


def test_each_district_is_ranked_for_itself_and_says_what_it_waits_for() -> None:
    sites = [marked("a", "60"), marked("b", "90", district="410105"), marked("c", "70")]
    found = ranking_of(sites, {"410105": 2, "410106": 1}, {"410103": "示例一区"})
    assert [(one.jurisdiction, one.name, len(one.sites), one.waiting) for one in found] == [
        ("410103", "示例一区", 2, 0),
        ("410105", "410105", 1, 2),
        ("410106", "410106", 0, 1),
    ]
    assert [one.of.site for one in found[0].first + found[0].last] == ["c", "a"]


@given(st.lists(st.integers(0, 8), min_size=1, max_size=12))
def test_a_place_is_one_more_than_the_number_of_those_who_are_better(totals: list[int]) -> None:
    found = placed(marked(f"s{n}", str(total)) for n, total in enumerate(totals))
    assert sorted(one.of.site for one in found) == sorted(f"s{n}" for n in range(len(totals)))
    for one in found:
        assert one.rank == 1 + sum(total > one.of.marks.total for total in totals)
        assert one.is_first == (one.of.marks.total == max(totals))
        assert one.is_last == (one.of.marks.total == min(totals) < max(totals))


# -- one round trip ----------------------------------------------------------------------------------------------------


async def an_assessment(session: AsyncSession, *, checklist: str = "management-assessment-ref-5") -> None:
    """A campaign on the scored edition with a visit to each site."""
    edition = await checklists.latest_edition(session, checklist)
    plan = named_id("test", "plan")
    session.add(Plan(id=plan, year=2026, jurisdiction="4101", name="年度计划", state="draft", created_at=NOW))
    await session.flush()
    session.add(
        Campaign(
            id=CAMPAIGN, plan_id=plan, scope="4101", name="上半年考核", short_code="KH", kind="untargeted",
            matters="规范化管理", target_scope="物业服务项目", frequency="半年一次", from_on=date(2026, 11, 1),
            until_on=date(2026, 12, 31), edition_hash=edition.hash, jurisdictions=["410103", "410105"], cross="off",
            officers=2, experts=1, ratios={}, overrides=[], lead_department="示例主管部门", departments=[],
            state="drawn", created_at=NOW,
        )
    )  # fmt: skip
    for code, district in SITES.items():
        site = named_id("test", "assessed", code)
        enterprise = named_id("test", "enterprise", district)
        session.add(
            Site(id=site, name=f"示例{code}苑", address="示例路", jurisdiction=district, enterprise_id=enterprise,
                 lat="34.75", lon="113.65")
        )  # fmt: skip
        await session.flush()
        visit = VisitPlan(visit_of(code), f"KH-{code}", "上半年考核", site, 1, TODAY, campaign_id=CAMPAIGN)
        team = {"leader": TeamRole.LEADER, "officer": TeamRole.OFFICER, "expert": TeamRole.EXPERT}
        posted = [Posted(account_id(name), role) for name, role in team.items()]
        await actions.dispatch(session, visit, posted, edition_hash=edition.hash, now=NOW)


def visit_of(code: str) -> str:
    return named_id("test", "assessment", code)


async def score(desk: Desk, code: str, **lost: str) -> tuple[FieldTeam, dict[str, str]]:
    """Everything in full but for `lost`, sealed; returns the ids of the ops that set the scores."""
    team = await FieldTeam(desk.database, visit_of(code), at=NOW + timedelta(hours=ord(code))).arrive("leader")
    async with desk.database.reading() as session:
        edition = await checklists.edition_facts(session, team.on["leader"].edition["hash"])
    ops = {}
    for item, rule in edition.scores.items():
        value = lost.get(item, str(rule.max))
        full = Decimal(value) == rule.max if value != "na" else None
        team.set("leader", item, "result", "na" if full is None else "pass" if full else "fail")
        ops[item] = team.set("leader", item, "score", None if full is None else value)
    await team.seal()
    return team, ops


async def seal_again(team: FieldTeam) -> None:
    """Everything that counts now, as the second manifest."""
    async with team.database.reading() as session:
        facts = (await sync_queries.facts_of(session, team.scope)).values()
        before = (await queries.seal_in_force(session, team.scope)).manifest_hash
    manifest = build_manifest(
        [fact for fact in facts if fact.is_admitted], scope=team.scope, n=2,
        edition_hash=team.on["leader"].edition["hash"], prev_manifest=before,
    )  # fmt: skip
    body = {"manifest": manifest, "manifest_hash": sha256_hex(manifest), "missing": []}
    team.make("leader", "insp.seal@1", body=body)
    [result] = await team.push("leader")
    assert result["outcome"] == "applied", result


async def a_scored_round(desk: Desk) -> tuple[FieldTeam, dict[str, str]]:
    """A, B and C of one district, sealed; D of another, not even begun. A is returned for whoever goes on."""
    async with desk.database.writing() as session:
        await an_assessment(session)
    await score(desk, "B", KA01="2", KC01="4.5")
    await score(desk, "C", KE02="2", KA02="na", KA03="3.5")
    return await score(desk, "A", KB03="2.5", KD06="1.5")


def lines(ranking: Any) -> list[tuple[int, str, str, list[str], bool, bool]]:
    return [
        (one["rank"], one["site"], one["total"], one["points"], one["is_first"], one["is_last"])
        for district in ranking["districts"]
        for one in district["sites"]
    ]


def test_a_sealed_score_reaches_the_ranking_and_its_file(at_the_desk: Told) -> None:
    async def story(desk: Desk) -> None:
        await a_scored_round(desk)
        ranking = await desk.get("office", PAGE)
        # C: 19.5 of the 20 points that apply are 24.375 of 25, so 24.4.
        assert lines(ranking) == [
            (1, "示例B苑", "98.5", ["24.0", "20.0", "14.5", "20.0", "20.0"], True, False),
            (2, "示例A苑", "97.0", ["25.0", "17.5", "15.0", "19.5", "20.0"], False, False),
            (3, "示例C苑", "96.4", ["24.4", "20.0", "15.0", "20.0", "17.0"], False, True),
        ]
        assert [(one["jurisdiction"], one["waiting"]) for one in ranking["districts"]] == [("410103", 0), ("410105", 1)]
        assert (ranking["full"], ranking["weights"], ranking["counted"], ranking["waiting"]) == (
            "100",
            "reference",
            3,
            1,
        )
        assert [one["max"] for one in ranking["dimensions"]] == ["25", "20", "15", "20", "20"]
        assert {one["grade"] for one in ranking["districts"][0]["sites"]} == {"优秀"}
        async with desk.signed_in("office") as client:
            book = load_workbook(io.BytesIO((await client.get(f"{PAGE}/export.xlsx")).content))
        ends, sites = (list(sheet.iter_rows(min_row=2, values_only=True)) for sheet in book.worksheets)
        assert [row[1:7] for row in ends] == [("示例B苑", 98.5, "示例C苑", 96.4, 3, 0), (None, None, None, None, 0, 1)]
        assert [row[1:3] for row in sites] == [(1, "示例B苑"), (2, "示例A苑"), (3, "示例C苑")]
        assert sites[2][4:12] == (24.4, 20, 15, 20, 17, 96.4, "优秀", "末名")
        listed = await desk.get("office", "/api/rankings")
        assert listed["items"] == [{"id": CAMPAIGN, "name": "上半年考核", "visits": 4, "sealed": 3}]

    at_the_desk(story)


def test_what_a_sealed_score_leaves_behind(at_the_desk: Told) -> None:
    async def story(desk: Desk) -> None:
        await a_scored_round(desk)
        await _only_marked_items_open_problems_and_all_can_be_published(desk)
        await _points_stand_in_the_site_record(desk)
        await _points_are_published_with_the_result(desk)
        own = await desk.get("district", PAGE)
        assert [(one["jurisdiction"], one["sites"], one["waiting"]) for one in own["districts"]] == [("410105", [], 1)]
        assert (await desk.get("leader", PAGE, 403))["code"] == "not_permitted"
        unknown = await desk.get("office", f"/api/campaigns/{named_id('test', 'nowhere')}/ranking", 404)
        assert unknown["code"] == "campaign_unknown"

    at_the_desk(story)


async def _only_marked_items_open_problems_and_all_can_be_published(desk: Desk) -> None:
    async with desk.database.reading() as session:
        found = list(await session.scalars(select(Problem)))
        proposed = set(await session.scalars(select(col(Publication.inspection_id))))
    assert [(problem.item, problem.code) for problem in found] == [("KE02", "KH-C-KE02")]
    assert proposed == {visit_of("A"), visit_of("B"), visit_of("C")}
    record = await desk.get("office", f"/api/inspections/{visit_of('C')}")
    [item] = [item for item in record["items"] if item["item"] == "KE02"]
    assert [said["value"] for said in item["registers"]["score"]["values"]] == ["2"]


async def _points_stand_in_the_site_record(desk: Desk) -> None:
    async with desk.signed_in("leader") as client:
        made = await client.post(f"/api/inspections/{visit_of('C')}/site-record")
        assert made.status_code == 201, made.text
        pdf = await client.get(f"/api/documents/{made.json()['id']}")
    text = "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.content)).pages).split())
    for words in ("满分25项，扣分2项", "共用设施设备（25分）", "24.4", "96.4", "优秀", "3.5/4", "2/5", "参考值"):
        assert words in text, words
    assert "不符合" not in text


async def _points_are_published_with_the_result(desk: Desk) -> None:
    queue = (await desk.get("office", "/api/publications"))["items"]
    [row] = [one for one in queue if one["site"] == "示例C苑"]
    place = f"/api/publications/{row['id']}"
    draft = await desk.get("office", place)
    points = draft["draft"]["points"]
    assert (points["total"], points["full"], points["grade"], points["is_reference"]) == ("96.4", "100", "优秀", True)
    assert points["dimensions"][0] == {"name": "共用设施设备", "points": "24.4", "max": "25"}
    async with desk.signed_in("office") as client:
        sent = await client.post(f"{place}/publish", json={"seen": draft["draft_sha256"]})
        assert sent.status_code == 200, sent.text
        public = (await client.get(f"/api/public/results/{row['id']}")).json()
    assert public["current"]["points"] == points


def test_an_addendum_takes_the_place_of_what_it_corrects_once_it_is_sealed(at_the_desk: Told) -> None:
    async def story(desk: Desk) -> None:
        team, ops = await a_scored_round(desk)
        team.make("leader", "addendum.open@1", body={"n": 2, "reason": "加错了"})
        team.set("leader", "KB03", "score", "0", sup=(ops["KB03"],))
        await team.push("leader")
        assert lines(await desk.get("office", PAGE))[1][:3] == (2, "示例A苑", "97.0")
        await seal_again(team)
        last = lines(await desk.get("office", PAGE))[2]
        assert (last[:4], last[5]) == ((3, "示例A苑", "94.5", ["25.0", "15.0", "15.0", "19.5", "20.0"]), True)

    at_the_desk(story)


def test_a_campaign_without_points_has_no_ranking(at_the_desk: Told) -> None:
    async def story(desk: Desk) -> None:
        async with desk.database.writing() as session:
            await an_assessment(session, checklist="property-service-ref-27")
        assert (await desk.get("office", PAGE, 422))["code"] == "campaign_not_scored"
        assert (await desk.get("office", "/api/rankings"))["items"] == []

    at_the_desk(story)
