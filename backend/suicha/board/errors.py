"""What can go wrong at the desk."""

from suicha.kit.errors import BadRequest, NotFound, RuleViolation


class RangeUnusable(BadRequest):
    """A range of days that ends before it begins, or that is longer than a calendar shows; `days` and `most` say so."""

    code, title = "range_unusable", "日期范围不正确，请缩短后再查"


class TeamUnknown(NotFound):
    """No such team, or no visit of it that the caller may see."""

    code, title = "team_unknown", "没有找到这个组，或其中没有您可以查看的检查"


class CampaignNotScored(RuleViolation):
    """The campaign's checklist carries no points, so nobody can be ranked; `edition` names it."""

    code, title = "campaign_not_scored", "这次抽查任务用的不是评分表，没有考核排名"
