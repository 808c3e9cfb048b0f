"""What can go wrong with visits."""

from suicha.kit.errors import Conflict, Forbidden, NotFound, RuleViolation


class InspectionUnknown(NotFound):
    """There is no such visit, or the caller may not know that there is."""

    code, title = "inspection_unknown", "没有找到这次检查"


class TeamIncomplete(RuleViolation):
    """A visit is made by at least two officers, exactly one of whom leads (行政处罚法 art. 42)."""

    code, title = "team_incomplete", "检查组不完整：须有一名组长和至少一名执法人员"


class AlreadyInTeam(Conflict):
    """The person has a part in this visit already."""

    code, title = "already_in_team", "该人员已在检查组中"


class NotInTeam(NotFound):
    """The person has no part in this visit that could be taken back."""

    code, title = "not_in_team", "该人员不在检查组中"


class PeriodTooShort(RuleViolation):
    """The campaign's period has too few working days left; `teams` tells which team needs how many."""

    code, title = "period_too_short", "计划期内的工作日不够"


class ProposalMissing(Conflict):
    """The drawn sites have no days yet."""

    code, title = "proposal_missing", "还没有安排检查日期"


class DayRefused(RuleViolation):
    """A visit lies on a working day inside the campaign's period, and not in the past."""

    code, title = "day_refused", "不能安排在这一天"


class DayFixed(Conflict):
    """The day stands on an approval form; return the form first."""

    code, title = "day_fixed", "日期已写入审批表，不能修改"


class ApprovalUnknown(NotFound):
    """No such approval form of this draw."""

    code, title = "approval_unknown", "没有找到这份审批表"


class NothingToApprove(Conflict):
    """Every planned visit stands on an approval form already."""

    code, title = "nothing_to_approve", "所有检查都已提交审批"


class ApprovalSettled(Conflict):
    """The form was approved or returned."""

    code, title = "approval_settled", "这份审批表已经办结"


class ApprovalOwn(Forbidden):
    """Who asks does not approve."""

    code, title = "approval_own", "申请人不能批准自己的申请"


class ApprovalMissing(Conflict):
    """Every inspection of an enterprise is approved beforehand, or is urgent and says why."""

    code, title = "approval_missing", "检查尚未批准"


class NoticeMissing(Conflict):
    """Every enterprise is told beforehand, or the reason for not telling it is written down; `visits` counts."""

    code, title = "notice_missing", "还有检查没有通知企业"


class NoticeNotMade(Conflict):
    """There is no notice yet that could have been sent."""

    code, title = "notice_not_made", "通知书还没有生成"


class NoticeSent(Conflict):
    """The enterprise was told: that cannot be taken back."""

    code, title = "notice_sent", "已经通知企业"


class PlannedVisitUnknown(NotFound):
    """No such visit in this proposal."""

    code, title = "planned_visit_unknown", "拟派计划中没有这次检查"


class LeaderUnfit(Conflict):
    """Only an officer with an account, without a recusal, who does not lead the visit already, may lead it."""

    code, title = "leader_unfit", "此人不能担任本次检查的组长"


class InspectorWithoutAccount(Conflict):
    """Somebody who was drawn cannot sign in; `people` names everybody concerned."""

    code, title = "inspector_without_account", "有抽中的人员还没有可用账号"
