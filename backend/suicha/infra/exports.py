"""Tables as files to download: how many rows, which type, which name."""

import asyncio
from collections.abc import Sequence
from urllib.parse import quote

from suicha.infra.workbooks import Sheet, workbook_bytes
from suicha.kit.errors import RuleViolation

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# More than anybody scrolls through; below it a file is made in seconds and fits into memory many times.
MOST_ROWS = 20_000


class ExportTooLarge(RuleViolation):
    """More rows than one file takes: half a list would be taken for the whole; `rows` and `most` say how many."""

    code, title = "export_too_large", "符合条件的记录太多，请先缩小筛选范围再导出"


def check_size(rows: int) -> None:
    """Raises ExportTooLarge."""
    if rows > MOST_ROWS:
        raise ExportTooLarge(f"共 {rows} 条，一次最多导出 {MOST_ROWS} 条，请先缩小筛选范围", rows=rows, most=MOST_ROWS)


async def workbook(sheets: Sequence[Sheet]) -> bytes:
    """The file with these tables, made in a thread: it takes processor time."""
    return await asyncio.to_thread(workbook_bytes, sheets)


def attachment(name: str) -> dict[str, str]:
    """The headers with which a browser saves the answer under this name instead of showing it."""
    return {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}", "Cache-Control": "no-store"}
