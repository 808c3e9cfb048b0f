"""Plans and campaigns: their states, what a campaign decides before its draw, and which settings cannot be."""

import re
from calendar import monthrange
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from suicha.draws.errors import AuthorityMissing, CampaignInvalid, IllegalCampaignStep, OutsideJurisdiction

WHOLE = 10_000
RISKS = ("A", "B", "C", "D")
# 行政处罚法 art. 42.
OFFICERS_AT_LEAST = 2
_SHORT_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,19}")
_LONGEST_PERIOD_DAYS = 731


class PlanState(StrEnum):
    """起草中, 已批准, 已公布."""

    DRAFT = "draft"
    APPROVED = "approved"
    PUBLISHED = "published"


class CampaignState(StrEnum):
    """起草中, 名单已冻结, 已抽取, 已结束."""

    DRAFT = "draft"
    FROZEN = "frozen"
    DRAWN = "drawn"
    CLOSED = "closed"


class CampaignKind(StrEnum):
    """定向 (a named group) or 不定向 (everybody on the roster)."""

    TARGETED = "targeted"
    UNTARGETED = "untargeted"


class Cross(StrEnum):
    """属地检查, 跨区县, 跨市."""

    OFF = "off"
    DISTRICT = "district"
    CITY = "city"


NEXT_PLAN: dict[PlanState, frozenset[PlanState]] = {
    PlanState.DRAFT: frozenset({PlanState.APPROVED}),
    PlanState.APPROVED: frozenset({PlanState.PUBLISHED}),
    PlanState.PUBLISHED: frozenset(),
}
NEXT_CAMPAIGN: dict[CampaignState, frozenset[CampaignState]] = {
    CampaignState.DRAFT: frozenset({CampaignState.FROZEN}),
    # A void draw gives the settings free again, unless an earlier one is still in force.
    CampaignState.FROZEN: frozenset({CampaignState.DRAWN, CampaignState.DRAFT}),
    CampaignState.DRAWN: frozenset({CampaignState.FROZEN, CampaignState.CLOSED}),
    CampaignState.CLOSED: frozenset(),
}


def advanced_plan(state: str, to: PlanState) -> str:
    """The state after a step; raises IllegalCampaignStep where the table does not have it."""
    if to not in NEXT_PLAN[PlanState(state)]:
        raise IllegalCampaignStep(step=f"{state} -> {to}")
    return to.value


def advanced_campaign(state: str, to: CampaignState) -> str:
    """The state after a step; raises IllegalCampaignStep where the table does not have it."""
    if to not in NEXT_CAMPAIGN[CampaignState(state)]:
        raise IllegalCampaignStep(step=f"{state} -> {to}")
    return to.value


@dataclass(frozen=True)
class Ratio:
    """抽查比例 of a risk class in one jurisdiction, in hundredths of a percent."""

    jurisdiction: str
    risk: str
    basis_points: int


@dataclass(frozen=True)
class CampaignSettings:
    """Everything that a campaign decides before its draw."""

    name: str
    short_code: str
    kind: CampaignKind
    matters: str
    target_scope: str
    frequency: str
    from_on: date
    until_on: date
    edition_hash: str
    jurisdictions: tuple[str, ...]
    cross: Cross
    authority: str | None
    officers: int
    experts: int
    teams: int | None
    most_visits: int | None
    ratios: Mapping[str, int]
    overrides: tuple[Ratio, ...] = ()
    exclude_checked_within_months: int | None = None
    yearly_limit: int | None = None
    lead_department: str = ""
    departments: tuple[str, ...] = field(default=())

    def basis_points(self, jurisdiction: str, risk: str) -> int:
        """The ratio of one stratum: the jurisdiction's own where there is one."""
        own = {(ratio.jurisdiction, ratio.risk): ratio.basis_points for ratio in self.overrides}
        return own.get((jurisdiction, risk), self.ratios.get(risk, 0))


def check_settings(settings: CampaignSettings, *, known: Collection[str], plan: str, caller: str) -> None:
    """Raises CampaignInvalid, AuthorityMissing or OutsideJurisdiction; `plan` and `caller` are prefixes of codes."""
    if not settings.name.strip():
        raise CampaignInvalid("请填写任务名称", field="name")
    if not _SHORT_CODE.fullmatch(settings.short_code):
        raise CampaignInvalid("任务简码须为 2–20 位大写字母、数字或短横线", field="short_code")
    if not 0 <= (settings.until_on - settings.from_on).days <= _LONGEST_PERIOD_DAYS:
        raise CampaignInvalid("截止日期不能早于开始日期，期限不超过两年", field="until_on")
    if settings.officers < OFFICERS_AT_LEAST:
        raise CampaignInvalid("每组执法人员不得少于两人", field="officers")
    if settings.cross is not Cross.OFF and not (settings.authority or "").strip():
        raise AuthorityMissing(field="authority")
    _check_jurisdictions(settings, known, plan, caller)
    _check_ratios(settings)


def _check_jurisdictions(settings: CampaignSettings, known: Collection[str], plan: str, caller: str) -> None:
    codes = settings.jurisdictions
    if not codes or len(set(codes)) < len(codes):
        raise CampaignInvalid("请选择抽查区县，且不能重复", field="jurisdictions")
    unknown = sorted(set(codes) - set(known))
    if unknown:
        raise CampaignInvalid("区县不在名录中", field="jurisdictions", jurisdictions=unknown)
    beyond = [code for code in codes if not code.startswith(caller)]
    if beyond:
        raise OutsideJurisdiction(jurisdictions=beyond)
    if any(not code.startswith(plan) for code in codes):
        raise CampaignInvalid("抽查区县超出年度计划的范围", field="jurisdictions")


def _check_ratios(settings: CampaignSettings) -> None:
    given = [*settings.ratios.values(), *(ratio.basis_points for ratio in settings.overrides)]
    if any(not 0 <= points <= WHOLE for points in given):
        raise CampaignInvalid("抽查比例须在 0 与 100% 之间", field="ratios")
    if not any(given):
        raise CampaignInvalid("抽查比例不能全部为 0", field="ratios")
    risks = {*settings.ratios, *(ratio.risk for ratio in settings.overrides)}
    if not risks <= set(RISKS):
        raise CampaignInvalid("风险类别须为 A、B、C、D", field="ratios")
    places = [(ratio.jurisdiction, ratio.risk) for ratio in settings.overrides]
    if len(set(places)) < len(places) or not {code for code, _ in places} <= set(settings.jurisdictions):
        raise CampaignInvalid("区县单独比例有重复，或不在抽查区县内", field="overrides")


def scope_of(jurisdictions: Iterable[str]) -> str:
    """The longest prefix that all codes share: who may see it may see the whole campaign."""
    codes = list(jurisdictions)
    first, last = min(codes), max(codes)
    return first[
        : next((n for n, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), len(first))
    ]


def months_before(day: date, months: int) -> date:
    """The same day some months earlier, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
