"""The list of visits as an Excel sheet. The words are those of the screen; a test compares them."""

from collections.abc import Iterable, Mapping
from typing import Any

from suicha.infra.workbooks import Cell, Column, Sheet
from suicha.inspections.rules.lifecycle import VisitState
from suicha.kit.clock import SHANGHAI

VISIT_STATES: dict[VisitState, str] = {
    VisitState.ASSIGNED: "待检查",
    VisitState.UNDER_WAY: "检查中",
    VisitState.SEALED: "已封存",
    VisitState.DISPUTED: "内容不一致",
    VisitState.SIGNED: "已签名",
    VisitState.CLOSED: "已取消",
    VisitState.ARCHIVED: "已归档",
}

_COLUMNS = (
    Column("编号", 18),
    Column("抽查任务", 28),
    Column("区", 12),
    Column("检查对象", 30),
    Column("物业企业", 34),
    Column("风险等级", 10),
    Column("组", 6, "number"),
    Column("组长", 14),
    Column("计划日期", 12, "date"),
    Column("状态", 12),
    Column("已答", 8, "number"),
    Column("检查项", 8, "number"),
    Column("问题", 8, "number"),
    Column("未销号问题", 12, "number"),
    Column("缺照片", 8, "number"),
    Column("分歧", 8, "number"),
    Column("迟到", 8, "number"),
    Column("封存时间", 18),
    Column("复查日", 12, "date"),
)


def visit_sheet(rows: Iterable[Mapping[str, Any]]) -> Sheet:
    """One line for each visit."""
    return Sheet("检查", _COLUMNS, [_cells(row) for row in rows])


def _cells(row: Mapping[str, Any]) -> list[Cell]:
    sealed_at = row["sealed_at"]
    return [
        row["code"],
        row["campaign"],
        row["district"],
        row["site"],
        row["enterprise"],
        row["risk_class"],
        row["team_no"],
        row["leader"],
        row["planned_on"],
        VISIT_STATES[VisitState(row["state"])],
        row["answered"],
        row["items_total"],
        row["problems"],
        row["open_problems"],
        row["photos_owed"],
        row["conflicts"],
        row["late"],
        sealed_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if sealed_at else None,
        row["recheck_on"],
    ]
