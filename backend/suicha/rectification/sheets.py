"""Problems and rechecks as Excel sheets. The words are those of the screens; a test compares them."""

from collections.abc import Iterable, Mapping

from suicha.checklists.rules import Severity
from suicha.infra.workbooks import Cell, Column, Sheet
from suicha.rectification.queries import Found
from suicha.rectification.rules import ProblemState, RecheckState
from suicha.rectification.tables import Problem, Recheck

PROBLEM_STATES = {
    ProblemState.OPEN: "待整改",
    ProblemState.SUBMITTED: "待审核",
    ProblemState.RETURNED: "退回补正",
    ProblemState.RECHECKING: "复查中",
    ProblemState.CLOSED: "已销号",
    ProblemState.REFERRED: "已移送",
    ProblemState.RECORDED: "已记不良信息",
    ProblemState.WITHDRAWN: "已撤销",
}
RECHECK_STATES = {
    RecheckState.SCHEDULED: "已安排复查",
    RecheckState.DUE: "今日应复查",
    RecheckState.OVERDUE: "逾期未复查",
    RecheckState.SENT: "已派出复查",
    RecheckState.DONE: "已复查",
    RecheckState.CANCELLED: "无需复查",
}
SEVERITIES = {Severity.MINOR: "一般", Severity.SERIOUS: "较重", Severity.MAJOR: "重大"}
# A day that rests on a year without a calendar never leaves the house without saying so.
TO_BE_CONFIRMED = "待确认"

_PLACE = (Column("检查编号", 18), Column("检查对象", 30), Column("物业企业", 34), Column("行政区划代码", 14))
_PROBLEM_COLUMNS = (
    Column("问题编号", 24),
    Column("检查项", 8),
    Column("问题", 36),
    Column("说明", 40),
    Column("程度", 8),
    Column("状态", 10),
    Column("发现日期", 12, "date"),
    Column("整改期限", 12, "date"),
    Column("期限备注", 10),
    Column("复查日", 12, "date"),
    Column("复查日备注", 10),
    *_PLACE,
)
_RECHECK_COLUMNS = (
    Column("复查日", 12, "date"),
    Column("复查日备注", 10),
    Column("状态", 12),
    Column("要看的问题", 60),
    *_PLACE,
)


def problem_sheet(found: Iterable[Found]) -> Sheet:
    """One line for each problem."""
    return Sheet("整改", _PROBLEM_COLUMNS, [_problem(one) for one in found])


def recheck_sheet(found: Iterable[Found], problems: Mapping[str, list[Problem]]) -> Sheet:
    """One line for each recheck, with what is to be looked at."""
    return Sheet("复查", _RECHECK_COLUMNS, [_recheck(one, problems.get(one.row.id, [])) for one in found])


def _problem(found: Found) -> list[Cell]:
    row: Problem = found.row
    return [
        row.code,
        row.item,
        row.title,
        row.remark,
        SEVERITIES[Severity(row.severity)],
        PROBLEM_STATES[ProblemState(row.state)],
        row.found_on,
        row.due_on,
        _doubt(is_uncertain=row.is_due_uncertain),
        row.recheck_on,
        _doubt(is_uncertain=row.is_recheck_uncertain),
        *_place(found),
    ]


def _recheck(found: Found, problems: list[Problem]) -> list[Cell]:
    row: Recheck = found.row
    to_see = "；".join(f"{problem.item} {problem.title}" for problem in problems)
    return [
        row.scheduled_on,
        _doubt(is_uncertain=row.is_uncertain),
        RECHECK_STATES[RecheckState(row.state)],
        to_see,
        *_place(found),
    ]


def _place(found: Found) -> list[Cell]:
    return [found.visit_code, found.site_name, found.enterprise_name, found.row.jurisdiction]


def _doubt(*, is_uncertain: bool) -> str | None:
    return TO_BE_CONFIRMED if is_uncertain else None
