"""What can go wrong with credit."""

from suicha.kit.errors import Conflict, Forbidden, NotFound, RuleViolation


class CreditEntryUnknown(NotFound):
    """No such entry in this caller's jurisdiction."""

    code, title = "credit_entry_unknown", "没有找到这条信用记录"


class CreditRoundUnknown(NotFound):
    """No list of this name, or not computed for this period."""

    code, title = "credit_round_unknown", "没有找到这期榜单"


class CreditRoundNotYours(Forbidden):
    """A list ranks everybody: who sees only some of them does not compute it."""

    code, title = "credit_round_not_yours", "榜单须由管辖全部企业的办公室计算"


class CreditStepIllegal(Conflict):
    """The entry is not in a state that admits this."""

    code, title = "credit_step_illegal", "当前状态不能进行这一步"


class CreditStale(Conflict):
    """The arithmetic that was looked at is not what stands now: look again."""

    code, title = "credit_stale", "事实已有变化，请刷新后再决定"


class CreditSecondPerson(RuleViolation):
    """Who proposed an entry by hand does not approve it."""

    code, title = "credit_second_person", "须由提出人以外的人员批准"


class CreditPeriodInvalid(RuleViolation):
    """Not a period of this list, like 2026-10, 2026Q4 or 2026."""

    code, title = "credit_period_invalid", "期间写法有误"


class CreditTooLate(RuleViolation):
    """The days for objecting are over."""

    code, title = "credit_objection_too_late", "已过异议期限"


class CreditRepairTooEarly(RuleViolation):
    """Repair is possible some months after the entry took effect."""

    code, title = "credit_repair_too_early", "未满规定期限，暂不能修复"


class CreditImportInvalid(RuleViolation):
    """The file of grades has lines that cannot be taken; nothing of it was."""

    code, title = "credit_import_invalid", "等级文件有误，未导入任何内容"
