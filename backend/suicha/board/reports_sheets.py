"""The ledger and the statistics as one Excel workbook."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from suicha.board.rules.reports import Line, Report, Workload
from suicha.checklists.rules import Severity
from suicha.infra.workbooks import Cell, Column, Sheet
from suicha.kit.clock import local_date
from suicha.rectification.rules import ProblemState
from suicha.rectification.sheets import PROBLEM_STATES, SEVERITIES, TO_BE_CONFIRMED

_ROLES = {"leader": "执法人员（组长）", "officer": "执法人员", "expert": "行业专家"}
_COUNTS: tuple[tuple[str, str], ...] = (
    ("visits", "抽中项目"),
    ("inspected", "已检查"),
    ("problems", "发现问题"),
    ("minor", "一般"),
    ("serious", "较重"),
    ("major", "重大"),
    ("closed", "已销号"),
    ("in_time", "其中按期"),
    ("referred", "已移送"),
    ("recorded", "已记不良信息"),
    ("withdrawn", "已撤销"),
    ("open", "未办结"),
    ("overdue", "其中逾期"),
    ("closed_percent", "整改率（%）"),
    ("median_days", "销号用时中位数（天）"),
)
_LEDGER = (
    Column("问题编号", 24),
    Column("抽查任务", 26),
    Column("区县", 12),
    Column("检查对象", 28),
    Column("物业企业", 32),
    Column("检查项", 8),
    Column("问题", 34),
    Column("程度", 8),
    Column("说明", 40),
    Column("发现日期", 12, "date"),
    Column("责令改正文号", 22),
    Column("送达日期", 12, "date"),
    Column("整改期限", 12, "date"),
    Column("期限备注", 12),
    Column("延期申请", 10, "number"),
    Column("提交证明", 10, "number"),
    Column("现场复查", 10, "number"),
    Column("移送部门", 18),
    Column("状态", 12),
    Column("办结日期", 12, "date"),
    Column("用时（天）", 10, "number"),
)


def report_sheets(report: Report, ledger: Iterable[Mapping[str, Any]], names: Mapping[str, str]) -> list[Sheet]:
    """台账 first, then a sheet for each table of the page."""
    return [
        Sheet("台账", _LEDGER, [_ledger_row(row, names) for row in ledger]),
        _lines("按区县", "区县", [*report.districts, _named(report.total, "合计")]),
        _lines("按检查项", "检查项", report.items, with_key=True),
        _lines("按严重程度", "严重程度", report.severities),
        _lines("按企业", "物业企业", report.enterprises),
        _workload(report.people),
        _spans(report),
    ]


def _ledger_row(row: Mapping[str, Any], names: Mapping[str, str]) -> list[Cell]:
    ended = local_date(row["closed_at"]) if row["closed_at"] else None
    doubts = [
        *(["暂定"] if row["is_due_provisional"] else []),
        *([TO_BE_CONFIRMED] if row["is_due_uncertain"] else []),
    ]
    return [
        row["code"],
        row["campaign"],
        names.get(row["jurisdiction"], row["jurisdiction"]),
        row["site"],
        row["enterprise"],
        row["item"],
        row["title"],
        SEVERITIES[Severity(row["severity"])],
        row["remark"],
        row["found_on"],
        row["order_number"],
        row["served_on"],
        row["due_on"],
        "、".join(doubts) or None,
        row["extensions"],
        row["submissions"],
        row["rechecks"],
        row["department"],
        PROBLEM_STATES[ProblemState(row["state"])],
        ended,
        (ended - row["found_on"]).days if ended else None,
    ]


def _named(line: Line, name: str) -> Line:
    line.name = name
    return line


def _lines(title: str, head: str, lines: Sequence[Line], *, with_key: bool = False) -> Sheet:
    keys = (Column("编号", 8),) if with_key else ()
    columns = (*keys, Column(head, 34), *(Column(name, 12, "number") for _, name in _COUNTS))
    return Sheet(
        title,
        columns,
        [[*([line.key] if with_key else []), line.name, *(getattr(line, key) for key, _ in _COUNTS)] for line in lines],
    )


def _workload(people: Sequence[Workload]) -> Sheet:
    columns = (
        Column("姓名", 16),
        Column("身份", 18),
        Column("派往项目", 10, "number"),
        Column("已检查", 10, "number"),
        Column("复查和回头看", 12, "number"),
        Column("发现问题", 10, "number"),
        Column("外勤天数", 10, "number"),
    )
    rows: list[list[Cell]] = [
        [one.name, _ROLES.get(one.role, one.role), one.visits, one.inspected, one.rechecks, one.problems, one.days]
        for one in people
    ]
    return Sheet("人员工作量", columns, rows)


def span_words(first: int, last: int | None) -> str:
    """`4–7 天`, `31 天以上`."""
    return f"{first} 天以上" if last is None else f"{first}–{last} 天"


def _spans(report: Report) -> Sheet:
    columns = (Column("销号用时", 16), Column("问题数", 10, "number"))
    return Sheet("销号用时", columns, [[span_words(span.first, span.last), span.count] for span in report.spans])
