"""What can go wrong with publishing."""

from suicha.kit.errors import Conflict, NotFound, RuleViolation


class PublicationUnknown(NotFound):
    """No such publication for this caller, or none that is published."""

    code, title = "publication_unknown", "没有找到这条公示"


class PublicationStepIllegal(Conflict):
    """It is not in a state that admits this."""

    code, title = "publication_step_illegal", "当前状态不能进行这一步"


class PublicationStale(Conflict):
    """What was looked at is not what stands now: look again."""

    code, title = "publication_stale", "内容已有变化，请刷新后再公示"


class SecondPersonNeeded(RuleViolation):
    """Who put the text together may not publish it alone."""

    code, title = "second_person_needed", "须由另一人复核后公示"


class CategoryMissing(RuleViolation):
    """At least one of the official categories is needed; an unknown one is none."""

    code, title = "publication_category_missing", "请选择至少一个公示类别"


class PublicationReasonMissing(RuleViolation):
    """A correction, or a new publication of what was withdrawn, says why."""

    code = "publication_reason_missing"
    title = "请填写更正的理由"


class PublicationUnchanged(Conflict):
    """It says already what it would say."""

    code = "publication_unchanged"
    title = "内容与已公示的相同，不需要更正"
