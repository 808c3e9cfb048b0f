"""The draw of the demo round: its campaign, and a rehearsal of it without a database."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from suicha.demo.facts import DemoInspector, Rosters
from suicha.draws.rules.campaign import CampaignKind, CampaignSettings, Cross
from suicha.draws.rules.freezing import Ledger, PastChecks, frozen_pool
from suicha.draws.rules.record import make_record
from suicha.kit.ids import named_id
from suicha.registry.rules import InspectorKind, PersonFacts, PoolFacts, RecusalFacts, SiteFacts

TEAM_COUNT = 30
SHORT_CODE = "DEMO"
RATIOS = {"A": 1_000, "B": 2_000, "C": 4_000, "D": 10_000}
AUTHORITY = "示例文号〔0000〕第0号（示范用，不是真实文件）"
# 示范 dice: said to be so wherever they are shown.
DICE = "示范掷骰（示例数值，非现场产生）"
PUBLIC_VALUE = (DICE, "3 5 1 6 2 4 6 1")
ASSESSMENT_VALUE = (DICE, "2 6 4 1 5 3 3 6")
BEGUN_BEFORE = timedelta(days=45)
ASSESSED_BEFORE = timedelta(days=20)


def campaign_settings(rosters: Rosters, today: date, edition_hash: str) -> CampaignSettings:
    """The campaign that the demo round belongs to."""
    return CampaignSettings(
        name=f"{today.year}年度物业服务企业“双随机、一公开”监督检查（示范）",
        short_code=f"{SHORT_CODE}-{today.year}",
        kind=CampaignKind.UNTARGETED,
        matters="物业服务企业依法经营与项目管理情况",
        target_scope="全市物业服务项目",
        frequency="每年一次",
        from_on=today - BEGUN_BEFORE,
        until_on=today + BEGUN_BEFORE,
        edition_hash=edition_hash,
        jurisdictions=tuple(district.code for district in rosters.districts),
        cross=Cross.DISTRICT,
        authority=AUTHORITY,
        officers=2,
        experts=1,
        teams=TEAM_COUNT,
        most_visits=None,
        ratios=RATIOS,
        lead_department="市住房保障和房地产管理局（示例）",
        departments=("市城市管理局（示例）",),
    )


def assessment_settings(rosters: Rosters, today: date, edition_hash: str) -> CampaignSettings:
    """规范化管理考核: a small campaign on the scored checklist, in the districts with the most compounds."""
    largest = sorted(rosters.districts, key=lambda district: (-district.site_count, district.code))
    return replace(
        campaign_settings(rosters, today, edition_hash),
        name=f"{today.year}年度物业服务项目规范化管理考核（示范）",
        short_code=f"{SHORT_CODE}-KH-{today.year}",
        matters="物业服务项目规范化管理",
        target_scope="项目较多的三个区",
        from_on=today - ASSESSED_BEFORE,
        until_on=today + ASSESSED_BEFORE,
        jurisdictions=tuple(sorted(district.code for district in largest[:3])),
        teams=3,
        ratios=dict.fromkeys(RATIOS, 1_000),
    )


def rehearsed_record(rosters: Rosters, today: date, edition_hash: str) -> dict[str, Any]:
    """The same draw from the same rosters, with a typed seed: for those who want the round without a database."""
    settings = campaign_settings(rosters, today, edition_hash)
    pool = frozen_pool(
        named_id("demo", "campaign"),
        settings,
        _roster(rosters, settings),
        PastChecks({}, {}),
        Ledger(0, []),
        names={district.code: district.name for district in rosters.districts},
        as_of=settings.from_on,
    )
    return make_record(pool, {"method": "text", "text": "示范"}, purpose="rehearsal")


def _roster(rosters: Rosters, settings: CampaignSettings) -> PoolFacts:
    enterprises = {enterprise.id: enterprise for enterprise in rosters.enterprises}
    away = {leave.inspector_id for leave in rosters.leaves}
    return PoolFacts(
        sites=[
            SiteFacts(
                site.id,
                site.code,
                site.name,
                site.jurisdiction,
                site.enterprise_id,
                enterprises[site.enterprise_id].name,
                enterprises[site.enterprise_id].uscc,
                site.risk_class,
            )
            for site in rosters.sites
        ],
        inspectors=[_person(person, settings, is_away=person.id in away) for person in rosters.inspectors],
        recusals=[RecusalFacts(row.inspector_id, row.enterprise_id, None) for row in rosters.recusals],
    )


def _person(person: DemoInspector, settings: CampaignSettings, *, is_away: bool) -> PersonFacts:
    expires = person.certificate_expires_on
    return PersonFacts(
        id=person.id,
        code=person.code,
        kind=InspectorKind(person.kind),
        name=person.name,
        certificate_no=person.certificate_no,
        home_jurisdiction=person.home_jurisdiction,
        account_id=person.account_id,
        is_on_leave=is_away,
        has_valid_certificate=expires is None or expires >= settings.until_on,
    )
