"""What can go wrong with visits."""

from suicha.kit.errors import Conflict, NotFound, RuleViolation


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
