"""Files of credit: what goes to a credit platform, and the grades that come back. Call these in a thread."""

from collections.abc import Iterable

from suicha.credit.errors import CreditImportInvalid
from suicha.credit.queries import Listed
from suicha.credit.rules.policy import CreditRules
from suicha.credit.rules.states import EntryState
from suicha.infra.workbooks import Column, ReadBook, Sheet

MOST_LINES = 5000
STATES = {
    EntryState.PROPOSED: "待批准",
    EntryState.APPROVED: "已批准（异议期）",
    EntryState.EFFECTIVE: "生效",
    EntryState.OBJECTED: "异议处理中",
    EntryState.REPAIRING: "修复处理中",
    EntryState.REJECTED: "未采纳",
    EntryState.REVOKED: "已撤销",
    EntryState.REPAIRED: "已修复",
    EntryState.EXPIRED: "已到期",
}
_USCC, _GRADE = "统一社会信用代码", "信用等级"


def entries_sheet(rows: Iterable[Listed], rules: CreditRules) -> Sheet:
    """Entries as a table, for the platform of a city or province."""
    columns = [
        Column(title)
        for title in ("类别", "结果", "期间", "企业名称", _USCC, "得分", "状态", "生效日期", "截止日期", "记录编号")
    ]
    lines = (
        [
            rules.name_of(one.row.kind),
            rules.side_of(one.row.kind, one.row.side).name,
            one.row.period or "",
            one.enterprise,
            one.uscc,
            tenths_text(one.row.facts.get("tenths")),
            STATES[EntryState(one.row.state)],
            one.row.effective_on,
            one.row.ends_on,
            one.row.id,
        ]
        for one in rows
    )
    return Sheet("信用记录", columns, lines)


def tenths_text(tenths: int | None) -> str:
    """A score as people write it: 87.5."""
    if tenths is None:
        return ""
    sign = "-" if tenths < 0 else ""
    return f"{sign}{abs(tenths) // 10}.{abs(tenths) % 10}"


def read_grades(data: bytes) -> list[tuple[int, str, str]]:
    """Lines of the first sheet: number, credit code, grade. Raises CreditImportInvalid."""
    book = ReadBook(data)
    rows = book.rows(book.titles[0])
    head = next(rows, None)
    places = {str(cell.value).strip(): cell.column for cell in head.cells} if head else {}
    if _USCC not in places or _GRADE not in places:
        raise CreditImportInvalid(f"第一行须有“{_USCC}”和“{_GRADE}”两列")
    lines: list[tuple[int, str, str]] = []
    for row in rows:
        by_column = {cell.column: str(cell.value).strip() for cell in row.cells}
        lines.append((row.number, by_column.get(places[_USCC], "").upper(), by_column.get(places[_GRADE], "").upper()))
        if len(lines) > MOST_LINES:
            raise CreditImportInvalid(f"一次最多导入 {MOST_LINES} 行")
    return lines
